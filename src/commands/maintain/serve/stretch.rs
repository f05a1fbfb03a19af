//! One stretch of a service: from a connection to what ends it.

use std::rc::Rc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::{End, PAUSES, Service};
use crate::apply::Interrupt;
use crate::commands::Opened;
use crate::commands::maintain::report::metrics;
use crate::commands::maintain::selection::{chosen, missing, standings, upgrade};
use crate::error::Failure;
use crate::ledger::{self, ServeLock, Standing};
use crate::maintain::{self, Slot};
use crate::project::Task;

/// The longest time between two looks at the ledger.
const LOOK: Duration = Duration::from_secs(30);

/// The shortest one: clocks differ a little.
const BREATH: Duration = Duration::from_millis(50);

/// How often who stands by asks for the lead, and who leads makes sure of it.
const POLL: Duration = Duration::from_secs(2);

/// How often to look for a ledger that is not there yet.
const WAIT: Duration = Duration::from_secs(5);

/// A database that does not answer for so long is lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a look found.
struct Seen {
    /// What is due, in the order of `migrations.toml`.
    due: Vec<(Task, Slot)>,
    /// How long it is to the next time of a schedule.
    next: Duration,
}

impl Service<'_> {
    /// Works until something ends it. `pause` is set back as soon as the database answers.
    pub(super) async fn stretch(&mut self, pause: &mut Duration) -> anyhow::Result<End> {
        let (project, endpoint) = (self.project.clone(), self.endpoint.clone());
        let interrupt = self.interrupt.clone();
        let opening = Opened::on(project, endpoint, self.context, true);
        let mut opened = in_time(&interrupt, opening).await?;
        *pause = PAUSES.0;
        self.state.looked(false);
        if opened.reading.version == 0 {
            let error = Failure::new("nothing is applied to this database; it is waited for")
                .hint("Run `crmdb migrate up`: tasks work on what migrations make.");
            self.tell(&error.into());
            return Ok(End::Later(WAIT));
        }
        upgrade(&mut opened, self.context, &mut self.interrupt).await?;
        let mut lock = in_time(
            &interrupt,
            ServeLock::open(&opened.endpoint, &opened.ledger),
        )
        .await?;
        let opened = Rc::new(opened);
        self.tell_well();
        let end = self.turns(&opened, &mut lock).await;
        lock.release().await;
        match (end, opened.session.lost()) {
            // What ended the connection says more than the statement that missed it.
            (Err(_), Some(lost)) => Err(lost.into()),
            (end, _) => end,
        }
    }

    async fn turns(&mut self, opened: &Rc<Opened>, lock: &mut ServeLock) -> anyhow::Result<End> {
        let interrupt = self.interrupt.clone();
        let mut role = None;
        let mut next_look = Instant::now();
        loop {
            let leads = in_time(&interrupt, lock.leads()).await?;
            self.state.looked(leads);
            if role != Some(leads) {
                role = Some(leads);
                let text = if leads {
                    "leads: runs what is due"
                } else {
                    "stands by: another service leads"
                };
                self.context.printer.note(text);
                next_look = Instant::now();
            }
            if next_look <= Instant::now() {
                let seen = in_time(&interrupt, self.look(opened, leads)).await?;
                let wait = if leads { seen.next } else { LOOK };
                next_look = Instant::now() + wait.clamp(BREATH, LOOK);
                for (task, slot) in seen.due.into_iter().filter(|_| leads) {
                    self.crew.begin(opened, task, slot);
                }
            }
            if self.manifest.has_changed() {
                return Ok(End::Reload);
            }
            let wait = next_look.saturating_duration_since(Instant::now());
            tokio::select! {
                biased;
                () = self.interrupt.wait() => return Ok(End::Stop),
                _ = self.reload.recv() => return Ok(End::Reload),
                // What else is due may begin now.
                true = self.crew.finished(&mut self.context.printer) => next_look = Instant::now(),
                () = tokio::time::sleep(wait.min(POLL)) => {}
            }
        }
    }

    /// Looks at the ledger and the server's clock; who leads notes new tasks.
    async fn look(&mut self, opened: &Opened, leads: bool) -> anyhow::Result<Seen> {
        let (client, ledger) = (opened.session.client(), &opened.ledger);
        let names = opened.project.extension_names();
        let state = ledger::read(client, ledger, &names).await?.state;
        let mut tasks = chosen(self.context, &opened.project, &[], &self.args.modules)?;
        tasks.retain(|task| missing(task, &state).is_none());
        let mut known = standings(opened).await?;
        let new: Vec<&str> = tasks
            .iter()
            .map(|task| task.name.as_str())
            .filter(|name| !known.contains_key(*name))
            .collect();
        if leads && !new.is_empty() {
            ledger::meet(client, ledger, &new, true).await?;
            known = standings(opened).await?;
        }
        self.state
            .show(metrics(client, ledger, &opened.project).await?);
        let now = ledger::clock(client).await?;
        let nothing = Standing::default();
        let mut seen = Seen {
            due: Vec::new(),
            next: LOOK,
        };
        for task in tasks {
            let due = maintain::due(task, known.get(&task.name).unwrap_or(&nothing), now);
            if let Some(slot) = due.slots.first() {
                seen.due.push((task.clone(), *slot));
            }
            if let Some(next) = due.next {
                seen.next = seen.next.min(until(now, next));
            }
        }
        Ok(seen)
    }
}

fn until(now: Timestamp, next: Timestamp) -> Duration {
    next.duration_since(now).try_into().unwrap_or_default()
}

/// Waits for the database for a while; an interrupt ends that, too.
async fn in_time<T>(
    interrupt: &Interrupt,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let work = tokio::time::timeout(PATIENCE, work);
    match interrupt.clone().or(work).await? {
        Ok(result) => result,
        Err(_) => {
            let seconds = PATIENCE.as_secs();
            let text = format!("the database did not answer within {seconds} s");
            Err(Failure::new(text).into())
        }
    }
}
