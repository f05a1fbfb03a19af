//! `crmdb seed export`: a few rows and all that they refer to, as a file of seeds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::SeedArgs;
use super::document::TableDocument;
use super::prepare::recipes;
use crate::apply::Interrupt;
use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::connect::Session;
use crate::error::{Failure, Outcome};
use crate::plan::Scope;
use crate::printer::{clean, count};
use crate::project::{Project, suggest};
use crate::seed::export::{Slice, slice, write};
use crate::seed::mask::Mask;
use crate::seed::tables::{self, Table};
use crate::seed::{moment, recipe::Recipe};

/// Arguments of `seed export`.
#[derive(Args, Debug)]
#[command(
    after_help = "Columns with `mask = true` in dev.toml are replaced. Everything else is written \
                        as it is: look at the file before it goes anywhere."
)]
pub struct ExportArgs {
    /// The table, with its schema
    #[arg(long, value_name = "TABLE")]
    table: String,
    /// Which rows: an SQL condition
    #[arg(long = "where", value_name = "CONDITION", default_value = "true")]
    condition: String,
    /// The most rows of that table
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Serialize)]
struct ExportedDocument {
    format_version: u32,
    database: Database,
    file: Option<String>,
    tables: Vec<TableDocument>,
    masked: Vec<String>,
    sql: Option<String>,
}

/// Writes the rows, and what they refer to.
///
/// # Errors
///
/// When there is no such table; when the rows cannot be read, masked or written.
pub(super) async fn export(
    args: &ExportArgs,
    common: &SeedArgs,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    if common.dry_run || !common.modules.is_empty() {
        return Err(
            Failure::new("`seed export` has neither `--dry-run` nor `--module`")
                .hint("It changes nothing in the database.")
                .into(),
        );
    }
    let project = context.project()?;
    let recipes = recipes(&project, &Scope::All)?.wanted;
    let endpoint = context.endpoint(&project)?;
    let mut interrupt = Interrupt::listen()?;
    let session = context.open(&endpoint, false).await?;
    let work = take(&session, &project, args);
    let (tables, slice) = interrupt.or(work).await??;
    session.close().await;
    let documents: Vec<TableDocument> = slice
        .iter()
        .map(|(at, rows)| TableDocument::new(&tables[*at].title(), rows.len() as u64))
        .collect();
    let rows: usize = slice.values().map(std::collections::BTreeSet::len).sum();
    let mut masks = masks(&tables, &slice, &recipes)?;
    let masked: Vec<String> = masks.values().flat_map(Mask::names).collect();
    let sql = head(args, &masked) + &write(&tables, slice, &mut masks)?;
    if let Some(file) = &args.output {
        std::fs::write(file, &sql)
            .with_context(|| format!("could not write `{}`", file.display()))?;
    } else if !context.printer.is_json() {
        context.printer.line(sql.trim_end());
    }
    context.printer.note(&format!(
        "{} of {} exported, {} masked",
        count(rows, "row"),
        count(documents.len(), "table"),
        count(masked.len(), "column")
    ));
    context.printer.json(&ExportedDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&endpoint),
        file: args.output.as_ref().map(|file| file.display().to_string()),
        tables: documents,
        masked,
        sql: args.output.is_none().then_some(sql),
    });
    Ok(Outcome::Clean)
}

/// Reads the rows in a transaction that sees one state and writes nothing.
async fn take(
    session: &Session,
    project: &Project,
    args: &ExportArgs,
) -> anyhow::Result<(Vec<Table>, Slice)> {
    let client = session.client();
    let schemas: Vec<&str> = project.modules.iter().map(|module| &*module.name).collect();
    let tables = tables::read(client, &schemas).await?;
    let Some(table) = tables.iter().position(|table| table.title() == args.table) else {
        return Err(no_table(&tables, &args.table).into());
    };
    client
        .batch_execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''; \
             SET LOCAL row_security = off; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL TimeZone = 'UTC'; \
             SET LOCAL IntervalStyle = 'postgres'; SET LOCAL bytea_output = 'hex'; \
             SET LOCAL extra_float_digits = 1",
        )
        .await?;
    let slice = slice(client, &tables, table, &args.condition, args.limit).await?;
    Ok((tables, slice))
}

fn no_table(tables: &[Table], wanted: &str) -> Failure {
    let names: Vec<String> = tables.iter().map(Table::title).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let failure = Failure::new(format!(
        "there is no table `{}` in the project's modules",
        clean(wanted)
    ));
    match suggest(wanted, &names) {
        Some(known) => failure.hint(format!("Did you mean `{known}`?")),
        None => failure.hint("Name it with its schema: `leads.leads`."),
    }
}

fn masks(
    tables: &[Table],
    slice: &Slice,
    recipes: &BTreeMap<String, Recipe>,
) -> Result<BTreeMap<usize, Mask>, Failure> {
    let now = moment::of(SystemTime::now());
    let mut masks = BTreeMap::new();
    for at in slice.keys() {
        let table = &tables[*at];
        let recipe = recipes
            .get(&table.schema)
            .and_then(|recipe| recipe.tables.get(&table.name));
        if let Some(recipe) = recipe {
            masks.insert(*at, Mask::new(table, tables, recipe, now)?);
        }
    }
    Ok(masks)
}

/// The first lines of the file.
fn head(args: &ExportArgs, masked: &[String]) -> String {
    let one_line = |text: &str| text.replace(['\n', '\r'], " ");
    let mut head = format!(
        "-- {} WHERE {}, and the rows that these refer to.\n",
        one_line(&args.table),
        one_line(&args.condition)
    );
    if !masked.is_empty() {
        head += &format!("-- Masked: {}.\n", one_line(&masked.join(", ")));
    }
    head
}
