//! The database to restore into: whether it is empty, and what it lacks.

use anyhow::Context as _;
use tokio_postgres::Client;

use super::source::column;
use crate::catalog::{self, ObjectKey};
use crate::sql::{quote_ident, quote_literal};

/// How the sessions of `pg_restore` are called, so that they are known.
pub const APPLICATION: &str = "crmdb restore";

/// Returns what an empty database would not have: schemas, tables, all else.
///
/// # Errors
///
/// When the catalog cannot be read.
pub async fn objects(client: &Client) -> anyhow::Result<Vec<String>> {
    // No schema is left out: there is none without a name.
    let snapshot = catalog::read(client, "").await?;
    let mut keys: Vec<&ObjectKey> = snapshot
        .objects
        .keys()
        .filter(|key| !matches!(key.kind.as_str(), "database" | "role"))
        .collect();
    // What tells most comes first.
    keys.sort_by_key(|key| match key.kind.as_str() {
        "schema" => 0,
        "table" => 1,
        _ => 2,
    });
    let mut found: Vec<String> = keys
        .into_iter()
        .map(ToString::to_string)
        .filter(|object| object != "schema public")
        .collect();
    found.extend(large_objects(client).await?);
    Ok(found)
}

/// Returns a line for each table with rows, but for those in the schema of the ledger.
///
/// # Errors
///
/// When one cannot be read.
pub async fn rows(client: &Client, ledger_schema: &str) -> anyhow::Result<Vec<String>> {
    let sql = format!(
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class AS c \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname OPERATOR(pg_catalog.!~) '^pg_' \
         AND n.nspname NOT IN ('information_schema', {}) \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.objid = c.oid AND e.deptype = 'e' \
             AND e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass) ORDER BY 1",
        quote_literal(ledger_schema)
    );
    let tables = column(client, &sql)
        .await
        .context("could not list the tables")?;
    let mut found = Vec::new();
    if !tables.is_empty() {
        let each: Vec<String> = tables
            .iter()
            .map(|table| {
                format!(
                    "SELECT {} WHERE EXISTS (SELECT FROM {table})",
                    quote_literal(&format!("table {table}"))
                )
            })
            .collect();
        let sql = format!(
            "BEGIN READ ONLY; SET LOCAL search_path = ''; SET LOCAL row_security = off; {}; COMMIT",
            each.join("; ")
        );
        let result = column(client, &sql).await;
        if result.is_err() {
            client.batch_execute("ROLLBACK").await.ok();
        }
        found = result.context("could not tell whether the tables are empty")?;
    }
    found.extend(large_objects(client).await?);
    Ok(found)
}

async fn large_objects(client: &Client) -> anyhow::Result<Vec<String>> {
    let sql = "SELECT 'large object ' || oid FROM pg_catalog.pg_largeobject_metadata ORDER BY oid LIMIT 10";
    column(client, sql)
        .await
        .context("could not list the large objects")
}

/// Returns those of the roles that the server does not have.
///
/// # Errors
///
/// When the server refuses.
pub async fn missing_roles(client: &Client, roles: &[String]) -> anyhow::Result<Vec<String>> {
    let known = column(client, "SELECT rolname FROM pg_catalog.pg_roles")
        .await
        .context("could not list the roles")?;
    Ok(roles
        .iter()
        .filter(|role| !known.contains(role))
        .cloned()
        .collect())
}

/// Returns a line for each session of a restore in the database, of this run or of one that died.
///
/// # Errors
///
/// When the server refuses.
pub async fn restoring(client: &Client) -> anyhow::Result<Vec<String>> {
    let sql = format!(
        "SELECT pg_catalog.format('server process %s, user %s', pid, usename) \
         FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database() \
         AND application_name = {} ORDER BY pid",
        quote_literal(APPLICATION)
    );
    column(client, &sql)
        .await
        .context("could not look for other restores")
}

