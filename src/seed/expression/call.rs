//! Calls of functions.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::compare::{Number, compare, equal, text};
use super::decimal::Decimal;
use super::eval::{Answer, Fault, null, own};
use super::function::Function;
use super::node::{Arithmetic, Node};
use super::{Row, arithmetic, arrays, moment, texts};
use crate::seed::value::Value;

const TYPES: &str = "a function does not take values of these types";

/// What a function gives.
pub(super) fn call<'a>(function: Function, arguments: &'a [Node], row: &'a dyn Row) -> Answer<'a> {
    match function {
        Function::Coalesce => {
            for argument in arguments {
                let value = argument.value(row)?;
                if *value != Value::Null {
                    return Ok(value);
                }
            }
            Ok(null())
        }
        Function::Nullif => {
            let [a, b] = arguments else {
                return Err(TYPES.into());
            };
            let (a, b) = (a.value(row)?, b.value(row)?);
            let both = *a != Value::Null && *b != Value::Null;
            Ok(if both && equal(&a, &b)? { null() } else { a })
        }
        Function::Greatest => most(arguments, Ordering::Greater, row),
        Function::Least => most(arguments, Ordering::Less, row),
        Function::NumNulls => count(arguments, true, row),
        Function::NumNonnulls => count(arguments, false, row),
        Function::Concat => {
            let mut all = String::new();
            for argument in arguments {
                let value = argument.value(row)?;
                match *value {
                    Value::Null => {}
                    // The one text of a boolean that is not that of a cast.
                    Value::Bool(truth) => all.push(if truth { 't' } else { 'f' }),
                    _ => all.push_str(&text(&value)?),
                }
            }
            Ok(own(Value::Text(all)))
        }
        Function::ArrayRemove => {
            let [array, element] = arguments else {
                return Err(TYPES.into());
            };
            let array = array.value(row)?;
            if *array == Value::Null {
                return Ok(null());
            }
            Ok(own(arrays::without(&array, &*element.value(row)?)?))
        }
        _ => strict(function, arguments, row),
    }
}

/// The greatest or the least of what is not NULL.
fn most<'a>(arguments: &'a [Node], side: Ordering, row: &'a dyn Row) -> Answer<'a> {
    let mut best: Option<Cow<'a, Value>> = None;
    for argument in arguments {
        let value = argument.value(row)?;
        if *value == Value::Null {
            continue;
        }
        match &best {
            Some(best) if compare(&value, best)? != side => {}
            _ => best = Some(value),
        }
    }
    Ok(best.unwrap_or_else(null))
}

fn count<'a>(arguments: &'a [Node], nulls: bool, row: &'a dyn Row) -> Answer<'a> {
    let mut count = 0;
    for argument in arguments {
        count += i64::from((*argument.value(row)? == Value::Null) == nulls);
    }
    Ok(own(Value::Int(count)))
}

/// A function that gives NULL when an argument is NULL, even when another has no answer.
fn strict<'a>(function: Function, arguments: &'a [Node], row: &'a dyn Row) -> Answer<'a> {
    let mut values = [null(), null(), null()];
    let mut fault = None;
    for (place, argument) in values.iter_mut().zip(arguments) {
        match argument.value(row) {
            Ok(value) if *value == Value::Null => return Ok(null()),
            Ok(value) => *place = value,
            Err(found) => fault = Some(found),
        }
    }
    if let Some(fault) = fault {
        return Err(fault);
    }
    given(function, values)
}

