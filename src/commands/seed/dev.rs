//! `crmdb seed dev`: rows generated for a development database.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use anyhow::Context as _;
use clap::Args;

use super::SeedArgs;
use super::document::{GeneratedDocument, TableDocument};
use super::reference::reference_first;
use crate::apply::Interrupt;
use crate::commands::migrate::goal::scope_up;
use crate::commands::migrate::work::lock;
use crate::commands::{Context, Database, Opened};
use crate::connect::Session;
use crate::error::{Failure, Outcome};
use crate::ledger::{self, finished_statements, plan_rows_statement, seeded_rows};
use crate::plan::Scope;
use crate::printer::{clean, count, duration};
use crate::project::Project;
use crate::seed::draft::{Draft, Wish};
use crate::seed::load::{Load, Loading};
use crate::seed::recipe::Recipe;
use crate::seed::rows::Generator;
use crate::seed::run::{Before, Making, keys, of_table};
use crate::seed::{foreign, moment, reserve, sample, tables};

/// How many connections load at once, at most.
const CONNECTIONS: usize = 4;

/// Arguments of `seed dev`.
#[derive(Args, Debug)]
#[command(
    after_help = "The same seed, scale and day give the same rows on every machine. How the \
                        rows look stands in `schema/<module>/seeds/dev.toml`; what does not is read \
                        from the catalog."
)]
pub struct DevArgs {
    /// So many times the rows of scale 1; may be less than 1
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = scale)]
    scale: f64,
    /// Another seed gives other rows
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The day that the rows end with, in UTC; today when it is left out
    #[arg(long, value_name = "DAY", value_parser = moment::parse)]
    as_of: Option<i64>,
    /// Generate although the target is protected
    #[arg(long)]
    allow_protected_target: bool,
    /// Generate although the tables have rows that crmdb did not bring
    #[arg(long)]
    allow_other_rows: bool,
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(scale) if scale > 0.0 && scale <= 100_000.0 => Ok(scale),
        _ => Err("it is a number above 0, up to 100000".to_owned()),
    }
}

/// Generates the rows that are not there yet.
///
/// # Errors
///
/// When the rows cannot be generated, or may not be; what is there then.
pub(super) async fn dev(
    args: &DevArgs,
    common: &SeedArgs,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let project = context.project()?;
    refuse_protected(args, &project, context)?;
    let scope = scope_up(&project, context.target(&project)?, &common.modules)?;
    let recipes = recipes(&project, &scope)?;
    let mut interrupt = Interrupt::listen()?;
    let opened = Opened::open(project, context, !common.dry_run).await?;
    let mut opened = reference_first(&scope, common.dry_run, opened, context).await?;

    let lock = match common.dry_run {
        true => None,
        false => Some(lock(&opened, &mut interrupt, &mut context.printer).await?),
    };
    let work = prepare(args, &scope, &recipes, common.dry_run, &mut opened);
    let (load, wanted, before) = interrupt.or(work).await??;
    let generator = &load.generator;
    let total: u64 = wanted
        .iter()
        .map(|table| generator.layout.rows[*table].generated)
        .sum();
    if wanted.is_empty() && before.is_unfinished && !common.dry_run {
        interrupt.or(afterwards(&opened, &recipes)).await??;
    }
    if common.dry_run || wanted.is_empty() {
        show(context, &opened, generator, &wanted, started);
        return Ok(Outcome::Clean);
    }
    let client = opened.session.client();
    let plan = interrupt
        .or(write_plan(client, &load, &wanted, &before))
        .await?;
    plan.context("could not note the rows to come in the ledger")?;

    let mut sessions = Vec::new();
    for _ in 0..connections().min(wanted.len()) {
        sessions.push(interrupt.or(opened.endpoint.open()).await??);
    }
    context
        .printer
        .start_progress(usize::try_from(total).unwrap_or(usize::MAX));
    let mut done: Vec<TableDocument> = Vec::new();
    let loading = Instant::now();
    let printer = &mut context.printer;
    let mut listen = |progress: Loading<'_>| match progress {
        Loading::Sent(rows, table) => {
            #[allow(clippy::cast_precision_loss, reason = "a rate")]
            let rate = rows as f64 / loading.elapsed().as_secs_f64().max(0.001);
            printer.progress(
                usize::try_from(rows).unwrap_or(usize::MAX),
                &format!("{rate:.0} rows/s  {}", clean(table)),
            );
        }
        Loading::Loaded(table, rows, took) => {
            printer.detail(&format!("{table}: {rows} rows in {}", duration(took)));
            done.push(TableDocument::new(table, rows));
        }
    };
    let result = interrupt
        .or(load.tables(&sessions, &wanted, &mut listen))
        .await;
    context.printer.end_progress();
    if let Err(failure) = result.and_then(|result| result) {
        stop(&sessions).await;
        return Err(left(failure, &done, wanted.len()).into());
    }
    let took = loading.elapsed();
    for session in sessions {
        session.close().await;
    }
    interrupt.or(afterwards(&opened, &recipes)).await??;
    if let Some(lock) = lock {
        lock.release().await;
    }
    let document = GeneratedDocument::new(Database::of(&opened.endpoint), done, took);
    document.say(&mut context.printer);
    Ok(Outcome::Clean)
}

