//! Why a run ends before its end.

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use crate::apply::refusal;
use crate::error::Failure;

/// How work ended that did not come to its end.
#[derive(Debug)]
pub enum Trouble {
    /// It gives way, and the next run goes on.
    Stopped(Stop),
    /// It took longer than it may.
    TimedOut,
    /// It met an error.
    Failed(Failure),
    /// The connection is gone.
    Lost(String),
}

/// What a run gives way to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// Its time of day is over.
    Window,
    /// A migration is about to change what it works on.
    Migration(String),
    /// Somebody else would suffer.
    Brake(String),
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Interrupted => f.write_str("interrupted"),
            Self::Window => f.write_str("its time of day is over"),
            Self::Migration(holder) => write!(f, "gave way to {holder}"),
            Self::Brake(why) => f.write_str(why),
        }
    }
}

impl Trouble {
    /// Tells a refusal of the server from a connection that is gone.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        match refusal(error) {
            Some(refusal) => Self::Failed(failure(refusal)),
            None => Self::Lost(chain(error)),
        }
    }

    /// The SQLSTATE of a refusal.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            Self::Failed(failure) => failure.sqlstate.as_deref(),
            _ => None,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// An error with its causes: by itself it says only that there was one.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

/// What the server said, in its own words.
fn failure(error: &DbError) -> Failure {
    let mut failure = Failure::new(error.message());
    failure.sqlstate = Some(error.code().code().to_owned());
    let facts: Vec<String> = error
        .detail()
        .map(str::to_owned)
        .into_iter()
        .chain(error.where_().map(|context| format!("Context: {context}")))
        .collect();
    if !facts.is_empty() {
        failure = failure.detail(facts.join("\n"));
    }
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
