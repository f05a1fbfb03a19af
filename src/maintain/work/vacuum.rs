//! Vacuums the tables that need it: earlier than autovacuum would, at a time that was chosen.
//!
//! A table needs it at half of what autovacuum waits for. Its TOAST table counts, and is vacuumed
//! with it.

use super::super::limits::Yield;
use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::Item;
use super::crew::{self, Order, Outcome};
use super::need::{self, Need, Table, is_over};
use super::scope::{self, Named, is_true, number, text};
use crate::project::task::Tables;

/// Tables up to so many pages are vacuumed several in a statement.
const SMALL: f64 = 1024.0;

/// So many of them at most: between two statements a run may give way.
const TOGETHER: usize = 16;

/// Does it.
pub(super) async fn run(worker: &mut Worker<'_>, work: &Tables) -> Result<(), Trouble> {
    worker.outside_transactions().await?;
    let major = worker.session.server_version().0;
    let tables = look(worker, work).await?;
    let mut refused = need::divide(worker, &tables);
    let wanted = tables.iter().filter(|table| table.is_wanted());
    let orders = orders(wanted, major, work.jobs);
    let has_work = !orders.is_empty();
    let mut outcome = crew::carry_out(worker, need::SETTINGS, work.jobs, orders).await;
    if has_work && major >= 16 && outcome.trouble.is_none() {
        let all = worker.alone("VACUUM (ONLY_DATABASE_STATS)", Yield::Migration);
        outcome.trouble = all.await.err();
    }
    if outcome.trouble.is_none() && !outcome.locked.is_empty() {
        leave_to_others(worker, work, &mut outcome).await?;
    }
    outcome.failed.append(&mut refused.failed);
    outcome.end("table", "vacuumed")
}

/// Says what would be done.
pub(super) async fn preview(worker: &mut Worker<'_>, work: &Tables) -> Result<Vec<Item>, Trouble> {
    Ok(need::items(look(worker, work).await?, "vacuum"))
}

/// Takes out what is locked by a vacuum, or was vacuumed by somebody else meanwhile.
async fn leave_to_others(
    worker: &mut Worker<'_>,
    work: &Tables,
    outcome: &mut Outcome,
) -> Result<(), Trouble> {
    let tables = look(worker, work).await?;
    let still = |name: &Named| tables.iter().find(|table| table.name == *name);
    let (locked, left): (Vec<Named>, Vec<Named>) = std::mem::take(&mut outcome.locked)
        .into_iter()
        .partition(|name| still(name).is_some_and(Table::is_wanted));
    outcome.locked = locked;
    for name in left {
        (worker.listen)(&format!("{name}: left to the vacuum that is at work on it"));
    }
    Ok(())
}

/// Reads what the server knows of the tables, largest first, with what they need.
async fn look(worker: &mut Worker<'_>, work: &Tables) -> Result<Vec<Table>, Trouble> {
    let major = worker.session.server_version().0;
    let (max_setting, unfrozen) = if major >= 18 {
        (
            "pg_catalog.current_setting('autovacuum_vacuum_max_threshold')::pg_catalog.float8",
            "CASE WHEN r.relpages > 0 THEN 1 - least(r.relallfrozen, r.relpages)\
             ::pg_catalog.float8 / r.relpages ELSE 1 END",
        )
    } else {
        ("-1::pg_catalog.float8", "1")
    };
    let sql = include_str!("vacuum.sql")
        .replace("{max_setting}", max_setting)
        .replace("{unfrozen}", unfrozen)
        .replace("{permission}", scope::permission(major))
        .replace("{scope}", &scope::condition(worker));
    let rows = worker.rehearse(&sql).await?.rows;
    let mut tables: Vec<Table> = Vec::new();
    for row in rows {
        let figures = Figures {
            is_toast: is_true(&row, 6),
            dead: number(&row, 7),
            dead_limit: number(&row, 8),
            inserted: number(&row, 9),
            insert_limit: number(&row, 10),
            age: number(&row, 11),
            age_limit: number(&row, 12),
            multixact_age: number(&row, 13),
            multixact_limit: number(&row, 14),
            is_new: is_true(&row, 15),
        };
        let need = figures.need();
        let name = Named::read(&row, 1);
        match tables.last_mut() {
            // The TOAST table follows its table.
            Some(table) if table.name == name => table.add(need),
            _ => tables.push(Table {
                name,
                oid: text(&row, 0),
                pages: number(&row, 3).unwrap_or_default(),
                may: is_true(&row, 4),
                is_busy: is_true(&row, 5),
                is_parent: false,
                rows: figures.dead,
                need: if work.always {
                    need.or_else(|| Some(Need::plain("all are vacuumed")))
                } else {
                    need
                },
            }),
        }
    }
    scope::select(worker.task, "table", &work.tables, tables, |table| {
        &table.name
    })
}