/// What a function gives of values that are not NULL; an argument that is not there is.
fn given<'a>(function: Function, [a, b, c]: [Cow<'a, Value>; 3]) -> Answer<'a> {
    Ok(match function {
        Function::ArrayConcat => join(&a, &b)?,
        Function::ArrayContains => own(Value::Bool(arrays::contains(&a, &b)?)),
        Function::ArrayOverlap => own(Value::Bool(arrays::overlap(&a, &b)?)),
        Function::Cardinality => length(arrays::elements(&a)?.len()),
        Function::ArrayLength => match (arrays::elements(&a)?.len(), &*b) {
            (0, _) => null(),
            (count, Value::Int(1)) => length(count),
            _ => null(),
        },
        Function::Element => match (arrays::elements(&a)?, &*b) {
            (elements, Value::Int(at)) => {
                let at = usize::try_from(at.saturating_sub(1)).ok();
                let element = at.and_then(|at| elements.get(at));
                element.map_or_else(null, |element| Cow::Owned(element.clone()))
            }
            _ => return Err(TYPES.into()),
        },
        Function::Negate => Cow::Owned(arithmetic::negated(&a)?),
        Function::Mod => Cow::Owned(arithmetic::apply(Arithmetic::Remainder, &a, &b)?),
        Function::Abs => match Number::of(&a).ok_or(TYPES)? {
            Number::Float(float) => own(Value::Float(float.abs())),
            number if number.float() < 0.0 => Cow::Owned(arithmetic::negated(&a)?),
            _ => a,
        },
        Function::Round | Function::Trunc | Function::Floor | Function::Ceil => {
            rounded(function, &a, &b)?.map_or(a, Cow::Owned)
        }
        Function::IsFinite => own(Value::Bool(match *a {
            Value::Timestamp(at) => !matches!(at, i64::MAX | i64::MIN),
            Value::Date(at) => !matches!(at, i32::MAX | i32::MIN),
            _ => true,
        })),
        Function::Extract | Function::DatePart => {
            let field = text(&a)?.to_lowercase();
            let found = moment::extract(&field, &b).ok_or(TYPES)?;
            match function {
                Function::Extract => own(found),
                _ => own(Value::Float(found.to_float())),
            }
        }
        Function::DateTrunc => {
            let at = match *b {
                Value::Timestamp(at) => at,
                Value::Date(days) => super::calendar::midnight(days),
                _ => return Err(TYPES.into()),
            };
            let cut = moment::cut(&text(&a)?.to_lowercase(), at).ok_or(TYPES)?;
            own(Value::Timestamp(cut))
        }
        _ => return texts::call(function, [a, b, c]),
    })
}

pub(super) fn length<'a>(count: usize) -> Cow<'a, Value> {
    own(Value::Int(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// `||`.
fn join<'a>(a: &Value, b: &Value) -> Answer<'a> {
    if matches!(a, Value::Array(_)) || matches!(b, Value::Array(_)) {
        return Ok(Cow::Owned(arrays::joined(a, b)?));
    }
    let mut joined = text(a)?.into_owned();
    joined.push_str(&text(b)?);
    Ok(own(Value::Text(joined)))
}

/// `round`, `trunc`, `floor`, `ceil`; nothing when the number is whole already.
fn rounded<'a>(function: Function, a: &Value, places: &Value) -> Result<Option<Value>, Fault<'a>> {
    let places = match places {
        Value::Null => 0,
        Value::Int(places) => u16::try_from(*places).map_err(|_| Fault::from(TYPES))?,
        _ => return Err(TYPES.into()),
    };
    let decimal = match Number::of(a).ok_or(TYPES)? {
        Number::Int(_) => return Ok(None),
        Number::Float(float) => {
            return Ok(Some(Value::Float(match function {
                Function::Floor => float.floor(),
                Function::Ceil => float.ceil(),
                Function::Trunc => float.trunc(),
                _ => float.round_ties_even(),
            })));
        }
        Number::Decimal(decimal) => decimal,
    };
    let found = match function {
        Function::Floor => decimal.floor(),
        Function::Ceil => decimal.ceil(),
        Function::Trunc if places >= decimal.scale => decimal.round(places),
        Function::Trunc => truncated(decimal, places),
        _ => decimal.round(places),
    };
    let found = found.ok_or("the result of a calculation is out of range")?;
    Ok(Some(found.into()))
}

fn truncated(decimal: Decimal, places: u16) -> Option<Decimal> {
    let shifted = Decimal {
        unscaled: decimal.unscaled,
        scale: decimal.scale - places,
    };
    let whole = if decimal.unscaled < 0 {
        shifted.ceil()
    } else {
        shifted.floor()
    };
    Some(Decimal {
        unscaled: whole?.unscaled,
        scale: places,
    })
}
