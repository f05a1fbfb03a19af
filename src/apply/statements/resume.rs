//! What a statement that cannot run in a transaction has left behind.

use crate::apply::run::Run;
use crate::apply::send;
use crate::apply::trouble::Trouble;
use crate::sql::{Kind, Name, ReindexScope, quote_ident, quote_literal};

/// What the catalog shows.
pub(super) enum Found {
    /// The statement has its whole way before it.
    Nothing,
    /// What it makes was there before it, or what it takes away was not; it is not ours.
    Taken,
    /// It has done its work.
    Done(String),
    /// It stopped half-way; these statements clear its remains away.
    Remains {
        /// What is there.
        what: String,
        /// Statements to run, each in a message of its own.
        clear: Vec<String>,
    },
    /// It stopped half-way; this statement does the rest.
    Pending {
        /// What is there.
        what: String,
        /// The statement.
        finish: String,
    },
}

/// Looks for what an earlier attempt at the statement left.
///
/// `was_started` is whether the journal says that there was one: only then is a finished work
/// taken as ours.
pub(super) async fn look(run: &Run<'_>, kind: &Kind, was_started: bool) -> Result<Found, Trouble> {
    match kind {
        Kind::CreateIndexConcurrently {
            index: Some(index),
            table,
            ..
        } => created_index(run, index, table, was_started).await,
        Kind::DropIndexConcurrently { indexes, .. } => {
            dropped_indexes(run, indexes, was_started).await
        }
        Kind::ReindexConcurrently { scope, name } => reindexed(run, *scope, name.as_ref()).await,
        Kind::DetachPartitionConcurrently { table, partition } => {
            detached(run, table, partition, was_started).await
        }
        _ => Ok(Found::Nothing),
    }
}

async fn created_index(
    run: &Run<'_>,
    index: &str,
    table: &Name,
    was_started: bool,
) -> Result<Found, Trouble> {
    let rows = rows(
        run,
        &format!(
            "SELECT i.indisvalid, i.indexrelid::pg_catalog.regclass::text \
             FROM pg_catalog.pg_index AS i \
             JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid \
             WHERE i.indrelid = pg_catalog.to_regclass({}) AND c.relname = {}",
            quote_literal(&table.sql()),
            quote_literal(index)
        ),
    )
    .await?;
    let Some(row) = rows.first() else {
        return Ok(Found::Nothing);
    };
    let (is_valid, name) = (row[0] == "t", &row[1]);
    Ok(match (is_valid, was_started) {
        (true, true) => Found::Done(format!("index `{name}` was built by an earlier attempt")),
        (true, false) => Found::Taken,
        (false, _) => Found::Remains {
            what: format!("index `{name}` is invalid, left by an attempt that did not end"),
            clear: vec![format!("DROP INDEX CONCURRENTLY {name}")],
        },
    })
}

async fn dropped_indexes(
    run: &Run<'_>,
    indexes: &[Name],
    was_started: bool,
) -> Result<Found, Trouble> {
    let names: Vec<String> = indexes
        .iter()
        .map(|name| format!("({})", quote_literal(&name.sql())))
        .collect();
    let rows = rows(
        run,
        &format!(
            "SELECT v.name FROM (VALUES {}) AS v (name) \
             WHERE pg_catalog.to_regclass(v.name) IS NOT NULL",
            names.join(", ")
        ),
    )
    .await?;
    Ok(match (rows.is_empty(), was_started) {
        (true, true) => Found::Done("the index was dropped by an earlier attempt".to_owned()),
        (true, false) => Found::Taken,
        (false, _) => Found::Nothing,
    })
}

/// REINDEX CONCURRENTLY leaves invalid indexes named `…_ccnew` or `…_ccold`, with a number when
/// there are several (PostgreSQL's documentation, "Rebuilding Indexes Concurrently").
async fn reindexed(
    run: &Run<'_>,
    scope: ReindexScope,
    name: Option<&Name>,
) -> Result<Found, Trouble> {
    let literal = name.map_or_else(|| "NULL".to_owned(), |name| quote_literal(&name.sql()));
    let within = match scope {
        ReindexScope::Index => format!(
            "i.indrelid = (SELECT o.indrelid FROM pg_catalog.pg_index AS o \
             WHERE o.indexrelid = pg_catalog.to_regclass({literal}))"
        ),
        ReindexScope::Table => format!("i.indrelid = pg_catalog.to_regclass({literal})"),
        ReindexScope::Schema => format!(
            "c.relnamespace = pg_catalog.to_regnamespace({})",
            quote_literal(&name.map_or_else(String::new, |name| quote_ident(&name.name)))
        ),
        ReindexScope::Database => "true".to_owned(),
    };
    let rows = rows(
        run,
        &format!(
            "SELECT i.indexrelid::pg_catalog.regclass::text \
             FROM pg_catalog.pg_index AS i \
             JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid \
             WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND {within} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS p \
                 WHERE p.index_relid = i.indexrelid)"
        ),
    )
    .await?;
    if rows.is_empty() {
        return Ok(Found::Nothing);
    }
    let names: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    Ok(Found::Remains {
        what: format!("invalid indexes left by REINDEX: {}", names.join(", ")),
        clear: names
            .iter()
            .map(|name| format!("DROP INDEX CONCURRENTLY {name}"))
            .collect(),
    })
}

async fn detached(
    run: &Run<'_>,
    table: &Name,
    partition: &Name,
    was_started: bool,
) -> Result<Found, Trouble> {
    let rows = rows(
        run,
        &format!(
            "SELECT i.inhdetachpending FROM pg_catalog.pg_inherits AS i \
             WHERE i.inhparent = pg_catalog.to_regclass({}) \
               AND i.inhrelid = pg_catalog.to_regclass({})",
            quote_literal(&table.sql()),
            quote_literal(&partition.sql())
        ),
    )
    .await?;
    Ok(match rows.first() {
        Some(row) if row[0] == "t" => Found::Pending {
            what: format!("the detachment of `{partition}` was begun, and is finished now"),
            finish: format!(
                "ALTER TABLE {} DETACH PARTITION {} FINALIZE",
                table.sql(),
                partition.sql()
            ),
        },
        None if was_started => {
            Found::Done(format!("`{partition}` was detached by an earlier attempt"))
        }
        None => Found::Taken,
        Some(_) => Found::Nothing,
    })
}

async fn rows(run: &Run<'_>, sql: &str) -> Result<Vec<Vec<String>>, Trouble> {
    send::rows(run.session.client(), sql)
        .await
        .map_err(Trouble::of)
}
