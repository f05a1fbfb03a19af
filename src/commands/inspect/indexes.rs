//! `crmdb inspect indexes`: how large the indexes are, and how often they were used.

use clap::Args;
use serde::Serialize;

use super::report::{Document, Inspected, write_all};
use crate::commands::Context;
use crate::error::Outcome;
use crate::inspect::{Area, Finding, Index, Reader, findings};
use crate::printer::{Align, bytes, count};

/// Arguments of `inspect indexes`.
#[derive(Args, Debug)]
pub struct IndexesArgs {
    /// How many indexes to show; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Only indexes of this module; may be given several times
    #[arg(long = "module", value_name = "MODULE")]
    modules: Vec<String>,
}

#[derive(Serialize)]
struct IndexesReport {
    /// Since when uses are counted.
    uses_since: Option<String>,
    /// Null, like the list, where they could not be read.
    indexes_count: Option<usize>,
    indexes: Option<Vec<Index>>,
    findings: Vec<Finding>,
}

/// Shows the indexes, the largest first, and what is wrong with them.
///
/// # Errors
///
/// When the database cannot be read.
pub(super) async fn indexes(args: &IndexesArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let inspected = Inspected::open(context, &args.modules).await?;
    let mut reader = Reader::begin(inspected.session.client(), &inspected.scope).await?;
    let read = Index::read(&mut reader).await?;
    let findings = findings(&mut reader, Some(Area::Indexes)).await?;
    let uses_since = reader.facts().stats_since.clone();
    let not_checked = reader.end().await?;
    let is_read = read.is_some();
    let mut indexes = read.unwrap_or_default();
    let all = indexes.len();
    if args.limit > 0 {
        indexes.truncate(args.limit);
    }
    let printer = &mut context.printer;
    if !indexes.is_empty() {
        let columns = [
            ("index", Align::Left),
            ("size", Align::Right),
            ("scans", Align::Right),
            ("kind", Align::Left),
        ];
        let rows: Vec<Vec<String>> = indexes
            .iter()
            .map(|index| {
                vec![
                    index.name.clone(),
                    bytes(index.bytes),
                    index.scans.to_string(),
                    kind(index),
                ]
            })
            .collect();
        printer.table(&columns, &rows);
    }
    let shown = if indexes.len() < all {
        format!("the largest {} of {all} indexes", indexes.len())
    } else if all == 1 {
        "1 index".to_owned()
    } else {
        format!("{all} indexes")
    };
    let since = uses_since.as_deref().unwrap_or("the statistics began");
    if is_read {
        printer.note(&format!("{shown}; scans since {since}"));
    }
    write_all(&findings, &not_checked, printer);
    let report = IndexesReport {
        uses_since,
        indexes_count: is_read.then_some(all),
        indexes: is_read.then_some(indexes),
        findings,
    };
    printer.json(&Document::new(inspected.database, report, not_checked));
    Ok(Outcome::Clean)
}

fn kind(index: &Index) -> String {
    let mut words = Vec::new();
    if index.is_primary {
        words.push("primary".to_owned());
    } else if index.is_unique {
        words.push("unique".to_owned());
    }
    words.push(index.method.clone());
    if index.parts != 1 {
        let parts = usize::try_from(index.parts).unwrap_or_default();
        words.push(format!("in {}", count(parts, "part")));
    }
    if !index.is_valid {
        words.push("invalid".to_owned());
    }
    words.join(" ")
}
