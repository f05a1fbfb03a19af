//! Reads the ledger. Nothing here writes: no ledger means that nothing is applied.

use std::collections::BTreeSet;

use anyhow::Context as _;
use futures_util::{StreamExt as _, pin_mut};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use super::event::{Event, EventKind, Head, Texts};
use super::journal::{JournalRow, Phase};
use super::state::State;
use super::{Ledger, VERSION};
use crate::error::Failure;
use crate::project::MigrationId;
use crate::sql::quote_literal;

/// What one read found.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The ledger's version, 0 where there is no ledger.
    pub version: i32,
    /// What is applied.
    pub state: State,
    /// The extensions asked for that the server has: installed, or ready to be.
    pub extensions: Vec<String>,
}

/// Reads the history, and which of `extensions` the server has, in one round trip.
///
/// # Errors
///
/// When the ledger is newer than this binary, when a row cannot be understood, or when the server
/// refuses.
pub async fn read(
    client: &Client,
    ledger: &Ledger,
    extensions: &BTreeSet<&str>,
) -> anyhow::Result<Reading> {
    let schema = ledger.schema();
    let mut sql = String::new();
    if !extensions.is_empty() {
        let names: Vec<String> = extensions.iter().map(|name| quote_literal(name)).collect();
        sql += &format!(
            "SELECT 'extension', name FROM pg_catalog.pg_available_extensions \
             WHERE name IN ({});\n",
            names.join(", ")
        );
    }
    sql += &format!(
        "SELECT 'version', pg_catalog.max(version) FROM {schema}.ledger_version;\n\
         SELECT 'event', seq, event, kind, version, module, name, up_hash, up_code_hash, down_hash, \
         out_of_order, reason, duration_ms, \
         pg_catalog.to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), \
         db_user, git_commit, hash, \
         run_id IS DISTINCT FROM pg_catalog.lag(run_id) OVER (ORDER BY seq) \
         FROM {schema}.history ORDER BY seq"
    );

    let mut reading = Reading::default();
    let mut events = Vec::new();
    let mut head = Head::default();
    let stream = client
        .simple_query_raw(&sql)
        .await
        .context("could not read the ledger")?;
    pin_mut!(stream);
    while let Some(message) = stream.next().await {
        let row = match message {
            Ok(SimpleQueryMessage::Row(row)) => row,
            Ok(_) => continue,
            Err(error) if is_absent(&error) && reading.version == 0 => return Ok(reading),
            Err(error) => return Err(unreadable(ledger, error)),
        };
        match row.get(0) {
            Some("extension") => reading.extensions.extend(row.get(1).map(str::to_owned)),
            Some("version") => reading.version = known_version(row.get(1))?,
            _ => {
                let event = event(&row)?;
                head.seq = event.seq;
                row.get(16).unwrap_or_default().clone_into(&mut head.hash);
                events.push(event);
            }
        }
    }
    reading.state = State::of(events, head);
    Ok(reading)
}

/// What is said of a ledger that cannot be read.
fn unreadable(ledger: &Ledger, error: tokio_postgres::Error) -> anyhow::Error {
    const WHAT: &str = "could not read the ledger";
    match error.as_db_error() {
        Some(refusal) if *refusal.code() == SqlState::INSUFFICIENT_PRIVILEGE => {
            let mut failure = Failure::new(WHAT).detail(refusal.message()).hint(format!(
                "Its owner has to run: GRANT USAGE ON SCHEMA {0} TO …; GRANT SELECT ON ALL \
                     TABLES IN SCHEMA {0} TO …;",
                ledger.schema()
            ));
            failure.sqlstate = Some(refusal.code().code().to_owned());
            failure.into()
        }
        _ => anyhow::Error::new(error).context(WHAT),
    }
}

/// Whether the error says that there is no ledger.
fn is_absent(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME)
    )
}

fn known_version(text: Option<&str>) -> anyhow::Result<i32> {
    let version: i32 = text
        .and_then(|text| text.parse().ok())
        .context("the ledger does not say its version")?;
    if version > VERSION {
        return Err(Failure::new(format!(
            "the ledger has version {version}, and this crmdb knows {VERSION}"
        ))
        .detail("A newer crmdb has worked on this database.")
        .hint("Update crmdb, then run the command again.")
        .into());
    }
    Ok(version)
}

fn event(row: &SimpleQueryRow) -> anyhow::Result<Event> {
    let text = |column: usize| row.get(column).map(str::to_owned);
    let word = |column: usize| row.get(column).unwrap_or_default();
    let module = word(5).to_owned();
    let name = word(6).to_owned();
    let id = match word(3) {
        "versioned" => MigrationId::Versioned(word(4).parse().context("a version is no number")?),
        "seed" => MigrationId::Seed {
            module: module.clone(),
            set: name.clone(),
        },
        _ => MigrationId::Repeatable {
            module: module.clone(),
            name: name.clone(),
        },
    };
    Ok(Event {
        seq: word(1).parse().context("a seq is no number")?,
        kind: EventKind::from_word(word(2))
            .with_context(|| format!("the ledger has an event `{}`", word(2)))?,
        id,
        module,
        name,
        up_hash: text(7),
        up_code_hash: text(8),
        down_hash: text(9),
        out_of_order: word(10) == "t",
        reason: text(11),
        duration_ms: row.get(12).and_then(|number| number.parse().ok()),
        recorded_at: word(13).to_owned(),
        db_user: word(14).to_owned(),
        git_commit: text(15),
        begins_run: word(17) == "t",
    })
}

