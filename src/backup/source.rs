//! The transaction whose snapshot a backup is of, and what is read in it.

use anyhow::Context as _;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use super::description::LedgerHead;
use crate::apply::is_pooled;
use crate::connect::{Endpoint, Session};
use crate::error::Failure;
use crate::ledger::{self, Ledger};
use crate::sql::quote_literal;

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
    SET LOCAL search_path = ''; SET LOCAL statement_timeout = 0; \
    SET LOCAL idle_in_transaction_session_timeout = 0";

/// The version of the server that can limit a whole transaction.
const TRANSACTION_TIMEOUT_SINCE: u32 = 17;

/// Roles that objects of the database name, in order: as owners, in grants, in policies, in default
/// rights.
const NAMED: &str = "
SELECT r.rolname FROM pg_catalog.pg_roles AS r
WHERE r.oid IN (SELECT s.refobjid FROM pg_catalog.pg_shdepend AS s
        WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.deptype IN ('o', 'a', 'r')
        AND s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d
            WHERE d.datname = pg_catalog.current_database()))";

/// The roles that `pg_restore` makes owners of something, in order. It leaves alone what belongs to
/// an extension, and the extension.
const OWNERS: &str = "
SELECT r.rolname FROM pg_catalog.pg_roles AS r
WHERE r.oid IN (SELECT s.refobjid FROM pg_catalog.pg_shdepend AS s
        WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.deptype = 'o'
        AND s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d
            WHERE d.datname = pg_catalog.current_database())
        AND s.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e
            WHERE e.classid = s.classid AND e.objid = s.objid AND e.deptype = 'e')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c
            WHERE s.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND c.oid = s.objid AND c.relpersistence = 't'))";

/// The other half of both: the server keeps no note of what its first superuser owns. Types of rows
/// and of arrays are not counted: an extension has only what they are made of.
const FIRST_SUPERUSER: &str = "
    OR r.oid < 16384 AND EXISTS (
        SELECT FROM (
            SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, oid, relowner AS owner,
                relnamespace AS namespace
            FROM pg_catalog.pg_class WHERE relkind NOT IN ('i', 'I', 't')
            UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, proowner, pronamespace
            FROM pg_catalog.pg_proc
            UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typowner, typnamespace
            FROM pg_catalog.pg_type
            UNION ALL SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, oid, nspowner, oid
            FROM pg_catalog.pg_namespace
        ) AS o
        JOIN pg_catalog.pg_namespace AS n ON n.oid = o.namespace
        WHERE n.nspname OPERATOR(pg_catalog.!~) '^pg_(toast_)?temp_'
            AND o.owner = r.oid AND o.oid >= 16384 AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS e
            WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype IN ('e', 'i')))
ORDER BY 1";

const SCHEMAS: &str = "SELECT nspname FROM pg_catalog.pg_namespace \
    WHERE nspname OPERATOR(pg_catalog.!~) '^pg_' AND nspname <> 'information_schema' ORDER BY 1";

const MATERIALIZED_VIEWS: &str = "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class AS c \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE c.relkind = 'm' AND c.relispopulated ORDER BY 1";

const LOCKED: &str = "
SELECT pg_catalog.format('`%I.%I` is %s by server process %s, user %s%s, from %s%s', n.nspname, c.relname,
    CASE WHEN l.granted THEN 'locked' ELSE 'to be locked' END, l.pid, a.usename,
    CASE WHEN a.application_name <> '' THEN ' (' || a.application_name || ')' END,
    coalesce(pg_catalog.host(a.client_addr), 'local'),
    ', since ' || pg_catalog.to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS \"UTC\"'))
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_class AS c ON c.oid = l.relation AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.database =
    (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
ORDER BY n.nspname, c.relname, l.granted DESC, l.pid LIMIT 10";

/// The open transaction.
pub struct Source<'s> {
    client: &'s Client,
    /// What other sessions call the snapshot.
    pub snapshot: String,
}

/// What a backup needs to know of its database, as of the snapshot.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The head of the ledger, if there is one.
    pub ledger: Option<LedgerHead>,
    /// The roles that it takes.
    pub roles: Vec<String>,
    /// Those of them that own something.
    pub owners: Vec<String>,
    /// The schemas.
    pub schemas: Vec<String>,
    /// The materialized views with rows.
    pub materialized_views: Vec<String>,
}

