//! Providers as dev.toml gives them.

use super::limits::{self, Limits};
use super::moment::{self, Moment, Way};
use super::text::{self, Text};
use super::{Choice, Pattern, Source, Span, guess};
use crate::seed::expression::{self, Expression};
use crate::seed::recipe::ProviderRecipe;
use crate::seed::value::{Kind, Shape, Value};

/// Compiles the recipe of a column.
pub(super) fn source(
    recipe: &ProviderRecipe,
    column: &str,
    limits: &Limits,
) -> Result<Source, String> {
    match recipe {
        ProviderRecipe::Choice(weights) => {
            let weighted = weights
                .iter()
                .map(|(text, weight)| constant(text, column, limits).map(|value| (value, *weight)));
            Ok(Source::Choice(Choice::weighted(
                weighted.collect::<Result<_, _>>()?,
            )))
        }
        ProviderRecipe::Cycle(list) => {
            let values = list.iter().map(|text| constant(text, column, limits));
            Ok(Source::Cycle(values.collect::<Result<_, _>>()?))
        }
        ProviderRecipe::Number => match &limits.kind.shape {
            shape @ (Shape::Int(_) | Shape::Numeric(_) | Shape::Float(_) | Shape::Text(_)) => {
                Ok(Source::Number(shape.clone()))
            }
            _ => Err(format!(
                "`{column}` is of the type `{}`, no number",
                limits.kind.name
            )),
        },
        ProviderRecipe::Time {
            working,
            days,
            ahead,
        } => {
            if limits.kind.shape == Shape::Time {
                return Ok(Source::Time);
            }
            let way = Way::Within {
                days: *days,
                ahead: *ahead,
                working: *working,
            };
            let moment = Moment::new(limits, way, Vec::new());
            moment.map(Source::Moment).ok_or_else(|| {
                format!(
                    "`{column}` is of the type `{}`, no date or time",
                    limits.kind.name
                )
            })
        }
        ProviderRecipe::After {
            column: base,
            between,
        } => after(base, between, column, limits),
        ProviderRecipe::Sql(text) => Expression::parse(text)
            .map(|expression| Source::Sql {
                expression,
                shape: limits.kind.shape.clone(),
            })
            .map_err(|part| format!("`sql` of `{column}`: `{}` is not understood", part.0)),
        ProviderRecipe::Fake(name) => fake(name, column, limits),
        ProviderRecipe::Range([low, high]) => range(low, high, column, limits),
        ProviderRecipe::Pattern(text) => {
            is_text(column, limits)?;
            let source = Source::Pattern(Pattern::new(text)?);
            checked(source, column, limits)
        }
        ProviderRecipe::Default => Ok(Source::Default),
    }
}

fn read(text: &str, column: &str, kind: &Kind) -> Result<Value, String> {
    expression::literal(text, kind).map_err(|_| {
        format!(
            "`{text}` is no value of `{column}`, which is of the type `{}`",
            kind.name
        )
    })
}

/// Reads a value that the column allows.
fn constant(text: &str, column: &str, limits: &Limits) -> Result<Value, String> {
    let value = read(text, column, &limits.kind)?;
    if limits.allow(&value) {
        Ok(value)
    } else {
        Err(format!(
            "the constraints of `{column}` do not allow `{text}`"
        ))
    }
}

fn after(
    base: &str,
    between: &[String; 2],
    column: &str,
    limits: &Limits,
) -> Result<Source, String> {
    let shape = limits.kind.shape.clone();
    if !matches!(shape, Shape::Timestamp | Shape::Date | Shape::Time) {
        return Err(format!(
            "`{column}` is of the type `{}`, no date or time",
            limits.kind.name
        ));
    }
    if base == column {
        return Err(format!("`{column}` comes after itself"));
    }
    let interval = Kind {
        oid: 1186,
        name: "interval".to_owned(),
        shape: Shape::Interval,
    };
    let read = |text: &String| {
        let value = expression::literal(text, &interval).ok();
        let micros = value.and_then(|value| limits::length(&value));
        micros.ok_or_else(|| format!("`{text}` is no interval like `5 minutes`"))
    };
    let (least, greatest) = (read(&between[0])?, read(&between[1])?);
    if least > greatest {
        return Err(format!("`{}` is longer than `{}`", between[0], between[1]));
    }
    Ok(Source::After {
        column: base.to_owned(),
        shape,
        least,
        greatest,
    })
}

fn fake(name: &str, column: &str, limits: &Limits) -> Result<Source, String> {
    if name == "ip" && limits.kind.shape == Shape::Inet {
        return Ok(Source::Inet);
    }
    if name == "uuid" && limits.kind.shape == Shape::Uuid {
        return Ok(Source::Uuid);
    }
    is_text(column, limits)?;
    let topic = text::named(name).map_err(|near| match near {
        Some(near) => format!("there is no fake `{name}`; `{near}` may be meant"),
        None => format!("there is no fake `{name}`"),
    })?;
    let prefix = guess::prefix(column, topic);
    let source = Source::Text(Text::new(topic, prefix, limits.characters()));
    checked(source, column, limits)
}

fn range(low: &str, high: &str, column: &str, limits: &Limits) -> Result<Source, String> {
    let (least, greatest) = (
        constant(low, column, limits)?,
        constant(high, column, limits)?,
    );
    if limits::order(&least, &greatest) == Some(std::cmp::Ordering::Greater) {
        return Err(format!("`{low}` is greater than `{high}`"));
    }
    let source = match limits.kind.shape {
        Shape::Timestamp | Shape::Date => {
            Moment::between(limits, &least, &greatest).map(Source::Moment)
        }
        Shape::Interval => match (limits::length(&least), limits::length(&greatest)) {
            (Some(least), Some(greatest)) => Some(Source::Interval {
                least: least / moment::SECOND,
                greatest: greatest / moment::SECOND,
            }),
            _ => None,
        },
        _ => Span::between(limits, &least, &greatest).map(Source::Span),
    };
    source.ok_or_else(|| {
        format!(
            "`{column}` is of the type `{}`, which has no range",
            limits.kind.name
        )
    })
}

fn is_text(column: &str, limits: &Limits) -> Result<(), String> {
    match limits.kind.shape {
        Shape::Text(_) => Ok(()),
        _ => Err(format!(
            "`{column}` is of the type `{}`, no text",
            limits.kind.name
        )),
    }
}

fn checked(source: Source, column: &str, limits: &Limits) -> Result<Source, String> {
    match guess::rejected(&source, limits) {
        None => Ok(source),
        Some(Value::Text(text)) => Err(format!(
            "the constraints of `{column}` do not allow `{text}`"
        )),
        Some(_) => Err(format!("the constraints of `{column}` do not allow this")),
    }
}
