//! `crmdb maintain run`: runs tasks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::report::{done, metrics, tell};
use super::selection::{chosen, missing, standings, upgrade};
use crate::apply::{Gathering, Interrupt};
use crate::commands::{Context, Database, FORMAT_VERSION, Opened};
use crate::error::{Failure, Outcome};
use crate::ledger::{self, RunFacts, Standing};
use crate::maintain::{self, Asked, Item, Report, Site};
use crate::printer::{Align, Printer};
use crate::project::Task;
use crate::project::task::Work;

/// Who calls a task at its time may have a clock that is ahead of the server's.
const AHEAD: SignedDuration = SignedDuration::from_secs(30);

/// Arguments of `maintain run`.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit codes: 0 done, or nothing was due; 1 a task failed, gave way or was skipped; 2 could not.
Where nobody watches (stderr is no terminal), only what went wrong is written; -v writes more.")]
pub struct RunArgs {
    /// Tasks to run
    #[arg(value_name = "NAME", required_unless_present_any = ["due", "all"])]
    names: Vec<String>,
    /// Run what is due, of these tasks or of all
    #[arg(long)]
    due: bool,
    /// Run all tasks, due or not
    #[arg(long, conflicts_with_all = ["due", "names"])]
    all: bool,
    /// Only the tasks of this module
    #[arg(long = "module", value_name = "MODULE")]
    modules: Vec<String>,
    /// Run at any time of day, also outside the window of a task
    #[arg(long)]
    force: bool,
    /// Say what would be done, and how many rows it is about; functions and statements are run, and undone
    #[arg(long)]
    dry_run: bool,
    /// File to write how all tasks stand into, for Prometheus
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    metrics: Option<PathBuf>,
}

/// Runs tasks, one after the other.
///
/// # Errors
///
/// When there is no such task, no connection, or the ledger refuses; exit code 130 after an
/// interrupt.
pub(super) async fn run(args: &RunArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    if !args.dry_run {
        context.printer.quiet_unless_watched();
    }
    let project = context.project()?;
    let mut interrupt = Interrupt::listen()?;
    let facts = Gathering::start(None).finish("");
    let mut opened = Opened::open(project, context, !args.dry_run).await?;
    if !args.dry_run {
        upgrade(&mut opened, context, &mut interrupt).await?;
    }
    let chosen = chosen(context, &opened.project, &args.names, &args.modules)?;
    if !args.dry_run {
        let names: Vec<&str> = chosen.iter().map(|task| task.name.as_str()).collect();
        ledger::meet(opened.session.client(), &opened.ledger, &names, args.due).await?;
    }
    let mut runs = Runs {
        args,
        opened: &opened,
        facts: &facts,
        interrupt,
        printer: &mut context.printer,
        outcome: Outcome::Clean,
        count: 0,
    };
    let standings = standings(&opened).await?;
    let now = ledger::clock(opened.session.client()).await?;
    let wanted = runs.wanted(&chosen, &standings, now);
    if args.dry_run {
        return runs.preview(&wanted).await;
    }
    let mut result = Ok(());
    let metrics = args.metrics.as_deref();
    for (task, asked) in wanted {
        result = runs.one(task, asked).await;
        if result.is_err() {
            break;
        }
    }
    if runs.count == 0 && result.is_ok() {
        runs.printer.note("nothing is due");
    }
    let outcome = runs.outcome;
    if let Some(path) = metrics {
        // What the runs met weighs more than what became of the file.
        let written = write_metrics(path, &opened).await;
        result = result.and(written);
    }
    result.map(|()| outcome)
}

/// Writes the metrics of all tasks, not only of those that were run.
async fn write_metrics(path: &Path, opened: &Opened) -> anyhow::Result<()> {
    let text = metrics(opened.session.client(), &opened.ledger, &opened.project).await?;
    maintain::write_whole(path, &text)
}

struct Runs<'a> {
    args: &'a RunArgs,
    opened: &'a Opened,
    facts: &'a RunFacts,
    interrupt: Interrupt,
    printer: &'a mut Printer,
    outcome: Outcome,
    count: usize,
}

