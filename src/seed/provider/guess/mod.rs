//! What a column probably holds, by its constraints, its name and its type.

mod moment;
mod number;
mod other;
mod text;
mod thing;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::limits::Limits;
use super::moment::DAY;
use super::{Choice, Draw, Pattern, Source};
use crate::seed::expression::Row;
use crate::seed::value::{Shape, Value};
pub(super) use text::prefix;

/// How many values of a guess are tried against the constraints.
const TRIED: u64 = 48;

/// A word of a rule, and where it stands in the name of a column.
#[derive(Clone, Copy, Debug)]
enum Name {
    /// The whole name.
    Is(&'static str),
    /// Its end.
    Ends(&'static str),
    /// Anywhere.
    Has(&'static str),
}

impl Name {
    fn matches(self, column: &str) -> bool {
        match self {
            Self::Is(word) => column == word,
            Self::Ends(word) => column.ends_with(word),
            Self::Has(word) => column.contains(word),
        }
    }
}

/// Returns what the first rule for a name says.
fn first<T: Copy>(rules: &[(Name, T)], column: &str) -> Option<T> {
    let found = rules.iter().find(|(name, _)| name.matches(column));
    found.map(|(_, meant)| *meant)
}

/// Guesses the source of a column.
pub(super) fn source(table: &str, column: &str, limits: &Limits) -> Result<Source, String> {
    if let Some(list) = &limits.bounds.list {
        let allowed = list.iter().filter(|value| limits.allow(value));
        let values: Vec<Value> = allowed.cloned().collect();
        if !values.is_empty() {
            return Ok(Source::Choice(Choice::even(values)));
        }
    }
    if limits.kind.shape == Shape::Unknown {
        return Err(format!(
            "no value of the type `{}` of `{column}` is known",
            limits.kind.name
        ));
    }
    // The schema says nothing of the meaning.
    let table = table.rsplit('.').next().unwrap_or(table);
    let lower = column.to_ascii_lowercase();
    let mut rejected = None;
    for guess in guesses(table, &lower, limits) {
        match self::rejected(&guess, limits) {
            None => return Ok(guess),
            Some(value) => rejected = Some(value),
        }
    }
    Err(match rejected {
        Some(Value::Text(text)) => {
            format!("the constraints of `{column}` do not allow the guess `{text}`")
        }
        _ => format!("no value of `{column}` is known that its constraints allow"),
    })
}

/// The best guess first.
fn guesses(table: &str, column: &str, limits: &Limits) -> Vec<Source> {
    let mut guesses = Vec::new();
    match &limits.kind.shape {
        Shape::Int(_) | Shape::Float(_) | Shape::Numeric(_) => {
            guesses.extend(number::by_name(column, limits));
            guesses.extend(number::by_type(limits));
        }
        Shape::Text(_) => {
            guesses.extend(text::by_name(table, column, limits));
            let patterns = limits.bounds.patterns.iter();
            guesses
                .extend(patterns.filter_map(|text| Pattern::new(text).ok().map(Source::Pattern)));
            guesses.extend(text::by_type(limits));
        }
        Shape::Timestamp | Shape::Date => {
            guesses.extend(moment::by_name(column, limits));
            guesses.extend(moment::by_type(limits));
        }
        _ => guesses.extend(other::by_type(table, column, limits)),
    }
    guesses
}

/// Returns a value of a source that the column does not take, when one turns up.
pub(super) fn rejected(source: &Source, limits: &Limits) -> Option<Value> {
    // 2026-01-01.
    let now = 9497 * DAY;
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let drawn = (0..TRIED).filter_map(|place| {
        let mut draw = Draw {
            rng: &mut rng,
            place,
            now,
            row: &Nothing,
        };
        source.draw(&mut draw).ok()
    });
    let drawn: Vec<Value> = drawn.collect();
    let count = source.capacity().unwrap_or(TRIED).min(TRIED);
    let keys = (0..count).map(|n| source.nth(n, now));
    drawn
        .into_iter()
        .chain(keys)
        .find(|value| !limits.allow(value))
}

/// A row with nothing in it yet.
struct Nothing;

impl Row for Nothing {
    fn get(&self, _: &str) -> Option<&Value> {
        None
    }
}
