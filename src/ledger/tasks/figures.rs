//! What the ledger knows of the runs of each task, in a few figures.

use std::collections::BTreeMap;

use anyhow::Context as _;
use tokio_postgres::Client;

use super::super::Ledger;
use super::super::read::rows;
use super::history::{RunOutcome, lost};

/// The runs of a task, in figures. Moments are seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskFigures {
    /// When the newest run began.
    pub last_run: Option<f64>,
    /// How it ended, if it has.
    pub last_outcome: Option<RunOutcome>,
    /// When the last run ended that did all there was to do.
    pub last_success: Option<f64>,
    /// How long the newest run took that is over, in seconds.
    pub last_duration: Option<f64>,
    /// How many rows it changed, where that is known.
    pub last_rows: Option<i64>,
    /// How many of the runs that are kept lost their runner.
    pub lost: i64,
}

/// Reads the figures of all tasks that the ledger has met. Runs that did not begin do not count.
///
/// # Errors
///
/// When the server refuses.
pub async fn task_figures(
    client: &Client,
    ledger: &Ledger,
) -> anyhow::Result<BTreeMap<String, TaskFigures>> {
    let schema = ledger.schema();
    let last = |columns: &str, condition: &str| {
        format!(
            "LEFT JOIN LATERAL (SELECT {columns} FROM {schema}.task_runs AS r \
             WHERE r.task = t.name AND {condition} ORDER BY r.started_at DESC, r.id DESC LIMIT 1)"
        )
    };
    let sql = format!(
        "SELECT t.name, EXTRACT(epoch FROM newest.started_at), newest.outcome, \
             EXTRACT(epoch FROM success.ended_at), \
             EXTRACT(epoch FROM over.ended_at - over.started_at), over.row_count, \
             (SELECT pg_catalog.count(*) FROM {schema}.task_runs AS r \
                 WHERE r.task = t.name AND r.outcome = 'lost'), newest.id \
         FROM {schema}.tasks AS t \
         {newest} AS newest ON true {success} AS success ON true {over} AS over ON true \
         ORDER BY t.name",
        newest = last("r.id, r.started_at, r.outcome", "r.outcome <> 'skipped'"),
        success = last("r.ended_at", "r.outcome = 'done'"),
        over = last(
            "r.started_at, r.ended_at, r.row_count",
            "r.outcome NOT IN ('skipped', 'running')"
        ),
    );
    let rows = rows(client, &sql)
        .await
        .context("could not read the runs in the ledger")?;
    let mut figures = BTreeMap::new();
    let mut open = Vec::new();
    for row in &rows {
        let number = |column| row.get(column).and_then(|text: &str| text.parse().ok());
        let whole = |column| {
            row.get(column)
                .and_then(|text: &str| text.parse::<i64>().ok())
        };
        let name = row.get(0).unwrap_or_default();
        let of_task = TaskFigures {
            last_run: number(1),
            last_outcome: row.get(2).and_then(RunOutcome::from_word),
            last_success: number(3),
            last_duration: number(4),
            last_rows: whole(5),
            lost: whole(6).unwrap_or(0),
        };
        if of_task.last_outcome == Some(RunOutcome::Running) {
            open.extend(whole(7).map(|id| (id, name)));
        }
        figures.insert(name.to_owned(), of_task);
    }
    let lost = lost(client, ledger, &open).await?;
    for (_, name) in open.iter().filter(|(id, _)| lost.contains(id)) {
        if let Some(of_task) = figures.get_mut(*name) {
            of_task.last_outcome = Some(RunOutcome::Lost);
            of_task.lost += 1;
        }
    }
    Ok(figures)
}