fn connections() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().min(CONNECTIONS))
}

fn refuse_protected(args: &DevArgs, project: &Project, context: &Context) -> anyhow::Result<()> {
    match context.target(project)? {
        Some(target) if target.protected && !args.allow_protected_target => {
            Err(Failure::new(format!(
                "target `{}` is protected: no rows are generated there",
                target.name
            ))
            .hint("If that is meant, add `--allow-protected-target`.")
            .into())
        }
        _ => Ok(()),
    }
}

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
async fn prepare(
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
    let before = match has_rows {
        true => Before::of(&seeded_rows(client, &opened.ledger).await?, &opened.ledger),
        false => Before::default(),
    };
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
async fn write_plan(
    client: &tokio_postgres::Client,
    load: &Load,
    wanted: &[usize],
    before: &Before,
) -> Result<(), tokio_postgres::Error> {
    let generator = &load.generator;
    let mut sql = "BEGIN".to_owned();
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

/// Ends what the connections do: their transactions are rolled back.
async fn stop(sessions: &[Session]) {
    for session in sessions {
        session.cancel().await.ok();
    }
}

/// Says what is there when not all tables could be loaded.
fn left(mut failure: Failure, done: &[TableDocument], wanted: usize) -> Failure {
    let left = match done {
        [] => "Nothing was generated.".to_owned(),
        done => {
            let names: Vec<&str> = done.iter().map(TableDocument::name).collect();
            format!(
                "{} of {} complete: {}. The others have no generated rows.",
                done.len(),
                if wanted == 1 {
                    "1 table is".to_owned()
                } else {
                    format!("{wanted} tables are")
                },
                names.join(", ")
            )
        }
    };
    failure.detail = Some(match failure.detail.take() {
        Some(detail) => format!("{detail}\n{left}"),
        None => left,
    });
    if failure.hint.is_none() {
        failure.hint =
            Some("The same command goes on; `crmdb seed clear` removes what is there.".to_owned());
    }
    failure
}

/// Runs what the recipes want run, in the order of the modules: all of it, or nothing.
async fn afterwards(opened: &Opened, recipes: &Recipes) -> anyhow::Result<()> {
    let client = opened.session.client();
    client
        .batch_execute("BEGIN; SET LOCAL search_path = ''")
        .await?;
    let modules = opened.project.modules.iter();
    for (module, recipe) in modules.filter_map(|module| recipes.wanted.get_key_value(&module.name))
    {
        for statement in &recipe.after {
            if let Err(error) = client.batch_execute(statement).await {
                client.batch_execute("ROLLBACK").await.ok();
                return Err(refused_after(module, statement, &error).into());
            }
        }
    }
    client
        .batch_execute(&format!("{}; COMMIT", finished_statements(&opened.ledger)))
        .await
        .context("could not end what is to be done after the rows")
}

fn refused_after(module: &str, statement: &str, error: &tokio_postgres::Error) -> Failure {
    let words: Vec<&str> = statement.split_whitespace().take(12).collect();
    let why = error
        .as_db_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned());
    Failure::new(format!(
        "a statement of `after` in the dev.toml of `{module}` failed"
    ))
    .detail(format!("{} …\n{why}", clean(&words.join(" "))))
    .hint("All rows are there. Correct the statement, `crmdb seed clear`, and generate again.")
}

/// Shows what would be generated, or that nothing is left to be.
fn show(
    context: &mut Context,
    opened: &Opened,
    generator: &Generator,
    wanted: &[usize],
    started: Instant,
) {
    let tables = wanted.iter().map(|table| {
        let title = generator.designs[*table].table.title();
        TableDocument::new(&title, generator.layout.rows[*table].generated)
    });
    let tables: Vec<TableDocument> = tables.collect();
    if tables.is_empty() {
        context.printer.note("nothing to do: the rows are there");
    } else {
        TableDocument::list(&tables, &mut context.printer);
        context
            .printer
            .note(&format!("{} would be filled", count(tables.len(), "table")));
    }
    let database = Database::of(&opened.endpoint);
    context.printer.json(&GeneratedDocument::planned(
        database,
        tables,
        started.elapsed(),
    ));
}
