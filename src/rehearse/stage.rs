//! A scratch database with the run that works on it, and a second connection that looks.

use std::time::Duration;

use super::cluster::{self, ClusterWide};
use super::scratch::Scratch;
use crate::apply::{Conditions, Gathering, Interrupt, Progress, Run};
use crate::catalog::{self, Snapshot};
use crate::connect::Session;
use crate::ledger::{self, Head, Ledger, Reading, RunLock};
use crate::plan::{Plan, Settings, Step};
use crate::project::{MigrationId, Project};

/// Where steps are tried.
pub struct Stage<'a> {
    run: Run<'a>,
    viewer: Session,
    project: &'a Project,
    ledger: &'a Ledger,
    reading: Reading,
    /// Nobody else changes the server.
    own_server: bool,
    /// The last row of the history.
    head: Head,
}

impl<'a> Stage<'a> {
    /// Makes the ledger in an empty database, and begins a run there.
    ///
    /// # Errors
    ///
    /// When the database cannot be worked on.
    pub async fn open(
        project: &'a Project,
        scratch: &'a Scratch,
        ledger: &'a Ledger,
    ) -> anyhow::Result<Self> {
        let endpoint = scratch.endpoint();
        let session = endpoint.open().await?;
        let viewer = endpoint.open().await?;
        let patience = Duration::from_secs(1);
        let lock = RunLock::acquire(endpoint, ledger, false, &[], patience, &mut |_| {}).await?;
        ledger::create(session.client(), ledger, 0).await?;
        let reading = ledger::read(viewer.client(), ledger, &project.extension_names()).await?;
        let conditions = Conditions {
            settings: Settings::of(project),
            lock_retries: 0,
            allow_data_loss: true,
        };
        let facts = Gathering::start(None).finish(lock.run_id());
        let interrupt = Interrupt::listen()?;
        let run = Run::new(
            endpoint, ledger, session, lock, facts, conditions, interrupt,
        );
        Ok(Self {
            run,
            viewer,
            project,
            ledger,
            head: reading.state.head().clone(),
            own_server: scratch.is_own_server(),
            reading,
        })
    }

    /// What the ledger said at the beginning: nothing is applied, and which extensions there are.
    #[must_use]
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The name of the ledger's schema.
    #[must_use]
    pub fn ledger_schema(&self) -> &'a str {
        &self.project.ledger_schema
    }

    /// Returns the path of the file that takes a migration back.
    pub(super) fn down_path(&self, id: &MigrationId) -> Option<String> {
        let migration = self.project.migration(id)?;
        Some(migration.down.as_ref()?.path.clone())
    }

    /// The connection that looks.
    #[must_use]
    pub fn viewer(&self) -> &Session {
        &self.viewer
    }

    /// Carries a step out.
    ///
    /// # Errors
    ///
    /// The failure of the step.
    pub async fn step(&mut self, step: Step) -> anyhow::Result<()> {
        let plan = Plan {
            head: self.head.clone(),
            steps: vec![step],
            ..Plan::default()
        };
        let result = self.run.carry_out(&plan, &mut |_: Progress<'_>| {}).await;
        self.head = if result.is_ok() {
            self.run.head().clone()
        } else {
            // The failure has a row of its own.
            let names = self.project.extension_names();
            let reading = ledger::read(self.viewer.client(), self.ledger, &names).await?;
            reading.state.head().clone()
        };
        result
    }

    /// Takes a snapshot.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be read.
    pub async fn snapshot(&self) -> anyhow::Result<Snapshot> {
        catalog::read(self.viewer.client(), self.ledger_schema()).await
    }

    /// Reads what belongs to the whole server; nothing where others work on it.
    pub(super) async fn cluster_wide(&self) -> anyhow::Result<ClusterWide> {
        if self.own_server {
            cluster::read(self.viewer.client()).await
        } else {
            Ok(ClusterWide::new())
        }
    }

    /// Ends the run.
    pub async fn close(self) {
        self.run.finish().await;
    }
}
