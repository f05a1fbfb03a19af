//! What the commands that work with the ledger begin with: project, connection, ledger.

use super::Context;
use crate::connect::{Endpoint, Session};
use crate::ledger::{self, Ledger, Reading};
use crate::project::Project;

/// A project, its database, and what the ledger says.
pub struct Opened {
    /// The files.
    pub project: Project,
    /// Which database.
    pub endpoint: Endpoint,
    /// A connection to it.
    pub session: Session,
    /// Where the ledger is.
    pub ledger: Ledger,
    /// What the ledger says.
    pub reading: Reading,
}

impl Opened {
    /// Connects to the database of a project, and reads the ledger; `writes` refuses a standby.
    ///
    /// # Errors
    ///
    /// When there is no connection, or the ledger cannot be read.
    pub async fn open(
        project: Project,
        context: &mut Context,
        writes: bool,
    ) -> anyhow::Result<Self> {
        let endpoint = context.endpoint(&project)?;
        Self::on(project, endpoint, context, writes).await
    }

    /// Connects to a database that is known, and reads the ledger; `writes` refuses a standby.
    ///
    /// # Errors
    ///
    /// When there is no connection, or the ledger cannot be read.
    pub async fn on(
        project: Project,
        endpoint: Endpoint,
        context: &Context,
        writes: bool,
    ) -> anyhow::Result<Self> {
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
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub async fn read_again(&mut self) -> anyhow::Result<()> {
        let names = self.project.extension_names();
        self.reading = ledger::read(self.session.client(), &self.ledger, &names).await?;
        Ok(())
    }
}
