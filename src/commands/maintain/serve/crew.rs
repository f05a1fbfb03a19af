//! The tasks at work in a service.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinSet};

use crate::apply::Interrupt;
use crate::commands::Opened;
use crate::commands::maintain::report::tell;
use crate::error::Failure;
use crate::ledger::{RunFacts, RunOutcome};
use crate::maintain::{self, Asked, Report, Site, Slot};
use crate::printer::Printer;
use crate::project::Task;

/// A task that gave way, or that is at work elsewhere, is still due: it is left alone for so long.
const REST: Duration = Duration::from_secs(60);

/// The tasks at work, each with connections of its own.
pub(super) struct Crew {
    jobs: usize,
    facts: Rc<RunFacts>,
    interrupt: Interrupt,
    working: JoinSet<(Task, Asked, anyhow::Result<Report>)>,
    names: BTreeMap<Id, String>,
    resting: BTreeMap<String, Instant>,
}

impl Crew {
    pub(super) fn new(jobs: usize, facts: Rc<RunFacts>, interrupt: Interrupt) -> Self {
        Self {
            jobs,
            facts,
            interrupt,
            working: JoinSet::new(),
            names: BTreeMap::new(),
            resting: BTreeMap::new(),
        }
    }

    /// Whether a task is at work.
    pub(super) fn is_at_work(&self) -> bool {
        !self.working.is_empty()
    }

    /// Begins a task, unless it is at work already, rests, or there are enough others.
    pub(super) fn begin(&mut self, opened: &Rc<Opened>, task: Task, slot: Slot) {
        let now = Instant::now();
        self.resting.retain(|_, until| *until > now);
        if self.working.len() >= self.jobs
            || self.resting.contains_key(&task.name)
            || self.names.values().any(|name| *name == task.name)
        {
            return;
        }
        let (opened, facts) = (Rc::clone(opened), Rc::clone(&self.facts));
        let mut interrupt = self.interrupt.clone();
        let name = task.name.clone();
        let handle = self.working.spawn_local(async move {
            let asked = Asked {
                slot: Some(slot),
                force: false,
                ..Asked::default()
            };
            let result = one(&opened, &task, asked, &facts, &mut interrupt).await;
            (task, asked, result)
        });
        self.names.insert(handle.id(), name);
    }

    /// Waits for a task to end, and says how it went; `false` where none is at work.
    pub(super) async fn finished(&mut self, printer: &mut Printer) -> bool {
        let Some(ended) = self.working.join_next_with_id().await else {
            return false;
        };
        let id = match &ended {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let name = self.names.remove(&id).unwrap_or_default();
        let is_over = match ended {
            Ok((_, (task, asked, Ok(report)))) => {
                tell(&task, asked, &report, printer);
                if report.is_interrupted {
                    printer.note(&format!("{name}: interrupted; the next run goes on"));
                }
                matches!(
                    report.outcome,
                    RunOutcome::Done | RunOutcome::Failed | RunOutcome::TimedOut
                )
            }
            Ok((_, (_, _, Err(error)))) => {
                printer.failure(&error.context(format!("could not run the task `{name}`")));
                false
            }
            Err(error) => {
                let failure = Failure::new(format!("internal error: the task `{name}` panicked"));
                printer.failure(&failure.detail(error.to_string()).into());
                false
            }
        };
        if !is_over {
            self.resting.insert(name, Instant::now() + REST);
        }
        true
    }
}

/// Runs a task once, on connections of its own.
async fn one(
    opened: &Opened,
    task: &Task,
    asked: Asked,
    facts: &RunFacts,
    interrupt: &mut Interrupt,
) -> anyhow::Result<Report> {
    let session = opened.endpoint.open().await?;
    let site = Site {
        project: &opened.project,
        endpoint: &opened.endpoint,
        ledger: &opened.ledger,
        facts,
    };
    let report = maintain::run(site, task, asked, &session, interrupt, &mut |_| {}).await;
    session.close().await;
    report
}
