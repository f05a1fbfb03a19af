//! `crmdb drift check`: the database against what it should be.

use clap::{Args, ValueEnum};

use super::report::{ReportArgs, report, untouched};
use super::{is_ignored, side};
use crate::catalog::{self, Difference, Snapshot};
use crate::commands::{Context, Opened};
use crate::error::{Failure, Outcome};
use crate::ledger::{self, Event, EventKind, Remembered};
use crate::plan::label;
use crate::project::{MigrationId, Project};
use crate::rehearse::rebuild;

/// Arguments of `drift check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// What the database should be
    #[arg(long, value_name = "WHAT", default_value = "ledger")]
    against: Against,
    /// With `--against files`: server to make the scratch database on, instead of one of its own
    #[arg(long, value_name = "URL")]
    on: Option<String>,
    #[command(flatten)]
    report: ReportArgs,
}

/// What a database is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Against {
    /// What the last run left behind, as the ledger has it.
    Ledger,
    /// The snapshot in the repository.
    Golden,
    /// A scratch database with the applied migrations, from their files.
    Files,
}

/// Compares the database with what it should be.
///
/// # Errors
///
/// When one of them cannot be read.
pub async fn check(args: &CheckArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    if args.on.is_some() && args.against != Against::Files {
        return Err(Failure::new("`--on` is for `--against files`")
            .hint("Nothing else needs a scratch database.")
            .into());
    }
    let project = match args.against {
        Against::Files => context.project()?,
        Against::Ledger | Against::Golden => context.draft_project()?,
    };
    let opened = Opened::open(project, context, false).await?;
    let client = opened.session.client();
    let (name, expected) = match args.against {
        Against::Golden => (side::GOLDEN.to_owned(), side::golden(&opened.project)?),
        Against::Files => {
            last_change(&opened)?;
            let expected = from_files(args, &opened, context).await?;
            ("the files".to_owned(), expected)
        }
        Against::Ledger => {
            let last = last_snapshot(&opened).await?;
            let name = format!("what the run of {} UTC left", last.taken_at);
            if catalog::token(client).await? == last.token {
                // Nothing was touched, so there is nothing to compare.
                let names = (name.as_str(), &*opened.endpoint.to_string());
                return Ok(untouched(&args.report, context, names));
            }
            let text = ledger::snapshot_text(client, &opened.ledger, last.seq).await?;
            (name, catalog::parse(&text)?)
        }
    };
    let found = catalog::read(client, &opened.project.ledger_schema).await?;
    Ok(report(
        &args.report,
        &opened.project,
        context,
        (&name, &opened.endpoint.to_string()),
        (&expected, &found),
    ))
}

/// Compares the database with what the last run left, without what the project ignores.
///
/// # Errors
///
/// When there is no such snapshot; when the catalog cannot be read.
pub(in crate::commands) async fn differences(opened: &Opened) -> anyhow::Result<Vec<Difference>> {
    let client = opened.session.client();
    let last = last_snapshot(opened).await?;
    let text = ledger::snapshot_text(client, &opened.ledger, last.seq).await?;
    let found = catalog::read(client, &opened.project.ledger_schema).await?;
    Ok(catalog::compare(&catalog::parse(&text)?, &found)
        .into_iter()
        .filter(|one| !is_ignored(&opened.project.drift_ignores, one))
        .collect())
}

/// Returns the row of the last event that changed the catalog: a failed run did not, nor did seeds.
fn last_change(opened: &Opened) -> Result<i64, Failure> {
    let changed = |event: &&Event| {
        matches!(
            event.kind,
            EventKind::Applied | EventKind::RolledBack | EventKind::Baselined
        )
    };
    let events = opened.reading.state.events().iter().rev();
    let last = events.into_iter().find(changed).map(|event| event.seq);
    last.ok_or_else(|| {
        Failure::new("nothing was applied to this database yet")
            .hint("Compare it with the repository: `crmdb drift check --against golden`.")
    })
}

/// Returns the snapshot that the last run left in the ledger.
async fn last_snapshot(opened: &Opened) -> anyhow::Result<Remembered> {
    let head = last_change(opened)?;
    let hint = "Compare with the files: `crmdb drift check --against files`.";
    let last = if opened.reading.version < ledger::SNAPSHOTS_SINCE {
        None
    } else {
        ledger::remembered(opened.session.client(), &opened.ledger).await?
    };
    match last {
        Some(last) if last.seq >= head => Ok(last),
        Some(_) => Err(Failure::new("the last run left no snapshot of the catalog")
            .detail("It was ended before it could, or could not read the catalog.")
            .hint(hint)
            .into()),
        None => Err(Failure::new("no run has left a snapshot of the catalog")
            .detail("The last one was of an older crmdb.")
            .hint(hint)
            .into()),
    }
}

/// Makes the database anew on a scratch server.
async fn from_files(
    args: &CheckArgs,
    opened: &Opened,
    context: &mut Context,
) -> anyhow::Result<Snapshot> {
    let state = &opened.reading.state;
    let applied = state
        .in_order()
        .into_iter()
        .map(|applied| applied.event.id.clone())
        .collect();
    let scratch = context.scratch(args.on.as_deref()).await?;
    let (snapshot, left) = rebuild(&opened.project, scratch, &applied).await?;
    if left.is_empty() {
        return Ok(snapshot);
    }
    let names: Vec<String> = left.iter().map(|id| name(&opened.project, id)).collect();
    Err(
        Failure::new("the database cannot be made anew from the files")
            .detail(format!(
                "Applied, but not to be had here: {}.",
                names.join(", ")
            ))
            .hint("Bring the files back; or name a server that has the extension, with `--on URL`.")
            .into(),
    )
}

fn name(project: &Project, id: &MigrationId) -> String {
    match project.migration(id) {
        Some(migration) => format!("{}/{}", migration.module, migration.label),
        None => label(id, "?"),
    }
}
