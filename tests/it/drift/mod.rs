//! Snapshots of the catalog, and what they find.

mod alarms;
mod mutations;

use crmdb::catalog::{Difference, Snapshot, compare, read};

use crate::support::Database;

/// Takes the snapshot of a database.
#[track_caller]
pub fn snapshot(database: &Database) -> Snapshot {
    snapshot_of(database.url())
}

/// Takes the snapshot of the database at an address.
#[track_caller]
pub fn snapshot_of(url: &str) -> Snapshot {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
            .await
            .expect("a connection");
        tokio::spawn(connection);
        read(&client, "crmdb").await.expect("a snapshot")
    })
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
