//! Collects everything that is wrong in the files, to report it together.

use crate::error::Failure;
use crate::sql::{Position, SqlError};

/// A place in a file of the project; as much of it as is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    path: String,
    /// Zero when the whole file is meant.
    line: usize,
    /// Zero when the whole line is meant.
    column: usize,
}

impl Place {
    pub(super) fn file(path: impl Into<String>) -> Self {
        Self::line(path, 0)
    }

    pub(super) fn line(path: impl Into<String>, line: usize) -> Self {
        Self {
            path: path.into(),
            line,
            column: 0,
        }
    }

    pub(super) fn position(path: impl Into<String>, position: Position) -> Self {
        Self {
            path: path.into(),
            line: position.line,
            column: position.column,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        for number in [self.line, self.column] {
            if number > 0 {
                write!(f, ":{number}")?;
            }
        }
        Ok(())
    }
}

/// What is wrong, so far.
#[derive(Debug, Default)]
pub(super) struct Violations(Vec<(Place, Failure)>);

impl Violations {
    pub(super) fn add(&mut self, place: Place, failure: Failure) {
        self.0.push((place, failure));
    }

    pub(super) fn add_sql(&mut self, path: &str, error: SqlError) {
        let mut failure = Failure::new(error.message);
        failure.hint = error.hint.map(str::to_owned);
        self.add(Place::position(path, error.position), failure);
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Makes one failure of them all, in the order of the files.
    pub(super) fn into_failure(mut self) -> Option<Failure> {
        self.0.sort_by(|one, other| one.0.cmp(&other.0));
        let mut items: Vec<Failure> = self
            .0
            .into_iter()
            .map(|(place, failure)| failure.at(place))
            .collect();
        match items.len() {
            0 => None,
            1 => items.pop(),
            count => {
                let mut failure = Failure::new(format!("the project has {count} violations"))
                    .hint("Correct them in the files and run the command again; nothing was done.");
                failure.items = items;
                Some(failure)
            }
        }
    }

    /// Each as `place: message | hint`, sorted, for tests.
    #[cfg(test)]
    pub(super) fn lines(self) -> Vec<String> {
        self.into_failure().as_ref().map(lines).unwrap_or_default()
    }
}

/// Each finding of a failure as `place: message | hint`, for tests.
#[cfg(test)]
pub(super) fn lines(failure: &Failure) -> Vec<String> {
    let line = |item: &Failure| format!("{item} | {}", item.hint.as_deref().unwrap_or_default());
    if failure.items.is_empty() {
        vec![line(failure)]
    } else {
        failure.items.iter().map(line).collect()
    }
}
