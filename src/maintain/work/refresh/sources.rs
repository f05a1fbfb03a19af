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
    let by_settings = quote_literal(&by_settings.join(" "));
    include_str!("sources.sql")
        .replace("{oid}", oid)
        .replace("{settings}", &settings.join(", "))
        .replace(
            "{by_settings}",
            &format!("pg_catalog.string_to_array({by_settings}, ' ')"),
        )
        .replace("{unsteady}", &quote_literal(UNSTEADY))
        .replace("{names}", &quote_literal(NAMES))
        .replace("{conversion}", &quote_literal(CONVERSION))
}
