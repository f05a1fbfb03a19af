//! What `seed dev` decides before it writes a row, and notes in the ledger.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context as _;

use super::dev::DevArgs;
use crate::commands::Opened;
use crate::error::Failure;
use crate::ledger::{self, forget_rows_statement, plan_rows_statement, seeded_rows};
use crate::plan::Scope;
use crate::project::Project;
use crate::seed::draft::{Draft, Wish};
use crate::seed::load::Load;
use crate::seed::recipe::Recipe;
use crate::seed::run::{Before, Making, keys, of_table};
use crate::seed::{foreign, moment, reserve, sample, tables};

/// What the recipes of the project say.
pub(super) struct Recipes {
    /// The texts of all modules: rows of one module after the other are made from the same.
    texts: Vec<String>,
    /// Those of the modules that are wanted.
    pub(super) wanted: BTreeMap<String, Recipe>,
}

/// Reads the `dev.toml` of each module.
pub(super) fn recipes(project: &Project, scope: &Scope) -> anyhow::Result<Recipes> {
    let (mut texts, mut wanted) = (Vec::new(), BTreeMap::new());
    for module in &project.modules {
        let path = format!("schema/{}/seeds/dev.toml", module.name);
        let text = match project.read_file(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("could not read `{path}`")),
        };
        let text =
            String::from_utf8(text).map_err(|_| Failure::new(format!("`{path}` is not UTF-8")))?;
        if scope.holds(&module.name) {
            wanted.insert(module.name.clone(), Recipe::parse(&text, &path)?);
        }
        texts.push(text);
    }
    Ok(Recipes { texts, wanted })
}

/// Decides on every row, and which tables are still to be filled.
pub(super) async fn prepare(
    args: &DevArgs,
    scope: &Scope,
    recipes: &Recipes,
    dry_run: bool,
    opened: &mut Opened,
) -> anyhow::Result<(Load, Vec<usize>, Before)> {
    opened.read_again().await?;
    let client = opened.session.client();
    if !dry_run {
        ledger::create(client, &opened.ledger, opened.reading.version).await?;
    }
    let has_rows = !dry_run || opened.reading.version >= ledger::SEEDED_ROWS_SINCE;
    let mut before = Before::default();
    if has_rows {
        let mut seeded = seeded_rows(client, &opened.ledger).await?;
        let vanished = foreign::vanished(client, &opened.ledger, &seeded).await?;
        seeded.retain(|rows| !vanished.contains(&rows.id));
        before = Before::of(&seeded, &opened.ledger);
        before.vanished = vanished;
    }
    let now = args
        .as_of
        .or(before.making.as_ref().map(|making| making.now));
    let wish = Wish {
        seed: args.seed,
        scale: args.scale,
        now: now.unwrap_or_else(|| moment::of(SystemTime::now())),
    };
    let modules = opened.project.modules.iter().map(|module| &*module.name);
    let schemas: Vec<&str> = modules.filter(|name| scope.holds(name)).collect();
    let tables = tables::read(client, &schemas).await?;
    let texts: Vec<&str> = recipes.texts.iter().map(|text| &**text).collect();
    let making = Making::new(&wish, &texts);
    before.refuse_other(&making)?;
    let draft = Draft::new(tables, &recipes.wanted)?;
    let generator = draft
        .finish(client, &wish, &before.conditions, &before.numbers)
        .await?;
    let wanted: Vec<usize> = (0..generator.designs.len())
        .filter(|table| {
            let relation = &generator.designs[*table].table.relation;
            let is_there = before.tables.get(relation) == Some(&true);
            generator.layout.rows[*table].generated > 0 && !is_there
        })
        .collect();
    foreign::refuse_unfit(&generator, &wanted)?;
    if !args.allow_other_rows {
        foreign::refuse_other_rows(client, &generator, &wanted, &before).await?;
    }
    if !dry_run {
        sample::judge(client, &generator, &wanted).await?;
    }
    let settings = vec![
        ledger::KEY_SETTINGS.to_owned(),
        "SET LOCAL search_path = ''".to_owned(),
        "SET LOCAL row_security = off".to_owned(),
        "SET LOCAL lock_timeout = '60s'".to_owned(),
        "SET LOCAL statement_timeout = 0".to_owned(),
        format!(
            "SET LOCAL client_connection_check_interval = '{}'",
            ledger::CONNECTION_CHECK
        ),
    ];
    let load = Load::new(
        Arc::new(generator),
        opened.ledger.clone(),
        making.text(),
        settings,
    );
    Ok((load, wanted, before))
}

/// Takes the numbers of surrogate keys, and notes in the ledger what is to come.
pub(super) async fn write_plan(
    client: &tokio_postgres::Client,
    load: &Load,
    wanted: &[usize],
    before: &Before,
) -> Result<(), tokio_postgres::Error> {
    let generator = &load.generator;
    let mut sql = format!(
        "BEGIN; {}",
        forget_rows_statement(&load.ledger, &before.vanished)
    );
    for table in wanted {
        let relation = &generator.designs[*table].table.relation;
        if before.tables.contains_key(relation) {
            continue;
        }
        for statement in reserve::statements(generator, *table) {
            sql += ";\n";
            sql += &statement;
        }
        sql += ";\n";
        let rows = generator.layout.rows[*table].generated;
        let keys = keys(generator, *table);
        let run = of_table(&load.run, generator, *table);
        sql += &plan_rows_statement(&load.ledger, relation, rows, &keys, &run);
    }
    client.batch_execute(&format!("{sql};\nCOMMIT")).await
}
