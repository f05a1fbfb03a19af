//! Invalid indexes: what rebuilds that were broken off have left, and others.

use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::Item;
use super::bytes;
use super::crew::{self, Order, Outcome};
use super::scope::{self, Named, is_true, number};
use crate::project::task::Reindex;

/// An index that is not valid.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    name: Named,
    size: f64,
    /// A rebuild has left it: it has such a name, and a valid twin.
    is_left: bool,
    /// Somebody is at work on its table, perhaps on it.
    is_busy: bool,
}

impl Broken {
    fn what(&self) -> String {
        match () {
            () if self.is_busy => "left as it is: somebody is at work on its table".to_owned(),
            () if self.is_left => format!(
                "drop: a rebuild that was broken off has left it, {}",
                bytes(self.size)
            ),
            () => "left as it is: invalid, and not of a rebuild".to_owned(),
        }
    }

    pub(super) fn item(&self) -> Item {
        Item {
            object: self.name.to_string(),
            action: self.what(),
            rows: None,
        }
    }
}

/// Looks for invalid indexes.
pub(super) async fn look(worker: &mut Worker<'_>, work: &Reindex) -> Result<Vec<Broken>, Trouble> {
    let sql = include_str!("broken.sql").replace("{scope}", &scope::condition(worker));
    let rows = worker.rehearse(&sql).await?.rows;
    let broken = rows.iter().map(|row| Broken {
        name: Named::read(row, 0),
        size: number(row, 2).unwrap_or_default(),
        is_left: is_true(row, 3),
        is_busy: is_true(row, 4),
    });
    let is_meant = |it: &Broken| it.name.is_rebuild_of_one_of(worker.task, &work.indexes);
    Ok(broken.filter(is_meant).collect())
}

/// Drops what rebuilds have left, and says what stays.
pub(super) async fn sweep(
    worker: &mut Worker<'_>,
    work: &Reindex,
    settings: &str,
) -> Result<Outcome, Trouble> {
    let (left, others): (Vec<_>, Vec<_>) = look(worker, work)
        .await?
        .into_iter()
        .partition(|it| it.is_left && !it.is_busy);
    for other in others {
        (worker.listen)(&format!("{}: {}", other.name, other.what()));
    }
    let orders = left.into_iter().map(|it| Order {
        command: "DROP INDEX CONCURRENTLY".to_owned(),
        each: "",
        objects: vec![it.name],
        is_small: false,
    });
    Ok(crew::carry_out(worker, settings, 1, orders.collect()).await)
}
