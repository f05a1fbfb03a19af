//! `crmdb restore`: a backup into an empty database, and what came of it.

mod left;
mod outcome;
mod ready;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;

use super::backup::pass_on;
use super::migrate::work::lock;
use super::{Context, Opened};
use crate::apply::{Interrupt, is_pooled};
use crate::backup::{self, Archive, Call, Description, Kind, LedgerHead, of_archive, target};
use crate::error::{Failure, Outcome};
use crate::server::{self, Client, Env};
use left::left;
use outcome::Restored;
use ready::{check_alone, check_rights, check_roles, check_target};

/// Arguments of `restore`.
#[derive(Args, Debug)]
#[command(
    after_help = "The target must be empty. For a data-only backup it must have the schema, at the same \
        head of the ledger as the backup, and no rows: restore the schema-only backup of the same \
        database first. Rows are restored without triggers and checks of foreign keys, which takes a \
        superuser, or the right to set `session_replication_role`. Rows that `seed dev` has made are \
        known to the ledger as the schema-only backup has it.\n\n\
        Without `--jobs` all is one transaction. Afterwards the catalog is compared with what the \
        ledger says, as `drift check` does; exit 1 where it differs."
)]
pub struct RestoreArgs {
    /// The backup: a file, or a folder
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Restore with so many connections, in more than one transaction
    #[arg(long, value_name = "N", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=256))]
    jobs: u32,
    /// Make the roles that are missing, without the right to log in
    #[arg(long, conflicts_with = "unverified")]
    create_roles: bool,
    /// Restore without the description beside the backup: nothing tells that it is whole
    #[arg(long)]
    unverified: bool,
    /// Leave the statistics of the planner to autovacuum
    #[arg(long)]
    no_analyze: bool,
    /// Check all that can be checked, and restore nothing
    #[arg(long)]
    dry_run: bool,
    /// Restore into a protected target
    #[arg(long)]
    yes: bool,
}

/// A backup that may be restored.
struct Backup {
    file: PathBuf,
    archive: Archive,
    /// Absent where it is taken unverified.
    description: Option<Description>,
}

impl Backup {
    fn kind(&self) -> Kind {
        self.description
            .as_ref()
            .map_or(Kind::Full, |description| description.kind)
    }

    /// The head of its ledger, as far as it is known.
    fn ledger(&self) -> Option<&LedgerHead> {
        self.description.as_ref()?.ledger.as_ref()
    }

    fn owners(&self) -> &[String] {
        self.description
            .as_ref()
            .map_or(&[], |description| &description.owners)
    }

    fn roles(&self) -> &[String] {
        self.description
            .as_ref()
            .map_or(&[], |description| &description.roles)
    }
}

/// Restores a backup.
///
/// # Errors
///
/// When the backup is damaged; when the target is not empty, or lacks a role; when `pg_restore` is
/// missing, too old, or fails.
pub async fn restore(args: &RestoreArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let mut interrupt = Interrupt::listen()?;
    let backup = interrupt.or(open(args)).await??;
    let mut project = context.draft_project()?;
    if !args.dry_run {
        context.confirm(&project, args.yes)?;
    }
    if let Some(head) = backup.ledger() {
        // Where the ledger is, the backup knows.
        head.schema.clone_into(&mut project.ledger_schema);
    }
    let opening = Opened::open(project, context, !args.dry_run);
    let mut opened = interrupt.or(opening).await??;
    let client = program(&backup, &opened)?;
    let pooled = is_pooled(&opened.endpoint, opened.session.client());
    if interrupt.or(pooled).await?? {
        return Err(Failure::new(
            "the connection goes through a transaction pooler, and `pg_restore` needs a session",
        )
        .hint("Connect to the server itself, or to a pool in session mode.")
        .into());
    }
    let mut held = None;
    if !args.dry_run {
        held = Some(
            lock(
                &opened,
                &opened.project.module_names(),
                &mut interrupt,
                &mut context.printer,
            )
            .await?,
        );
        opened.read_again().await?;
    }
    interrupt.or(check_alone(&opened)).await??;
    interrupt
        .or(check_target(&backup, &opened, context))
        .await??;
    let missing = interrupt.or(check_roles(&backup, &opened, args)).await??;
    interrupt
        .or(check_rights(&backup, &opened, &missing))
        .await??;
    let mut restored = Restored::new(&backup, &opened, missing, args.dry_run);
    if !args.dry_run {
        for role in &restored.roles {
            let statement = target::create_role(role);
            opened
                .session
                .client()
                .batch_execute(&statement)
                .await
                .with_context(|| format!("could not make the role `{role}`"))?;
        }
        let said = run(&backup, args, &opened, &client, &mut interrupt).await?;
        pass_on(&said, &mut context.printer);
        let afterwards = restored.check(&backup, &mut opened, !args.no_analyze, context);
        let checked = interrupt.or(afterwards).await;
        if checked.is_err() {
            opened.session.cancel().await.ok();
        }
        checked.map_err(|failure| {
            failure.hint("All rows are restored; `crmdb drift check` compares the catalog.")
        })??;
    }
    if let Some(lock) = held {
        lock.release().await;
    }
    Ok(restored.report(started.elapsed(), &mut context.printer))
}

