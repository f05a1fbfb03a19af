//! What generated rows were made from, as the ledger keeps it: the same again makes the same rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::design::Source;
use super::draft::Wish;
use super::rows::Generator;
use super::surrogate::Surrogate;
use super::value::Value;
use crate::error::Failure;
use crate::ledger::{Keys, Ledger, RowOrigin, SeededRows};

/// What generated rows were made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Making {
    /// `--seed`.
    pub seed: u64,
    /// `--scale`.
    pub scale: f64,
    /// `--as-of`, in microseconds since 2000.
    pub now: i64,
    /// Of crmdb's version, the recipes and the tables.
    pub digest: String,
}

impl Making {
    /// Returns what rows are made from. `texts` are the recipes and whatever else decides.
    #[must_use]
    pub fn new(wish: &Wish, texts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        digest.update(env!("CARGO_PKG_VERSION"));
        for text in texts {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text);
        }
        let digest: [u8; 32] = digest.finalize().into();
        Self {
            seed: wish.seed,
            scale: wish.scale,
            now: wish.now,
            digest: digest[..8]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        }
    }

    /// As JSON, for the ledger.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The first number of each numbered column of a table.
#[derive(Serialize, Deserialize)]
struct Numbers {
    #[serde(default)]
    numbers: BTreeMap<String, i64>,
}

/// What the rows of a table are made from, as JSON: what holds for all, and the first numbers.
#[must_use]
pub fn of_table(making: &str, generator: &Generator, table: usize) -> String {
    let design = &generator.designs[table];
    let columns = design.table.columns.iter().zip(&design.sources);
    let numbers: BTreeMap<&str, i64> = columns
        .filter_map(|(column, source)| match source {
            Source::Surrogate(Surrogate::Number { first, .. }) => Some((&*column.name, *first)),
            _ => None,
        })
        .collect();
    match serde_json::from_str(making) {
        Ok(serde_json::Value::Object(mut making)) if !numbers.is_empty() => {
            making.insert("numbers".to_owned(), serde_json::json!(numbers));
            serde_json::Value::Object(making).to_string()
        }
        _ => making.to_owned(),
    }
}

/// How a run ended.
#[derive(Deserialize)]
struct End {
    #[serde(default)]
    is_finished: bool,
}

/// What an earlier run has left of generated rows.
#[derive(Debug, Default)]
pub struct Before {
    /// What they were made from.
    pub making: Option<Making>,
    /// Conditions that tell them, by table.
    pub conditions: BTreeMap<String, Vec<String>>,
    /// The first number of each numbered column, by table.
    pub numbers: BTreeMap<String, BTreeMap<String, i64>>,
    /// Tables that were planned, and whether they are there.
    pub tables: BTreeMap<String, bool>,
    /// What the ledger has, and the database has not: numbers in the ledger.
    pub vanished: BTreeSet<i64>,
    /// Tables whose rows came without what is to be done after them.
    pub unfinished: BTreeSet<String>,
    /// How many rows crmdb has brought, by table.
    pub known: BTreeMap<String, u64>,
}

impl Before {
    /// Sums up what the ledger says.
    #[must_use]
    pub fn of(rows: &[SeededRows], ledger: &Ledger) -> Self {
        let mut before = Self::default();
        for row in rows {
            if row.is_loaded {
                *before.known.entry(row.relation.clone()).or_default() += row.count;
            }
            if row.origin != RowOrigin::Generated {
                continue;
            }
            let is_finished = serde_json::from_str(&row.run).map(|end: End| end.is_finished);
            if !is_finished.unwrap_or(false) {
                before.unfinished.insert(row.relation.clone());
            }
            before.making = serde_json::from_str(&row.run).ok().or(before.making);
            let conditions = before.conditions.entry(row.relation.clone()).or_default();
            conditions.extend(row.condition(ledger));
            if let Ok(Numbers { numbers }) = serde_json::from_str(&row.run) {
                before.numbers.insert(row.relation.clone(), numbers);
            }
            before.tables.insert(row.relation.clone(), row.is_loaded);
        }
        before
    }

    /// Refuses to mix rows that were made from something else.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn refuse_other(&self, making: &Making) -> Result<(), Failure> {
        let Some(before) = self.making.as_ref().filter(|before| *before != making) else {
            return Ok(());
        };
        let failure = if (before.seed, before.scale, before.now)
            == (making.seed, making.scale, making.now)
        {
            Failure::new(
                "the database holds rows that were generated from other recipes, or for other tables",
            )
        } else {
            Failure::new(format!(
                "the database holds rows generated with scale {}, seed {}, as of {}",
                before.scale,
                before.seed,
                super::moment::day(before.now)
            ))
        };
        Err(failure.hint("Remove them first: `crmdb seed clear`."))
    }
}

/// How the generated rows of a table are known: by a surrogate key, else by the primary key or another
/// unique one, else by all that stands in them.
#[must_use]
pub fn keys(generator: &Generator, table: usize) -> Keys {
    let design = &generator.designs[table];
    let rows = generator.layout.rows[table].generated;
    if let (Some((column, surrogate)), Some(last)) = (design.surrogate(), rows.checked_sub(1)) {
        let mut ends = [surrogate.value(0), surrogate.value(last)];
        if let Surrogate::Number { increment, .. } = surrogate
            && *increment < 0
        {
            ends.reverse();
        }
        let [first, last] = ends.map(|value| match value {
            Value::Uuid(uuid) => super::value::uuid_text(uuid),
            Value::Int(number) => number.to_string(),
            _ => String::new(),
        });
        let column = design.table.columns[column].name.clone();
        return Keys::Span {
            column,
            first,
            last,
        };
    }
    let is_there = |name: &String| {
        let at = design.table.position(name);
        at.is_some_and(|at| design.table.columns[at].not_null)
    };
    let mut plain = design.table.keys.iter().filter(|key| key.is_plain);
    let columns = match plain.find(|key| key.columns.iter().all(is_there)) {
        Some(key) => key.columns.clone(),
        None => design
            .table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect(),
    };
    Keys::Listed(columns)
}
