//! A connection that a test keeps, to hold a transaction or a lock.

use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use super::Database;

/// Another session on the database; what it holds ends with it.
pub struct Client {
    runtime: Runtime,
    client: Option<tokio_postgres::Client>,
}

impl Client {
    /// Connects, and runs statements in one message.
    pub fn that(database: &Database, sql: &str) -> Self {
        Self::at(database.url(), sql)
    }

    /// The same at an address, such as that of another role.
    pub fn at(url: &str, sql: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls)
                .await
                .expect("a connection");
            tokio::spawn(connection);
            client.batch_execute(sql).await.expect("the statements");
            client
        });
        Self {
            runtime,
            client: Some(client),
        }
    }

    /// Runs statements in one message.
    #[track_caller]
    pub fn execute(&self, sql: &str) {
        let client = self.client.as_ref().expect("it is open");
        let result = self.runtime.block_on(client.batch_execute(sql));
        result.unwrap_or_else(|error| panic!("{error}\nin: {sql}"));
    }

    /// Runs statements that the server must refuse, and returns its SQLSTATE.
    #[track_caller]
    #[must_use]
    pub fn refusal(&self, sql: &str) -> String {
        let client = self.client.as_ref().expect("it is open");
        let result = self.runtime.block_on(client.batch_execute(sql));
        let error = result.expect_err(sql);
        let state = error.code().unwrap_or_else(|| panic!("{error}\nin: {sql}"));
        state.code().to_owned()
    }
}