/// Looks at the backup, and reads all of it once.
async fn open(args: &RestoreArgs) -> anyhow::Result<Backup> {
    let file: PathBuf = args.file.components().collect();
    let description = if args.unverified {
        None
    } else {
        Description::read(&file)?
    };
    if description.is_none() && !args.unverified && file.exists() {
        return Err(Failure::new(format!(
            "there is no `{}` beside the backup",
            backup::beside(&file).display()
        ))
        .detail("It has the checksums: nothing else tells that the backup is whole.")
        .hint("Bring it back from where the backup was made; or `--unverified`.")
        .into());
    }
    if let Some(description) = &description {
        backup::verify(&file, description).await?;
    }
    Ok(Backup {
        archive: of_archive(&file)?,
        file,
        description,
    })
}

/// Finds `pg_restore`: not older than the `pg_dump` of the backup, nor than the server.
fn program(backup: &Backup, opened: &Opened) -> anyhow::Result<Client> {
    let written = backup
        .description
        .as_ref()
        .map_or(0, Description::pg_dump_major);
    let major = written.max(opened.session.server_version().0);
    server::client(&Env::of_process(), "pg_restore", major)
}

async fn run(
    backup: &Backup,
    args: &RestoreArgs,
    opened: &Opened,
    client: &Client,
    interrupt: &mut Interrupt,
) -> anyhow::Result<Vec<String>> {
    let mut access = opened
        .endpoint
        .access(&opened.session, client.version.major);
    let name = ("PGAPPNAME", target::APPLICATION.to_owned());
    access.variables.push(name);
    let is_data = backup.kind() == Kind::Data;
    let call = Call {
        client,
        arguments: arguments(backup, args.jobs, opened.endpoint.database()),
        access: &access,
        options: is_data.then_some("-c session_replication_role=replica"),
        held: None,
    };
    let result = backup::run(call, interrupt).await;
    match result {
        Ok(said) => Ok(said),
        Err(error) => Err(match error.downcast::<Failure>() {
            Ok(failure) => left(failure, backup, opened, args.jobs, interrupt)
                .await
                .into(),
            Err(error) => error,
        }),
    }
}

fn arguments(backup: &Backup, jobs: u32, database: &str) -> Vec<OsString> {
    // A name alone would be read as an address where it looks like one.
    let name = database.replace('\\', "\\\\").replace('\'', "\\'");
    let format = match backup.archive {
        Archive::Custom => "--format=custom",
        Archive::Directory => "--format=directory",
    };
    let mut arguments: Vec<OsString> = vec![
        format.into(),
        format!("--dbname=dbname='{name}'").into(),
        "--no-password".into(),
        "--exit-on-error".into(),
    ];
    if jobs > 1 {
        arguments.push(format!("--jobs={jobs}").into());
    } else {
        arguments.push("--single-transaction".into());
    }
    arguments.push("--".into());
    arguments.push(backup.file.clone().into());
    arguments
}
