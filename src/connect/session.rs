//! One connection and what came with it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Connection, SimpleQueryMessage, Socket};

use super::cancel::{Line, Socket as Place};
use super::driver::{Inbox, Notice, drive, lock};
use crate::error::Failure;

/// The oldest server that is spoken to.
pub(super) const OLDEST_MAJOR: u32 = 15;

/// How long a farewell to the server may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// The parameters that a server reports at start-up and that are kept.
const REPORTED: &[&str] = &[
    "server_version",
    "server_encoding",
    "client_encoding",
    "application_name",
    "default_transaction_read_only",
    "in_hot_standby",
    "is_superuser",
    "session_authorization",
    "standard_conforming_strings",
    "search_path",
    "DateStyle",
    "IntervalStyle",
    "TimeZone",
    "integer_datetimes",
];

/// One connection to a database.
pub struct Session {
    client: Client,
    driver: JoinHandle<()>,
    inbox: Arc<Mutex<Inbox>>,
    parameters: BTreeMap<&'static str, String>,
    line: Line,
    /// The endpoint's URL and the server, for messages.
    place: String,
    timeout: Option<Duration>,
}

impl Session {
    /// Starts the driver of a connection.
    pub(super) fn start<T>(
        client: Client,
        connection: Connection<Socket, T>,
        line: Line,
        place: String,
        timeout: Option<Duration>,
    ) -> Self
    where
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let parameters = REPORTED
            .iter()
            .filter_map(|name| Some((*name, connection.parameter(name)?.to_owned())))
            .collect();
        let inbox = Arc::default();
        Self {
            client,
            driver: tokio::spawn(drive(connection, Arc::clone(&inbox))),
            inbox,
            parameters,
            line,
            place,
            timeout,
        }
    }

    /// Asks for what a pooler did not pass on: whether the server is a standby, or read-only.
    pub(super) async fn complete(&mut self) -> Result<(), tokio_postgres::Error> {
        const STATE: [&str; 2] = ["in_hot_standby", "default_transaction_read_only"];
        // A server that is too old, or the console of a pooler, is refused anyway.
        let known = STATE.iter().all(|name| self.parameters.contains_key(name));
        if known || self.server_version().0 < OLDEST_MAJOR {
            return Ok(());
        }
        let query = "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN 'on' ELSE 'off' END, \
                     pg_catalog.current_setting('default_transaction_read_only')";
        for message in self.client.simple_query(query).await? {
            if let SimpleQueryMessage::Row(row) = message {
                for (at, name) in STATE.into_iter().enumerate() {
                    if let Some(value) = row.try_get(at)? {
                        self.parameters.insert(name, value.to_owned());
                    }
                }
            }
        }
        Ok(())
    }

    /// The client of tokio-postgres.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where the session leads: `postgres://user@host:port/database`, without the password.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The address that it was reached at.
    pub(super) fn socket(&self) -> &Place {
        &self.line.place
    }

    /// The server's major version, and the whole of it as the server says it.
    #[must_use]
    pub fn server_version(&self) -> (u32, String) {
        let version = self.parameter("server_version").unwrap_or_default();
        (major(version), version.to_owned())
    }

    /// A parameter as the server reported it at start-up.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// Whether the server is a standby.
    #[must_use]
    pub fn is_standby(&self) -> bool {
        self.parameter("in_hot_standby") == Some("on")
    }

    /// Why nothing can be written here, when that is so.
    #[must_use]
    pub fn read_only(&self) -> Option<Failure> {
        if self.is_standby() {
            return Some(
                Failure::new("the server is a standby: nothing can be written to it")
                    .detail(self.place.clone())
                    .hint("Connect to the primary; with several hosts in the URL, add target_session_attrs=read-write."),
            );
        }
        if self.parameter("default_transaction_read_only") == Some("on") {
            return Some(
                Failure::new("transactions are read-only here: default_transaction_read_only is on")
                    .detail(self.place.clone())
                    .hint("It is set for the server, the database, the role or in `options`; \
                           `SELECT source FROM pg_settings WHERE name = 'default_transaction_read_only'` says where."),
            );
        }
        None
    }

    /// Takes what the server has said since the last time. When there was too much to keep, the
    /// last notice says how many are missing.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Notice> {
        lock(&self.inbox).take()
    }

    /// Asks the server to cancel what the session is doing, by a connection of its own with the
    /// same TLS. That the server got the message is no promise that it came in time.
    pub async fn cancel(&self) -> anyhow::Result<()> {
        let token = self.client.cancel_token();
        let failure = |cause: String| {
            Failure::new("could not ask the server to cancel")
                .detail(format!("{}: {cause}", self.place))
        };
        match within(self.timeout, self.line.cancel(&token)).await {
            Some(Ok(())) => Ok(()),
            Some(Err(cause)) => Err(failure(cause).into()),
            None => Err(failure("no answer in time".to_owned()).into()),
        }
    }

    /// Whether the connection is gone.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Why the connection ended, when the server or the network ended it. The error of the
    /// statement that was running says only "connection closed".
    #[must_use]
    pub fn lost(&self) -> Option<Failure> {
        let inbox = lock(&self.inbox);
        let end = inbox.end.as_ref()?;
        let failure = Failure::new("the connection to the server is lost")
            .detail(format!("{}: {}", self.place, end.cause));
        Some(Failure {
            sqlstate: end.sqlstate.clone(),
            ..failure
        })
    }

    /// Says goodbye to the server, so that it does not log a broken connection.
    pub async fn close(self) {
        let Self { client, driver, .. } = self;
        drop(client);
        // A server that does not take the farewell is left as it is.
        let _ = tokio::time::timeout(FAREWELL, driver).await;
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({})", self.place)
    }
}

/// Waits for a future, `None` when the time is over.
pub(super) async fn within<F: Future>(limit: Option<Duration>, future: F) -> Option<F::Output> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, future).await.ok(),
        None => Some(future.await),
    }
}

/// The major version: `15.4 (Debian 15.4-1)`, `19beta1`.
pub(super) fn major(version: &str) -> u32 {
    let end = version
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(version.len());
    version[..end].parse().unwrap_or(0)
}
