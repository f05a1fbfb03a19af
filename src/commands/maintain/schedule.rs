//! `crmdb maintain schedule`: definitions for other schedulers.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::selection::tasks;
use crate::cli::Format;
use crate::commands::{Context, folder_of};
use crate::error::{Failure, Outcome};
use crate::maintain::export::{self, Scheduler, Wanted};
use crate::maintain::write_whole;
use crate::printer::count;
use crate::project::Project;

/// Arguments of `maintain schedule`.
#[derive(Args, Debug)]
#[command(after_help = "\
Formats (--format):
  crontab     one table; with --user, a file of /etc/cron.d
  systemd     a service and a timer for each task
  kubernetes  a CronJob for each task, with --image
  pg_cron     SQL for the extension, for tasks that are SQL and nothing else

Each calls `crmdb maintain run --due TASK -q`, but for those of pg_cron. The
ledger decides whether a time was run already: several machines may have the
same definitions.")]
pub struct ScheduleArgs {
    /// Tasks to write definitions for; all that have a schedule, if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Only the tasks of this module
    #[arg(long = "module", value_name = "MODULE")]
    modules: Vec<String>,
    /// Folder to write files into, instead of to stdout
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// How crmdb is called, as words of a shell
    #[arg(long, value_name = "COMMAND")]
    command: Option<String>,
    /// The system's user that runs it; systemd makes one for each task, if none is named
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Image that has crmdb, for kubernetes
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// Secret that holds DATABASE_URL, for kubernetes
    #[arg(long, value_name = "NAME", default_value = "crmdb")]
    secret: String,
}

/// Writes the definitions. No database is needed.
///
/// # Errors
///
/// When no scheduler is named; when a task that is named has no schedule; when a file cannot be
/// written.
pub(super) fn schedule(args: &ScheduleArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let scheduler = match context.global.format {
        Format::Crontab => Scheduler::Crontab,
        Format::Systemd => Scheduler::Systemd,
        Format::Kubernetes => Scheduler::Kubernetes,
        Format::PgCron => Scheduler::PgCron,
        Format::Table | Format::Json => {
            return Err(Failure::new("no scheduler is named")
                .hint("Add `--format crontab`, `systemd`, `kubernetes` or `pg_cron`.")
                .into());
        }
    };
    let project = context.project()?;
    let mut chosen = tasks(&project, &args.names, &args.modules)?;
    if let Some(task) = chosen.iter().find(|task| task.schedule.is_none())
        && !args.names.is_empty()
    {
        return Err(
            Failure::new(format!("the task `{}` has no `schedule`", task.name))
                .hint("It is run by name: `crmdb maintain run NAME`.")
                .into(),
        );
    }
    chosen.retain(|task| task.schedule.is_some());
    if chosen.is_empty() {
        context.printer.note("no task has a `schedule`");
    }
    context.target(&project)?;
    let definitions = export::export(
        scheduler,
        &Wanted {
            command: command(args, scheduler, &project, context)?,
            project: &project,
            tasks: chosen,
            user: args.user.clone(),
            image: args.image.clone(),
            secret: args.secret.clone(),
        },
    )?;
    let Some(folder) = &args.output else {
        for (at, definition) in definitions.iter().enumerate() {
            match scheduler {
                Scheduler::Kubernetes if at > 0 => context.printer.raw("---\n"),
                Scheduler::Systemd => {
                    let before = if at > 0 { "\n" } else { "" };
                    let name = &definition.name;
                    context.printer.raw(&format!("{before}# {name}\n"));
                }
                _ => {}
            }
            context.printer.raw(&definition.text);
        }
        return Ok(Outcome::Clean);
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("could not make the folder `{}`", folder.display()))?;
    for definition in &definitions {
        write_whole(&folder.join(&definition.name), &definition.text)?;
    }
    let files = count(definitions.len(), "file");
    let text = format!("{files} written into `{}`", folder.display());
    context.printer.note(&text);
    Ok(Outcome::Clean)
}

/// The words that call crmdb for this project, and this target.
fn command(
    args: &ScheduleArgs,
    scheduler: Scheduler,
    project: &Project,
    context: &Context,
) -> anyhow::Result<Vec<String>> {
    let mut words = match &args.command {
        Some(command) => export::split(command)?,
        None => {
            let mut words = vec!["crmdb".to_owned()];
            // Whoever calls it does so in a folder of its own; an image has its own files.
            if let Some(folder) = folder_of(project)
                && scheduler != Scheduler::Kubernetes
            {
                let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
                let text = folder.to_str().filter(|it| !it.contains(char::is_control));
                let text = text.with_context(|| {
                    format!("the folder `{}` has no plain name", folder.display())
                })?;
                words.extend(["--project".to_owned(), text.to_owned()]);
            }
            words
        }
    };
    if let Some(target) = &context.global.target {
        words.extend(["--target".to_owned(), target.clone()]);
    }
    Ok(words)
}
