//! `crmdb migrate rehearse`: proves on a scratch database that each migration comes back.

use std::collections::BTreeSet;
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::goal::scope_up;
use crate::commands::Opened;
use crate::commands::drift::unified;
use crate::commands::{Context, FORMAT_VERSION, milliseconds};
use crate::error::Outcome;
use crate::ledger::Ledger;
use crate::plan::{Plan, Up, plan_up};
use crate::printer::{count, duration};
use crate::project::{MigrationId, Project};
use crate::rehearse::{Finding, Scratch, Stage, prove};

/// Arguments of `migrate rehearse`.
#[derive(Args, Debug)]
pub struct RehearseArgs {
    /// Only what the database has not applied yet; all else is applied first, unproved
    #[arg(long, conflicts_with = "all")]
    pending: bool,
    /// All migrations; so it is when nothing is said
    #[arg(long)]
    all: bool,
    /// Only this module and what it requires; may be given several times
    #[arg(long = "module", value_name = "NAME")]
    modules: Vec<String>,
    /// Server to make the scratch database on, instead of a server of its own
    #[arg(long, value_name = "URL")]
    on: Option<String>,
}

#[derive(Serialize)]
struct RehearsalDocument {
    format_version: u32,
    proved: usize,
    irreversible: Vec<String>,
    deferred: Vec<String>,
    findings: Vec<MigrationFindings>,
    duration_ms: f64,
}

#[derive(Serialize)]
struct MigrationFindings {
    migration: String,
    module: String,
    findings: Vec<Finding>,
}

/// Applies each migration, takes it back, applies it again, and compares the catalogs each time.
///
/// # Errors
///
/// When there is no scratch database.
pub async fn rehearse(args: &RehearseArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let project = context.project()?;
    let scope = scope_up(&project, context.target(&project)?, &args.modules)?;
    let applied = if args.pending {
        applied(project.clone(), context).await?
    } else {
        BTreeSet::new()
    };
    let scratch = context.scratch(args.on.as_deref()).await?;
    context
        .printer
        .note(&format!("rehearsing on {}", scratch.endpoint()));

    let up = Up {
        scope,
        to: None,
        allow_out_of_order: false,
        allow_missing: false,
    };
    let result = on_stage(&project, &scratch, &up, &applied, context).await;
    let removed = scratch.remove().await;
    let mut document = result?;
    removed?;

    document.duration_ms = milliseconds(started.elapsed());
    let wrong = document.findings.len();
    let proved = count(document.proved, "migration");
    let verb = if wrong == 1 { "does" } else { "do" };
    let took = duration(started.elapsed());
    context.printer.note(&match wrong {
        0 => format!("{proved} taken back and applied again exactly, in {took}"),
        _ => format!("{wrong} of {proved} {verb} not come back exactly, in {took}"),
    });
    context.printer.json(&document);
    Ok(if wrong == 0 {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

/// Returns what the database has applied.
async fn applied(project: Project, context: &mut Context) -> anyhow::Result<BTreeSet<MigrationId>> {
    let opened = Opened::open(project, context, false).await?;
    let state = &opened.reading.state;
    Ok(state
        .in_order()
        .into_iter()
        .map(|applied| applied.event.id.clone())
        .collect())
}

/// Carries the plan of a fresh database out, step by step.
async fn on_stage(
    project: &Project,
    scratch: &Scratch,
    up: &Up,
    applied: &BTreeSet<MigrationId>,
    context: &mut Context,
) -> anyhow::Result<RehearsalDocument> {
    let ledger = Ledger::new(&project.ledger_schema);
    let mut stage = Stage::open(project, scratch, &ledger).await?;
    let reading = stage.reading();
    let plan: Plan = plan_up(project, &reading.state, &reading.extensions, up)?;
    let mut document = RehearsalDocument {
        format_version: FORMAT_VERSION,
        proved: 0,
        irreversible: Vec::new(),
        deferred: plan.deferred.iter().map(|one| one.label.clone()).collect(),
        findings: Vec::new(),
        duration_ms: 0.0,
    };
    super::work::say_deferred(&mut context.printer, &plan);
    context.printer.start_progress(plan.steps.len());
    let mut before = stage.snapshot().await?;
    for (index, step) in plan.steps.into_iter().enumerate() {
        context.printer.progress(index, &step.label);
        if applied.contains(&step.id) {
            stage.step(step).await?;
            before = stage.snapshot().await?;
            continue;
        }
        let name = format!("{}/{}", step.module, step.label);
        let module = step.module.clone();
        let proof = prove(&mut stage, step, &before).await?;
        let stuck = proof.is_stuck();
        before = proof.after;
        if proof.irreversible {
            context.printer.line(&format!("irreversible  {name}"));
            document.irreversible.push(name);
            continue;
        }
        document.proved += 1;
        let verdict = if proof.findings.is_empty() {
            "proved"
        } else {
            "WRONG"
        };
        context.printer.line(&format!("{verdict:<12}  {name}"));
        for finding in &proof.findings {
            show(finding, context);
        }
        for object in &proof.left {
            context.printer.line(&format!("  leaves {object}"));
        }
        if !proof.findings.is_empty() {
            document.findings.push(MigrationFindings {
                migration: name,
                module,
                findings: proof.findings,
            });
        }
        if stuck {
            context
                .printer
                .note("the rest was not rehearsed: it stands on this migration");
            break;
        }
    }
    context.printer.end_progress();
    stage.close().await;
    Ok(document)
}

/// Says what is wrong.
fn show(finding: &Finding, context: &mut Context) {
    match finding {
        Finding::Failed {
            on_the_way,
            failure,
            ..
        } => {
            context
                .printer
                .line(&format!("  {on_the_way} failed: {failure}"));
        }
        Finding::Catalog { after, differences } => {
            for one in differences {
                let line = format!("  after {after}: {} {}", one.subject(), one.change());
                context.printer.line(&line);
                if one.property.is_some() {
                    context.printer.diff(&unified(one, ("before", after)));
                }
            }
        }
        Finding::Cluster { object } => {
            let line = format!("  after down: {object} is not as it was");
            context.printer.line(&line);
        }
        Finding::Rows {
            table,
            before,
            found,
        } => {
            let text = |rows: &Option<String>| rows.clone().unwrap_or_else(|| "none".to_owned());
            context.printer.line(&format!(
                "  after down: the rows of {table} are not those that were there: {}, before {}",
                text(found),
                text(before)
            ));
        }
    }
}
