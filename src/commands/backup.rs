//! `crmdb backup`: a dump of the database, and what it is beside it.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use clap::Args;
use serde::Serialize;

use super::{Context, Database, FORMAT_VERSION, milliseconds};
use crate::apply::Interrupt;
use crate::backup::{
    Archive, Description, Dump, Kind, Part, beside, check_compress, of_archive, stamp, take,
};
use crate::connect::Endpoint;
use crate::error::{Failure, Outcome};
use crate::printer::{Printer, duration};
use crate::server::{self, Env};

/// Arguments of `backup`.
#[derive(Args, Debug)]
#[command(
    after_help = "The backup is what `pg_dump` writes, in its custom format, or with `--jobs` in its \
        directory format. FILE.json beside it has its checksums and the head of the ledger as of the \
        same snapshot. Neither has roles or passwords of roles.\n\n\
        A schema-only backup has the rows of the ledger: what is applied must be true of what is \
        restored. It also says that the seeds have run, whose rows are in the data-only backup; for a \
        fresh database use `migrate up`. A data-only backup has all rows but those of the ledger, and is \
        for a database that was restored from a schema-only backup at the same head of the ledger."
)]
pub struct BackupArgs {
    /// File to write, or folder with `--jobs`; `backup_<database>_<UTC time>.dump` when not given
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Leave out all rows but those of the ledger
    #[arg(long, conflicts_with = "data_only")]
    schema_only: bool,
    /// Only rows, without those of the ledger
    #[arg(long)]
    data_only: bool,
    /// Write a folder, with so many connections
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    jobs: Option<u32>,
    /// How to compress, as `pg_dump` takes it: 0 to 9; since version 16 also gzip, lz4, zstd
    #[arg(long, value_name = "HOW")]
    compress: Option<String>,
    /// Replace a backup of that name
    #[arg(long)]
    overwrite: bool,
}

impl BackupArgs {
    fn kind(&self) -> Kind {
        if self.schema_only {
            Kind::Schema
        } else if self.data_only {
            Kind::Data
        } else {
            Kind::Full
        }
    }
}

#[derive(Serialize)]
struct BackupDocument {
    format_version: u32,
    database: Database,
    file: String,
    description: Description,
    duration_ms: f64,
}

/// Writes a backup.
///
/// # Errors
///
/// When the file is there already; when `pg_dump` is missing, too old, or fails. No file is
/// written then.
pub async fn backup(args: &BackupArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let project = context.draft_project()?;
    let endpoint = context.endpoint(&project)?;
    let archive = match args.jobs {
        Some(_) => Archive::Directory,
        None => Archive::Custom,
    };
    let file = match &args.file {
        // Without a slash at its end: names are made of it.
        Some(file) => file.components().collect(),
        None => default_name(&endpoint, archive),
    };
    check_name(&file, args.overwrite)?;
    let mut interrupt = Interrupt::listen()?;
    let session = interrupt.or(context.open(&endpoint, false)).await??;
    let client = server::client(&Env::of_process(), "pg_dump", session.server_version().0)?;
    if let Some(how) = &args.compress {
        check_compress(how, &client)?;
    }
    let part = Part::create(&file, archive)?;
    if part.was_stale {
        context.printer.warning(&format!(
            "took away `{}`, which a backup that was killed had left",
            part.path().display()
        ));
    }
    let dump = Dump {
        kind: args.kind(),
        archive,
        jobs: args.jobs,
        compress: args.compress.as_deref(),
        ledger_schema: &project.ledger_schema,
        patience: project.timeouts.run_lock,
    };
    let (description, said) =
        take(&dump, part, (&endpoint, &session), &client, &mut interrupt).await?;
    session.close().await;
    pass_on(&said, &mut context.printer);
    report(&file, description, &endpoint, started, &mut context.printer);
    Ok(Outcome::Clean)
}

/// Returns `backup_<database>_<UTC time>`; what a name of a file cannot have, or a shell would take
/// for its own, becomes a low line.
fn default_name(endpoint: &Endpoint, archive: Archive) -> PathBuf {
    let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let database: String = endpoint
        .database()
        .chars()
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    let ending = match archive {
        Archive::Custom => ".dump",
        Archive::Directory => "",
    };
    format!("backup_{database}_{}{ending}", stamp(SystemTime::now())).into()
}

/// Refuses a name that is taken, or that other programs take for stdout.
fn check_name(file: &Path, overwrite: bool) -> anyhow::Result<()> {
    if file == Path::new("-") {
        return Err(Failure::new("a backup is not written to stdout")
            .detail("Its description goes beside it, as a file.")
            .hint("Name a file; `./-` is one of that name.")
            .into());
    }
    let taken = [file.to_path_buf(), beside(file)]
        .into_iter()
        .find(|path| std::fs::symlink_metadata(path).is_ok());
    let Some(taken) = taken else { return Ok(()) };
    if !overwrite {
        return Err(Failure::new(format!("`{}` exists", taken.display()))
            .hint("Name another file, or replace it with `--overwrite`.")
            .into());
    }
    // Nothing else is ever replaced than an earlier backup.
    if file.exists() {
        of_archive(file)?;
    }
    if beside(file).exists() {
        Description::read(file)?;
    }
    Ok(())
}

/// Shows what a program said. That keys go in a circle is for other ways to restore rows than ours.
pub(super) fn pass_on(said: &[String], printer: &mut Printer) {
    let mut is_of_circle = false;
    for line in said {
        let begins = line.contains("warning: ") || line.contains("error: ");
        if begins {
            is_of_circle = line.contains("circular foreign-key");
        }
        if is_of_circle || !line.contains("warning: ") {
            printer.detail(line);
        } else {
            printer.warning(line);
        }
    }
}

fn report(
    file: &Path,
    description: Description,
    endpoint: &Endpoint,
    started: Instant,
    printer: &mut Printer,
) {
    printer.line(&file.display().to_string());
    printer.note(&match &description.ledger {
        Some(head) => format!("ledger: row {}, {} applied", head.seq, head.applied),
        None => "ledger: none in this database".to_owned(),
    });
    printer.note(&format!(
        "{} backup, {} kB, in {}",
        description.kind.word(),
        description.bytes.div_ceil(1000),
        duration(started.elapsed())
    ));
    printer.json(&BackupDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(endpoint),
        file: file.display().to_string(),
        description,
        duration_ms: milliseconds(started.elapsed()),
    });
}
