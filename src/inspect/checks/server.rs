//! The server: its settings, its memory, its slots.

use serde::Deserialize;

use super::vacuum::drop_slot;
use super::{Area, Check, Need, plain, row};
use crate::inspect::finding::{Finding, Severity};
use crate::inspect::thresholds::{CACHE_BLOCKS, CACHE_HIT_RATIO, SLOT_BYTES, SLOT_CRITICAL_BYTES};
use crate::printer::{bytes, percent};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "replication-slot",
        area: Area::Health,
        needs: &[],
        sql: include_str!("slots.sql"),
        judge: |text, _| row(text, |one| slot(&one)),
    },
    Check {
        id: "collation-version",
        area: Area::Health,
        needs: &[],
        sql: include_str!("collations.sql"),
        judge: |text, _| {
            plain(text, |collation| {
                let versions = collation.what.as_deref().unwrap_or_default();
                Finding::new(
                    Severity::Warning,
                    &*collation.object,
                    format!(
                        "indexes on text were built with version {versions}: they may miss rows"
                    ),
                    "Build the indexes on text again first (REINDEX); only then say that it is done.",
                )
            })
        },
    },
    Check {
        id: "setting-loses-data",
        area: Area::Health,
        needs: &[],
        sql: include_str!("settings.sql"),
        judge: |text, _| row(text, |one: Setting| one.loses.then(|| setting(one))),
    },
    Check {
        id: "setting-hurts",
        area: Area::Health,
        needs: &[],
        sql: include_str!("settings.sql"),
        judge: |text, _| row(text, |one: Setting| (!one.loses).then(|| setting(one))),
    },
    Check {
        id: "checksums-off",
        area: Area::Health,
        needs: &[],
        sql: "SELECT 'server' AS object, NULL AS what, NULL AS sql
WHERE pg_catalog.current_setting('data_checksums') = 'off'",
        judge: |text, _| {
            plain(text, |server| {
                Finding::new(
                    Severity::Info,
                    &*server.object,
                    "pages have no checksums: damage by a disk is not seen",
                    "Stop the server, and run `pg_checksums --enable`.",
                )
            })
        },
    },
    Check {
        id: "checksum-failure",
        area: Area::Health,
        needs: &[],
        sql: include_str!("cache.sql"),
        judge: |text, _| row(text, |one| damage(&one)),
    },
    Check {
        id: "cache-hit-ratio",
        area: Area::Health,
        needs: &[Need::Counts],
        sql: include_str!("cache.sql"),
        judge: |text, _| row(text, |one| cache(&one)),
    },
];

#[derive(Deserialize)]
struct Slot {
    name: String,
    wal_status: Option<String>,
    retained_bytes: Option<i64>,
    is_active: bool,
}

fn slot(slot: &Slot) -> Option<Finding> {
    let retained = slot.retained_bytes.unwrap_or_default();
    let is_lost = slot.wal_status.as_deref() == Some("lost");
    let severity = if is_lost || retained >= SLOT_CRITICAL_BYTES {
        Severity::Critical
    } else if !slot.is_active || retained >= SLOT_BYTES {
        Severity::Warning
    } else {
        return None;
    };
    let state = if slot.is_active { "active" } else { "inactive" };
    let message = if is_lost {
        format!("{state}, and the WAL that it needs is gone")
    } else {
        format!("{state}, and keeps {} of WAL", bytes(retained))
    };
    let finding = Finding::new(
        severity,
        format!("replication slot {}", slot.name),
        message,
        "Bring back who reads from it, or drop it: WAL fills the disk.",
    );
    Some(if slot.is_active {
        finding
    } else {
        finding.sql(drop_slot(&slot.name))
    })
}

#[derive(Deserialize)]
struct Setting {
    name: String,
    value: String,
    loses: bool,
    sql: String,
}

fn setting(setting: Setting) -> Finding {
    let (severity, does) = match &*setting.name {
        "fsync" | "full_page_writes" => (Severity::Critical, "a crash may destroy the database"),
        _ if setting.loses => (
            Severity::Critical,
            "damage is passed over, and rows are lost",
        ),
        "autovacuum" => (
            Severity::Warning,
            "nobody removes dead rows or freezes old ones in time",
        ),
        "track_counts" => (Severity::Warning, "autovacuum does not know where to work"),
        _ => (Severity::Warning, "nobody sees what sessions do"),
    };
    Finding::new(
        severity,
        format!("setting {}", setting.name),
        format!("it is {}: {does}", setting.value),
        "Set it, and reload: `SELECT pg_reload_conf()`; `pg_settings` says where it was changed.",
    )
    .sql(setting.sql)
}

#[derive(Deserialize)]
struct Blocks {
    name: String,
    hit: i64,
    read: i64,
    checksum_failures: i64,
}

fn damage(blocks: &Blocks) -> Option<Finding> {
    (blocks.checksum_failures > 0).then(|| {
        Finding::new(
            Severity::Critical,
            format!("database {}", blocks.name),
            format!(
                "pages that were read from disk were damaged {} times",
                blocks.checksum_failures
            ),
            "Look for the pages in the server's log, and restore from a backup.",
        )
    })
}

fn cache(blocks: &Blocks) -> Option<Finding> {
    let all = blocks.hit + blocks.read;
    let ratio = blocks.hit as f64 / all.max(1) as f64;
    (all >= CACHE_BLOCKS && ratio < CACHE_HIT_RATIO).then(|| {
        Finding::new(
            Severity::Info,
            format!("database {}", blocks.name),
            format!("{} of {all} blocks were found in memory", percent(ratio)),
            "Look for queries that read whole tables; or raise shared_buffers.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_blocks_say_nothing_about_the_cache() {
        for (hit, read, expected) in [
            (0, 999_999, false),
            (980_000, 20_000, true),
            (990_000, 10_000, false),
        ] {
            let blocks = Blocks {
                name: "a".to_owned(),
                hit,
                read,
                checksum_failures: 0,
            };
            assert_eq!(cache(&blocks).is_some(), expected, "{hit} {read}");
        }
    }

    #[test]
    fn damaged_pages() {
        let blocks = |checksum_failures| Blocks {
            name: "a".to_owned(),
            hit: 0,
            read: 0,
            checksum_failures,
        };
        assert!(damage(&blocks(0)).is_none());
        let finding = damage(&blocks(1)).expect("a finding");
        assert_eq!(finding.severity, Severity::Critical);
    }

    #[test]
    fn slots() {
        for (active, status, bytes, expected) in [
            (true, "reserved", 10, None),
            (false, "reserved", 10, Some(Severity::Warning)),
            (true, "extended", 1 << 30, Some(Severity::Warning)),
            (true, "extended", 10 << 30, Some(Severity::Critical)),
            (false, "lost", 0, Some(Severity::Critical)),
        ] {
            let one = Slot {
                name: "a".to_owned(),
                wal_status: Some(status.to_owned()),
                retained_bytes: Some(bytes),
                is_active: active,
            };
            assert_eq!(
                slot(&one).map(|finding| finding.severity),
                expected,
                "{status}"
            );
        }
    }
}
