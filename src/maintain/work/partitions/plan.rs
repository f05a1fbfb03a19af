//! What a table has, and what it lacks.

use super::super::super::trouble::Trouble;
use super::super::super::worker::Worker;
use super::parent::{Parent, word};
use crate::project::task::{Partitions, Unit};
use crate::sql::quote_literal;

/// Bounds are read and written so, whatever the server's settings are.
pub(super) const UTC: &str = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'";

/// How bounds are written.
const MOMENT: &str = "'YYYY-MM-DD HH24:MI:SS'";

/// What a table has, and what it lacks.
#[derive(Debug)]
pub(super) struct Plan {
    /// The partitions that there should be, in order.
    pub(super) ranges: Vec<Range>,
    /// Those that there are, in order, without the default one.
    pub(super) children: Vec<Child>,
}

/// The time of a partition that there should be.
#[derive(Debug)]
pub(super) struct Range {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) suffix: String,
    /// Rows for it may come now.
    pub(super) has_begun: bool,
    /// There are partitions for all of it.
    pub(super) is_covered: bool,
    /// There are partitions for a part of it: these.
    pub(super) overlaps: Option<String>,
}

/// A partition that there is.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) oid: String,
    /// Its name, as SQL.
    pub(super) name: String,
    kind: String,
    pub(super) to: String,
    /// A `DETACH … CONCURRENTLY` did not come to its end.
    pub(super) is_pending: bool,
    pub(super) is_expired: bool,
    /// How many rows it has, about.
    pub(super) rows: Option<u64>,
}

impl Child {
    /// Why it is not taken away, though it is old.
    pub(super) fn left_because(&self) -> Option<&'static str> {
        match &*self.kind {
            "r" => None,
            "p" => Some("it has partitions itself"),
            _ => Some("it is a foreign table"),
        }
    }

    /// Whether others can be made like it.
    pub(super) fn is_plain(&self) -> bool {
        self.kind == "r" && !self.is_pending
    }
}

impl Parent {
    /// Compares what there is with what there should be, by the server's clock.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(super) async fn plan(
        &self,
        worker: &mut Worker<'_>,
        work: &Partitions,
    ) -> Result<Plan, Trouble> {
        let answer = worker.rehearse(&self.plan_statement(work)).await?;
        let mut plan = Plan {
            ranges: Vec::new(),
            children: Vec::new(),
        };
        for row in &answer.rows {
            if row.get(0) == Some("range") {
                let is_covered = row.get(5) == Some("t");
                plan.ranges.push(Range {
                    from: word(row, 1),
                    to: word(row, 2),
                    suffix: word(row, 3),
                    has_begun: row.get(4) == Some("t"),
                    is_covered,
                    overlaps: row.get(6).filter(|_| !is_covered).map(str::to_owned),
                });
            } else {
                plan.children.push(Child {
                    oid: word(row, 1),
                    name: word(row, 2),
                    kind: word(row, 3),
                    to: word(row, 4),
                    is_pending: row.get(5) == Some("t"),
                    is_expired: row.get(6) == Some("t"),
                    rows: row.get(7).and_then(|rows| rows.parse().ok()),
                });
            }
        }
        Ok(plan)
    }

    fn plan_statement(&self, work: &Partitions) -> String {
        let unit = work.every.unit.word();
        let digits = match work.every.unit {
            Unit::Year => "YYYY",
            Unit::Month => "YYYYMM",
            Unit::Week | Unit::Day => "YYYYMMDD",
            Unit::Hour | Unit::Minute => "YYYYMMDDHH24",
        };
        // Never what holds now or the future, however short the time.
        let expired = match &work.keep {
            Some(keep) => format!(
                "e.upper <= least(t.now - interval {}, pg_catalog.date_trunc('{unit}', t.now))",
                quote_literal(&keep.to_string())
            ),
            None => "false".to_owned(),
        };
        let existing = format!(
            "WITH t AS MATERIALIZED (SELECT pg_catalog.now()::pg_catalog.timestamp AS now), \
             existing AS MATERIALIZED ( \
                 SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.relkind, \
                     c.reltuples, i.inhdetachpending, \
                     coalesce(b[1], '-infinity')::pg_catalog.{kind}::pg_catalog.timestamp AS lower, \
                     coalesce(b[2], 'infinity')::pg_catalog.{kind}::pg_catalog.timestamp AS upper \
                 FROM pg_catalog.pg_inherits AS i \
                 JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid \
                 JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
                 CROSS JOIN LATERAL pg_catalog.regexp_match( \
                     pg_catalog.pg_get_expr(c.relpartbound, c.oid), {pattern}) AS b \
                 WHERE i.inhparent = {oid} AND b IS NOT NULL)",
            kind = self.key_type,
            pattern = quote_literal(
                r"^FOR VALUES FROM \((?:'(.*)'|MINVALUE)\) TO \((?:'(.*)'|MAXVALUE)\)$"
            ),
            oid = self.oid,
        );
        format!(
            "{UTC}; {existing} \
             SELECT 'range', \
                 pg_catalog.to_char(w.lower, {MOMENT}), pg_catalog.to_char(w.upper, {MOMENT}), \
                 pg_catalog.to_char(w.lower, '{digits}'), w.lower < w.now + interval '1 day', \
                 coalesce(pg_catalog.range_agg(pg_catalog.tsrange(e.lower, e.upper)) \
                         FILTER (WHERE e.oid IS NOT NULL) \
                     @> pg_catalog.tsrange(w.lower, w.upper), false), \
                 pg_catalog.string_agg(e.name, ', ' ORDER BY e.lower) \
             FROM (SELECT s.lower, s.lower + interval '1 {unit}' AS upper, s.now \
                 FROM (SELECT pg_catalog.date_trunc('{unit}', t.now) + n * interval '1 {unit}' \
                     AS lower, t.now \
                     FROM t, pg_catalog.generate_series(0, {ahead}) AS n) AS s) AS w \
             LEFT JOIN existing AS e ON e.lower < w.upper AND e.upper > w.lower \
             GROUP BY w.lower, w.upper, w.now ORDER BY w.lower; \
             {existing} \
             SELECT 'child', e.oid, e.name, e.relkind, e.upper, e.inhdetachpending, {expired}, \
                 CASE WHEN e.reltuples >= 0 THEN e.reltuples::pg_catalog.int8 END \
             FROM existing AS e, t ORDER BY e.upper, e.lower",
            ahead = work.ahead,
        )
    }
}
