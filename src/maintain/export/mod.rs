//! Definitions for other schedulers, which call `crmdb maintain run --due TASK` at its times.
//!
//! The ledger decides whether a time was run already: two hosts with the same definitions run it
//! once, and a definition that fires too often does no harm.

mod crontab;
mod fields;
mod kubernetes;
mod pg_cron;
mod systemd;
mod words;

pub use words::split;

use std::time::Duration;

use crate::error::Failure;
use crate::project::task::CatchUp;
use crate::project::{Project, Task};

/// How long a run may take beyond its work: to connect, to find the lock, to end.
const BESIDES: Duration = Duration::from_secs(60);

/// The longest pause before a run that failed is tried again, as `run` keeps it.
const PAUSE: Duration = Duration::from_secs(60);

/// For whom definitions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduler {
    /// A crontab.
    Crontab,
    /// Units of systemd, a service and a timer for each task.
    Systemd,
    /// CronJobs of Kubernetes.
    Kubernetes,
    /// Statements for the extension pg_cron.
    PgCron,
}

/// What the definitions are about.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The project.
    pub project: &'a Project,
    /// The tasks, all with a schedule.
    pub tasks: Vec<&'a Task>,
    /// The words that call crmdb.
    pub command: Vec<String>,
    /// The system's user that runs it.
    pub user: Option<String>,
    /// The image with crmdb.
    pub image: Option<String>,
    /// The secret that holds `DATABASE_URL`.
    pub secret: String,
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// All that stands in it.
    pub text: String,
}

/// Writes the definitions.
///
/// # Errors
///
/// A user, an image or a secret whose name cannot be one.
pub fn export(scheduler: Scheduler, wanted: &Wanted<'_>) -> Result<Vec<Definition>, Failure> {
    if let Some(user) = &wanted.user {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let starts_well = |c: char| c.is_ascii_alphabetic() || c == '_';
        if !user.starts_with(starts_well) || !user.chars().all(is_plain) {
            return Err(Failure::new(format!("`{user}` is no name of a user")));
        }
    }
    match scheduler {
        Scheduler::Crontab => Ok(vec![crontab::definition(wanted)]),
        Scheduler::Systemd => Ok(systemd::definitions(wanted)),
        Scheduler::Kubernetes => kubernetes::definitions(wanted),
        Scheduler::PgCron => Ok(vec![pg_cron::definition(wanted)]),
    }
}

impl Wanted<'_> {
    /// The words that run a task when it is due.
    fn call(&self, task: &Task) -> Vec<String> {
        let rest = ["maintain", "run", "--due", &task.name, "-q"];
        let rest = rest.into_iter().map(str::to_owned);
        self.command.iter().cloned().chain(rest).collect()
    }

    /// How long one call may take at most; `None` where nothing limits it.
    fn longest(&self, task: &Task) -> Option<Duration> {
        if task.timeout.is_zero() || task.catch_up == CatchUp::All {
            return None;
        }
        let attempts = task.retries.saturating_add(1);
        let work = task.timeout.saturating_mul(attempts);
        let pauses = PAUSE.saturating_mul(task.retries);
        Some(work + pauses + self.project.timeouts.run_lock + BESIDES)
    }
}

/// What a task is for, in one line.
fn title(task: &Task) -> String {
    let words: Vec<&str> = task
        .description
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        task.name.clone()
    } else {
        format!("{}: {}", task.name, words.join(" "))
    }
}
