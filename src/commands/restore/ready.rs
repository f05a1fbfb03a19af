//! Whether the target may take the backup.

use super::{Backup, RestoreArgs};
use crate::backup::{Kind, target};
use crate::commands::{Context, Opened};
use crate::error::Failure;
use crate::printer::count;

/// How many objects of a target that is not empty are named.
const NAMED: usize = 5;

/// Refuses a target that another restore is at work on: of a crmdb that was killed, say.
pub(super) async fn check_alone(opened: &Opened) -> anyhow::Result<()> {
    let sessions = target::restoring(opened.session.client()).await?;
    if sessions.is_empty() {
        return Ok(());
    }
    let database = opened.endpoint.database();
    Err(
        Failure::new(format!("another restore is at work on `{database}`"))
            .detail(format!("It is {}.", sessions.join(", ")))
            .hint(
                "Nothing was changed. Let it end, or end it with `SELECT pg_terminate_backend(…)`; \
                 then look at the database: if its crmdb was killed, nobody has checked it.",
            )
            .into(),
    )
}

/// Refuses a target that is not empty; for rows alone, one that has any, or another schema.
pub(super) async fn check_target(
    backup: &Backup,
    opened: &Opened,
    context: &mut Context,
) -> anyhow::Result<()> {
    let client = opened.session.client();
    let ledger_schema = &opened.project.ledger_schema;
    let found = if backup.kind() == Kind::Data {
        check_head(backup, opened)?;
        target::rows(client, ledger_schema).await?
    } else {
        target::objects(client).await?
    };
    if !found.is_empty() {
        let mut names = found.iter().take(NAMED).cloned().collect::<Vec<_>>();
        if found.len() > NAMED {
            names.push(format!("and {} more", found.len() - NAMED));
        }
        let database = opened.endpoint.database();
        return Err(
            Failure::new(format!("the database `{database}` is not empty"))
                .detail(format!("It has {}.", names.join(", ")))
                .hint("Nothing was changed. Restore into a new database: `createdb NAME`.")
                .into(),
        );
    }
    if backup.kind() == Kind::Data {
        if !target::may_replicate(client).await? {
            let user = opened.endpoint.user();
            return Err(Failure::new(format!(
                "`{user}` may not put off triggers and foreign keys, and rows alone need that"
            ))
            .hint(
                "Restore as a superuser, or grant the right: `GRANT SET ON PARAMETER \
                 session_replication_role TO …`. A full backup needs neither.",
            )
            .into());
        }
        let triggers = target::firing_triggers(client, ledger_schema).await?;
        if !triggers.is_empty() {
            context.printer.warning(&format!(
                "{} set to fire always, and will for each row that is restored: {}",
                count(triggers.len(), "trigger"),
                triggers.join(", ")
            ));
        }
    }
    if let Some(description) = &backup.description
        && description.server_major() > opened.session.server_version().0
    {
        context.printer.warning(&format!(
            "the backup is of PostgreSQL {}, and the server has {}: an older one may not \
             understand all of it",
            description.server_version,
            opened.session.server_version().1
        ));
    }
    Ok(())
}

/// Refuses another schema than the one that the rows are of.
fn check_head(backup: &Backup, opened: &Opened) -> Result<(), Failure> {
    let head = opened.reading.state.head();
    let (seq, hash) = backup
        .ledger()
        .map_or((0, ""), |wanted| (wanted.seq, &*wanted.hash));
    if (head.seq, &*head.hash) == (seq, hash) {
        return Ok(());
    }
    let row = |seq: i64, hash: &str| match seq {
        0 => "no row".to_owned(),
        _ => format!("row {seq} ({})", hash.get(..12).unwrap_or(hash)),
    };
    Err(
        Failure::new("the rows of the backup are of another schema than the database has")
            .detail(format!(
                "The ledger of the backup ends with {}, that of the database with {}.",
                row(seq, hash),
                row(head.seq, &head.hash)
            ))
            .hint(
                "Restore the schema-only backup of the same database first, taken at the same \
                 head, or a full one.",
            ),
    )
}

/// Returns the roles that are to be made; refuses where some are missing and are not to be.
pub(super) async fn check_roles(
    backup: &Backup,
    opened: &Opened,
    args: &RestoreArgs,
) -> anyhow::Result<Vec<String>> {
    // Rows have no owners.
    if backup.kind() == Kind::Data {
        return Ok(Vec::new());
    }
    let missing = target::missing_roles(opened.session.client(), backup.roles()).await?;
    if missing.is_empty() || args.create_roles {
        return Ok(missing);
    }
    let names: Vec<String> = missing.iter().map(|role| format!("`{role}`")).collect();
    let statements: Vec<String> = missing
        .iter()
        .map(|role| format!("{};", target::create_role(role)))
        .collect();
    Err(Failure::new(format!(
        "the server lacks {} that the backup names: {}",
        count(missing.len(), "role"),
        names.join(", ")
    ))
    .detail(statements.join("\n"))
    .hint("Run these statements, or add `--create-roles`; then give the roles what they need.")
    .into())
}

/// Refuses a role that has not the rights which the backup takes, as far as it says.
pub(super) async fn check_rights(
    backup: &Backup,
    opened: &Opened,
    missing: &[String],
) -> anyhow::Result<()> {
    // Rows have no owners; without a ledger there may be no schema to make.
    if backup.kind() == Kind::Data || backup.ledger().is_none() {
        return Ok(());
    }
    let client = opened.session.client();
    let rights = target::missing_rights(client, backup.owners(), missing).await?;
    if rights.is_empty() {
        return Ok(());
    }
    let user = opened.endpoint.user();
    Err(Failure::new(format!(
        "`{user}` has not the rights that the restore takes"
    ))
    .detail(format!("It lacks {}.", rights.join(", ")))
    .hint("Nothing was changed. Grant them, or restore as a superuser.")
    .into())
}
