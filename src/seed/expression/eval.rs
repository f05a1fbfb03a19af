//! What an expression comes to in a row.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::node::{Comparison, Is, Node};
use super::{Row, Unsupported, arithmetic, arrays, call, compare, convert};
use crate::seed::value::Value;

/// Why there is no answer. A check of many rows meets the same again and again, so nothing is
/// copied before it is asked for.
#[derive(Clone, Debug)]
pub(super) enum Fault<'a> {
    /// A part of the expression is not understood.
    Unknown(&'a str),
    /// The row does not have the column.
    Missing(&'a str),
    /// PostgreSQL would stop, or the values are of types that are not expected here.
    Other(Cow<'static, str>),
}

/// A value, borrowed from the row or the expression where it can be.
pub(super) type Answer<'a> = Result<Cow<'a, Value>, Fault<'a>>;

/// Two values that are not NULL.
type Pair<'a> = (Cow<'a, Value>, Cow<'a, Value>);

impl Fault<'_> {
    pub(super) fn into_unsupported(self) -> Unsupported {
        Unsupported(match self {
            Fault::Unknown(message) => message.to_owned(),
            Fault::Missing(column) => format!("the row has no column `{column}`"),
            Fault::Other(message) => message.into_owned(),
        })
    }
}

impl From<Unsupported> for Fault<'_> {
    fn from(unsupported: Unsupported) -> Self {
        Fault::Other(Cow::Owned(unsupported.0))
    }
}

impl From<&'static str> for Fault<'_> {
    fn from(message: &'static str) -> Self {
        Fault::Other(Cow::Borrowed(message))
    }
}

/// A value that is not borrowed.
pub(super) fn own<'a>(value: impl Into<Value>) -> Cow<'a, Value> {
    Cow::Owned(value.into())
}

/// NULL.
pub(super) fn null<'a>() -> Cow<'a, Value> {
    Cow::Owned(Value::Null)
}

impl Node {
    /// Its value.
    pub(super) fn value<'a>(&'a self, row: &'a dyn Row) -> Answer<'a> {
        match self {
            Self::Constant(value) => Ok(Cow::Borrowed(value)),
            Self::Beyond(_) => Err("no value can be NaN or infinite".into()),
            Self::Column(name) => match row.get(name) {
                Some(value) => Ok(Cow::Borrowed(value)),
                None => Err(Fault::Missing(name)),
            },
            Self::Arithmetic(operator, both) => match pair(both, row)? {
                Some((a, b)) => arithmetic::apply(*operator, &a, &b).map(Cow::Owned),
                None => Ok(null()),
            },
            Self::Cast(operand, kind) => Ok(convert::cast(operand.value(row)?, kind)?),
            Self::Case {
                branches,
                otherwise,
            } => {
                for (when, then) in branches {
                    if when.truth(row)? == Some(true) {
                        return then.value(row);
                    }
                }
                otherwise.value(row)
            }
            Self::Call(function, arguments) => call::call(*function, arguments, row),
            Self::Array(elements) => {
                let elements = elements.iter();
                let values = elements.map(|element| Ok(element.value(row)?.into_owned()));
                Ok(own(Value::Array(values.collect::<Result<_, Fault>>()?)))
            }
            Self::Unknown { message, .. } => Err(Fault::Unknown(message)),
            _ => Ok(self.truth(row)?.map_or_else(null, |b| own(Value::Bool(b)))),
        }
    }

