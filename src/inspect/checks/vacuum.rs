//! What vacuum does not get done.

use serde::Deserialize;

use super::{Area, Check, Need, row};
use crate::inspect::finding::{Finding, Severity};
use crate::inspect::thresholds::{
    FREEZE_OVERDUE, VACUUM_DEAD_ROWS, VACUUM_RATIO, WRAPAROUND_CRITICAL, WRAPAROUND_WARNING,
    XID_LIMIT, XMIN_AGE,
};
use crate::inspect::vacuum::{HOLDERS, Holder, TABLES, TableVacuum};
use crate::printer::{age, percent};
use crate::sql::quote_literal;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "vacuum-overdue",
        area: Area::Vacuum,
        needs: &[Need::Counts],
        sql: TABLES,
        judge: |text, _| row(text, |table| overdue(&table)),
    },
    Check {
        id: "autovacuum-disabled",
        area: Area::Vacuum,
        needs: &[],
        sql: TABLES,
        judge: |text, _| row(text, |table| disabled(&table)),
    },
    Check {
        id: "wraparound-xid",
        area: Area::Vacuum,
        needs: &[],
        sql: TABLES,
        judge: |text, _| {
            row(text, |table: TableVacuum| {
                freeze(&table, "transaction", table.xid_age, table.freeze_max_age)
            })
        },
    },
    Check {
        id: "wraparound-multixact",
        area: Area::Vacuum,
        needs: &[],
        sql: TABLES,
        judge: |text, _| {
            row(text, |table: TableVacuum| {
                let limit = table.multixact_freeze_max_age;
                freeze(&table, "multixact", table.multixact_age, limit)
            })
        },
    },
    Check {
        id: "wraparound-database",
        area: Area::Vacuum,
        needs: &[],
        sql: include_str!("databases.sql"),
        judge: |text, _| row(text, |database| other_database(&database)),
    },
    Check {
        id: "xmin-held",
        area: Area::Vacuum,
        needs: &[Need::Sessions],
        sql: HOLDERS,
        judge: |text, _| row(text, |holder| held(&holder)),
    },
];

fn overdue(table: &TableVacuum) -> Option<Finding> {
    // Row counts are far below what a double cannot count.
    let threshold = table.dead_threshold.max(1) as f64;
    let ratio = table.dead_rows as f64 / threshold;
    (ratio >= VACUUM_RATIO && table.dead_rows >= VACUUM_DEAD_ROWS).then(|| {
        Finding::new(
            Severity::Warning,
            format!("table {}", table.name),
            format!(
                "{} dead rows beside {} live ones; autovacuum comes from {} on",
                table.dead_rows, table.live_rows, table.dead_threshold
            ),
            "Vacuum it, and find out what keeps autovacuum from it.",
        )
        .sql(format!("VACUUM (ANALYZE) {}", table.name))
    })
}

fn disabled(table: &TableVacuum) -> Option<Finding> {
    (!table.autovacuum).then(|| {
        Finding::new(
            Severity::Warning,
            format!("table {}", table.name),
            "autovacuum is off for it: nobody removes dead rows, and plans grow old",
            "Let autovacuum come, with settings of its own if it comes too often.",
        )
        .sql(format!(
            "ALTER TABLE {} RESET (autovacuum_enabled)",
            table.name
        ))
    })
}

fn freeze(table: &TableVacuum, what: &str, age: i64, freeze_max: i64) -> Option<Finding> {
    let of_limit = age as f64 / XID_LIMIT as f64;
    let of_freeze = age as f64 / freeze_max.max(1) as f64;
    let severity = wraparound(of_limit)
        .or_else(|| (of_freeze >= FREEZE_OVERDUE).then_some(Severity::Warning))?;
    let finding = Finding::new(
        severity,
        format!("table {}", table.name),
        format!(
            "its oldest {what} is {age} old: {} of where autovacuum freezes, {} of the limit",
            percent(of_freeze),
            percent(of_limit)
        ),
        "Freeze it; look at `xmin-held` first, which would keep it from that.",
    );
    Some(finding.sql(format!("VACUUM (FREEZE) {}", table.name)))
}

/// How bad a part of the limit is, at which the server refuses to write.
fn wraparound(of_limit: f64) -> Option<Severity> {
    if of_limit >= WRAPAROUND_CRITICAL {
        Some(Severity::Critical)
    } else {
        (of_limit >= WRAPAROUND_WARNING).then_some(Severity::Warning)
    }
}

#[derive(Deserialize)]
struct OtherDatabase {
    name: String,
    xid_age: i64,
    multixact_age: i64,
}

fn other_database(database: &OtherDatabase) -> Option<Finding> {
    let age = database.xid_age.max(database.multixact_age);
    let of_limit = age as f64 / XID_LIMIT as f64;
    Some(Finding::new(
        wraparound(of_limit)?,
        format!("database {}", database.name),
        format!(
            "its oldest transaction or multixact is {age} old, {} of the limit of the whole server",
            percent(of_limit)
        ),
        "Connect to it, and run `VACUUM (FREEZE)` there.",
    ))
}

fn held(holder: &Holder) -> Option<Finding> {
    let behind = holder.age.filter(|age| *age >= XMIN_AGE)?;
    let mut about = holder.state.clone().unwrap_or_else(|| "hidden".to_owned());
    if let Some(open) = holder.open_ms {
        about = format!("{about}, open for {}", age(open / 1000.0));
    }
    let finding = Finding::new(
        Severity::Warning,
        format!("{} {}", holder.kind, holder.name),
        format!(
            "it keeps what {behind} transactions have left behind from being removed ({about})"
        ),
        "End it, if nobody needs it.",
    );
    Some(match (holder.pid, &*holder.kind) {
        (Some(pid), _) => finding.sql(terminate(pid)),
        (None, "replication slot") => finding.sql(drop_slot(&holder.name)),
        // Its own check says how it is ended, and where.
        _ => finding,
    })
}

/// The statement that ends a session.
pub(super) fn terminate(pid: i32) -> String {
    format!("SELECT pg_catalog.pg_terminate_backend({pid})")
}

/// The statement that drops a slot.
pub(super) fn drop_slot(name: &str) -> String {
    format!(
        "SELECT pg_catalog.pg_drop_replication_slot({})",
        quote_literal(name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(dead_rows: i64, dead_threshold: i64, xid_age: i64) -> TableVacuum {
        serde_json::from_value(serde_json::json!({
            "name": "a.t", "live_rows": 1, "dead_rows": dead_rows,
            "dead_threshold": dead_threshold, "autovacuum": true,
            "xid_age": xid_age, "multixact_age": 0,
            "freeze_max_age": 200_000_000, "multixact_freeze_max_age": 400_000_000,
        }))
        .expect("a table")
    }

    #[test]
    fn dead_rows_are_weighed_against_the_threshold() {
        for (dead, threshold, expected) in [
            (1_000, 500, true),
            (1_000, 501, false),
            (999, 1, false),
            (1_000, 0, true),
        ] {
            assert_eq!(overdue(&table(dead, threshold, 0)).is_some(), expected);
        }
    }

    #[test]
    fn wraparound_grows_worse() {
        for (age, expected) in [
            (249_999_999, None),
            (250_000_000, Some(Severity::Warning)),
            (1_073_741_824, Some(Severity::Warning)),
            (1_600_000_000, Some(Severity::Critical)),
        ] {
            let finding = freeze(&table(0, 50, age), "transaction", age, 200_000_000);
            assert_eq!(finding.map(|finding| finding.severity), expected, "{age}");
        }
    }
}
