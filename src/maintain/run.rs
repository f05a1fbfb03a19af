//! One run of a task: its lock, its row in the ledger, the work, and how it ended.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::due::{Slot, may_work};
use super::report::Report;
use super::trouble::Trouble;
use super::work;
use super::worker::{Listener, Tally, Worker};
use crate::apply::Interrupt;
use crate::connect::{Endpoint, Session};
use crate::ledger::{
    Begin, End, Ledger, Locking, RunFacts, RunOutcome, TaskLock, begin_run, clock, end_run,
    skip_run, standings,
};
use crate::project::{Project, Task};

/// How often to look whether a migration has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// The longest pause before a run that failed is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Where tasks are run.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The project.
    pub project: &'a Project,
    /// The database.
    pub endpoint: &'a Endpoint,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// Who runs.
    pub facts: &'a RunFacts,
}

/// Which run of a task.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// The time of the schedule that it is for; `None`: it was asked for by name.
    pub slot: Option<Slot>,
    /// At any time of day.
    pub force: bool,
    /// Somebody reads what it tells while it works.
    pub is_watched: bool,
}

impl Task {
    /// Returns the modules whose objects the task works on; all, where it names none.
    #[must_use]
    pub fn modules(&self, project: &Project) -> Vec<String> {
        match &self.module {
            Some(module) => vec![module.clone()],
            None => project.module_names(),
        }
    }
}

/// Runs a task once, with its retries. `session` is used for the ledger only.
///
/// # Errors
///
/// When the ledger cannot be read or written; what the work met is in the report.
pub async fn run(
    site: Site<'_>,
    task: &Task,
    asked: Asked,
    session: &Session,
    interrupt: &mut Interrupt,
    listen: Listener<'_>,
) -> anyhow::Result<Report> {
    let started = Instant::now();
    let begin = Begin {
        task: &task.name,
        kind: task.work.kind(),
        scheduled_for: asked.slot.map(|slot| slot.at),
        facts: site.facts,
    };
    let skip = async |reason: String| {
        // A time of the schedule stays due; who asked by name is told, now and in the ledger.
        if asked.slot.is_none() {
            skip_run(session.client(), site.ledger, &begin, &reason).await?;
        }
        anyhow::Ok(Report::skipped(asked, reason))
    };
    let now = clock(session.client()).await?;
    if !asked.force && !may_work(task, now) {
        return skip("it is not the time of day for it".to_owned()).await;
    }
    let lock = match lock(site, task, interrupt).await? {
        Locking::Taken(lock) => lock,
        Locking::Busy(holder) => {
            let mut report = skip(format!("another run is at work: {holder}")).await?;
            // Its time of the schedule is being run; who asked by name waits for what is not done.
            report.is_elsewhere = asked.slot.is_some();
            return Ok(report);
        }
        Locking::Migrating(holder) => return skip(format!("{holder} is at work")).await,
    };
    let mut turn = Turn {
        site,
        task,
        asked,
        begin,
        session,
        lock: &lock,
        ahead: now.duration_since(Timestamp::now()),
        interrupt,
        listen,
    };
    let result = turn.attempts().await;
    lock.release().await;
    let mut report = result?;
    report.took = started.elapsed();
    Ok(report)
}

/// Takes the task's lock; a migration is waited for as long as another migration would.
async fn lock(site: Site<'_>, task: &Task, interrupt: &mut Interrupt) -> anyhow::Result<Locking> {
    let started = Instant::now();
    let modules = task.modules(site.project);
    loop {
        let locking = TaskLock::acquire(site.endpoint, site.ledger, &task.name, &modules).await?;
        let patience = site.project.timeouts.run_lock;
        if !matches!(locking, Locking::Migrating(_)) || started.elapsed() >= patience {
            return Ok(locking);
        }
        interrupt.or(tokio::time::sleep(LOOK_AGAIN)).await?;
    }
}