    /// Its value as a boolean; nothing is NULL.
    pub(super) fn truth<'a>(&'a self, row: &'a dyn Row) -> Result<Option<bool>, Fault<'a>> {
        match self {
            Self::And(nodes) => all_but(nodes, false, row),
            Self::Or(nodes) => all_but(nodes, true, row),
            Self::Not(node) => Ok(node.truth(row)?.map(|truth| !truth)),
            Self::Is {
                operand,
                what,
                negated,
            } => {
                let is = match what {
                    Is::Null => *operand.value(row)? == Value::Null,
                    Is::True => operand.truth(row)? == Some(true),
                    Is::False => operand.truth(row)? == Some(false),
                };
                Ok(Some(is != *negated))
            }
            Self::Compare(comparison, both) => {
                let ordering = match &**both {
                    [Self::Beyond(side), other] => is_present(other, row)?.then_some(*side),
                    [other, Self::Beyond(side)] => {
                        is_present(other, row)?.then_some(side.reverse())
                    }
                    _ => return compared(*comparison, both, row),
                };
                Ok(ordering.map(|ordering| comparison.holds(ordering)))
            }
            Self::Distinct(both) => {
                let [a, b] = &**both;
                let (a, b) = (a.value(row)?, b.value(row)?);
                match (&*a, &*b) {
                    (Value::Null, Value::Null) => Ok(Some(false)),
                    (Value::Null, _) | (_, Value::Null) => Ok(Some(true)),
                    (a, b) => Ok(Some(!compare::equal(a, b)?)),
                }
            }
            Self::Any {
                comparison,
                operands,
                all,
            } => any(*comparison, operands, *all, row),
            Self::Matches(operand, pattern) => match &*operand.value(row)? {
                Value::Null => Ok(None),
                Value::Text(text) => Ok(Some(pattern.matches(text))),
                _ => Err("only a text is matched with a pattern".into()),
            },
            _ => match &*self.value(row)? {
                Value::Null => Ok(None),
                Value::Bool(truth) => Ok(Some(*truth)),
                _ => Err("what stands where a boolean is expected is none".into()),
            },
        }
    }
}

/// AND, whose answer is `decisive` FALSE as soon as one operand is, and OR with TRUE. An operand
/// without an answer matters only where none decides.
fn all_but<'a>(
    nodes: &'a [Node],
    decisive: bool,
    row: &'a dyn Row,
) -> Result<Option<bool>, Fault<'a>> {
    let mut fault = None;
    let mut answer = Some(!decisive);
    for node in nodes {
        match node.truth(row) {
            Ok(Some(truth)) if truth == decisive => return Ok(Some(decisive)),
            Ok(Some(_)) => {}
            Ok(None) => answer = None,
            Err(found) => fault = Some(found),
        }
    }
    fault.map_or(Ok(answer), Err)
}

/// Two operands of what gives NULL when one of them is NULL: even when the other has no answer.
fn pair<'a>(both: &'a [Node; 2], row: &'a dyn Row) -> Result<Option<Pair<'a>>, Fault<'a>> {
    let [a, b] = both;
    let a = a.value(row);
    if matches!(&a, Ok(value) if **value == Value::Null) {
        return Ok(None);
    }
    let b = b.value(row);
    if matches!(&b, Ok(value) if **value == Value::Null) {
        return Ok(None);
    }
    Ok(Some((a?, b?)))
}

fn is_present<'a>(node: &'a Node, row: &'a dyn Row) -> Result<bool, Fault<'a>> {
    Ok(*node.value(row)? != Value::Null)
}

fn compared<'a>(
    comparison: Comparison,
    both: &'a [Node; 2],
    row: &'a dyn Row,
) -> Result<Option<bool>, Fault<'a>> {
    let Some((a, b)) = pair(both, row)? else {
        return Ok(None);
    };
    holds(comparison, &a, &b).map(Some)
}

fn holds<'a>(comparison: Comparison, a: &Value, b: &Value) -> Result<bool, Fault<'a>> {
    match comparison {
        Comparison::Equal => compare::equal(a, b),
        Comparison::NotEqual => Ok(!compare::equal(a, b)?),
        _ => {
            let ordering: Ordering = compare::compare(a, b)?;
            Ok(comparison.holds(ordering))
        }
    }
}

/// `= ANY (array)`, `<> ALL (array)`.
fn any<'a>(
    comparison: Comparison,
    both: &'a [Node; 2],
    all: bool,
    row: &'a dyn Row,
) -> Result<Option<bool>, Fault<'a>> {
    let [operand, array] = both;
    let array = array.value(row)?;
    if *array == Value::Null {
        return Ok(None);
    }
    let elements = arrays::elements(&array)?;
    if elements.is_empty() {
        return Ok(Some(all));
    }
    let operand = operand.value(row)?;
    if *operand == Value::Null {
        return Ok(None);
    }
    let mut answer = Some(all);
    for element in elements.iter() {
        if *element == Value::Null {
            answer = None;
        } else if holds(comparison, &operand, element)? != all {
            return Ok(Some(!all));
        }
    }
    Ok(answer)
}
