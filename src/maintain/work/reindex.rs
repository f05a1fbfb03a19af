//! Builds bloated indexes anew, without holding anybody up: one at a time, the smallest first, for
//! each needs space beside the old one.
//!
//! The size after a rebuild is kept in the ledger: an index that has not grown since is left alone,
//! whatever the estimate says.

use serde_json::{Map, Value};

use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::Item;
use super::bloat::{self, Bloated};
use super::crew::{self, Order};
use super::scope::{Named, number};
use super::{broken, bytes};
use crate::project::task::Reindex;
use crate::sql::quote_literal;

/// A rebuild waits for older transactions without holding anybody up, and giving way leaves an
/// invalid index.
const SETTINGS: &str = "SET client_min_messages = 'warning'; SET lock_timeout = '30min'";

/// The key under which the sizes after a rebuild are kept.
const REBUILT: &str = "rebuilt";

/// An index that is larger by this than after its rebuild may be looked at again.
const GROWTH: f64 = 1.1;

/// Does it.
pub(super) async fn run(worker: &mut Worker<'_>, work: &Reindex) -> Result<(), Trouble> {
    worker.outside_transactions().await?;
    let mut swept = broken::sweep(worker, work, SETTINGS).await?;
    if swept.trouble.is_some() {
        return swept.end("index", "dropped");
    }
    let findings = bloat::look(worker, work).await?;
    let (bloated, left) = divide(worker, findings.bloated);
    for index in left {
        let why = why_left(&index);
        (worker.listen)(&format!("{}: {why}", index.name));
    }
    if let [first, others @ ..] = &*findings.unknown {
        (worker.listen)(&match others.len() {
            0 => format!("{first}: left as it is: no statistics"),
            others => format!("{first} and {others} more: left as they are: no statistics"),
        });
    }
    let orders = bloated.into_iter().map(|index| Order {
        command: "REINDEX INDEX CONCURRENTLY".to_owned(),
        each: "",
        objects: vec![index.name],
        is_small: false,
    });
    let mut outcome = crew::carry_out(worker, SETTINGS, 1, orders.collect()).await;
    remember(worker, &outcome.done).await?;
    if outcome.trouble.is_none() && !(outcome.failed.is_empty() && outcome.locked.is_empty()) {
        // What failed has left an invalid index, which each write has to keep up.
        let again = broken::sweep(worker, work, SETTINGS).await?;
        swept.failed = again.failed;
        swept.locked = again.locked;
        outcome.trouble = again.trouble;
    }
    outcome.failed.append(&mut swept.failed);
    outcome.locked.append(&mut swept.locked);
    outcome.end("index", "rebuilt")
}

/// Says what would be done.
pub(super) async fn preview(worker: &mut Worker<'_>, work: &Reindex) -> Result<Vec<Item>, Trouble> {
    let broken = broken::look(worker, work).await?;
    let mut items: Vec<Item> = broken.iter().map(broken::Broken::item).collect();
    let findings = bloat::look(worker, work).await?;
    let how = if findings.is_measured {
        "measured"
    } else {
        "estimated"
    };
    let (bloated, left) = divide(worker, findings.bloated);
    let item = |name: &Named, action: String| Item {
        object: name.to_string(),
        action,
        rows: None,
    };
    items.extend(bloated.iter().map(|index| {
        let action = format!(
            "reindex: {:.0} % of {} is wasted ({how}); needs {} of space beside it",
            index.wasted(),
            bytes(index.size),
            bytes(index.needed)
        );
        item(&index.name, action)
    }));
    items.extend(left.iter().map(|index| item(&index.name, why_left(index))));
    let unknown = findings.unknown.iter();
    items.extend(unknown.map(|name| item(name, "left as it is: no statistics".to_owned())));
    Ok(items)
}

/// Tells what is built anew from what is left as it is.
fn divide(worker: &Worker<'_>, bloated: Vec<Bloated>) -> (Vec<Bloated>, Vec<Bloated>) {
    let rebuilt = &worker.memory[REBUILT];
    bloated.into_iter().partition(|index| {
        let after = rebuilt[index.name.to_string()].as_f64();
        !index.is_exclusion && after.is_none_or(|after| index.size > after * GROWTH)
    })
}

fn why_left(index: &Bloated) -> String {
    let wasted = format!("{:.0} % of {}", index.wasted(), bytes(index.size));
    if index.is_exclusion {
        format!(
            "left as it is, though {wasted} is wasted: the index of an exclusion constraint cannot \
             be rebuilt concurrently"
        )
    } else {
        format!("left as it is, though {wasted} seems wasted: the last rebuild made it no smaller")
    }
}

/// Keeps the sizes after the rebuild.
async fn remember(worker: &mut Worker<'_>, done: &[Named]) -> Result<(), Trouble> {
    if done.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = done
        .iter()
        .map(|name| {
            let (name, regclass) = (name.to_string(), quote_literal(&name.quoted()));
            format!("({}, {regclass})", quote_literal(&name))
        })
        .collect();
    let known = worker.memory[REBUILT].as_object().cloned();
    let mut sizes: Map<String, Value> = known.unwrap_or_default();
    let sql = format!(
        "SELECT v.name, i.relpages * pg_catalog.current_setting('block_size')::pg_catalog.float8 \
         FROM (VALUES {}) AS v(name, quoted) \
         JOIN pg_catalog.pg_class AS i ON i.oid = pg_catalog.to_regclass(v.quoted)",
        names.join(", ")
    );
    for row in worker.rehearse(&sql).await?.rows {
        if let (Some(name), Some(size)) = (row.get(0), number(&row, 1)) {
            sizes.insert(name.to_owned(), size.into());
        }
    }
    worker.remember(REBUILT, Value::Object(sizes)).await
}
