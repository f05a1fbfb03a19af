//! What the commands around migrations begin with: project, connection, ledger.

use crate::commands::Context;
use crate::connect::{Endpoint, Session};
use crate::ledger::{self, Ledger, Reading};
use crate::project::Project;

/// A project, its database, and what the ledger says.
pub(super) struct Opened {
    pub project: Project,
    pub endpoint: Endpoint,
    pub session: Session,
    pub ledger: Ledger,
    pub reading: Reading,
}

impl Opened {
    /// Connects to the database of a project, and reads the ledger.
    pub async fn open(
        project: Project,
        context: &mut Context,
        writes: bool,
    ) -> anyhow::Result<Self> {
        let endpoint = context.endpoint(&project)?;
        let session = context.open(&endpoint, writes).await?;
        let ledger = Ledger::new(&project.ledger_schema);
        let reading = ledger::read(session.client(), &ledger, &project.extension_names()).await?;
        Ok(Self {
            project,
            endpoint,
            session,
            ledger,
            reading,
        })
    }

    /// Reads the ledger again.
    pub async fn read_again(&mut self) -> anyhow::Result<()> {
        let names = self.project.extension_names();
        self.reading = ledger::read(self.session.client(), &self.ledger, &names).await?;
        Ok(())
    }
}