/// Returns a line for each right that a restore needs and the user has not: to make schemas, to
/// give what it makes to `owners`, to make the roles that are `missing`.
///
/// # Errors
///
/// When the server refuses.
pub async fn missing_rights(
    client: &Client,
    owners: &[String],
    missing: &[String],
) -> anyhow::Result<Vec<String>> {
    let list = |names: &mut dyn Iterator<Item = &String>| {
        let names: Vec<String> = names.map(|name| quote_literal(name)).collect();
        format!("ARRAY[{}]::pg_catalog.text[]", names.join(", "))
    };
    // Since 16 to be a member is not yet to be allowed to act as the role; who makes a role becomes
    // a member of it where `createrole_self_grant` says so.
    let sql = format!(
        "SELECT right_ FROM (\
         SELECT 1 AS place, '' AS role, pg_catalog.format('CREATE on database %I', \
             pg_catalog.current_database()) AS right_ \
         WHERE NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') \
         UNION ALL SELECT 2, '', 'CREATEROLE' FROM pg_catalog.pg_roles \
         WHERE rolname = current_user AND NOT rolsuper AND NOT rolcreaterole \
             AND pg_catalog.cardinality({missing}) > 0 \
         UNION ALL SELECT 3, rolname, pg_catalog.format('membership in role %I', rolname) \
         FROM pg_catalog.pg_roles WHERE rolname = ANY ({owners}) \
             AND NOT pg_catalog.pg_has_role(oid, CASE WHEN {version} >= 160000 THEN 'SET' \
             ELSE 'MEMBER' END) \
         UNION ALL SELECT 3, name, pg_catalog.format('membership in role %I', name) \
         FROM pg_catalog.unnest({unmade}) AS name \
         WHERE NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) \
             AND coalesce(pg_catalog.strpos(pg_catalog.current_setting('createrole_self_grant', \
             true), 'set'), 0) = 0) AS lacking ORDER BY place, role",
        missing = list(&mut missing.iter()),
        owners = list(&mut owners.iter()),
        unmade = list(&mut missing.iter().filter(|role| owners.contains(role))),
        version = "pg_catalog.current_setting('server_version_num')::pg_catalog.int4",
    );
    column(client, &sql)
        .await
        .context("could not read the rights of the role")
}

/// Returns the statement that makes a role which cannot log in and may do nothing.
#[must_use]
pub fn create_role(role: &str) -> String {
    format!("CREATE ROLE {} NOLOGIN", quote_ident(role))
}

/// Whether triggers, and with them foreign keys, can be put off for a session.
///
/// # Errors
///
/// When the server refuses.
pub async fn may_replicate(client: &Client) -> anyhow::Result<bool> {
    let sql =
        "SELECT 1 WHERE pg_catalog.has_parameter_privilege('session_replication_role', 'SET')";
    let found = column(client, sql)
        .await
        .context("could not read the rights of the role")?;
    Ok(!found.is_empty())
}

/// Returns the triggers that fire while rows are restored, too.
///
/// # Errors
///
/// When the server refuses.
pub async fn firing_triggers(client: &Client, ledger_schema: &str) -> anyhow::Result<Vec<String>> {
    let sql = format!(
        "SELECT pg_catalog.format('%I of %I.%I', t.tgname, n.nspname, c.relname) \
         FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE t.tgenabled IN ('A', 'R') AND n.nspname <> {} ORDER BY 1",
        quote_literal(ledger_schema)
    );
    column(client, &sql)
        .await
        .context("could not list the triggers")
}

/// Gives the planner its statistics of all tables.
///
/// # Errors
///
/// When the server refuses.
pub async fn analyze(client: &Client) -> anyhow::Result<()> {
    at_leisure(client, "ANALYZE")
        .await
        .context("the backup is restored, but the statistics could not be gathered")
}

/// Runs a statement that may take as long as it takes, whatever the role has set.
async fn at_leisure(client: &Client, statement: &str) -> Result<(), tokio_postgres::Error> {
    let sql = format!("BEGIN; SET LOCAL statement_timeout = 0; {statement}; COMMIT");
    let result = client.batch_execute(&sql).await;
    if result.is_err() && !client.is_closed() {
        client.batch_execute("ROLLBACK").await.ok();
    }
    result
}

/// Fills materialized views, each after those that it reads. Returns a line for each that could
/// not be filled.
pub async fn refresh(client: &Client, views: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = views.iter().collect();
    loop {
        let mut failed = Vec::new();
        let mut reasons = Vec::new();
        for view in &left {
            let refreshed = at_leisure(client, &format!("REFRESH MATERIALIZED VIEW {view}")).await;
            if let Err(error) = refreshed {
                let reason = error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), |error| error.message().to_owned());
                reasons.push(format!("`{view}` is not filled: {reason}"));
                failed.push(*view);
            }
        }
        if failed.len() == left.len() {
            return reasons;
        }
        left = failed;
    }
}