impl<'s> Source<'s> {
    /// Begins the transaction.
    ///
    /// # Errors
    ///
    /// When the connection goes through a transaction pooler; when the server refuses.
    pub async fn begin(endpoint: &Endpoint, session: &'s Session) -> anyhow::Result<Self> {
        let client = session.client();
        if is_pooled(endpoint, client).await? {
            return Err(Failure::new(
                "the connection goes through a transaction pooler, and `pg_dump` needs a session",
            )
            .hint("Connect to the server itself, or to a pool in session mode.")
            .into());
        }
        let limit = match session.server_version().0 {
            TRANSACTION_TIMEOUT_SINCE.. => "; SET LOCAL transaction_timeout = 0",
            _ => "",
        };
        let sql = format!("{BEGIN}{limit}; SELECT pg_catalog.pg_export_snapshot()");
        let snapshot = column(client, &sql)
            .await
            .context("could not take a snapshot for the backup")?
            .pop()
            .context("the server gives no snapshot")?;
        Ok(Self { client, snapshot })
    }

    /// Reads what the backup needs to know.
    ///
    /// # Errors
    ///
    /// When the server refuses, or the ledger cannot be understood.
    pub async fn facts(&self, schema: &str) -> anyhow::Result<Facts> {
        let read = async |sql: &str| {
            column(self.client, sql)
                .await
                .context("could not read the catalog for the backup")
        };
        Ok(Facts {
            ledger: self.ledger(schema).await?,
            roles: read(&format!("{NAMED}{FIRST_SUPERUSER}")).await?,
            owners: read(&format!("{OWNERS}{FIRST_SUPERUSER}")).await?,
            schemas: read(SCHEMAS).await?,
            materialized_views: read(MATERIALIZED_VIEWS).await?,
        })
    }

    /// Returns a line for each lock on a table that keeps everybody else from reading it, and for
    /// each session that waits for one: others queue behind it.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn locked(&self) -> anyhow::Result<Vec<String>> {
        column(self.client, LOCKED)
            .await
            .context("could not look for locks")
    }

    async fn ledger(&self, schema: &str) -> anyhow::Result<Option<LedgerHead>> {
        let ledger = Ledger::new(schema);
        // Asked first: an error would end the transaction.
        // Not `to_regclass`, which fails without the right to use the schema.
        let sql = format!(
            "SELECT 1 FROM pg_catalog.pg_class AS c \
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             WHERE n.nspname = {} AND c.relname = 'history'",
            quote_literal(schema)
        );
        let found = column(self.client, &sql).await;
        if found.context("could not look for the ledger")?.is_empty() {
            return Ok(None);
        }
        let reading = ledger::read(self.client, &ledger, &[].into()).await?;
        let remembered = if reading.version < ledger::SNAPSHOTS_SINCE {
            None
        } else {
            ledger::remembered(self.client, &ledger).await?
        };
        let head = reading.state.head();
        Ok(Some(LedgerHead {
            schema: schema.to_owned(),
            seq: head.seq,
            hash: head.hash.clone(),
            applied: reading.state.in_order().len(),
            snapshot_token: remembered.map(|last| last.token),
        }))
    }
}

/// Returns the first column of a query, without nulls.
pub(super) async fn column(
    client: &Client,
    sql: &str,
) -> Result<Vec<String>, tokio_postgres::Error> {
    let text = |row: &SimpleQueryRow| row.get(0).map(str::to_owned);
    Ok(client
        .simple_query(sql)
        .await?
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => text(row),
            _ => None,
        })
        .collect())
}
