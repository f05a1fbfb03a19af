//! Removes generated rows, and nothing else.
//!
//! Generated rows are known by their keys. What triggers wrote about them is known by the generated
//! rows that it refers to; it goes along.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use tokio_postgres::Client;

use super::existing::select;
use super::order::order;
use super::tables::{ForeignKey, Table};
use crate::error::Failure;
use crate::ledger::{Ledger, RowOrigin, SeededRows};
use crate::printer::count;

/// What is to be removed from one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The table, qualified and quoted.
    pub relation: String,
    /// Which rows.
    pub condition: String,
}

/// Rows that would go along, or be in the way, and that crmdb did not generate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependents {
    /// Their table.
    pub relation: String,
    /// Which rows.
    pub condition: String,
}

/// How generated rows are removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clearing {
    /// Children first.
    pub removals: Vec<Removal>,
    /// What is asked for before.
    pub dependents: Vec<Dependents>,
}

/// Decides how generated rows are removed. Pure.
///
/// # Errors
///
/// When the tables cannot be put into an order.
pub fn plan(tables: &[Table], seeded: &[SeededRows], ledger: &Ledger) -> Result<Clearing, Failure> {
    let mut keys: BTreeMap<&str, String> = BTreeMap::new();
    let mut written: BTreeSet<&str> = BTreeSet::new();
    for rows in seeded {
        match rows.condition(ledger) {
            Some(condition) => {
                let all = keys.entry(&rows.relation).or_default();
                if !all.is_empty() {
                    all.push_str(" OR ");
                }
                all.push_str(&condition);
            }
            None if rows.origin == RowOrigin::Trigger => {
                written.insert(&rows.relation);
            }
            None => {}
        }
    }
    let mut clearing = Clearing::default();
    for at in order(tables)?.tables.into_iter().rev() {
        let table = &tables[at];
        let relation = table.relation.clone();
        let references: Vec<(&ForeignKey, String)> = table
            .foreign_keys
            .iter()
            .filter_map(|key| Some((key, reference(table, key, tables, &keys)?)))
            .collect();
        let own = keys.get(&*relation);
        if written.contains(&*relation) {
            let all: Vec<&str> = references
                .iter()
                .map(|(_, condition)| &**condition)
                .collect();
            if !all.is_empty() {
                clearing.removals.push(Removal {
                    relation: relation.clone(),
                    condition: all.join(" OR "),
                });
            }
        }
        if let Some(condition) = own {
            clearing.removals.push(Removal {
                relation: relation.clone(),
                condition: condition.clone(),
            });
        }
        if written.contains(&*relation) {
            continue;
        }
        let binding: Vec<&str> = references
            .iter()
            .filter(|(key, _)| matches!(&*key.on_delete, "a" | "r" | "c"))
            .map(|(_, condition)| &**condition)
            .collect();
        if !binding.is_empty() {
            let others = own.map_or(String::new(), |own| format!(" AND ({own}) IS NOT TRUE"));
            clearing.dependents.push(Dependents {
                condition: format!("({}){others}", binding.join(" OR ")),
                relation,
            });
        }
    }
    Ok(clearing)
}

impl Clearing {
    /// Removes rows, too, that belong to generated ones and were not generated.
    #[must_use]
    pub fn with_dependents(mut self) -> Self {
        let dependents = std::mem::take(&mut self.dependents);
        let removals = dependents.into_iter().map(|dependents| Removal {
            relation: dependents.relation,
            condition: dependents.condition,
        });
        self.removals.splice(0..0, removals);
        self
    }
}

/// The condition on a row of `table` to refer to a generated row by this key.
fn reference(
    table: &Table,
    key: &ForeignKey,
    tables: &[Table],
    keys: &BTreeMap<&str, String>,
) -> Option<String> {
    let parent = tables.iter().find(|other| other.oid == key.parent)?;
    let condition = keys.get(&*parent.relation)?;
    let name = |table: &Table, at: usize| crate::sql::quote_ident(&table.columns[at].name);
    let pairs: Vec<String> = table
        .columns_of(key)
        .into_iter()
        .zip(parent.columns_referred_to(key))
        .map(|(own, referred)| {
            format!(
                "{}.{} = p.{}",
                table.relation,
                name(table, own),
                name(parent, referred)
            )
        })
        .collect();
    Some(format!(
        "EXISTS (SELECT FROM {} AS p WHERE ({condition}) AND {})",
        parent.relation,
        pairs.join(" AND ")
    ))
}

/// Refuses to remove rows that others than crmdb have added to generated ones.
///
/// # Errors
///
/// The refusal, with the tables and how many rows.
pub async fn refuse_dependents(client: &Client, clearing: &Clearing) -> anyhow::Result<()> {
    let mut found = Vec::new();
    for dependents in &clearing.dependents {
        let others = count_rows(client, &dependents.relation, &dependents.condition).await?;
        if others > 0 {
            let others = count(usize::try_from(others).unwrap_or(usize::MAX), "row");
            found.push(format!("{others} of {}", dependents.relation));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(Failure::new("rows that crmdb did not generate belong to generated ones")
        .detail(format!("{}.", found.join(", ")))
        .hint("Remove them, or let them belong to other rows; or add `--with-dependents` to remove them too.")
        .into())
}

/// Removes the rows, in the transaction that is open. Returns how many, by table.
///
/// A table may refuse to have rows deleted, and let them go with their parents only: then they do.
///
/// # Errors
///
/// When rows stay.
pub async fn remove(client: &Client, clearing: &Clearing) -> anyhow::Result<Vec<(String, u64)>> {
    let mut refusals: BTreeMap<&str, tokio_postgres::Error> = BTreeMap::new();
    let mut removed = Vec::new();
    for Removal {
        relation,
        condition,
    } in &clearing.removals
    {
        let rows = count_rows(client, relation, condition).await?;
        if rows == 0 {
            continue;
        }
        client.batch_execute("SAVEPOINT removal").await?;
        let sql = format!("DELETE FROM {relation} WHERE {condition}");
        match client.batch_execute(&sql).await {
            Ok(()) => client.batch_execute("RELEASE SAVEPOINT removal").await?,
            Err(error) if !client.is_closed() => {
                client
                    .batch_execute("ROLLBACK TO SAVEPOINT removal")
                    .await?;
                refusals.insert(relation, error);
            }
            Err(error) => return Err(error.into()),
        }
        removed.push((relation.clone(), rows));
    }
    for Removal {
        relation,
        condition,
    } in &clearing.removals
    {
        let rows = count_rows(client, relation, condition).await?;
        if rows == 0 {
            continue;
        }
        let failure = Failure::new(format!("rows of `{relation}` cannot be removed"));
        let why = refusals
            .get(&**relation)
            .and_then(|error| error.as_db_error());
        let failure = failure.detail(match why {
            Some(error) => error.message().to_owned(),
            None => format!("{rows} are still there: a trigger keeps them."),
        });
        return Err(failure
            .hint("Nothing was removed. Rows that cannot be deleted go with the database only.")
            .into());
    }
    Ok(removed)
}

async fn count_rows(client: &Client, relation: &str, condition: &str) -> anyhow::Result<u64> {
    let sql = format!("SELECT pg_catalog.count(*) FROM {relation} WHERE {condition}");
    let rows = select(client, &sql)
        .await
        .with_context(|| format!("could not count the rows of `{relation}`"))?;
    Ok(rows
        .first()
        .and_then(|row| row.get(0)?.parse().ok())
        .unwrap_or(0))
}
