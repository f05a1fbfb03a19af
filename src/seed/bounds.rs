//! What the constraints of one column alone say of its values.

use super::value::Value;

/// The limits that a column's own CHECK constraints and type set; all of them hold at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The only values that there may be.
    pub list: Option<Vec<Value>>,
    /// The least value, and whether it may be taken itself.
    pub least: Option<(Value, bool)>,
    /// The greatest value, and whether it may be taken itself.
    pub greatest: Option<(Value, bool)>,
    /// The fewest characters of a text, or elements of an array.
    pub shortest: u32,
    /// The most characters of a text, or elements of an array.
    pub longest: Option<u32>,
    /// The exact number of bytes of a `bytea`.
    pub bytes: Option<u32>,
    /// Regular expressions that a text matches (`~`).
    pub patterns: Vec<String>,
    /// The elements that an array may have (`<@`).
    pub elements: Option<Vec<Value>>,
}
