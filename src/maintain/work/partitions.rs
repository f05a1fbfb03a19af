//! Makes partitions ahead of time, and takes old ones away.
//!
//! Each partition is a short transaction of its own. One is made as a table, which is then attached:
//! `CREATE TABLE … PARTITION OF` would lock out the readers of the whole table. Periods are UTC.

mod create;
mod expire;
mod model;
mod parent;
mod plan;

use self::model::Model;
use self::parent::Parent;
use self::plan::Plan;
use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::Item;
use super::several::Several;
use crate::error::Failure;
use crate::project::task::{Expiry, Partitions};

/// What is done with old partitions.
const DETACH: &str = "detach";
const DROP: &str = "drop";

/// More partitions ahead are a slip of the keyboard.
const MOST_AHEAD: u32 = 10_000;

/// Makes what is missing, and takes away what is too old.
pub(super) async fn run(worker: &mut Worker<'_>, work: &Partitions) -> Result<(), Trouble> {
    let parent = parent(worker, work).await?;
    let mut several = Several::default();
    let pending = parent.plan(worker, work).await?.children;
    for child in pending.iter().filter(|child| child.is_pending) {
        if let Err(trouble) = expire::finalise(worker, &parent, child).await {
            several.note(DETACH, &child.name, trouble)?;
        }
    }
    let Plan { ranges, children } = parent.plan(worker, work).await?;
    let wanted: Vec<_> = ranges.iter().filter(|range| !range.is_covered).collect();
    if !wanted.is_empty() {
        let model = Model::look(worker, &parent, &children).await?;
        for range in wanted {
            worker.pause_point().await?;
            let name = parent.name_of(range);
            let made = create::create(worker, &parent, &model, range).await;
            if let Err(trouble) = made {
                several.note("create", &name, trouble)?;
            }
        }
    }
    expire::expire(worker, work, &parent, &children, &mut several).await?;
    // Rows may come for a partition that is missing; those that are old can wait.
    several.end(&[DETACH, DROP])
}

/// Says what would be made, detached and dropped.
pub(super) async fn preview(
    worker: &mut Worker<'_>,
    work: &Partitions,
) -> Result<Vec<Item>, Trouble> {
    let parent = parent(worker, work).await?;
    let Plan { ranges, children } = parent.plan(worker, work).await?;
    let mut items = Vec::new();
    for range in ranges.iter().filter(|range| !range.is_covered) {
        let action = match &range.overlaps {
            Some(others) => format!("cannot be created: {others} holds a part of its time"),
            None => format!("would be created, from {} to {}", range.from, range.to),
        };
        let rows = create::rows_to_move(worker, &parent, range).await;
        items.push(Item {
            object: parent.name_of(range),
            action,
            rows,
        });
    }
    let verb = match work.expiry {
        Expiry::Detach => "detached",
        Expiry::Drop => "dropped",
    };
    for child in children.iter().filter(|child| child.is_expired) {
        let action = match child.left_because() {
            Some(why) => format!("would be left: {why}"),
            None => format!("would be {verb}, it ends {}", child.to),
        };
        items.push(Item {
            object: child.name.clone(),
            action,
            rows: child.rows,
        });
    }
    Ok(items)
}

async fn parent(worker: &mut Worker<'_>, work: &Partitions) -> Result<Parent, Trouble> {
    if work.ahead > MOST_AHEAD {
        return Err(Failure::new(format!("`ahead` is {}", work.ahead))
            .hint(format!("At most {MOST_AHEAD} partitions are made ahead."))
            .into());
    }
    Parent::look(worker, work).await
}
