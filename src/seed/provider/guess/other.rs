//! Everything but numbers, texts and dates.

use crate::seed::bounds::Bounds;
use crate::seed::provider::limits::Limits;
use crate::seed::provider::{Choice, Source};
use crate::seed::value::{Kind, Shape, Value};

pub(super) fn by_type(table: &str, column: &str, limits: &Limits) -> Option<Source> {
    match &limits.kind.shape {
        Shape::Bool => Some(boolean(column)),
        Shape::Enum(labels) if !labels.is_empty() => {
            let labels = labels.iter().cloned().map(Value::Text);
            Some(Source::Choice(Choice::even(labels.collect())))
        }
        Shape::Bytes => Some(bytes(column, &limits.bounds)),
        Shape::Uuid => Some(Source::Uuid),
        Shape::Time => Some(Source::Time),
        Shape::Interval => Some(interval(column, limits)),
        Shape::Inet => Some(Source::Inet),
        Shape::Json | Shape::Jsonb => Some(json(column)),
        Shape::Array(of) => array(table, column, of, &limits.bounds),
        Shape::Range(of) => {
            let inner = super::source(table, column, &Limits::new(of, &Bounds::default()));
            inner.ok().map(|inner| Source::Range(Box::new(inner)))
        }
        _ => None,
    }
}

fn boolean(column: &str) -> Source {
    let rare = [
        "deleted",
        "lost",
        "won",
        "do_not",
        "blocked",
        "banned",
        "archived",
        "test",
        "terminal",
        "overspend",
        "is_system",
        "is_spam",
        "dirty",
        "out_of_order",
    ];
    let usual = ["active", "enabled", "verified", "success"];
    let share = if rare.iter().any(|word| column.contains(word)) {
        0.06
    } else if usual.iter().any(|word| column.contains(word)) {
        0.85
    } else {
        0.4
    };
    Source::Choice(Choice::weighted(vec![
        (Value::Bool(false), 1.0 - share),
        (Value::Bool(true), share),
    ]))
}

fn bytes(column: &str, bounds: &Bounds) -> Source {
    let (least, most) = match bounds.bytes {
        Some(exact) => (exact, exact),
        None if column.contains("hash") || column.contains("sha256") => (32, 32),
        None => (16, 64),
    };
    Source::Bytes { least, most }
}

/// Seconds of an hour at most, of some days where something waits.
fn interval(column: &str, limits: &Limits) -> Source {
    let (low, high) = if column.contains("time_in") || column.contains("age") {
        (3600, 20 * 86_400)
    } else {
        (5, 3600)
    };
    let seconds = |bound: &Option<(Value, bool)>, inward: i64| {
        let (value, taken) = bound.as_ref()?;
        let micros = crate::seed::provider::limits::length(value)?;
        Some(micros / 1_000_000 + if *taken { 0 } else { inward })
    };
    let least = seconds(&limits.bounds.least, 1).map_or(low, |least| low.max(least));
    let most = seconds(&limits.bounds.greatest, -1).map_or(high.max(least), |most| most.min(high));
    Source::Interval {
        least: least.min(most),
        greatest: most,
    }
}

fn json(column: &str) -> Source {
    let lists = [
        "steps",
        "items",
        "tags",
        "labels",
        "attachments",
        "events",
        "rules",
        "fields",
    ];
    let is_list = lists.iter().any(|word| column.ends_with(word));
    let texts: &[(&str, f64)] = match column {
        _ if is_list => &[("[]", 1.0)],
        "filter" | "filters" => &[("{}", 1.0), (r#"{"status": "new"}"#, 1.0)],
        "variables" => &[("{}", 1.0), (r#"{"first_name": "Ada"}"#, 1.0)],
        _ if column.contains("factor") => &[
            (r#"{"engagement": 0.7, "fit": 0.5}"#, 1.0),
            (r#"{"engagement": 0.3, "fit": 0.9}"#, 1.0),
        ],
        _ if column.contains("metadata") || column.contains("details") => {
            &[("{}", 3.0), (r#"{"source": "seed"}"#, 1.0)]
        }
        _ => &[("{}", 1.0)],
    };
    let weighted = texts
        .iter()
        .map(|(text, weight)| (Value::Text((*text).to_owned()), *weight));
    Source::Choice(Choice::weighted(weighted.collect()))
}

/// A few elements of what the name says in the singular.
fn array(table: &str, column: &str, of: &Kind, bounds: &Bounds) -> Option<Source> {
    let elements = Bounds {
        list: bounds.elements.clone(),
        ..Bounds::default()
    };
    let single = match column.strip_suffix("addresses") {
        Some(prefix) => format!("{prefix}address"),
        None => column.strip_suffix('s').unwrap_or(column).to_owned(),
    };
    let of = super::source(table, &single, &Limits::new(of, &elements)).ok()?;
    let few = ["cc_", "bcc_", "media", "attachment"];
    let usual = if few.iter().any(|word| column.starts_with(word)) {
        1
    } else if column.starts_with("to_") {
        2
    } else {
        3
    };
    let known = bounds
        .elements
        .as_ref()
        .map_or(usual, |known| known.len() as u32);
    let least = bounds.shortest.max(u32::from(column.starts_with("to_")));
    let most = usual
        .min(known)
        .max(least)
        .min(bounds.longest.unwrap_or(u32::MAX));
    Some(Source::Array {
        of: Box::new(of),
        least: least.min(most),
        most,
    })
}
