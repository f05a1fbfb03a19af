//! Which of several services leads: one runs tasks, the others stand by.
//!
//! As with the run lock, an open, idle transaction on a connection of its own holds it, and it is
//! polled.

use anyhow::Context as _;
use tokio_postgres::SimpleQueryMessage;

use super::super::{Ledger, key};
use crate::connect::{Endpoint, Session};
use crate::error::Failure;

/// A service that leads, or would like to.
pub struct ServeLock {
    session: Session,
    ask: String,
    is_held: bool,
}

impl ServeLock {
    /// Connects, and asks for nothing yet.
    ///
    /// # Errors
    ///
    /// When there is no connection.
    pub async fn open(endpoint: &Endpoint, ledger: &Ledger) -> anyhow::Result<Self> {
        // Keep-alives let the server notice within half a minute that a machine is gone.
        let ask = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED;\n\
             SELECT 'settings', pg_catalog.set_config(name, CASE \
                 WHEN name = 'tcp_keepalives_idle' THEN '10' \
                 WHEN name = 'tcp_keepalives_interval' THEN '5' \
                 WHEN name = 'tcp_keepalives_count' THEN '3' ELSE '0' END, true) \
               FROM pg_catalog.pg_settings WHERE name IN ('idle_in_transaction_session_timeout', \
               'transaction_timeout', 'statement_timeout', 'tcp_keepalives_idle', \
               'tcp_keepalives_interval', 'tcp_keepalives_count');\n\
             SELECT 'lock', pg_catalog.pg_try_advisory_xact_lock({})",
            key(ledger.schema(), "serve")
        );
        Ok(Self {
            session: endpoint.open().await?,
            ask,
            is_held: false,
        })
    }

    /// Asks whether this service leads, now.
    ///
    /// # Errors
    ///
    /// When the connection is lost, and with it the lead.
    pub async fn leads(&mut self) -> anyhow::Result<bool> {
        let client = self.session.client();
        if self.is_held {
            let still = client.batch_execute("SELECT 1").await;
            still.map_err(|error| self.lost(&error))?;
            return Ok(true);
        }
        let messages = client
            .simple_query(&self.ask)
            .await
            .map_err(|error| self.lost(&error))?;
        let granted = messages.iter().any(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0) == Some("lock") && row.get(1) == Some("t"),
            _ => false,
        });
        if granted {
            self.is_held = true;
        } else {
            let end = client.batch_execute("ROLLBACK").await;
            end.context("could not ask which service leads")?;
        }
        Ok(granted)
    }

    /// Gives the lead to another service.
    pub async fn release(self) {
        self.session.close().await;
    }

    fn lost(&self, error: &tokio_postgres::Error) -> Failure {
        let failure = Failure::new("could not ask which service leads");
        match self.session.lost() {
            Some(lost) => lost,
            None => failure.detail(error.to_string()),
        }
    }
}