/// What the server knows of a table, or of a TOAST table.
#[derive(Clone, Debug, Default)]
struct Figures {
    is_toast: bool,
    dead: Option<f64>,
    dead_limit: Option<f64>,
    inserted: Option<f64>,
    insert_limit: Option<f64>,
    age: Option<f64>,
    age_limit: Option<f64>,
    multixact_age: Option<f64>,
    multixact_limit: Option<f64>,
    is_new: bool,
}

impl Figures {
    /// Says why the table needs a vacuum; what is most urgent comes first.
    fn need(&self) -> Option<Need> {
        let of = if self.is_toast { " of TOAST" } else { "" };
        let frozen = |what: &str, age: Option<f64>, limit: Option<f64>| {
            is_over(age, limit).map(|(age, limit)| Need {
                reason: format!("{what} {age:.0} old{of}, autovacuum is forced at {limit:.0}"),
                is_freeze: true,
            })
        };
        let rows = |what: &str, rows: Option<f64>, limit: Option<f64>| {
            is_over(rows, limit).map(|(rows, limit)| {
                Need::plain(format!(
                    "{rows:.0} {what}{of}, autovacuum waits for {limit:.0}"
                ))
            })
        };
        frozen("transactions", self.age, self.age_limit)
            .or_else(|| frozen("multixacts", self.multixact_age, self.multixact_limit))
            .or_else(|| rows("dead rows", self.dead, self.dead_limit))
            .or_else(|| rows("new rows", self.inserted, self.insert_limit))
            .or_else(|| (self.is_new && !self.is_toast).then(|| Need::plain("never vacuumed")))
    }
}

/// Makes the statements: large tables by themselves, small ones together.
fn orders<'t>(wanted: impl Iterator<Item = &'t Table>, major: u32, jobs: u32) -> Vec<Order> {
    let wanted: Vec<&Table> = wanted.collect();
    let jobs = usize::try_from(jobs).unwrap_or(1).max(1);
    // No connection waits for the last, long statement of another.
    let together = (wanted.len() / (4 * jobs)).clamp(1, TOGETHER);
    let statistics = if major >= 16 {
        ", SKIP_DATABASE_STATS"
    } else {
        ""
    };
    let mut orders: Vec<Order> = Vec::new();
    for table in wanted {
        let freeze = if table.is_freeze() { ", FREEZE" } else { "" };
        let command = format!("VACUUM (ANALYZE, SKIP_LOCKED{freeze}{statistics})");
        match orders.last_mut() {
            Some(order)
                if order.command == command && order.objects.len() < together && order.is_small =>
            {
                order.objects.push(table.name.clone());
            }
            _ => orders.push(Order {
                command,
                each: need::only(major),
                objects: vec![table.name.clone()],
                is_small: table.pages <= SMALL,
            }),
        }
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(figures: &Figures) -> Option<String> {
        figures.need().map(|need| need.reason)
    }

    #[test]
    fn half_of_what_autovacuum_waits_for() {
        let mut figures = Figures {
            dead: Some(125.0),
            dead_limit: Some(250.0),
            ..Figures::default()
        };
        assert_eq!(reason(&figures), None);
        figures.dead = Some(126.0);
        assert_eq!(
            reason(&figures).as_deref(),
            Some("126 dead rows, autovacuum waits for 250")
        );
        figures.is_toast = true;
        assert_eq!(
            reason(&figures).as_deref(),
            Some("126 dead rows of TOAST, autovacuum waits for 250")
        );
    }

    #[test]
    fn inserts_count_unless_they_are_switched_off() {
        let mut figures = Figures {
            inserted: Some(900.0),
            insert_limit: Some(1000.0),
            ..Figures::default()
        };
        assert_eq!(
            reason(&figures).as_deref(),
            Some("900 new rows, autovacuum waits for 1000")
        );
        figures.insert_limit = None;
        assert_eq!(reason(&figures), None);
    }

    #[test]
    fn old_transactions_are_frozen_before_all_else() {
        let figures = Figures {
            dead: Some(1000.0),
            dead_limit: Some(10.0),
            multixact_age: Some(300.0),
            multixact_limit: Some(400.0),
            ..Figures::default()
        };
        assert!(figures.need().is_some_and(|need| need.is_freeze));
    }
}
