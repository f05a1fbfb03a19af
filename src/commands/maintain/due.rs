//! `crmdb maintain due`: what is due now.

use clap::Args;
use serde::Serialize;

use super::selection::{missing, standings, tasks};
use crate::commands::{Context, Database, FORMAT_VERSION, Opened};
use crate::error::Outcome;
use crate::ledger::{self, Standing};
use crate::maintain;
use crate::printer::Align;

/// Arguments of `maintain due`.
#[derive(Args, Debug)]
pub struct DueArgs {
    /// Only the tasks of this module
    #[arg(long = "module", value_name = "MODULE")]
    modules: Vec<String>,
    /// Exit with 1 if something is due
    #[arg(long)]
    check: bool,
}

#[derive(Serialize)]
struct DueDocument {
    format_version: u32,
    database: Database,
    now: String,
    due: Vec<DueRow>,
}

#[derive(Serialize)]
struct DueRow {
    task: String,
    scheduled_for: String,
    missed: usize,
    outside_window: bool,
}

/// Shows what is due, by the server's clock.
///
/// # Errors
///
/// When there is no connection, or the ledger cannot be read.
pub(super) async fn due(args: &DueArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.project()?;
    let opened = Opened::open(project, context, false).await?;
    let standings = standings(&opened).await?;
    let now = ledger::clock(opened.session.client()).await?;
    let nothing = Standing::default();
    let mut found = Vec::new();
    for task in tasks(&opened.project, &[], &args.modules)? {
        if missing(task, &opened.reading.state).is_some() {
            continue;
        }
        let due = maintain::due(task, standings.get(&task.name).unwrap_or(&nothing), now);
        let waits = !due.waiting.is_empty();
        found.extend(due.slots.iter().chain(&due.waiting).map(|slot| DueRow {
            task: task.name.clone(),
            scheduled_for: slot.at.to_string(),
            missed: slot.missed,
            outside_window: waits,
        }));
    }
    let is_due = found.iter().any(|row| !row.outside_window);
    if !found.is_empty() {
        let columns = [
            ("task", Align::Left),
            ("for (UTC)", Align::Left),
            ("missed before", Align::Right),
            ("", Align::Left),
        ];
        let row = |due: &DueRow| {
            let waits = if due.outside_window {
                "waits for its window"
            } else {
                ""
            };
            vec![
                due.task.clone(),
                due.scheduled_for.replace('T', " ").replace('Z', ""),
                due.missed.to_string(),
                waits.to_owned(),
            ]
        };
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        context.printer.table(&columns, &rows);
    } else {
        context.printer.note("nothing is due");
    }
    context.printer.json(&DueDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&opened.endpoint),
        now: now.to_string(),
        due: found,
    });
    Ok(if is_due && args.check {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}
