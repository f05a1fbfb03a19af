//! Where the values of generated rows come from.
//!
//! A [`Provider`] is made once for a column, from what dev.toml says of it, or from its name, its
//! type and its constraints. Pure: the same numbers of chance give the same values everywhere.

mod chance;
mod choice;
mod fitted;
mod given;
mod guess;
mod limits;
mod moment;
mod nth;
mod pattern;
mod span;
mod text;

use rand_chacha::ChaCha8Rng;

use super::bounds::Bounds;
use super::expression::{Expression, Row};
use super::recipe::ProviderRecipe;
use super::value::{Kind, Shape, Value};
use choice::Choice;
use limits::Limits;
use moment::Moment;
use pattern::Pattern;
use span::Span;
use text::Text;

/// Where the values of one column come from.
#[derive(Clone, Debug)]
pub struct Provider(Source);

/// What a value is drawn with.
pub struct Draw<'a> {
    /// The chance.
    pub rng: &'a mut ChaCha8Rng,
    /// The number of the row within its owner, from zero.
    pub place: u64,
    /// The reference time, as in [`Value::Timestamp`].
    pub now: i64,
    /// The values of the row so far.
    pub row: &'a dyn Row,
}

#[derive(Clone, Debug)]
enum Source {
    /// The column's own default.
    Default,
    Choice(Choice),
    Cycle(Vec<Value>),
    /// 1, 2, 3 …
    Number(Shape),
    Sql {
        expression: Expression,
        shape: Shape,
    },
    After {
        column: String,
        shape: Shape,
        /// Microseconds.
        least: i64,
        greatest: i64,
    },
    Moment(Moment),
    /// A time of the day.
    Time,
    /// Seconds from one to the other.
    Interval {
        least: i64,
        greatest: i64,
    },
    Span(Span),
    Pattern(Pattern),
    Text(Text),
    /// So many bytes.
    Bytes {
        least: u32,
        most: u32,
    },
    Uuid,
    Inet,
    Array {
        of: Box<Source>,
        least: u32,
        most: u32,
    },
    /// A lower bound, and an upper one so far above it.
    Range(Box<Source>),
}

impl Provider {
    /// Makes the provider of a column: as the recipe says, else a guess.
    ///
    /// # Errors
    ///
    /// The recipe does not fit the column, or nothing is known that its constraints allow.
    pub fn of(
        recipe: Option<&ProviderRecipe>,
        table: &str,
        column: &str,
        kind: &Kind,
        bounds: &Bounds,
    ) -> Result<Self, String> {
        let limits = Limits::new(kind, bounds);
        let source = match recipe {
            Some(recipe) => given::source(recipe, column, &limits)?,
            None => guess::source(table, column, &limits)?,
        };
        Ok(Self(source))
    }

    /// Whether the values are left to the column's default; nothing is to be drawn then.
    #[must_use]
    pub fn is_default(&self) -> bool {
        matches!(self.0, Source::Default)
    }

    /// Returns the columns of the same row that are to be drawn before, as far as they exist.
    #[must_use]
    pub fn needs(&self) -> Vec<String> {
        match &self.0 {
            Source::Sql { expression, .. } => expression.columns().iter().cloned().collect(),
            Source::After { column, .. } => vec![column.clone()],
            Source::Moment(moment) => moment.needs().to_vec(),
            Source::Text(text) => text.needs().to_vec(),
            _ => Vec::new(),
        }
    }

    /// Returns how many different values [`Self::nth`] has; `None`: as many as wanted.
    #[must_use]
    pub fn capacity(&self) -> Option<u64> {
        self.0.capacity()
    }

    /// Returns the n-th value of a unique key, a different one for each number below the
    /// capacity; of texts, different in lower case too.
    #[must_use]
    pub fn nth(&self, n: u64, now: i64) -> Value {
        self.0.nth(n, now)
    }

    /// As [`Self::nth`], in keeping with the row: an e-mail address has the names of its person.
    /// The values are different from each other, not from those of [`Self::nth`].
    #[must_use]
    pub fn nth_beside(&self, n: u64, now: i64, row: &dyn Row) -> Value {
        match &self.0 {
            Source::Text(text) => text.nth_beside(n, row),
            source => source.nth(n, now),
        }
    }

