//! What a materialized view is made of, as one mark: the same mark, the same rows.
//!
//! The server counts the rows that are inserted, updated and deleted in each table. To these come
//! what the counters do not show: a TRUNCATE (the table has another file), a partition more or less,
//! counters that began anew (a reset, a crash), a view or function that was replaced, settings that
//! texts of times depend on. Whatever is not certain counts as changed. The parsed queries are
//! searched for what they call: dependencies on what comes with the server are not in `pg_depend`.
//!
//! A session reports its counts when it has been idle for a moment, at most every second: a write
//! that has just been committed may be seen by the next run only. None is missed for good, since the
//! counters are read before the refresh.

use super::super::super::trouble::Trouble;
use super::super::super::worker::Worker;
use super::views::View;
use crate::error::Failure;
use crate::sql::quote_literal;

/// Functions of the server that are not immutable only because they go by settings, which are part
/// of the mark. None of these asks for the time.
const BY_SETTINGS: &str = "array_to_json array_to_string anytextcat concat concat_ws date \
    date_cmp_timestamptz date_eq_timestamptz date_ge_timestamptz date_gt_timestamptz \
    date_le_timestamptz date_lt_timestamptz date_ne_timestamptz date_part date_trunc enum_first \
    enum_last enum_range extract format generate_series in_range interval_pl_timestamptz json_agg \
    json_build_array json_build_object json_object_agg jsonb_agg jsonb_build_array \
    jsonb_build_object jsonb_object_agg make_timestamptz quote_literal quote_nullable row_to_json \
    textanycat time timestamp timestamp_cmp_timestamptz timestamp_eq_timestamptz \
    timestamp_ge_timestamptz timestamp_gt_timestamptz timestamp_le_timestamptz \
    timestamp_lt_timestamptz timestamp_ne_timestamptz timestamptz timestamptz_cmp_date \
    timestamptz_cmp_timestamp timestamptz_eq_date timestamptz_eq_timestamp timestamptz_ge_date \
    timestamptz_ge_timestamp timestamptz_gt_date timestamptz_gt_timestamp timestamptz_le_date \
    timestamptz_le_timestamp timestamptz_lt_date timestamptz_lt_timestamp timestamptz_mi_interval \
    timestamptz_ne_date timestamptz_ne_timestamp timestamptz_pl_interval to_char to_json to_jsonb";

/// Their settings.
const SETTINGS: [&str; 9] = [
    "server_version_num",
    "TimeZone",
    "DateStyle",
    "IntervalStyle",
    "lc_time",
    "lc_numeric",
    "lc_monetary",
    "extra_float_digits",
    "bytea_output",
];

/// Parts of a query that are no function, and ask for the time, the user, chance, or a conversion
/// that may do so.
const UNSTEADY: &str = r"\{(SQLVALUEFUNCTION|NEXTVALUEEXPR|TABLESAMPLECLAUSE|JSONEXPR|TABLEFUNC)\M";

/// A conversion by way of a text.
const CONVERSION: &str = r"\{COERCEVIAIO\M";

/// Types whose texts are names of other objects: regclass and the like.
const NAMES: &str = r"type (24|2202|2203|2204|2205|2206|3734|3769|4089|4096|4191)\M";

/// What a view is made of.
#[derive(Debug)]
pub(super) enum Sources {
    /// The mark.
    Counted(String),
    /// It cannot be told, and why.
    Unknown(String),
}

impl Sources {
    /// Looks at the counters, now.
    ///
    /// # Errors
    ///
    /// When the view is gone; when the server refuses.
    pub(super) async fn look(worker: &Worker<'_>, view: &View) -> Result<Self, Trouble> {
        let rows = worker.ask(&statement(&view.oid)).await?;
        let row = rows.first();
        if let Some(why) = row.and_then(|row| row.get(0)) {
            return Ok(Self::Unknown(why.to_owned()));
        }
        match row.and_then(|row| row.get(1)) {
            Some(mark) => Ok(Self::Counted(mark.to_owned())),
            None => Err(Failure::new("it was dropped meanwhile").into()),
        }
    }
}

