//! From where on something is a finding, and who says so.

/// An unused index below this is not worth a word (pg-extras: 1 MiB).
pub const UNUSED_INDEX_BYTES: i64 = 1 << 20;

/// An index that nothing used may wait for the end of the week: statistics must be older.
pub const UNUSED_INDEX_SECONDS: f64 = 7.0 * 86_400.0;

/// A bloated index is told from here on: half of it (REINDEX gains the most), and so many bytes.
pub const BLOAT_RATIO: f64 = 0.5;
/// Space that an index wastes.
pub const BLOAT_BYTES: i64 = 10 << 20;

/// Part of a sequence that is used up (PgHero warns at 0.9; a change of type takes its time).
pub const SEQUENCE_WARNING: f64 = 0.75;
/// The same, critical.
pub const SEQUENCE_CRITICAL: f64 = 0.9;

/// Transaction ids that can be told apart: 2^31. The server refuses writing 3 million before.
pub const XID_LIMIT: i64 = 1 << 31;
/// Part of that limit; check_postgres warns at 1.3 of 2 thousand million, ours is earlier.
pub const WRAPAROUND_WARNING: f64 = 0.5;
/// Part of that limit where PostgreSQL itself drops all care (`vacuum_failsafe_age`, 1.6e9).
pub const WRAPAROUND_CRITICAL: f64 = 0.745;
/// Part of `autovacuum_freeze_max_age`: autovacuum should have come at 1.
pub const FREEZE_OVERDUE: f64 = 1.25;

/// Dead rows over the table's own threshold for autovacuum, times this, and at least so many.
pub const VACUUM_RATIO: f64 = 2.0;
/// The least number of dead rows.
pub const VACUUM_DEAD_ROWS: i64 = 1_000;

/// Rows from which on missing statistics mislead the planner (autovacuum analyses after 50).
pub const STATISTICS_ROWS: i64 = 50;

/// Transactions that began since the oldest snapshot: a quarter of an hour at 1,000 a second.
pub const XMIN_AGE: i64 = 1_000_000;

/// A transaction that is open and idle, in seconds (PgHero's long query: 60; GitLab's limit: 300).
pub const IDLE_SECONDS: f64 = 300.0;

/// A session that waits for another, in seconds.
pub const BLOCKED_WARNING_SECONDS: f64 = 10.0;
/// The same, critical.
pub const BLOCKED_CRITICAL_SECONDS: f64 = 300.0;

/// A statement that runs, in seconds: told from here on (PgHero: 60).
pub const RUNNING_SECONDS: f64 = 60.0;
/// The same, a warning.
pub const RUNNING_WARNING_SECONDS: f64 = 1_800.0;

/// Part of the connections that are there (check_postgres: 0.9 and 0.95).
pub const CONNECTIONS_WARNING: f64 = 0.8;
/// The same, critical.
pub const CONNECTIONS_CRITICAL: f64 = 0.95;

/// A prepared transaction that nobody ends, in seconds.
pub const PREPARED_SECONDS: f64 = 3_600.0;

/// WAL that a slot keeps back (a tenth of a usual disk for WAL).
pub const SLOT_BYTES: i64 = 1 << 30;
/// The same, critical.
pub const SLOT_CRITICAL_BYTES: i64 = 10 << 30;

/// Partitions are there for this long ahead, in seconds.
pub const PARTITIONS_AHEAD_SECONDS: f64 = 7.0 * 86_400.0;

/// Part of the blocks that were found in memory (Heroku, pg-extras: 0.985).
pub const CACHE_HIT_RATIO: f64 = 0.985;
/// Fewer blocks than these say nothing about it.
pub const CACHE_BLOCKS: i64 = 1_000_000;
