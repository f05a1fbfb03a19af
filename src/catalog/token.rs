//! The change token: one row that any change to the catalog changes, and nothing else does much.

use anyhow::Context;
use tokio_postgres::{Client, SimpleQueryMessage};

/// Returns the change token of the database that `client` is connected to.
///
/// It is made of the row versions of the catalog (`xmin`, which freezing keeps), so it means
/// something only beside another token of the same cluster. An equal token says that no definition,
/// grant or comment has changed; another one says that something may have.
///
/// # Errors
///
/// When the server refuses the statement.
pub async fn token(client: &Client) -> anyhow::Result<String> {
    let messages = client
        .simple_query(include_str!("queries/token.sql"))
        .await
        .context("could not read the catalog's change token")?;
    messages
        .iter()
        .find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
        .context("the server gives no change token")
}
