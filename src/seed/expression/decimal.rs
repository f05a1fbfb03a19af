//! Arithmetic of `numeric`, in 38 digits.

use std::cmp::Ordering;
use std::fmt;

use crate::seed::value::Value;

/// `unscaled / 10^scale`. What would need more digits gives nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    pub(super) unscaled: i128,
    pub(super) scale: u16,
}

/// The most digits behind the point that an `i128` may have.
const MOST: u16 = 38;

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Self {
            unscaled: i128::from(whole),
            scale: 0,
        }
    }
}

impl From<Decimal> for Value {
    fn from(decimal: Decimal) -> Self {
        Self::Numeric {
            unscaled: decimal.unscaled,
            scale: decimal.scale,
        }
    }
}

impl Decimal {
    /// Reads a number, perhaps with a point and an exponent.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut unscaled: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            let digit = i128::from(char::from(digit).to_digit(10)?);
            unscaled = unscaled.checked_mul(10)?.checked_sub(digit)?;
        }
        if !negative {
            unscaled = unscaled.checked_neg()?;
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        match u16::try_from(scale) {
            Ok(scale) => Some(Self { unscaled, scale }),
            Err(_) => Some(Self {
                unscaled: unscaled.checked_mul(power(u16::try_from(-scale).ok()?)?)?,
                scale: 0,
            }),
        }
    }

    /// The nearest number, of the 15 digits that PostgreSQL takes from a `double precision`.
    pub(super) fn from_float(float: f64) -> Option<Self> {
        let mut found = Self::parse(&format!("{float:.14e}"))?;
        while found.scale > 0 && found.unscaled % 10 == 0 {
            found.unscaled /= 10;
            found.scale -= 1;
        }
        Some(found)
    }

    /// The nearest `double precision`.
    pub(super) fn to_float(self) -> f64 {
        const EXACT: i128 = 1 << 53;
        match power(self.scale) {
            // Both are exact, and so the quotient is rounded once.
            Some(power) if self.scale <= 22 && self.unscaled.abs() <= EXACT => {
                self.unscaled as f64 / power as f64
            }
            _ => self.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// The two with as many digits behind the point.
    fn aligned(self, other: Self) -> Option<(i128, i128, u16)> {
        let scale = self.scale.max(other.scale);
        let grown = |number: Self| number.unscaled.checked_mul(power(scale - number.scale)?);
        Some((grown(self)?, grown(other)?, scale))
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        let (a, b, scale) = self.aligned(other)?;
        let unscaled = a.checked_add(b)?;
        Some(Self { unscaled, scale })
    }

    pub(super) fn negated(self) -> Option<Self> {
        let unscaled = self.unscaled.checked_neg()?;
        Some(Self { unscaled, ..self })
    }

    pub(super) fn multiply(self, other: Self) -> Option<Self> {
        Some(Self {
            unscaled: self.unscaled.checked_mul(other.unscaled)?,
            scale: self.scale.checked_add(other.scale)?,
        })
    }

    /// The quotient with as many digits as PostgreSQL gives: 16 at least that count.
    pub(super) fn divide(self, other: Self) -> Option<Self> {
        if other.unscaled == 0 {
            return None;
        }
        let ((weight, first), (under_weight, under_first)) = (self.leading(), other.leading());
        let weight = weight - under_weight - i32::from(first <= under_first);
        let scale = u16::try_from(16 - weight * 4).unwrap_or(0);
        let scale = scale.max(self.scale).max(other.scale);
        let shift = scale.checked_add(other.scale)?;
        let over = self
            .unscaled
            .checked_mul(power(shift.checked_sub(self.scale)?)?)?;
        let unscaled = rounded(over, other.unscaled)?;
        Some(Self { unscaled, scale })
    }

    /// The first of PostgreSQL's digits of base 10000, and its power.
    fn leading(self) -> (i32, u128) {
        let mut digits = self.unscaled.unsigned_abs();
        if digits == 0 {
            return (0, 0);
        }
        // The groups of four begin at the point.
        let fill = (4 - self.scale % 4) % 4;
        let mut weight = -i32::from((self.scale + fill) / 4);
        match digits.checked_mul(10u128.pow(u32::from(fill))) {
            Some(filled) => digits = filled,
            None => {
                // No room for a full last group, which does not matter to the first.
                digits /= 10u128.pow(u32::from(4 - fill));
                weight += 1;
            }
        }
        while digits >= 10_000 {
            digits /= 10_000;
            weight += 1;
        }
        (weight, digits)
    }

    pub(super) fn remainder(self, other: Self) -> Option<Self> {
        let (a, b, scale) = self.aligned(other)?;
        let unscaled = a.checked_rem(b)?;
        Some(Self { unscaled, scale })
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        if self.scale == other.scale {
            return self.unscaled.cmp(&other.unscaled);
        }
        let grown =
            |number: Self, by: u16| power(by).and_then(|power| number.unscaled.checked_mul(power));
        // The one that outgrows 38 digits is further from zero than the other.
        if self.scale < other.scale {
            match grown(self, other.scale - self.scale) {
                Some(unscaled) => unscaled.cmp(&other.unscaled),
                None if self.unscaled == 0 => 0.cmp(&other.unscaled),
                None => self.unscaled.cmp(&0),
            }
        } else {
            other.compare(self).reverse()
        }
    }

    /// With so many digits behind the point, half away from zero.
    pub(super) fn round(self, scale: u16) -> Option<Self> {
        let unscaled = if scale >= self.scale {
            self.unscaled.checked_mul(power(scale - self.scale)?)?
        } else if self.scale - scale > MOST {
            0
        } else {
            rounded(self.unscaled, power(self.scale - scale)?)?
        };
        Some(Self { unscaled, scale })
    }

    /// The whole number below.
    pub(super) fn floor(self) -> Option<Self> {
        let unscaled = match power(self.scale) {
            Some(power) => self.unscaled.div_euclid(power),
            None => -i128::from(self.unscaled < 0),
        };
        Some(Self { unscaled, scale: 0 })
    }

    /// The whole number above.
    pub(super) fn ceil(self) -> Option<Self> {
        self.negated()?.floor()?.negated()
    }

    /// Whether it has no more digits before its point than `numeric(precision, scale)` takes.
    pub(super) fn fits(self, precision: u16, scale: u16) -> bool {
        let whole = precision.saturating_sub(scale);
        match power(whole + self.scale) {
            Some(limit) => self.unscaled.abs() < limit,
            None => true,
        }
    }
}

/// `10^exponent`.
fn power(exponent: u16) -> Option<i128> {
    10i128.checked_pow(u32::from(exponent))
}

/// A quotient, half away from zero.
fn rounded(over: i128, under: i128) -> Option<i128> {
    let quotient = over.checked_div(under)?;
    let rest = (over % under).unsigned_abs();
    let up = rest >= under.unsigned_abs() - rest;
    Some(quotient + i128::from(up) * over.signum() * under.signum())
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        let digits = self.unscaled.unsigned_abs().to_string();
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.unscaled < 0 { "-" } else { "" };
        match fraction {
            "" => write!(f, "{sign}{whole}"),
            _ => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests;
