//! Refreshes materialized views, in the order in which they depend on each other.
//!
//! A view is left out while nobody has written to what it reads ([`sources`]). One that others read
//! meanwhile is refreshed `CONCURRENTLY` where it has the index for that. Each is a transaction of
//! its own: what is done stays done.

mod sources;
mod views;

use std::time::Duration;

use serde_json::{Map, Value};

use self::sources::Sources;
use self::views::View;
use super::super::limits::Yield;
use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::Item;
use super::several::Several;
use crate::project::task::Refresh;

/// What the views were made of, in the ledger: a mark for each.
const MARKS: &str = "refreshed";

/// What is done with them.
const VERB: &str = "refresh";

/// How long to wait before a view that others had locked is tried once more.
const BREATH: Duration = Duration::from_secs(1);

/// Refreshes the views that have changed.
pub(super) async fn run(worker: &mut Worker<'_>, work: &Refresh) -> Result<(), Trouble> {
    let views = views::of(worker, work).await?;
    let mut marks = Map::new();
    for view in &views {
        if let Some(mark) = worker.memory[MARKS].get(&view.name) {
            marks.insert(view.name.clone(), mark.clone());
        }
        view.tell_others(worker);
    }
    let mut several = Several::default();
    for view in &views {
        let done = one(worker, work, view, &mut marks).await;
        if let Err(trouble) = done {
            several.note(VERB, &view.name, trouble)?;
        }
    }
    // What those wait for who hold the lock may be over by now.
    let locked = several.take_locked();
    if !locked.is_empty() {
        worker.rest(BREATH).await?;
    }
    for view in views.iter().filter(|view| locked.contains(&view.name)) {
        let done = one(worker, work, view, &mut marks).await;
        if let Err(trouble) = done {
            several.note(VERB, &view.name, trouble)?;
        }
    }
    several.end(&[VERB])
}

/// Says what would be refreshed, and how.
pub(super) async fn preview(worker: &mut Worker<'_>, work: &Refresh) -> Result<Vec<Item>, Trouble> {
    let mut items = Vec::new();
    let mut refreshed = Vec::new();
    for view in views::of(worker, work).await? {
        let sources = Sources::look(worker, &view).await?;
        let follows = view.reads.iter().any(|read| refreshed.contains(read));
        let reason = if follows {
            Some("what it reads is refreshed".to_owned())
        } else {
            reason(worker, work, &view, &sources)
        };
        let action = match reason {
            None => "would be left: nobody has written what it reads".to_owned(),
            Some(why) => {
                refreshed.push(view.name.clone());
                let how = if view.is_concurrent() {
                    "concurrently"
                } else {
                    "and readers wait"
                };
                format!("would be refreshed {how}: {why}")
            }
        };
        items.push(Item {
            object: view.name,
            action,
            rows: None,
        });
    }
    Ok(items)
}

/// Refreshes a view, where it has to be.
async fn one(
    worker: &mut Worker<'_>,
    work: &Refresh,
    view: &View,
    marks: &mut Map<String, Value>,
) -> Result<(), Trouble> {
    worker.pause_point().await?;
    // Before the refresh: what is written during it is for the next one.
    let sources = Sources::look(worker, view).await?;
    let Some(why) = reason(worker, work, view, &sources) else {
        (worker.listen)(&format!(
            "left {}: nobody has written what it reads",
            view.name
        ));
        return Ok(());
    };
    if !view.is_concurrent() && view.is_populated {
        (worker.listen)(&format!(
            "who reads {} waits: it has no unique index on plain columns",
            view.name
        ));
    }
    worker
        .transaction(&view.statement(), Yield::Migration)
        .await
        .map_err(|trouble| view.explain(trouble))?;
    worker.tally.batches += 1;
    (worker.listen)(&format!("refreshed {}: {why}", view.name));
    match sources {
        Sources::Counted(mark) => marks.insert(view.name.clone(), mark.into()),
        Sources::Unknown(_) => marks.remove(&view.name),
    };
    worker.remember(MARKS, Value::Object(marks.clone())).await
}

/// Why a view is to be refreshed; `None`: it is as it would be.
fn reason(worker: &Worker<'_>, work: &Refresh, view: &View, sources: &Sources) -> Option<String> {
    if work.always {
        return Some("the task says `always`".to_owned());
    }
    if !view.is_populated {
        return Some("it has no rows yet".to_owned());
    }
    let before = worker.memory[MARKS].get(&view.name).and_then(Value::as_str);
    match (sources, before) {
        (Sources::Unknown(why), _) => Some(why.clone()),
        (Sources::Counted(_), None) => Some("for the first time".to_owned()),
        (Sources::Counted(mark), Some(before)) => {
            (mark != before).then(|| "what it reads has changed".to_owned())
        }
    }
}
