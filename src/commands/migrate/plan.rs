//! `crmdb migrate plan`: what `up` would do, statement by statement.

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::document::{DeferredDocument, MigrationDocument, action};
use super::goal::{Goal, scope_up};
use super::work::say_deferred;
use crate::apply::{Block, blocks};
use crate::commands::Opened;
use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::error::Outcome;
use crate::plan::{Action, Plan, Reason, Settings, Step, Up};
use crate::printer::count;

/// Arguments of `migrate plan`.
#[derive(Args, Debug)]
pub struct PlanArgs {
    /// Stop after this version
    #[arg(long, value_name = "VERSION")]
    to: Option<i64>,
    /// Only this module and what it requires; may be given several times
    #[arg(long = "module", value_name = "NAME")]
    modules: Vec<String>,
    /// Plan files whose version is below one that is applied
    #[arg(long)]
    allow_out_of_order: bool,
    /// Go on although the file of an applied migration is missing
    #[arg(long)]
    allow_missing: bool,
    /// Print a script that psql can run, without the ledger's rows
    #[arg(long)]
    sql: bool,
}

/// How a plan is printed for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// Numbered steps with their statements.
    Text,
    /// A script.
    Sql,
}

/// Shows what `up` would do.
///
/// # Errors
///
/// What keeps `up` from being planned.
pub async fn plan(args: &PlanArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let goal = Goal::Up(Up {
        scope: scope_up(&project, context.target(&project)?, &args.modules)?,
        to: args.to,
        allow_out_of_order: args.allow_out_of_order,
        allow_missing: args.allow_missing,
    });
    let opened = Opened::open(project, context, false).await?;
    let plan = goal.plan(&opened).await?;
    let format = if args.sql {
        PlanFormat::Sql
    } else {
        PlanFormat::Text
    };
    print_plan(context, &opened, &plan, format);
    Ok(Outcome::Clean)
}

/// Prints a plan, as text, as SQL or as JSON.
pub(super) fn print_plan(context: &mut Context, opened: &Opened, plan: &Plan, format: PlanFormat) {
    for warning in &plan.warnings {
        context.printer.warning(warning);
    }
    let settings = Settings::of(&opened.project);
    if context.printer.is_json() {
        let document = PlanDocument::of(plan, &settings, Database::of(&opened.endpoint));
        context.printer.json(&document);
        return;
    }
    if format == PlanFormat::Sql && !plan.steps.is_empty() {
        // A migration that fails may not be followed by the next one.
        context.printer.line("\\set ON_ERROR_STOP on");
    }
    for (index, step) in plan.steps.iter().enumerate() {
        let head = format!("{}. {}", index + 1, title(step));
        let head = if format == PlanFormat::Sql {
            format!("-- {head}")
        } else {
            head
        };
        context.printer.line(&head);
        for block in blocks(plan, index, &settings) {
            context.printer.line(&script(&block, format));
        }
    }
    say_deferred(&mut context.printer, plan);
    let summary = match plan.steps.len() {
        0 => "nothing to do".to_owned(),
        steps => count(steps, "step"),
    };
    context.printer.note(&summary);
}

fn title(step: &Step) -> String {
    let verb = match step.action {
        Action::Apply => "apply",
        Action::RollBack => "roll back",
        Action::Seed => "seed",
    };
    let why = match step.reason {
        Reason::Pending => "",
        Reason::Changed => match step.action {
            Action::Seed => ", changed since it was run",
            _ => ", changed since it was applied",
        },
        Reason::AfterThePoint => ", from the ledger",
        Reason::Restored => ", as it was then",
    };
    let order = if step.out_of_order {
        ", out of order"
    } else {
        ""
    };
    format!("{verb} {}/{}{why}{order}", step.module, step.label)
}

/// Returns a block as a script; indented within a text for people.
fn script(block: &Block, format: PlanFormat) -> String {
    let mut statements = Vec::new();
    if block.transaction {
        statements.push("BEGIN".to_owned());
    }
    statements.extend_from_slice(&block.settings);
    statements.extend_from_slice(&block.statements);
    if block.transaction {
        if format == PlanFormat::Text {
            statements.push("-- the ledger's row".to_owned());
        }
        statements.push("COMMIT".to_owned());
    }
    let mut text = String::new();
    for statement in statements {
        let end = if statement.starts_with("-- the") {
            ""
        } else {
            ";"
        };
        let statement = format!("{statement}{end}\n");
        match format {
            // As it is: space at the end of a line may be within a string.
            PlanFormat::Sql => text.push_str(&statement),
            PlanFormat::Text => {
                for line in statement.lines() {
                    text.push_str(format!("   {line}").trim_end());
                    text.push('\n');
                }
            }
        }
    }
    text
}

#[derive(Serialize)]
struct PlanDocument {
    format_version: u32,
    database: Database,
    head: HeadDocument,
    steps: Vec<PlannedStep>,
    deferred: Vec<DeferredDocument>,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct HeadDocument {
    seq: i64,
    hash: Option<String>,
}

#[derive(Serialize)]
struct PlannedStep {
    action: &'static str,
    reason: &'static str,
    #[serde(flatten)]
    migration: MigrationDocument,
    source: String,
    out_of_order: bool,
    blocks: Vec<BlockDocument>,
}

#[derive(Serialize)]
struct BlockDocument {
    transaction: bool,
    settings: Vec<String>,
    statements: Vec<String>,
}

impl PlanDocument {
    fn of(plan: &Plan, settings: &Settings, database: Database) -> Self {
        let hash = Some(plan.head.hash.clone()).filter(|hash| !hash.is_empty());
        Self {
            format_version: FORMAT_VERSION,
            database,
            head: HeadDocument {
                seq: plan.head.seq,
                hash,
            },
            steps: (0..plan.steps.len())
                .map(|index| PlannedStep::of(plan, index, settings))
                .collect(),
            deferred: DeferredDocument::all(&plan.deferred),
            warnings: plan.warnings.clone(),
        }
    }
}

impl PlannedStep {
    fn of(plan: &Plan, index: usize, settings: &Settings) -> Self {
        let step = &plan.steps[index];
        Self {
            action: action(step.action),
            reason: match step.reason {
                Reason::Pending => "pending",
                Reason::Changed => "changed",
                Reason::AfterThePoint => "after_the_point",
                Reason::Restored => "restored",
            },
            migration: MigrationDocument::of_step(step),
            source: step.source.clone(),
            out_of_order: step.out_of_order,
            blocks: blocks(plan, index, settings)
                .into_iter()
                .map(|block| BlockDocument {
                    transaction: block.transaction,
                    settings: block.settings,
                    statements: block.statements,
                })
                .collect(),
        }
    }
}
