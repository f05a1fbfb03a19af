//! Rows in the form that `COPY … (FORMAT binary)` reads.
//!
//! A stream is a [`header`], a [`row`] for each row, and a [`trailer`]. All of them append, so that
//! the caller may send what there is whenever it is enough, and clear the buffer.
//!
//! What the server would refuse, and with it all rows of the COPY, is refused here with its value.
//! Left to the server: whether a text is JSON, and whether the bounds of a range are in order.

mod nested;
mod number;
mod scalar;
#[cfg(test)]
mod tests;
mod unfit;

pub use unfit::Unfit;

use super::value::{Kind, Shape, Value};

/// The signature, the flags, and the length of a header extension that there is not.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Begins the stream.
pub fn header(out: &mut Vec<u8>) {
    out.extend_from_slice(HEADER);
}

/// Ends the stream.
pub fn trailer(out: &mut Vec<u8>) {
    out.extend_from_slice(&(-1_i16).to_be_bytes());
}

/// Appends one row. What does not fit leaves the buffer as it was.
///
/// # Errors
///
/// When a value is not of its column's type, or out of its range, length or precision; or when
/// there are not as many values as columns.
pub fn row(out: &mut Vec<u8>, kinds: &[Kind], values: &[Value]) -> Result<(), Unfit> {
    let start = out.len();
    let written = fields(out, kinds, values);
    if written.is_err() {
        out.truncate(start);
    }
    written
}

fn fields(out: &mut Vec<u8>, kinds: &[Kind], values: &[Value]) -> Result<(), Unfit> {
    let count = match i16::try_from(kinds.len()) {
        Ok(count) if kinds.len() == values.len() => count,
        _ => return Err(Unfit::row(kinds.len(), values.len())),
    };
    out.extend_from_slice(&count.to_be_bytes());
    for (kind, value) in kinds.iter().zip(values) {
        field(out, kind, value)?;
    }
    Ok(())
}

/// Appends one value after its length.
fn field(out: &mut Vec<u8>, kind: &Kind, value: &Value) -> Result<(), Unfit> {
    if *value == Value::Null {
        out.extend_from_slice(&(-1_i32).to_be_bytes());
        return Ok(());
    }
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let body = out.len();
    content(out, kind, value)?;
    let length = i32::try_from(out.len() - body).map_err(|_| Unfit::new(kind, value))?;
    out[start..body].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// Appends one value that is not NULL.
fn content(out: &mut Vec<u8>, kind: &Kind, value: &Value) -> Result<(), Unfit> {
    let fits = match (&kind.shape, value) {
        (Shape::Array(element), Value::Array(values)) => {
            return nested::array(out, element, values);
        }
        (Shape::Range(bound), Value::Range(lower, upper)) => {
            return nested::range(out, bound, lower, upper);
        }
        (Shape::Numeric(limits), Value::Numeric { unscaled, scale }) => {
            number::numeric(out, *limits, *unscaled, *scale)
        }
        (Shape::Numeric(limits), Value::Int(integer)) => {
            number::numeric(out, *limits, i128::from(*integer), 0)
        }
        (Shape::Float(width), _) => number::float(out, *width, value),
        (Shape::Int(width), Value::Int(integer)) => number::int(out, *width, *integer),
        (Shape::Text(longest), Value::Text(text)) => {
            let longest = longest.and_then(|longest| usize::try_from(longest).ok());
            scalar::text(out, kind.oid, longest, text)
        }
        (Shape::Enum(labels), Value::Text(text)) => {
            let known = labels.contains(text);
            known.then(|| out.extend_from_slice(text.as_bytes()))
        }
        (Shape::Json, Value::Text(text)) => scalar::text(out, kind.oid, None, text),
        (Shape::Jsonb, Value::Text(text)) => {
            out.push(scalar::JSONB_VERSION);
            scalar::text(out, kind.oid, None, text)
        }
        (shape, value) => scalar::plain(out, shape, value),
    };
    fits.ok_or_else(|| Unfit::new(kind, value))
}
