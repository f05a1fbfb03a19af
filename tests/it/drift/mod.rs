//! Snapshots of the catalog, and what they find.

mod alarms;
mod commands;
mod mutations;

use crmdb::catalog::{Difference, Snapshot, compare, read, token};

use crate::support::Database;

/// A connection that takes snapshots.
pub struct Viewer {
    runtime: tokio::runtime::Runtime,
    client: tokio_postgres::Client,
}

impl Viewer {
    /// Connects to an address.
    #[track_caller]
    pub fn of(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
                .await
                .expect("a connection");
            tokio::spawn(connection);
            client
        });
        Self { runtime, client }
    }

    /// Takes a snapshot.
    #[track_caller]
    pub fn snapshot(&self) -> Snapshot {
        self.try_snapshot().expect("a snapshot")
    }

    /// Takes a snapshot of a catalog that may change all the time.
    pub fn try_snapshot(&self) -> anyhow::Result<Snapshot> {
        self.runtime.block_on(read(&self.client, "crmdb"))
    }

    /// Reads the change token.
    #[track_caller]
    pub fn token(&self) -> String {
        self.runtime.block_on(token(&self.client)).expect("a token")
    }
}

/// Takes the snapshot of a database.
#[track_caller]
pub fn snapshot(database: &Database) -> Snapshot {
    Viewer::of(database.url()).snapshot()
}

/// The differences, a line each: class, what happened, to what.
pub fn lines(differences: &[Difference]) -> Vec<String> {
    differences
        .iter()
        .map(|one| format!("{} {} {}", one.class, one.change(), one.subject()))
        .collect()
}

/// Asserts that two snapshots are the same.
#[track_caller]
pub fn same(expected: &Snapshot, found: &Snapshot, when: &str) {
    let differences = compare(expected, found);
    assert!(differences.is_empty(), "{when}: {differences:#?}");
}
