//! Numbers from one to another.

use rand_chacha::ChaCha8Rng;

use super::chance;
use super::limits::{self, Limits};
use crate::seed::value::{Shape, Value};

/// How the numbers lie between the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lean {
    /// Evenly.
    Even,
    /// Mostly small.
    Small,
    /// Mostly in the middle.
    Middle,
}

/// What the digits become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Int,
    Numeric(u16),
    /// Thousandths.
    Float,
}

/// A range of numbers, as digits of one scale.
#[derive(Clone, Debug)]
pub(super) struct Span {
    low: i128,
    high: i128,
    /// What the column takes, for keys beyond the range.
    least: i128,
    greatest: i128,
    lean: Lean,
    form: Form,
}

impl Span {
    /// Returns the range between two ends in thousandths, as far as the column takes it.
    pub(super) fn new(limits: &Limits, low: i64, high: i64, lean: Lean) -> Option<Self> {
        let form = Form::of(limits)?;
        let low = limits::rescaled(low.into(), 3, form.scale())?;
        let high = limits::rescaled(high.into(), 3, form.scale())?;
        Self::within(limits, form, low, high, lean)
    }

    /// Returns the range between two constants.
    pub(super) fn between(limits: &Limits, low: &Value, high: &Value) -> Option<Self> {
        let form = Form::of(limits)?;
        let low = form.digits(low, true)?;
        let high = form.digits(high, false)?;
        Self::within(limits, form, low, high, Lean::Even)
    }

    fn within(limits: &Limits, form: Form, low: i128, high: i128, lean: Lean) -> Option<Self> {
        let (mut least, mut greatest) = form.extent(limits);
        if let Some((value, taken)) = &limits.bounds.least {
            let exact = form.digits(value, true)?;
            let passed = !taken && form.digits(value, false) == Some(exact);
            least = least.max(exact + i128::from(passed));
        }
        if let Some((value, taken)) = &limits.bounds.greatest {
            let exact = form.digits(value, false)?;
            let passed = !taken && form.digits(value, true) == Some(exact);
            greatest = greatest.min(exact - i128::from(passed));
        }
        let (mut low, mut high) = (low.max(least), high.min(greatest));
        if low > high {
            // Nothing in common: what the column takes, near its end that is known.
            if least > greatest {
                return None;
            }
            let width = 1000 * form.one();
            (low, high) = if limits.bounds.least.is_some() {
                (least, greatest.min(least.saturating_add(width)))
            } else {
                (least.max(greatest.saturating_sub(width)), greatest)
            };
        }
        Some(Self {
            low,
            high,
            least,
            greatest,
            lean,
            form,
        })
    }

    pub(super) fn draw(&self, rng: &mut ChaCha8Rng) -> Value {
        let count = self.high.abs_diff(self.low) + 1;
        let offset = match self.lean {
            Lean::Even => chance::below_wide(rng, count),
            Lean::Small => {
                let unit = chance::unit(rng);
                ((unit * unit * unit * count as f64) as u128).min(count - 1)
            }
            Lean::Middle => {
                let half = chance::below_wide(rng, count) / 2;
                half + chance::below_wide(rng, count - count / 2)
            }
        };
        self.form.value(self.low + offset.min(count - 1) as i128)
    }

    pub(super) fn capacity(&self) -> Option<u64> {
        u64::try_from(self.greatest.abs_diff(self.least))
            .ok()?
            .checked_add(1)
    }

    /// From the low end up to what the column takes, then on from the least.
    pub(super) fn nth(&self, n: u64) -> Value {
        let n = i128::from(n);
        let above = self.greatest.saturating_sub(self.low);
        self.form.value(if n <= above {
            self.low + n
        } else {
            self.least.saturating_add(n - above - 1)
        })
    }
}

impl Form {
    fn of(limits: &Limits) -> Option<Self> {
        match limits.kind.shape {
            Shape::Int(_) => Some(Self::Int),
            Shape::Numeric(given) => Some(Self::Numeric(given.map_or(2, |(_, scale)| scale))),
            Shape::Float(_) => Some(Self::Float),
            _ => None,
        }
    }

    fn scale(self) -> u16 {
        match self {
            Self::Int => 0,
            Self::Numeric(scale) => scale,
            Self::Float => 3,
        }
    }

    fn one(self) -> i128 {
        10_i128.saturating_pow(self.scale().into())
    }

    fn extent(self, limits: &Limits) -> (i128, i128) {
        match limits.kind.shape {
            Shape::Int(bytes) => {
                let (least, greatest) = limits::integers(bytes);
                (least.into(), greatest.into())
            }
            Shape::Numeric(Some((precision, _))) => {
                let limit = 10_i128.saturating_pow(precision.into()) - 1;
                (-limit, limit)
            }
            // What a float of four bytes holds to the unit.
            Shape::Float(4) => (-16_000_000, 16_000_000),
            _ => (-1_000_000_000_000_000, 1_000_000_000_000_000),
        }
    }

    /// The digits of a constant at this scale, rounded up or down.
    fn digits(self, value: &Value, up: bool) -> Option<i128> {
        if let Value::Float(number) = value {
            let scaled = number * self.one() as f64;
            return Some(if up { scaled.ceil() } else { scaled.floor() } as i128);
        }
        let (digits, scale) = limits::decimal(value)?;
        let down = limits::rescaled(digits, scale, self.scale())?;
        let exact =
            limits::rescaled(down, self.scale(), scale) == Some(digits) || self.scale() >= scale;
        Some(down + i128::from(up && !exact))
    }

    fn value(self, digits: i128) -> Value {
        match self {
            Self::Int => Value::Int(digits as i64),
            Self::Numeric(scale) => Value::Numeric {
                unscaled: digits,
                scale,
            },
            Self::Float => Value::Float(digits as f64 / 1000.0),
        }
    }
}
