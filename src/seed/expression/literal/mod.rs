//! Values in the form in which PostgreSQL prints and reads them.

mod interval;
mod list;
mod time;

use super::Unsupported;
use super::decimal::Decimal;
use crate::seed::value::{Kind, Shape, Value};

/// Reads a text as PostgreSQL reads it for a column of this type. What names a moment that is not
/// the same on another day (`now`, `today`) is refused; `infinity` is the value PostgreSQL has for
/// it, the greatest there is.
///
/// # Errors
///
/// When the text is no value of the type, or no value is known for the type.
pub fn literal(text: &str, kind: &Kind) -> Result<Value, Unsupported> {
    read(text, kind).ok_or_else(|| {
        let name = match (&kind.shape, kind.name.as_str()) {
            (_, name @ "") => super::render::shape_name(&kind.shape).unwrap_or(name),
            (_, name) => name,
        };
        match kind.shape {
            Shape::Unknown => Unsupported(format!("no value is known for the type `{name}`")),
            Shape::Text(Some(length)) => {
                Unsupported(format!("`{text}` is longer than {length} characters"))
            }
            _ => Unsupported(format!("`{text}` is no value of the type `{name}`")),
        }
    })
}

fn read(text: &str, kind: &Kind) -> Option<Value> {
    let trimmed = text.trim_ascii();
    match &kind.shape {
        Shape::Bool => boolean(trimmed),
        Shape::Int(bytes) => {
            let whole = trimmed.parse().ok()?;
            in_range(whole, *bytes).then_some(Value::Int(whole))
        }
        Shape::Float(bytes) => float(trimmed, *bytes),
        Shape::Numeric(limits) => {
            let decimal = Decimal::parse(trimmed)?;
            with_precision(decimal, *limits).map(Value::from)
        }
        Shape::Text(length) => {
            let fits = length.is_none_or(|length| {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                text.len() <= length || text.chars().count() <= length
            });
            fits.then(|| Value::Text(text.to_owned()))
        }
        Shape::Enum(labels) => labels
            .iter()
            .any(|label| label == text)
            .then(|| Value::Text(text.to_owned())),
        Shape::Json | Shape::Jsonb => Some(Value::Text(text.to_owned())),
        Shape::Bytes => bytes(text),
        Shape::Uuid => uuid(trimmed),
        Shape::Timestamp => {
            let zoned = kind.name.contains("with time zone") || kind.name == "timestamptz";
            time::timestamp(trimmed, zoned).map(Value::Timestamp)
        }
        Shape::Date => time::date(trimmed).map(Value::Date),
        Shape::Time => time::time(trimmed).map(Value::Time),
        Shape::Interval => interval::interval(trimmed).map(Value::from),
        Shape::Inet => inet(trimmed),
        Shape::Array(element) => list::array(trimmed, element),
        Shape::Range(element) => list::range(trimmed, element),
        Shape::Unknown => None,
    }
}

/// Whether a number is in the range of an integer of so many bytes.
pub(super) fn in_range(whole: i64, bytes: u8) -> bool {
    match bytes {
        2 => i16::try_from(whole).is_ok(),
        4 => i32::try_from(whole).is_ok(),
        _ => true,
    }
}

/// A number as one of `numeric(precision, scale)`.
pub(super) fn with_precision(decimal: Decimal, limits: Option<(u16, u16)>) -> Option<Decimal> {
    let Some((precision, scale)) = limits else {
        return Some(decimal);
    };
    let rounded = decimal.round(scale)?;
    rounded.fits(precision, scale).then_some(rounded)
}

fn boolean(text: &str) -> Option<Value> {
    Some(Value::Bool(match text.to_ascii_lowercase().as_str() {
        "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1" => true,
        "f" | "fa" | "fal" | "fals" | "false" | "n" | "no" | "of" | "off" | "0" => false,
        _ => return None,
    }))
}

fn float(text: &str, bytes: u8) -> Option<Value> {
    let float = match bytes {
        4 => f64::from(text.parse::<f32>().ok()?),
        _ => text.parse::<f64>().ok()?,
    };
    // What is too great is an error, and infinite only what is called so.
    let named = text.contains(['i', 'I']);
    (float.is_finite() || float.is_nan() || named).then_some(Value::Float(float))
}

fn bytes(text: &str) -> Option<Value> {
    let Some(digits) = text.strip_prefix("\\x") else {
        return (!text.contains('\\')).then(|| Value::Bytes(text.as_bytes().to_vec()));
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let byte = |&[high, low]: &[u8; 2]| u8::try_from(digit(high)? * 16 + digit(low)?).ok();
    Some(Value::Bytes(pairs.iter().map(byte).collect::<Option<_>>()?))
}

fn uuid(text: &str) -> Option<Value> {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    let digits = inner.unwrap_or(text).replace('-', "");
    let digits = (digits.len() == 32 && !digits.starts_with('+')).then_some(digits)?;
    u128::from_str_radix(&digits, 16).ok().map(Value::Uuid)
}

fn inet(text: &str) -> Option<Value> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let address: std::net::IpAddr = address.parse().ok()?;
    let single = if address.is_ipv4() { "32" } else { "128" };
    length
        .is_none_or(|length| length == single)
        .then_some(Value::Inet(address))
}

#[cfg(test)]
mod tests;
