//! What is left of a restore that did not come to its end.

use std::time::{Duration, Instant};

use super::Backup;
use crate::apply::Interrupt;
use crate::backup::{Kind, target};
use crate::commands::Opened;
use crate::error::Failure;

/// How long the server may take to roll back.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pause between two looks at it.
const PAUSE: Duration = Duration::from_millis(100);

/// What the database is like.
enum Left {
    AsItWas,
    Restored,
    /// Sessions are still at work.
    AtWork(Vec<String>),
}

/// Adds to the failure what is left, by looking at the database again.
pub(super) async fn left(
    failure: Failure,
    backup: &Backup,
    opened: &Opened,
    jobs: u32,
    interrupt: &mut Interrupt,
) -> Failure {
    let role = lacking(&failure);
    let what = if jobs > 1 {
        "The database is half restored: drop it, create it anew, and restore again. Without \
         `--jobs` a restore is one transaction."
            .to_owned()
    } else {
        match interrupt.or(look(backup, opened)).await {
            Ok(Ok(Left::AsItWas)) => "Nothing was restored: the database is as it was.".to_owned(),
            Ok(Ok(Left::Restored)) => "The database has something in it now, and nobody has \
                checked it: drop it, create it anew, and restore again."
                .to_owned(),
            Ok(Ok(Left::AtWork(sessions))) => format!(
                "It is not known whether anything was restored: {} is still at work.",
                sessions.join(", ")
            ),
            Ok(Err(_)) | Err(_) => "It is not known whether anything was restored: look at the \
                database before you try again."
                .to_owned(),
        }
    };
    match role {
        Some(role) => {
            let statement = target::create_role(&role);
            failure.hint(format!("{what} The role is made with `{statement};`."))
        }
        None => failure.hint(what),
    }
}

async fn look(backup: &Backup, opened: &Opened) -> anyhow::Result<Left> {
    // The old session may have been idle for longer than the server puts up with.
    let session = opened.endpoint.open().await?;
    let client = session.client();
    let started = Instant::now();
    loop {
        let sessions = target::restoring(client).await?;
        if sessions.is_empty() {
            break;
        }
        if started.elapsed() >= PATIENCE {
            return Ok(Left::AtWork(sessions));
        }
        tokio::time::sleep(PAUSE).await;
    }
    let found = if backup.kind() == Kind::Data {
        target::rows(client, &opened.project.ledger_schema).await?
    } else {
        target::objects(client).await?
    };
    session.close().await;
    Ok(if found.is_empty() {
        Left::AsItWas
    } else {
        Left::Restored
    })
}

/// The role that `pg_restore` did not find, as far as the server says it in English.
fn lacking(failure: &Failure) -> Option<String> {
    let said = failure.detail.as_deref()?;
    said.lines().find_map(|line| {
        let (_, rest) = line.split_once("ERROR:  role \"")?;
        let name = rest.strip_suffix("\" does not exist")?;
        Some(name.to_owned())
    })
}
