//! Makes one partition.
//!
//! The table is made and filled first, then attached. A CHECK saves the look at its rows. Rows that
//! the default partition has of that time move along, under ACCESS EXCLUSIVE on the whole table: with
//! less, a writer that had chosen the default partition would be refused, and a reader would look for
//! the moved rows where they were. Without a default partition, nobody waits.

use super::super::super::limits::Yield;
use super::super::super::trouble::Trouble;
use super::super::super::worker::Worker;
use super::model::Model;
use super::parent::Parent;
use super::plan::{Range, UTC};
use crate::error::Failure;
use crate::sql::{dollar_quote, quote_ident, quote_literal};

/// The CHECK that there is while a table is attached.
const CHECK: &str = "crmdb_partition_range";

/// The default partition has rows of the time of a new one.
const CHECK_VIOLATION: &str = "23514";

/// Makes a partition.
pub(super) async fn create(
    worker: &mut Worker<'_>,
    parent: &Parent,
    model: &Model,
    range: &Range,
) -> Result<(), Trouble> {
    if let Some(others) = &range.overlaps {
        let message = format!("{others} holds a part of its time");
        let detail = format!("It would be from {} to {}.", range.from, range.to);
        let hint = "Partitions of another length can stay where they cover whole periods: attach \
                    one for the rest of this period by hand.";
        return Err(Failure::new(message).detail(detail).hint(hint).into());
    }
    refuse_taken(worker, parent, range).await?;
    let moves = parent.default.is_some() && range.has_begun && model.cannot_move.is_none();
    let sql = statement(parent, model, range, moves);
    let made = match worker.transaction(&sql, Yield::Interrupt).await {
        Err(trouble) if !moves && trouble.sqlstate() == Some(CHECK_VIOLATION) => {
            if let (Some(constraint), Some((_, default))) = (&model.cannot_move, &parent.default) {
                return Err(Failure::new(format!("{default} has rows of its time"))
                    .detail(format!(
                        "They cannot be moved: the foreign key {constraint} refers to them."
                    ))
                    .hint("Move them in a migration that drops the foreign key meanwhile.")
                    .into());
            }
            let sql = statement(parent, model, range, true);
            worker.transaction(&sql, Yield::Interrupt).await?
        }
        made => made?,
    };
    let moved = made.counts.iter().sum();
    worker.tally.add(moved);
    let of_default = match moved {
        0 => String::new(),
        rows => format!(", with rows of the default partition: {rows}"),
    };
    let name = parent.name_of(range);
    (worker.listen)(&format!(
        "created {name} for {} to {}{of_default}",
        range.from, range.to
    ));
    Ok(())
}

/// How many rows the default partition has for a new one; `None`: none, or it may not be read.
pub(super) async fn rows_to_move(
    worker: &mut Worker<'_>,
    parent: &Parent,
    range: &Range,
) -> Option<u64> {
    let (_, default) = parent.default.as_ref()?;
    let sql = format!(
        "{UTC}; SELECT pg_catalog.count(*) FROM {default} AS d WHERE {}",
        condition(parent, range)
    );
    let answer = worker.rehearse(&sql).await.ok()?;
    answer.rows.first()?.get(0)?.parse().ok()
}

/// A table, a detached partition or a type may have the name.
async fn refuse_taken(worker: &Worker<'_>, parent: &Parent, range: &Range) -> Result<(), Trouble> {
    let (schema, bare) = (&parent.schema, parent.bare_name_of(range));
    let sql = format!(
        "SELECT 1 FROM pg_catalog.pg_namespace AS n WHERE n.nspname = {} AND ( \
             EXISTS (SELECT FROM pg_catalog.pg_class AS c \
                 WHERE c.relnamespace = n.oid AND c.relname = {name}) \
             OR EXISTS (SELECT FROM pg_catalog.pg_type AS t \
                 WHERE t.typnamespace = n.oid AND t.typname = {name}))",
        quote_literal(schema),
        name = quote_literal(&bare),
    );
    if worker.ask(&sql).await?.is_empty() {
        return Ok(());
    }
    Err(Failure::new("something else has that name")
        .detail(format!("It is no partition of {}.", parent.name))
        .hint("Rename it, or attach it if it is a partition that was detached.")
        .into())
}

fn condition(parent: &Parent, range: &Range) -> String {
    let key = &parent.key;
    format!(
        "{key} IS NOT NULL AND {key} >= {} AND {key} < {}",
        parent.literal(&range.from),
        parent.literal(&range.to)
    )
}

fn statement(parent: &Parent, model: &Model, range: &Range, moves: bool) -> String {
    let (table, name) = (&parent.name, parent.name_of(range));
    let mode = if moves {
        "ACCESS EXCLUSIVE"
    } else {
        "SHARE UPDATE EXCLUSIVE"
    };
    let mut all = vec![
        UTC.to_owned(),
        format!("LOCK TABLE ONLY {table} IN {mode} MODE"),
    ];
    if let Some((_, default)) = &parent.default {
        // To ask for it later, while holding the other, would be a deadlock with a writer.
        all.push(format!("LOCK TABLE {default} IN ACCESS EXCLUSIVE MODE"));
    }
    // What `PARTITION OF` takes over. Indexes, foreign keys and triggers come with ATTACH; an
    // identity belongs to the whole table.
    all.push(format!(
        "CREATE TABLE {name} (LIKE {table} INCLUDING COMPRESSION INCLUDING CONSTRAINTS \
             INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE, \
             CONSTRAINT {CHECK} CHECK ({})){}",
        condition(parent, range),
        model.clauses
    ));
    if let Some((_, default)) = parent.default.as_ref().filter(|_| moves) {
        all.extend(model.quiet.iter().cloned());
        all.push(format!(
            "WITH moved AS (DELETE FROM {default} WHERE {} RETURNING {columns}) \
             INSERT INTO {name} ({columns}) SELECT {columns} FROM moved",
            condition(parent, range),
            columns = model.columns,
        ));
        all.extend(model.loud.iter().cloned());
    }
    let of = |(head, tail): &(String, String)| format!("{head}{name}{tail}");
    all.extend(model.before.iter().map(of));
    all.push(format!(
        "ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({}) TO ({})",
        parent.literal(&range.from),
        parent.literal(&range.to)
    ));
    all.push(format!("ALTER TABLE {name} DROP CONSTRAINT {CHECK}"));
    all.extend(model.after.iter().map(of));
    if let Some(index) = &model.identity_index {
        all.push(identity(&name, index));
    }
    all.join(";\n")
}

/// The name of the partition's own index is known only when it is there.
fn identity(name: &str, index: &str) -> String {
    let body = format!(
        "BEGIN EXECUTE (SELECT pg_catalog.format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', \
             {table}, c.relname) \
         FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid \
         JOIN pg_catalog.pg_index AS x ON x.indexrelid = c.oid \
         WHERE i.inhparent = {index} AND x.indrelid = {table}::pg_catalog.regclass); END",
        table = quote_literal(name),
    );
    format!(
        "DO LANGUAGE {} {}",
        quote_ident("plpgsql"),
        dollar_quote(&body)
    )
}
