//! What a user reads when something could not be done, and the exit codes.
//!
//! A [`Failure`] follows PostgreSQL's rules for messages: one line that says what happened, the
//! facts as detail, and as hint what to do next. Everything else that fails travels up as an
//! `anyhow` error; the printer shows its chain of causes, and the detail and hint of the first
//! `Failure` in it.

use std::fmt;

/// How a command ended, when it ran to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, or a check that found nothing: exit code 0.
    Clean,
    /// A check ran to its end and says no: exit code 1.
    Findings,
}

/// An error with what a user needs to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// One line, lower case, factual, no full stop; names the thing in backticks.
    pub message: String,
    /// Where in the user's files, as `path:line:column` or less.
    pub location: Option<String>,
    /// The lines of the file around the place, already marked, for people.
    pub excerpt: Option<String>,
    /// SQLSTATE, when the server reported it.
    pub sqlstate: Option<String>,
    /// The facts; may have several lines.
    pub detail: Option<String>,
    /// A full sentence that says what to do, best as a command to type.
    pub hint: Option<String>,
    /// Single findings, each with its own place and hint, when there are several.
    pub items: Vec<Failure>,
    /// The run was interrupted (Ctrl-C, SIGTERM): exit code 130.
    pub interrupted: bool,
}

impl Failure {
    /// Starts a failure with its one line.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    /// Adds the place in the user's files, `path:line:column` or less.
    #[must_use]
    pub fn at(mut self, location: impl fmt::Display) -> Self {
        self.location = Some(location.to_string());
        self
    }

    /// Adds the facts.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