impl<'a> Runs<'a> {
    fn site(&self) -> Site<'a> {
        Site {
            project: &self.opened.project,
            endpoint: &self.opened.endpoint,
            ledger: &self.opened.ledger,
            facts: self.facts,
        }
    }

    /// Returns the runs that are to be done.
    fn wanted<'p>(
        &mut self,
        tasks: &[&'p Task],
        standings: &BTreeMap<String, Standing>,
        now: Timestamp,
    ) -> Vec<(&'p Task, Asked)> {
        let mut wanted = Vec::new();
        let force = self.args.force;
        let nothing = Standing::default();
        for task in tasks {
            if let Some(why) = missing(task, &self.opened.reading.state) {
                let mut report = Report::skipped(Asked::default(), why);
                // Who names it wants it; among all, it waits for its module.
                report.is_elsewhere = self.args.names.is_empty();
                if tell(task, Asked::default(), &report, self.printer) == Outcome::Findings {
                    self.outcome = Outcome::Findings;
                }
                continue;
            }
            if !self.args.due {
                let asked = Asked {
                    force,
                    ..Asked::default()
                };
                wanted.push((*task, asked));
                continue;
            }
            let now = if self.args.names.is_empty() {
                now
            } else {
                now + AHEAD
            };
            let standing = standings.get(&task.name).unwrap_or(&nothing);
            let due = maintain::due(task, standing, now);
            let asked = |slot| Asked {
                slot: Some(slot),
                force,
                ..Asked::default()
            };
            wanted.extend(due.slots.into_iter().map(|slot| (*task, asked(slot))));
        }
        wanted
    }

    /// Runs a task once, and says how it went.
    async fn one(&mut self, task: &Task, asked: Asked) -> anyhow::Result<()> {
        self.count += 1;
        let (site, session) = (self.site(), &self.opened.session);
        let asked = Asked {
            is_watched: self.printer.is_heard(),
            ..asked
        };
        let printer = &mut *self.printer;
        let mut listen = |text: &str| printer.note(&format!("{}: {text}", task.name));
        let report =
            maintain::run(site, task, asked, session, &mut self.interrupt, &mut listen).await?;
        if tell(task, asked, &report, self.printer) == Outcome::Findings {
            self.outcome = Outcome::Findings;
        }
        if report.is_interrupted {
            let mut failure = Failure::new(format!("task `{}` was interrupted", task.name));
            failure.interrupted = true;
            return Err(failure
                .detail(done(&report))
                .hint(match task.work {
                    Work::Call(_) | Work::Sql(_) => {
                        "What was not committed is undone; the next run begins anew."
                    }
                    _ => "What is done is kept; the next run goes on.",
                })
                .into());
        }
        Ok(())
    }

    /// Says what the runs would do.
    async fn preview(&mut self, wanted: &[(&Task, Asked)]) -> anyhow::Result<Outcome> {
        let mut documents = Vec::new();
        let mut rows = Vec::new();
        for (task, _) in wanted {
            let mut listen = |_: &str| {};
            let site = self.site();
            let items = match maintain::preview(site, task, &self.interrupt, &mut listen).await {
                Ok(items) => items,
                Err(error) if self.interrupt.happened() => return Err(error),
                Err(error) => {
                    let what = format!("could not look at the task `{}`", task.name);
                    self.printer.failure(&error.context(what));
                    self.outcome = Outcome::Findings;
                    continue;
                }
            };
            for item in items {
                let rows_of_it = item.rows.map(|rows| rows.to_string()).unwrap_or_default();
                rows.push(vec![
                    task.name.clone(),
                    item.action.clone(),
                    rows_of_it,
                    item.object.clone(),
                ]);
                documents.push(ItemDocument::of(task, item));
            }
        }
        if rows.is_empty() && self.outcome == Outcome::Clean {
            self.printer.note("nothing to do");
        } else {
            let columns = [
                ("task", Align::Left),
                ("action", Align::Left),
                ("rows", Align::Right),
                ("object", Align::Left),
            ];
            self.printer.table(&columns, &rows);
        }
        self.printer.json(&PreviewDocument {
            format_version: FORMAT_VERSION,
            database: Database::of(&self.opened.endpoint),
            items: documents,
        });
        Ok(self.outcome)
    }
}

#[derive(Serialize)]
struct PreviewDocument {
    format_version: u32,
    database: Database,
    items: Vec<ItemDocument>,
}

#[derive(Serialize)]
struct ItemDocument {
    task: String,
    object: String,
    action: String,
    rows: Option<u64>,
}

impl ItemDocument {
    fn of(task: &Task, item: Item) -> Self {
        Self {
            task: task.name.clone(),
            object: item.object,
            action: item.action,
            rows: item.rows,
        }
    }
}
