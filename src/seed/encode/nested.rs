//! Arrays and ranges.

use super::{Unfit, field};
use crate::seed::value::{Kind, Value};

/// The lower bound is in the range.
const LOWER_INCLUSIVE: u8 = 0x02;
/// There is no lower bound.
const LOWER_INFINITE: u8 = 0x08;
/// There is no upper bound.
const UPPER_INFINITE: u8 = 0x10;

/// Appends an array of one dimension that begins at 1, or of none where it is empty.
pub(super) fn array(out: &mut Vec<u8>, element: &Kind, values: &[Value]) -> Result<(), Unfit> {
    let length = i32::try_from(values.len()).map_err(|_| Unfit::array(element, values.len()))?;
    let dimensions = i32::from(length > 0);
    let nulls = i32::from(values.contains(&Value::Null));
    out.extend_from_slice(&dimensions.to_be_bytes());
    out.extend_from_slice(&nulls.to_be_bytes());
    out.extend_from_slice(&element.oid.to_be_bytes());
    if dimensions > 0 {
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&1_i32.to_be_bytes());
    }
    values
        .iter()
        .try_for_each(|value| field(out, element, value))
}

/// Appends a range with its lower bound in it, and its upper one not; NULL is no bound.
pub(super) fn range(
    out: &mut Vec<u8>,
    bound: &Kind,
    lower: &Value,
    upper: &Value,
) -> Result<(), Unfit> {
    let lower_flag = match lower {
        Value::Null => LOWER_INFINITE,
        _ => LOWER_INCLUSIVE,
    };
    let upper_flag = match upper {
        Value::Null => UPPER_INFINITE,
        _ => 0,
    };
    out.push(lower_flag | upper_flag);
    for value in [lower, upper] {
        if *value != Value::Null {
            field(out, bound, value)?;
        }
    }
    Ok(())
}
