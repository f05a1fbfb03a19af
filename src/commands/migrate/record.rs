//! Writes events that no SQL of the project goes with: baselines and repairs.

use anyhow::Context as _;

use super::work::leave_snapshot;
use crate::apply::{Gathering, Interrupt};
use crate::commands::Opened;
use crate::commands::{Context, folder_of};
use crate::error::Failure;
use crate::ledger::{self, Entry, RunLock, append_statement};
use crate::plan::wait_for_disk;

/// Refuses a reason that says nothing.
pub(super) fn check_reason(reason: &str) -> Result<(), Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::new("the reason is empty")
            .hint("Say why in a few words: the ledger keeps them."));
    }
    Ok(())
}

/// The run lock, with the ledger read again under it.
pub(super) struct Recording {
    lock: RunLock,
    gathering: Gathering,
}

impl Recording {
    /// Takes the run lock, makes the ledger where there is none, and reads it again.
    pub async fn begin(opened: &mut Opened, context: &mut Context) -> anyhow::Result<Self> {
        let gathering = Gathering::start(folder_of(&opened.project));
        let mut interrupt = Interrupt::listen()?;
        let lock = super::work::lock(opened, &[], &mut interrupt, &mut context.printer).await?;
        opened.read_again().await?;
        let client = opened.session.client();
        ledger::create(client, &opened.ledger, opened.reading.version).await?;
        Ok(Self { lock, gathering })
    }

    /// Appends the entries in one transaction, and gives the lock back.
    pub async fn append(self, opened: &Opened, entries: &[Entry<'_>]) -> anyhow::Result<()> {
        let facts = self.gathering.finish(self.lock.run_id());
        let mut seq = opened.reading.state.head().seq;
        let mut sql = format!("BEGIN;\n{};\n", wait_for_disk(true));
        for entry in entries {
            seq += 1;
            sql += &append_statement(&opened.ledger, &facts, seq, entry, Some(0.0));
            sql += ";\n";
        }
        sql += "COMMIT";
        let result = opened.session.client().batch_execute(&sql).await;
        if result.is_err() {
            opened.session.client().batch_execute("ROLLBACK").await.ok();
        }
        if result.is_ok() {
            leave_snapshot(&opened.session, &opened.ledger, &opened.project, seq).await?;
        }
        self.lock.release().await;
        result.context("could not write to the ledger")
    }
}