    /// Draws a value.
    ///
    /// # Errors
    ///
    /// The column has its default, or the row lacks what an expression asks for.
    pub fn draw(&self, draw: &mut Draw<'_>) -> Result<Value, String> {
        self.0.draw(draw)
    }
}

impl Source {
    fn draw(&self, draw: &mut Draw<'_>) -> Result<Value, String> {
        Ok(match self {
            Self::Default => return Err("the column is left to its default".to_owned()),
            Self::Choice(choice) => choice.draw(draw.rng),
            Self::Cycle(values) => values[(draw.place % values.len() as u64) as usize].clone(),
            Self::Number(shape) => number(draw.place, shape),
            Self::Sql { expression, shape } => {
                let value = expression.eval(draw.row);
                let value = value.map_err(|part| format!("`{}` is not understood", part.0))?;
                fitted::fitted(value, shape)
            }
            Self::After {
                column,
                shape,
                least,
                greatest,
            } => match draw.row.get(column) {
                None => return Err(format!("there is no column `{column}` before this one")),
                Some(Value::Null) => Value::Null,
                Some(base) => {
                    let gap = least + chance::below(draw.rng, greatest.abs_diff(*least) + 1) as i64;
                    moment::instant(base)
                        .and_then(|base| moment::of_instant(base.checked_add(gap)?, shape))
                        .ok_or_else(|| format!("`{column}` is no date or time"))?
                }
            },
            Self::Moment(moment) => moment.draw(draw),
            Self::Time => {
                Value::Time(moment::working_time(draw.rng) / moment::SECOND * moment::SECOND)
            }
            Self::Interval { least, greatest } => {
                let unit = chance::unit(draw.rng);
                seconds(least + (unit * unit * (greatest - least) as f64) as i64)
            }
            Self::Span(span) => span.draw(draw.rng),
            Self::Pattern(pattern) => Value::Text(pattern.draw(draw.rng)),
            Self::Text(text) => text.draw(draw.rng, draw.row),
            Self::Bytes { least, most } => {
                use rand_chacha::rand_core::Rng as _;
                let more = chance::below(draw.rng, u64::from(most - least) + 1) as u32;
                let mut bytes = vec![0; (least + more) as usize];
                draw.rng.fill_bytes(&mut bytes);
                Value::Bytes(bytes)
            }
            Self::Uuid => {
                use rand_chacha::rand_core::Rng as _;
                nth::uuid(draw.rng.next_u64(), draw.rng.next_u64())
            }
            Self::Inet => Value::Inet(text::address(draw.rng)),
            Self::Array { of, least, most } => {
                let count = least + chance::below(draw.rng, u64::from(most - least) + 1) as u32;
                let mut items: Vec<Value> = Vec::with_capacity(count as usize);
                for tried in 0..count * 4 {
                    let item = of.draw(draw)?;
                    // The same twice only where there is nothing else.
                    if tried >= count * 3 || !items.contains(&item) {
                        items.push(item);
                    }
                    if items.len() == count as usize {
                        break;
                    }
                }
                Value::Array(items)
            }
            Self::Range(of) => {
                let lower = of.draw(draw)?;
                let upper = nth::above(&lower, 1 + chance::below(draw.rng, 30) as i64);
                Value::Range(Box::new(lower), Box::new(upper))
            }
        })
    }
}

/// The number of a row as a value of a column.
fn number(place: u64, shape: &Shape) -> Value {
    let number = place.saturating_add(1);
    match shape {
        Shape::Text(_) => Value::Text(number.to_string()),
        Shape::Numeric(_) => Value::Numeric {
            unscaled: number.into(),
            scale: 0,
        },
        Shape::Float(_) => Value::Float(number as f64),
        _ => Value::Int(number as i64),
    }
}

/// An interval of so many seconds.
fn seconds(seconds: i64) -> Value {
    let micros = seconds * moment::SECOND;
    Value::Interval {
        months: 0,
        days: 0,
        micros,
    }
}

#[cfg(test)]
mod tests;