fn statement(oid: &str) -> String {
    let settings = SETTINGS.map(|name| format!("pg_catalog.current_setting('{name}')"));
    let by_settings: Vec<&str> = BY_SETTINGS.split_whitespace().collect();
    format!(
        r"WITH RECURSIVE source (id) AS (
    SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.oid = {oid}
    UNION
    SELECT next.id
    FROM source AS s
    JOIN pg_catalog.pg_class AS c ON c.oid = s.id
    CROSS JOIN LATERAL (
        SELECT m[1]::pg_catalog.oid
        FROM pg_catalog.pg_rewrite AS r
        CROSS JOIN LATERAL pg_catalog.regexp_matches(
            r.ev_action::pg_catalog.text, ':relid ([0-9]+)', 'g') AS m
        WHERE r.ev_class = c.oid AND r.ev_type = '1' AND (c.relkind = 'v' OR c.oid = {oid})
        UNION ALL
        SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid
    ) AS next (id)
    WHERE next.id <> 0
),
relation AS MATERIALIZED (
    SELECT c.oid, c.relkind, pg_catalog.format('%s %s %s %s %s %s', c.oid, c.relkind, c.relfilenode,
        pg_catalog.pg_stat_get_tuples_inserted(c.oid), pg_catalog.pg_stat_get_tuples_updated(c.oid),
        pg_catalog.pg_stat_get_tuples_deleted(c.oid)) AS mark
    FROM source AS s JOIN pg_catalog.pg_class AS c ON c.oid = s.id
    WHERE c.oid <> {oid}
),
rule AS MATERIALIZED (
    SELECT r.ev_action::pg_catalog.text AS action, pg_catalog.format('%s %s', r.oid, r.xmin) AS mark,
        r.oid
    FROM source AS s
    JOIN pg_catalog.pg_class AS c ON c.oid = s.id
    JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid AND r.ev_type = '1'
    WHERE c.relkind = 'v' OR c.oid = {oid}
),
called AS MATERIALIZED (
    SELECT p.oid, p.proname, p.provolatile, p.prokind, pg_catalog.format('%s %s', p.oid, p.xmin) AS mark
    FROM pg_catalog.pg_proc AS p
    WHERE p.oid IN (
        SELECT m[1]::pg_catalog.oid FROM rule CROSS JOIN LATERAL pg_catalog.regexp_matches(rule.action,
            ':(?:funcid|opfuncid|aggfnoid|winfnoid|hashfuncid|negfuncid) ([0-9]+)', 'g') AS m
        UNION ALL
        SELECT o.oprcode::pg_catalog.oid FROM rule CROSS JOIN LATERAL pg_catalog.regexp_matches(
            rule.action, ':opno ([0-9]+)', 'g') AS m
        JOIN pg_catalog.pg_operator AS o ON o.oid = m[1]::pg_catalog.oid)
),
-- What is read from a text: the text `now` is a time, and names are looked up.
parsed AS MATERIALIZED (
    SELECT p.proname
    FROM rule
    CROSS JOIN LATERAL pg_catalog.regexp_matches(rule.action, ':resulttype ([0-9]+)', 'g') AS m
    JOIN pg_catalog.pg_type AS t ON t.oid = m[1]::pg_catalog.oid
    JOIN pg_catalog.pg_proc AS p ON p.oid = t.typinput
    WHERE rule.action ~ {conversion} AND p.provolatile <> 'i' AND p.proname <> 'enum_in'
)
SELECT
    CASE
        WHEN pg_catalog.current_setting('track_counts') <> 'on' THEN 'track_counts is off'
        WHEN EXISTS (SELECT FROM relation AS r WHERE r.relkind NOT IN ('r', 'p', 'v', 'm'))
            THEN 'it reads what has no counters'
        WHEN EXISTS (SELECT FROM relation AS r WHERE r.oid < 16384) THEN 'it reads the catalog'
        WHEN EXISTS (SELECT FROM rule WHERE rule.action ~ {unsteady})
            THEN 'it asks for more than rows'
        WHEN EXISTS (SELECT FROM rule WHERE rule.action ~ {names})
            OR EXISTS (SELECT FROM parsed) THEN 'it reads texts as times or names'
        ELSE (SELECT pg_catalog.format('it calls %s', pg_catalog.min(p.proname::pg_catalog.text))
            FROM called AS p
            WHERE CASE WHEN p.oid >= 16384 THEN p.provolatile <> 'i' OR p.prokind = 'a'
                ELSE p.provolatile = 'v' OR p.provolatile = 's' AND p.proname <> ALL ({by_settings}) END
            HAVING pg_catalog.count(*) > 0)
    END,
    pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.concat_ws('|',
        c.oid, d.oid, extract(epoch FROM pg_catalog.pg_stat_get_db_stat_reset_time(d.oid)), '|',
        extract(epoch FROM pg_catalog.pg_stat_get_bgwriter_stat_reset_time()), '|',
        {settings},
        (SELECT pg_catalog.string_agg(r.mark, ',' ORDER BY r.oid) FROM relation AS r), '|',
        (SELECT pg_catalog.string_agg(rule.mark, ',' ORDER BY rule.oid) FROM rule), '|',
        (SELECT pg_catalog.string_agg(p.mark, ',' ORDER BY p.oid) FROM called AS p
            WHERE p.oid >= 16384), '|',
        (SELECT pg_catalog.string_agg(pg_catalog.format('%s %s', e.oid, e.xmin), ',' ORDER BY e.oid)
            FROM pg_catalog.pg_enum AS e)
    ), 'UTF8')), 'hex')
FROM pg_catalog.pg_class AS c, pg_catalog.pg_database AS d
WHERE c.oid = {oid} AND d.datname = pg_catalog.current_database()",
        by_settings = format_args!(
            "pg_catalog.string_to_array({}, ' ')",
            quote_literal(&by_settings.join(" "))
        ),
        settings = settings.join(", "),
        unsteady = quote_literal(UNSTEADY),
        names = quote_literal(NAMES),
        conversion = quote_literal(CONVERSION),
    )
}
