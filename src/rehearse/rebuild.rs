//! What a database would be like if it were made anew.

use std::collections::BTreeSet;

use super::scratch::Scratch;
use super::stage::Stage;
use crate::catalog::Snapshot;
use crate::error::Failure;
use crate::ledger::Ledger;
use crate::plan::{Scope, Up, plan_up};
use crate::project::{MigrationId, Project};

/// Applies exactly these migrations, from their files, to a scratch database, and removes it.
///
/// Returns its catalog, and the migrations that could not be applied: their files are gone, or the
/// server lacks an extension.
///
/// # Errors
///
/// When a migration fails.
pub async fn rebuild(
    project: &Project,
    scratch: Scratch,
    applied: &BTreeSet<MigrationId>,
) -> anyhow::Result<(Snapshot, Vec<MigrationId>)> {
    let rebuilt = on_stage(project, &scratch, applied).await;
    let removed = scratch.remove().await;
    let rebuilt = rebuilt?;
    removed?;
    Ok(rebuilt)
}

async fn on_stage(
    project: &Project,
    scratch: &Scratch,
    applied: &BTreeSet<MigrationId>,
) -> anyhow::Result<(Snapshot, Vec<MigrationId>)> {
    let ledger = Ledger::new(&project.ledger_schema);
    let mut stage = Stage::open(project, scratch, &ledger).await?;
    let up = Up {
        scope: Scope::All,
        to: None,
        allow_out_of_order: false,
        allow_missing: false,
    };
    let reading = stage.reading();
    let plan = plan_up(project, &reading.state, &reading.extensions, &up)?;
    let mut left: BTreeSet<&MigrationId> = applied.iter().collect();
    for step in plan.steps {
        if left.remove(&step.id) {
            stage.step(step).await.map_err(alone)?;
        }
    }
    let snapshot = stage.snapshot().await?;
    stage.close().await;
    Ok((snapshot, left.into_iter().cloned().collect()))
}

/// Takes from a failure what it says of other steps: those on a scratch database are nobody's concern.
fn alone(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) => {
            let hint = (!failure.interrupted)
                .then(|| "`crmdb migrate rehearse` tries the files out one by one.".to_owned());
            Failure {
                detail: None,
                hint,
                ..failure
            }
            .into()
        }
        Err(error) => error,
    }
}
