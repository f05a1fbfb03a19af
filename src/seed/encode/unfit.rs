//! What does not fit, in words.

use std::fmt;

use crate::seed::value::{Kind, Shape, Value};

/// The characters of a value that a message shows.
const SHOWN: usize = 40;

/// Which value does not fit which type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit(pub String);

impl Unfit {
    pub(super) fn new(kind: &Kind, value: &Value) -> Self {
        Self(format!("{} does not fit `{}`", named(value), type_of(kind)))
    }

    pub(super) fn array(element: &Kind, length: usize) -> Self {
        let name = &element.name;
        Self(format!("{length} elements do not fit `{name}[]`"))
    }

    pub(super) fn row(columns: usize, values: usize) -> Self {
        Self(format!("{values} values do not fit {columns} columns"))
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

/// The name of a type with its length or precision.
fn type_of(kind: &Kind) -> String {
    let name = &kind.name;
    match kind.shape {
        Shape::Text(Some(longest)) => format!("{name}({longest})"),
        Shape::Numeric(Some((precision, scale))) => format!("{name}({precision},{scale})"),
        _ => name.clone(),
    }
}

/// The value itself where it is short, else what it is.
fn named(value: &Value) -> String {
    let what = match value {
        Value::Text(text) if text.contains('\0') => "a text with a NUL byte",
        Value::Text(text) => return quoted(text),
        Value::Int(integer) => return quoted(&integer.to_string()),
        Value::Numeric { unscaled, scale } => return quoted(&decimal(*unscaled, *scale)),
        Value::Float(float) => return quoted(&float.to_string()),
        Value::Null => "NULL",
        Value::Bool(_) => "a boolean",
        Value::Bytes(_) => "a run of bytes",
        Value::Uuid(_) => "a UUID",
        Value::Date(days) => return format!("day `{days}`"),
        Value::Timestamp(micros) | Value::Time(micros) => return format!("microsecond `{micros}`"),
        Value::Interval { .. } => "an interval",
        Value::Inet(address) => return quoted(&address.to_string()),
        Value::Array(_) => "an array",
        Value::Range(..) => "a range",
    };
    what.to_owned()
}

/// The beginning of a text, on one line.
fn quoted(text: &str) -> String {
    let on_one_line = |character: char| match character {
        control if control.is_control() => ' ',
        other => other,
    };
    let mut shown: String = text.chars().take(SHOWN).map(on_one_line).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn decimal(unscaled: i128, scale: u16) -> String {
    if usize::from(scale) > SHOWN {
        return format!("{unscaled}e-{scale}");
    }
    let scale = usize::from(scale);
    let sign = if unscaled < 0 { "-" } else { "" };
    // A zero stands before the point where nothing else does.
    let digits = format!("{:0>1$}", unscaled.unsigned_abs(), scale + 1);
    match digits.split_at(digits.len() - scale) {
        (whole, "") => format!("{sign}{whole}"),
        (whole, rest) => format!("{sign}{whole}.{rest}"),
    }
}
