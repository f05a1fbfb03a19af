//! How a step ends that does not succeed, and what is said of it.

use tokio_postgres::error::DbError;

use super::interrupt::interrupted;
use super::send::refusal;
use crate::error::Failure;
use crate::plan::{Action, Plan, Step};

/// How an attempt at a step ended, when it did not succeed.
pub(super) enum Trouble {
    /// The server refused; nothing of the transaction is left.
    Refused(Box<DbError>, Failure),
    /// Refused by crmdb itself.
    Failed(Failure),
    /// The connection is gone, and with it the answer.
    Lost(anyhow::Error),
    /// The connection was lost; the ledger says, and keeps, that the step is not done.
    NotDone(Failure),
    /// Ctrl-C or SIGTERM; the server has rolled back.
    Interrupted,
    /// The connection was lost, or nobody waits for the answer, and the ledger could not be asked.
    Unknown(Failure),
}

impl Trouble {
    /// Tells a refusal of the server from a connection that is gone.
    pub fn of(error: anyhow::Error) -> Self {
        let cause = error.chain().find_map(|cause| cause.downcast_ref());
        match cause.and_then(refusal) {
            Some(refusal) => {
                let mut failure = Failure::new(format!("{error:#}"));
                failure.sqlstate = Some(refusal.code().code().to_owned());
                Self::Failed(failure)
            }
            None => Self::Lost(error),
        }
    }

    /// Nobody waits for the server's answer any more.
    pub fn abandoned() -> Self {
        let failure = interrupted().detail("The server's answer was not waited for.");
        Self::Unknown(failure)
    }

    /// What is left of the step, and what is said of the trouble.
    pub fn tell(self) -> (Left, Failure) {
        match self {
            Self::Refused(_, failure) | Self::Failed(failure) | Self::NotDone(failure) => {
                (Left::Nothing, failure)
            }
            Self::Interrupted => (Left::Nothing, interrupted()),
            Self::Unknown(failure) => (Left::Unknown, failure),
            Self::Lost(error) => (Left::Unknown, Failure::new(format!("{error:#}"))),
        }
    }
}

/// What is left of the step at which a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// It had not begun.
    NotBegun,
    /// What it did in a transaction is undone.
    Nothing,
    /// The ledger knows.
    Unknown,
}

/// Adds to the failure of step `at` what was done before it, and what comes next.
pub(super) fn stopped(plan: &Plan, at: usize, left: Left, mut failure: Failure) -> Failure {
    let mut facts = Vec::new();
    facts.extend(failure.detail.take());
    facts.extend(plan.steps.get(at).map(|step| of_step(step, left)));
    facts.push(match at {
        0 => "Nothing was done before it.".to_owned(),
        1 => format!("1 step before it is done: `{}`.", name(&plan.steps[0])),
        n => format!(
            "{n} steps before it are done, the last one `{}`.",
            name(&plan.steps[n - 1])
        ),
    });
    let mut next = Vec::new();
    next.extend(failure.hint.take());
    next.push(
        if failure.interrupted {
            "Run the command again: it goes on from there."
        } else {
            "Run the command again when that is mended: it goes on from there."
        }
        .to_owned(),
    );
    failure.detail(facts.join("\n")).hint(next.join("\n"))
}

fn of_step(step: &Step, left: Left) -> String {
    let label = name(step);
    match left {
        Left::NotBegun => format!("`{label}` was not begun."),
        _ if step.directives.no_transaction => {
            format!("`{label}` may be half done: its statements are in the journal.")
        }
        Left::Nothing => format!("`{label}` was rolled back whole."),
        Left::Unknown if step.action == Action::Seed => {
            format!("Whether `{label}` is done the ledger knows: `crmdb seed --dry-run` shows it.")
        }
        Left::Unknown => {
            format!("Whether `{label}` is done the ledger knows: `crmdb migrate status` shows it.")
        }
    }
}

/// What people read of a step: a seed is called as others of other modules are.
fn name(step: &Step) -> String {
    match step.action {
        Action::Seed => format!("{}/{}", step.module, step.label),
        Action::Apply | Action::RollBack => step.label.clone(),
    }
}

/// Adds to the failure of a step that always met a lock what can be done about it.
pub(super) fn gave_way(failure: Failure, attempts: u32) -> Failure {
    let tried = format!("It was tried {attempts} times, each within `lock_timeout`.");
    let detail = match &failure.detail {
        Some(detail) => format!("{detail}\n{tried}"),
        None => tried,
    };
    failure.detail(detail).hint(
        "Another session holds a lock on the same table: `SELECT * FROM pg_stat_activity` shows \
         it. `[timeouts] lock` and `lock_retries` in migrations.toml say how long to try.",
    )
}