/// A run under the task's lock.
struct Turn<'a, 's> {
    site: Site<'a>,
    task: &'a Task,
    asked: Asked,
    begin: Begin<'a>,
    session: &'s Session,
    lock: &'s TaskLock,
    ahead: SignedDuration,
    interrupt: &'s mut Interrupt,
    listen: Listener<'s>,
}

impl Turn<'_, '_> {
    /// Tries until it succeeds, gives way, or has failed too often.
    async fn attempts(&mut self) -> anyhow::Result<Report> {
        let mut report = Report::skipped(self.asked, String::new());
        loop {
            let client = self.session.client();
            let Some(id) = begin_run(client, self.site.ledger, &self.begin).await? else {
                report.reason = Some("another runner has done it meanwhile".to_owned());
                report.is_elsewhere = true;
                return Ok(report);
            };
            report.id = Some(id);
            report.attempts += 1;
            let (tally, result) = self.attempt().await;
            report.note(tally, result);
            let again = report.outcome == RunOutcome::Failed
                && report.may_pass()
                && report.attempts <= self.task.retries
                && !self.lock.is_lost();
            self.end(&report, id, again).await?;
            if !again {
                return Ok(report);
            }
            let pause = pause(report.attempts, id);
            (self.listen)(&format!(
                "attempt {} failed ({}); again in {:.0} s",
                report.attempts,
                report.reason.as_deref().unwrap_or_default(),
                pause.as_secs_f64()
            ));
            if self.interrupt.or(tokio::time::sleep(pause)).await.is_err() {
                report.is_interrupted = true;
                return Ok(report);
            }
        }
    }

    /// Does the work once.
    async fn attempt(&mut self) -> (Tally, Result<(), Trouble>) {
        let memory = standings(self.session.client(), self.site.ledger).await;
        let memory = memory.map(|mut all| all.remove(&self.task.name).unwrap_or_default().memory);
        let opened = async { anyhow::Ok((self.site.endpoint.open().await?, memory?)) };
        let (session, memory) = match opened.await {
            Ok(opened) => opened,
            Err(error) => return (Tally::default(), Err(Trouble::Lost(format!("{error:#}")))),
        };
        let timeout = (!self.task.timeout.is_zero()).then_some(self.task.timeout);
        let mut worker = Worker {
            task: self.task,
            endpoint: self.site.endpoint,
            ledger: self.site.ledger,
            lock: self.lock,
            session,
            record: Some(self.session),
            interrupt: self.interrupt.clone(),
            listen: &mut *self.listen,
            search_path: &self.site.project.search_path,
            lock_timeout: self.site.project.timeouts.lock,
            deadline: timeout.map(|timeout| Instant::now() + timeout),
            is_forced: self.asked.force,
            is_watched: self.asked.is_watched,
            ahead: self.ahead,
            memory,
            tally: Tally::default(),
        };
        let result = work::carry_out(&mut worker).await;
        let lost = worker.session.lost().map(|failure| failure.to_string());
        let tally = worker.tally;
        worker.session.close().await;
        match (result, lost) {
            (Err(Trouble::Lost(_)), Some(lost)) => (tally, Err(Trouble::Lost(lost))),
            (result, _) => (tally, result),
        }
    }

    /// Writes into the ledger how an attempt ended.
    async fn end(&self, report: &Report, id: i64, again: bool) -> anyhow::Result<()> {
        let end = End {
            id,
            outcome: report.outcome,
            rows: report.tally.rows,
            batches: report.tally.batches,
            reason: report.reason.as_deref(),
            settles: !again && report.outcome != RunOutcome::Stopped,
        };
        end_run(self.session.client(), self.site.ledger, &end).await
    }
}

/// Pauses double from one second, less a part that differs from run to run.
fn pause(attempt: u32, id: i64) -> Duration {
    let full = Duration::from_secs(1 << attempt.saturating_sub(1).min(6)).min(LONGEST_PAUSE);
    let part = f64::from(u32::try_from(id % 50).unwrap_or(0)) / 100.0;
    full.mul_f64(1.0 - part)
}
