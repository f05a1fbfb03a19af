//! When a delete rests: others have locked the table or wait for a lock on it, a standby lags behind, or the table is
//! being vacuumed.

use std::time::{Duration, Instant};

use super::super::super::trouble::{Stop, Trouble};
use super::super::super::worker::Worker;
use super::table::Table;
use crate::project::task::Delete;

/// Pauses between two looks grow from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Waits until nobody would suffer.
///
/// # Errors
///
/// When that takes longer than the task is patient; an interrupt, the time limit, a migration.
pub(super) async fn wait(
    worker: &mut Worker<'_>,
    work: &Delete,
    table: &Table,
) -> Result<(), Trouble> {
    let started = Instant::now();
    let mut pause = PAUSES.0;
    let mut told = None;
    while let Some(why) = reason(worker, work, table).await? {
        if started.elapsed() >= work.patience {
            return Err(Trouble::Stopped(Stop::Brake(why)));
        }
        if told.as_ref() != Some(&why) {
            (worker.listen)(&format!("rests: {why}"));
            told = Some(why);
        }
        worker.rest(pause).await?;
        worker.pause_point().await?;
        pause = (pause * 2).min(PAUSES.1);
    }
    Ok(())
}

/// Why it is to rest now. What the role may not see holds nobody back.
async fn reason(
    worker: &Worker<'_>,
    work: &Delete,
    table: &Table,
) -> Result<Option<String>, Trouble> {
    let sql = format!(
        "WITH parts AS MATERIALIZED ( \
             SELECT {oid}::pg_catalog.oid AS oid UNION \
             SELECT relid FROM pg_catalog.pg_partition_tree({oid})) \
         SELECT CASE WHEN pg_catalog.bool_or(l.granted) THEN 'somebody has locked the table' \
                 ELSE 'somebody waits for a lock on the table' END \
             FROM pg_catalog.pg_locks AS l JOIN parts AS p ON p.oid = l.relation \
             WHERE l.locktype = 'relation' AND l.pid <> pg_catalog.pg_backend_pid() \
                 AND (NOT l.granted OR l.mode IN ('ShareLock', 'ShareRowExclusiveLock', \
                     'ExclusiveLock', 'AccessExclusiveLock')) \
             HAVING pg_catalog.count(*) > 0 \
         UNION ALL SELECT pg_catalog.format('the standby %s lags behind by %s s', \
                 r.application_name, pg_catalog.round(extract(epoch FROM r.replay_lag), 1)) \
             FROM pg_catalog.pg_stat_replication AS r \
             WHERE extract(epoch FROM r.replay_lag) > {lag} \
         UNION ALL SELECT 'the table is being vacuumed' \
             FROM pg_catalog.pg_stat_progress_vacuum AS v WHERE v.datid = (SELECT d.oid \
                 FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) \
                 AND v.relid IN (SELECT p.oid FROM parts AS p) \
         LIMIT 1",
        oid = table.oid,
        lag = work.replication_lag.as_secs_f64()
    );
    let rows = worker.ask(&sql).await?;
    Ok(rows.first().and_then(|row| row.get(0)).map(str::to_owned))
}