/// Reads the texts of these events, in the order of `seqs`.
///
/// # Errors
///
/// When a row is not there, or the server refuses.
pub async fn texts(client: &Client, ledger: &Ledger, seqs: &[i64]) -> anyhow::Result<Vec<Texts>> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let list: Vec<String> = seqs.iter().map(i64::to_string).collect();
    let rows = rows(
        client,
        &format!(
            "SELECT seq, up_text, down_text FROM {}.history WHERE seq IN ({})",
            ledger.schema(),
            list.join(", ")
        ),
    )
    .await
    .context("could not read the texts in the ledger")?;
    let found: std::collections::HashMap<i64, Texts> = rows
        .iter()
        .map(|row| {
            let seq = row.get(0).and_then(|seq| seq.parse().ok()).unwrap_or(0);
            let texts = Texts {
                up: row.get(1).map(str::to_owned),
                down: row.get(2).map(str::to_owned),
            };
            (seq, texts)
        })
        .collect();
    seqs.iter()
        .map(|seq| {
            found
                .get(seq)
                .cloned()
                .with_context(|| format!("the history has no row {seq}"))
        })
        .collect()
}

/// Who wrote a row of the history, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The run.
    pub run_id: String,
    /// What happened.
    pub event: EventKind,
    /// The row, as the end of the history.
    pub head: Head,
}

/// Returns row `seq` of the history, if there is such a row.
///
/// # Errors
///
/// When the server refuses, or the row cannot be understood.
pub async fn row_at(client: &Client, ledger: &Ledger, seq: i64) -> anyhow::Result<Option<Written>> {
    let rows = rows(
        client,
        &format!(
            "SELECT run_id, event, hash FROM {}.history WHERE seq = {seq}",
            ledger.schema()
        ),
    )
    .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let word = |column: usize| row.get(column).unwrap_or_default();
    Ok(Some(Written {
        run_id: word(0).to_owned(),
        event: EventKind::from_word(word(1))
            .with_context(|| format!("the ledger has an event `{}`", word(1)))?,
        head: Head {
            seq,
            hash: word(2).to_owned(),
        },
    }))
}

/// Reads the statement journal of a migration since its last event, oldest row first.
///
/// What a way forth did counts no more once anything was rolled back after it: the objects that
/// it worked on may be gone, or others.
///
/// # Errors
///
/// When the server refuses.
pub async fn journal(
    client: &Client,
    ledger: &Ledger,
    id: &MigrationId,
    direction: &str,
) -> anyhow::Result<Vec<JournalRow>> {
    let schema = ledger.schema();
    let same = match id {
        MigrationId::Versioned(version) => format!("kind = 'versioned' AND version = {version}"),
        MigrationId::Repeatable { module, name } => format!(
            "kind = 'repeatable' AND module = {} AND name = {}",
            quote_literal(module),
            quote_literal(name)
        ),
        // A seed runs in a transaction.
        MigrationId::Seed { .. } => return Ok(Vec::new()),
    };
    let rows = rows(
        client,
        &format!(
            "SELECT statement, hash, phase FROM {schema}.journal \
             WHERE {same} AND direction = {direction} AND after_seq >= coalesce(\
               (SELECT pg_catalog.max(seq) FROM {schema}.history \
                WHERE {same} AND event <> 'failed'), 0) \
             ORDER BY id",
            direction = quote_literal(direction)
        ),
    )
    .await
    .context("could not read the statement journal")?;
    rows.iter()
        .map(|row| {
            Ok(JournalRow {
                statement: row.get(0).unwrap_or_default().parse()?,
                hash: row.get(1).unwrap_or_default().to_owned(),
                phase: match row.get(2) {
                    Some("done") => Phase::Done,
                    _ => Phase::Started,
                },
            })
        })
        .collect()
}

/// Returns module, name and identity of each migration whose `no-transaction` file stopped half-way
/// up: some of its statements are in the journal, and it is not applied since.
///
/// # Errors
///
/// When the server refuses.
pub async fn half_done(
    client: &Client,
    ledger: &Ledger,
) -> anyhow::Result<Vec<(String, String, MigrationId)>> {
    let schema = ledger.schema();
    let rows = rows(
        client,
        &format!(
            "SELECT DISTINCT j.module, j.name, j.version FROM {schema}.journal AS j WHERE j.direction = 'up' AND j.after_seq >= coalesce(\
               (SELECT pg_catalog.max(h.seq) FROM {schema}.history AS h \
                WHERE h.kind = j.kind AND h.version IS NOT DISTINCT FROM j.version \
                  AND (j.version IS NOT NULL OR (h.module = j.module AND h.name = j.name)) \
                  AND h.event <> 'failed'), 0) \
             ORDER BY 3, 1, 2"
        ),
    )
    .await
    .context("could not read the statement journal")?;
    let migration = |row: &SimpleQueryRow| {
        let word = |column: usize| row.get(column).unwrap_or_default().to_owned();
        let (module, name) = (word(0), word(1));
        let id = match row.get(2).and_then(|version| version.parse().ok()) {
            Some(version) => MigrationId::Versioned(version),
            None => MigrationId::Repeatable {
                module: module.clone(),
                name: name.clone(),
            },
        };
        (module, name, id)
    };
    Ok(rows.iter().map(migration).collect())
}

/// Runs a query and returns its rows.
pub(super) async fn rows(
    client: &Client,
    sql: &str,
) -> Result<Vec<SimpleQueryRow>, tokio_postgres::Error> {
    let messages = client.simple_query(sql).await?;
    Ok(messages
        .into_iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        })
        .collect())
}
