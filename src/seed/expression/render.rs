//! Values as texts that PostgreSQL reads.

use std::fmt::Write;

use super::calendar::{Civil, HOUR, MINUTE, SECOND, split};
use super::decimal::Decimal;
use crate::seed::value::{Kind, Shape, Value};

/// The text of a value of this type, as PostgreSQL's input reads it; nothing for NULL.
#[must_use]
pub fn render(value: &Value, kind: &Kind) -> Option<String> {
    let zoned = kind.name.contains("with time zone") || kind.name == "timestamptz";
    match (value, &kind.shape) {
        (Value::Null, _) => None,
        (Value::Timestamp(i64::MIN | i64::MAX), _) => Some(plain_text(value)),
        (Value::Timestamp(at), Shape::Timestamp) if zoned => {
            let text = timestamp(*at);
            Some(match text.strip_suffix(" BC") {
                Some(text) => format!("{text}+00 BC"),
                None => text + "+00",
            })
        }
        (Value::Float(float), Shape::Float(4)) if float.is_finite() => {
            Some(format!("{}", *float as f32))
        }
        (Value::Array(elements), Shape::Array(element)) => {
            Some(array(elements, |value| render(value, element)))
        }
        (Value::Range(from, to), Shape::Range(element)) => {
            let bound = |value| render(value, element).unwrap_or_default();
            Some(range(&bound(from), &bound(to)))
        }
        (value, _) => Some(plain_text(value)),
    }
}

/// The text of a value whose type is not known; empty for NULL.
pub(super) fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(whole) => whole.to_string(),
        Value::Numeric { unscaled, scale } => {
            let decimal = Decimal {
                unscaled: *unscaled,
                scale: *scale,
            };
            decimal.to_string()
        }
        Value::Float(float) if float.is_nan() => "NaN".to_owned(),
        Value::Float(float) if float.is_infinite() => {
            let name = if *float > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            };
            name.to_owned()
        }
        Value::Float(float) => float.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => {
            let mut text = String::from("\\x");
            for byte in bytes {
                write!(text, "{byte:02x}").expect("a string takes all that is written");
            }
            text
        }
        Value::Uuid(uuid) => {
            let digits = format!("{uuid:032x}");
            let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
            parts.join("-")
        }
        Value::Timestamp(i64::MAX) | Value::Date(i32::MAX) => "infinity".to_owned(),
        Value::Timestamp(i64::MIN) | Value::Date(i32::MIN) => "-infinity".to_owned(),
        Value::Timestamp(at) => timestamp(*at),
        Value::Date(days) => {
            let (date, era) = date(Civil::of_days(i64::from(*days)));
            date + era
        }
        Value::Time(micros) => clock(*micros),
        Value::Interval {
            months,
            days,
            micros,
        } => interval(*months, *days, *micros),
        Value::Inet(address) => address.to_string(),
        Value::Array(elements) => array(elements, |value| {
            (*value != Value::Null).then(|| plain_text(value))
        }),
        Value::Range(from, to) => range(&plain_text(from), &plain_text(to)),
    }
}

/// A name for a type that has none.
pub(super) fn shape_name(shape: &Shape) -> Option<&'static str> {
    Some(match shape {
        Shape::Bool => "boolean",
        Shape::Int(_) => "integer",
        Shape::Float(_) => "double precision",
        Shape::Numeric(_) => "numeric",
        Shape::Text(_) => "text",
        Shape::Bytes => "bytea",
        Shape::Uuid => "uuid",
        Shape::Timestamp => "timestamp",
        Shape::Date => "date",
        Shape::Time => "time",
        Shape::Interval => "interval",
        Shape::Inet => "inet",
        Shape::Json => "json",
        Shape::Jsonb => "jsonb",
        Shape::Array(_) => "array",
        Shape::Range(_) => "range",
        Shape::Enum(_) | Shape::Unknown => return None,
    })
}

fn date(civil: Civil) -> (String, &'static str) {
    let (year, era) = match civil.year {
        1.. => (civil.year, ""),
        year => (1 - year, " BC"),
    };
    (
        format!("{year:04}-{:02}-{:02}", civil.month, civil.day),
        era,
    )
}

fn timestamp(at: i64) -> String {
    let (civil, of_day) = split(at);
    let (date, era) = date(civil);
    format!("{date} {}{era}", clock(of_day))
}

/// `HH:MM:SS[.f]`.
fn clock(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let unit = |length: i64| micros.unsigned_abs() / length.unsigned_abs();
    let (hours, minutes, seconds) = (unit(HOUR), unit(MINUTE) % 60, unit(SECOND) % 60);
    let text = format!("{sign}{hours:02}:{minutes:02}:{seconds:02}");
    match micros.unsigned_abs() % SECOND.unsigned_abs() {
        0 => text,
        fraction => {
            let fraction = format!("{fraction:06}");
            format!("{text}.{}", fraction.trim_end_matches('0'))
        }
    }
}

fn interval(months: i32, days: i32, micros: i64) -> String {
    let mut parts = Vec::new();
    for (count, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] {
        if count != 0 {
            let plural = if count == 1 { "" } else { "s" };
            parts.push(format!("{count} {unit}{plural}"));
        }
    }
    if micros != 0 || parts.is_empty() {
        // After something negative a time without a sign could be read as negative too.
        let sign = if micros > 0 && (months < 0 || days < 0) {
            "+"
        } else {
            ""
        };
        parts.push(format!("{sign}{}", clock(micros)));
    }
    parts.join(" ")
}

fn array(elements: &[Value], text: impl Fn(&Value) -> Option<String>) -> String {
    let quoted = |element| match text(element) {
        None => "NULL".to_owned(),
        Some(text) => {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:+".contains(c) || !c.is_ascii();
            if !text.is_empty() && text.chars().all(plain) && !text.eq_ignore_ascii_case("null") {
                text
            } else {
                quote(&text)
            }
        }
    };
    let elements: Vec<String> = elements.iter().map(quoted).collect();
    format!("{{{}}}", elements.join(","))
}

fn range(from: &str, to: &str) -> String {
    format!("[{},{})", quote(from), quote(to))
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
