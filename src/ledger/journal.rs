//! One row of the statement journal of no-transaction files.

/// Whether the statement was about to run, or had run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Written before it.
    Started,
    /// Written after it.
    Done,
}

impl Phase {
    /// The word in the column `phase`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Done => "done",
        }
    }
}

/// One row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// The statement's number within its file, from 1.
    pub statement: usize,
    /// Digest of the statement's text.
    pub hash: String,
    /// Before or after.
    pub phase: Phase,
}
