//! `crmdb seed dev`: rows generated for a development database.

use std::time::Instant;

use anyhow::Context as _;
use clap::Args;

use super::SeedArgs;
use super::afterwards::afterwards;
use super::document::{RowsDocument, TableDocument};
use super::prepare::{Recipes, prepare, recipes, write_plan};
use super::reference::reference_first;
use crate::apply::Interrupt;
use crate::commands::migrate::goal::scope_up;
use crate::commands::migrate::work::lock;
use crate::commands::{Context, Database, Opened};
use crate::connect::Session;
use crate::error::{Failure, Outcome};
use crate::printer::{Printer, clean, count, duration};
use crate::project::Project;
use crate::seed::load::Loading;
use crate::seed::moment;
use crate::seed::rows::Generator;
use crate::seed::tables::Table;

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
    pub(super) scale: f64,
    /// Another seed gives other rows
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// The day that the rows end with, in UTC; today when it is left out
    #[arg(long, value_name = "DAY", value_parser = moment::parse)]
    pub(super) as_of: Option<i64>,
    /// Generate although the target is protected
    #[arg(long)]
    pub(super) allow_protected_target: bool,
    /// Generate although the tables have rows that crmdb did not bring
    #[arg(long)]
    pub(super) allow_other_rows: bool,
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
        false => Some(
            lock(
                &opened,
                &opened.project.module_names(),
                &mut interrupt,
                &mut context.printer,
            )
            .await?,
        ),
    };
    let work = prepare(args, &scope, &recipes, common.dry_run, &mut opened);
    let (load, wanted, before) = interrupt.or(work).await??;
    let generator = &load.generator;
    let total: u64 = wanted
        .iter()
        .map(|table| generator.layout.rows[*table].generated)
        .sum();
    let unfinished: Vec<&Table> = generator
        .designs
        .iter()
        .enumerate()
        .filter(|(at, design)| {
            wanted.contains(at) || before.unfinished.contains(&design.table.relation)
        })
        .map(|(_, design)| &design.table)
        .collect();
    if wanted.is_empty() && !unfinished.is_empty() && !common.dry_run {
        let printer = &mut context.printer;
        finish(&opened, &recipes, &unfinished, &mut interrupt, printer).await?;
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
    let printer = &mut context.printer;
    finish(&opened, &recipes, &unfinished, &mut interrupt, printer).await?;
    if let Some(lock) = lock {
        lock.release().await;
    }
    let document = RowsDocument::new(Database::of(&opened.endpoint), done, took);
    document.say(&mut context.printer);
    Ok(Outcome::Clean)
}

/// Does what comes after the rows; when that is interrupted, the server stops it, too.
async fn finish(
    opened: &Opened,
    recipes: &Recipes,
    tables: &[&Table],
    interrupt: &mut Interrupt,
    printer: &mut Printer,
) -> anyhow::Result<()> {
    match interrupt
        .or(afterwards(opened, recipes, tables, printer))
        .await
    {
        Ok(done) => done,
        Err(failure) => {
            opened.session.cancel().await.ok();
            Err(failure
                .detail("All rows are there; what `after` in dev.toml asks for was not done.")
                .hint("The same command does it; `crmdb seed clear` removes the rows.")
                .into())
        }
    }
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
    context
        .printer
        .json(&RowsDocument::planned(database, tables, started.elapsed()));
}
