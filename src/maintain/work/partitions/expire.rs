//! Takes away partitions that are too old: by what they hold, never by their names.
//!
//! Without a default partition, one is detached `CONCURRENTLY`: nobody waits. A run that dies in
//! that leaves the partition half detached, and the next one brings it to its end. With a default
//! partition, the server has the plain form only, which waits for all who use the table: a short
//! time, and again.

use std::time::Duration;

use serde_json::json;

use super::super::super::limits::Yield;
use super::super::super::trouble::Trouble;
use super::super::super::worker::Worker;
use super::super::several::Several;
use super::parent::Parent;
use super::plan::Child;
use super::{DETACH, DROP};
use crate::error::Failure;
use crate::project::task::{Expiry, Partitions};
use crate::sql::quote_literal;

/// Partitions that are to be dropped once they are detached, in the ledger.
const DROPPING: &str = "dropping";

/// How long others wait behind a plain `DETACH` at most.
const SHORT: Duration = Duration::from_secs(1);

/// How often that is tried.
const ATTEMPTS: u32 = 3;

/// Brings a `DETACH … CONCURRENTLY` to its end that an earlier run began.
pub(super) async fn finalise(
    worker: &mut Worker<'_>,
    parent: &Parent,
    child: &Child,
) -> Result<(), Trouble> {
    let sql = format!("{} FINALIZE", detach(parent, child));
    worker.transaction(&sql, Yield::Migration).await?;
    worker.tally.add(0);
    (worker.listen)(&format!("detached {}, as was begun earlier", child.name));
    Ok(())
}

/// Takes away what is too old, the oldest first.
pub(super) async fn expire(
    worker: &mut Worker<'_>,
    work: &Partitions,
    parent: &Parent,
    children: &[Child],
    several: &mut Several,
) -> Result<(), Trouble> {
    let drops = work.expiry == Expiry::Drop;
    let verb = if drops { DROP } else { DETACH };
    if drops {
        for (oid, name) in dropping(worker) {
            drop_detached(worker, &oid, &name, several).await?;
        }
    }
    let mut is_ready = false;
    for child in children.iter().filter(|child| child.is_expired) {
        worker.pause_point().await?;
        if let Some(why) = child.left_because() {
            (worker.listen)(&format!("left {}: {why}", child.name));
            continue;
        }
        if drops && let Err(trouble) = refuse_used(worker, child).await {
            several.note(verb, &child.name, trouble)?;
            continue;
        }
        if parent.default.is_some() {
            if let Err(trouble) = plainly(worker, parent, child, drops).await {
                several.note(verb, &child.name, trouble)?;
            }
            continue;
        }
        if !std::mem::replace(&mut is_ready, true) {
            worker.outside_transactions().await?;
        }
        if drops {
            let mut noted = dropping(worker);
            noted.push((child.oid.clone(), child.name.clone()));
            worker.remember(DROPPING, json!(noted)).await?;
        }
        let sql = format!("{} CONCURRENTLY", detach(parent, child));
        let detached = worker.alone(&sql, Yield::Migration).await;
        let has_failed = detached.is_err();
        match detached {
            Ok(_) => {
                worker.tally.add(0);
                (worker.listen)(&format!("detached {}", child.name));
            }
            Err(trouble) => several.note(verb, &child.name, trouble)?,
        }
        if drops {
            drop_detached(worker, &child.oid, &child.name, several).await?;
        }
        if has_failed {
            // It may be half detached; the server does not begin another before that is done.
            break;
        }
    }
    Ok(())
}

/// Detaches, and drops, in one transaction.
async fn plainly(
    worker: &mut Worker<'_>,
    parent: &Parent,
    child: &Child,
    drops: bool,
) -> Result<(), Trouble> {
    let then = if drops {
        format!("; DROP TABLE {}", child.name)
    } else {
        String::new()
    };
    let sql = format!(
        "SET LOCAL lock_timeout = {}; LOCK TABLE ONLY {} IN ACCESS EXCLUSIVE MODE; {}{then}",
        SHORT.min(worker.lock_timeout).as_millis(),
        parent.name,
        detach(parent, child),
    );
    let mut attempt = 1;
    loop {
        match worker.transaction(&sql, Yield::Migration).await {
            Err(trouble) if trouble.sqlstate() == Some("55P03") && attempt < ATTEMPTS => {
                attempt += 1;
                worker.rest(SHORT).await?;
            }
            done => {
                done?;
                break;
            }
        }
    }
    worker.tally.add(0);
    let verb = if drops { "dropped" } else { "detached" };
    (worker.listen)(&format!("{verb} {}", child.name));
    Ok(())
}

/// The partitions that are to be dropped once they are detached: number and name.
fn dropping(worker: &Worker<'_>) -> Vec<(String, String)> {
    serde_json::from_value(worker.memory[DROPPING].clone()).unwrap_or_default()
}

/// Drops a table that was detached to be dropped, in this run or in one that died.
async fn drop_detached(
    worker: &mut Worker<'_>,
    oid: &str,
    name: &str,
    several: &mut Several,
) -> Result<(), Trouble> {
    let sql = format!(
        "SELECT c.relispartition, EXISTS (SELECT FROM pg_catalog.pg_inherits AS i \
             WHERE i.inhrelid = c.oid AND i.inhdetachpending) \
         FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE c.oid::pg_catalog.text = {} AND c.relkind = 'r' \
             AND pg_catalog.format('%I.%I', n.nspname, c.relname) = {}",
        quote_literal(oid),
        quote_literal(name)
    );
    let rows = worker.ask(&sql).await?;
    match rows.first().map(|row| (row.get(0), row.get(1))) {
        // Half detached: the next run brings that to its end.
        Some((_, Some("t"))) => return Ok(()),
        Some((Some("f"), _)) => {
            let dropped = worker
                .transaction(&format!("DROP TABLE {name}"), Yield::Migration)
                .await;
            if let Err(trouble) = dropped {
                return several.note(DROP, name, trouble);
            }
            (worker.listen)(&format!("dropped {name}"));
        }
        // A partition as before, dropped already, or somebody made it his own.
        _ => {}
    }
    let mut left = dropping(worker);
    left.retain(|(known, _)| known != oid);
    worker.remember(DROPPING, json!(left)).await
}

/// What others need is not dropped.
async fn refuse_used(worker: &Worker<'_>, child: &Child) -> Result<(), Trouble> {
    let sql = format!(
        "SELECT pg_catalog.format('the foreign key %I of %s refers to it', f.conname, \
             f.conrelid::pg_catalog.regclass) FROM pg_catalog.pg_constraint AS f \
             WHERE f.contype = 'f' AND f.confrelid = {oid} AND f.conparentid = 0 \
         UNION ALL SELECT pg_catalog.format('the publication %I names it', p.pubname) \
             FROM pg_catalog.pg_publication_rel AS r \
             JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid WHERE r.prrelid = {oid} \
         ORDER BY 1 LIMIT 1",
        oid = child.oid
    );
    match worker.ask(&sql).await?.first().and_then(|row| row.get(0)) {
        None => Ok(()),
        Some(why) => Err(Failure::new(why)
            .hint("Take it out there first, or let the task detach only.")
            .into()),
    }
}

fn detach(parent: &Parent, child: &Child) -> String {
    format!(
        "ALTER TABLE {} DETACH PARTITION {}",
        parent.name, child.name
    )
}
