//! Takes a backup: one snapshot, what is known of it, `pg_dump`, the checksums.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;

use super::check::checksums;
use super::clock::timestamp;
use super::description::{Archive, Description, Kind};
use super::part::Part;
use super::process::{Call, run};
use super::source::{Facts, Source};
use crate::apply::Interrupt;
use crate::connect::{Endpoint, Session};
use crate::error::Failure;
use crate::server::Client;
use crate::sql::quote_ident;

/// The longest wait in milliseconds.
const LONGEST: u128 = i32::MAX as u128;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Dump<'a> {
    /// What it shall hold.
    pub kind: Kind,
    /// In which format.
    pub archive: Archive,
    /// How many connections, in the directory format.
    pub jobs: Option<u32>,
    /// How it is compressed, in the words of `pg_dump`.
    pub compress: Option<&'a str>,
    /// The schema of the ledger.
    pub ledger_schema: &'a str,
    /// How long to wait for a table that somebody has locked.
    pub patience: Duration,
}

impl Dump<'_> {
    /// Returns the arguments of `pg_dump`.
    fn arguments(&self, file: &Path, snapshot: &str, facts: &Facts) -> Vec<OsString> {
        let format = match self.archive {
            Archive::Custom => "--format=custom",
            Archive::Directory => "--format=directory",
        };
        let mut output: OsString = "--file=".into();
        output.push(file);
        let mut arguments: Vec<OsString> = vec![
            format.into(),
            output,
            format!("--snapshot={snapshot}").into(),
            "--no-password".into(),
            // 0 would be without limit; the server takes no more than that.
            format!(
                "--lock-wait-timeout={}",
                self.patience.as_millis().clamp(1, LONGEST)
            )
            .into(),
        ];
        if let Some(jobs) = self.jobs {
            arguments.push(format!("--jobs={jobs}").into());
        }
        if let Some(compress) = self.compress {
            arguments.push(format!("--compress={compress}").into());
        }
        let without_rows = |schema: &str| {
            OsString::from(format!("--exclude-table-data={}.*", quote_ident(schema)))
        };
        match self.kind {
            Kind::Full => {}
            Kind::Schema if facts.ledger.is_none() => arguments.push("--schema-only".into()),
            // `--schema-only` would leave the rows of the ledger out as well.
            Kind::Schema => {
                arguments.push("--no-blobs".into());
                let others = facts.schemas.iter();
                arguments.extend(
                    others
                        .filter(|schema| *schema != self.ledger_schema)
                        .map(|schema| without_rows(schema)),
                );
            }
            Kind::Data => {
                arguments.push("--data-only".into());
                arguments.push(without_rows(self.ledger_schema));
            }
        }
        arguments
    }
}

/// Writes the backup into `part`, and gives it its name. Returns its description, and what
/// `pg_dump` said.
///
/// # Errors
///
/// When the server or `pg_dump` refuses; when a file cannot be written; when an interrupt came.
pub async fn take(
    dump: &Dump<'_>,
    part: Part,
    (endpoint, session): (&Endpoint, &Session),
    client: &Client,
    interrupt: &mut Interrupt,
) -> anyhow::Result<(Description, Vec<String>)> {
    let started_at = timestamp(SystemTime::now());
    let source = interrupt.or(Source::begin(endpoint, session)).await??;
    let facts = interrupt.or(source.facts(dump.ledger_schema)).await??;
    let access = endpoint.access(session, client.version.major);
    let call = Call {
        client,
        arguments: dump.arguments(part.path(), &source.snapshot, &facts),
        access: &access,
        options: None,
        held: Some(part.lock().context("could not hold the lock")?),
    };
    let said = match run(call, interrupt).await {
        Ok(said) => said,
        Err(error) => return Err(advise(error, &source, dump.patience, endpoint).await),
    };
    let sums = checksums(part.path(), dump.archive);
    let files = interrupt.or(sums).await??;
    let description = Description {
        format_version: Description::VERSION,
        kind: dump.kind,
        archive: dump.archive,
        bytes: files.iter().map(|file| file.bytes).sum(),
        files,
        database: endpoint.url_without_password(),
        server_version: session.server_version().1,
        pg_dump_version: client.version.full.clone(),
        crmdb_version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at,
        ended_at: timestamp(SystemTime::now()),
        ledger: facts.ledger,
        roles: facts.roles,
        owners: facts.owners,
        materialized_views: facts.materialized_views,
    };
    part.finish(&description)?;
    Ok((description, said))
}

/// Says what is wrong: a table that is locked, or rows that may not be read.
async fn advise(
    error: anyhow::Error,
    source: &Source<'_>,
    patience: Duration,
    endpoint: &Endpoint,
) -> anyhow::Error {
    let failure = match error.downcast::<Failure>() {
        Ok(failure) if failure.interrupted || failure.hint.is_some() => return failure.into(),
        Ok(failure) => failure,
        Err(error) => return error,
    };
    let said = failure.detail.as_deref().unwrap_or_default();
    if said.contains("permission denied") || said.contains("row-level security") {
        let user = endpoint.user();
        return failure
            .hint(format!(
                "No backup was written. `{user}` must be able to read every row: a superuser, or a \
                 member of `pg_read_all_data` with BYPASSRLS where row security is on."
            ))
            .into();
    }
    // As the program says it, whatever the language of the server is.
    let locked = if said.contains("LOCK TABLE ") {
        source.locked().await.unwrap_or_default()
    } else {
        Vec::new()
    };
    if locked.is_empty() {
        return failure.hint("No backup was written.").into();
    }
    Failure::new(format!(
        "a table is locked, and {} s did not free it",
        patience.as_secs()
    ))
    .detail(locked.join("\n"))
    .hint(
        "No backup was written. Let that session finish, or end it; `[timeouts] run_lock` in \
         migrations.toml says how long to wait.",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::LedgerHead;

    fn arguments(kind: Kind, ledger: bool) -> Vec<String> {
        let facts = Facts {
            ledger: ledger.then(|| LedgerHead {
                schema: "crmdb".to_owned(),
                seq: 1,
                hash: "x".to_owned(),
                applied: 1,
                snapshot_token: None,
            }),
            schemas: vec!["a\"b".to_owned(), "crmdb".to_owned(), "Ö".to_owned()],
            ..Facts::default()
        };
        let dump = Dump {
            kind,
            archive: Archive::Directory,
            jobs: Some(2),
            compress: Some("6"),
            ledger_schema: "crmdb",
            patience: Duration::ZERO,
        };
        dump.arguments(Path::new("f.part"), "1-2-3", &facts)
            .into_iter()
            .map(|argument| argument.into_string().unwrap())
            .skip(7)
            .collect()
    }

    #[test]
    fn what_each_kind_leaves_out() {
        assert!(arguments(Kind::Full, true).is_empty());
        assert_eq!(arguments(Kind::Schema, false), ["--schema-only"]);
        assert_eq!(
            arguments(Kind::Schema, true),
            [
                "--no-blobs",
                r#"--exclude-table-data="a""b".*"#,
                r#"--exclude-table-data="Ö".*"#
            ]
        );
        assert_eq!(
            arguments(Kind::Data, true),
            ["--data-only", r#"--exclude-table-data="crmdb".*"#]
        );
    }
}
