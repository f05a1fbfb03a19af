//! Integers, floating-point numbers, and `numeric`.

use crate::seed::value::Value;

/// The greatest scale that PostgreSQL can keep.
const GREATEST_SCALE: u16 = 0x3fff;
/// What `numeric` counts in.
const BASE: u128 = 10_000;
/// Decimal digits in one digit of `numeric`.
const WIDTH: u16 = 4;
/// Digits of `numeric` in the longest number: 39 decimal digits, the point between any two.
const MOST_DIGITS: usize = 11;

/// Appends an integer of 2, 4 or 8 bytes.
pub(super) fn int(out: &mut Vec<u8>, width: u8, integer: i64) -> Option<()> {
    match width {
        2 => out.extend_from_slice(&i16::try_from(integer).ok()?.to_be_bytes()),
        4 => out.extend_from_slice(&i32::try_from(integer).ok()?.to_be_bytes()),
        8 => out.extend_from_slice(&integer.to_be_bytes()),
        _ => return None,
    }
    Some(())
}

/// Appends a floating-point number of 4 or 8 bytes: the nearest to a number of any kind, unless
/// that is an infinity, or a zero that was none.
pub(super) fn float(out: &mut Vec<u8>, width: u8, value: &Value) -> Option<()> {
    let (zero, double, single) = match *value {
        Value::Float(double) => (double == 0.0, double, double as f32),
        Value::Int(integer) => (integer == 0, integer as f64, integer as f32),
        Value::Numeric { unscaled, scale } => {
            // A division would round a second time.
            let text = format!("{unscaled}e-{scale}");
            (unscaled == 0, text.parse().ok()?, text.parse().ok()?)
        }
        _ => return None,
    };
    let lost = match width {
        4 => (single.is_infinite() && double.is_finite()) || (single == 0.0 && !zero),
        8 => double == 0.0 && !zero,
        _ => true,
    };
    if lost {
        return None;
    }
    if width == 4 {
        out.extend_from_slice(&single.to_be_bytes());
    } else {
        out.extend_from_slice(&double.to_be_bytes());
    }
    Some(())
}

/// Appends `unscaled / 10^scale`, rounded to the column's scale, unless it is over its precision.
pub(super) fn numeric(
    out: &mut Vec<u8>,
    limits: Option<(u16, u16)>,
    unscaled: i128,
    scale: u16,
) -> Option<()> {
    let (magnitude, scale, shown) = match limits {
        None => (unscaled.unsigned_abs(), scale, scale),
        Some((precision, most)) => {
            let magnitude = round(unscaled.unsigned_abs(), scale.saturating_sub(most));
            let scale = scale.min(most);
            // With the zeros that the column's scale adds behind.
            let digits = magnitude.checked_ilog10().map_or(0, |log| log + 1);
            let zeros = u32::from(most - scale);
            if digits > 0 && digits + zeros > u32::from(precision) {
                return None;
            }
            (magnitude, scale, most)
        }
    };
    (shown <= GREATEST_SCALE).then(|| write(out, unscaled < 0, magnitude, scale, shown))
}

/// Takes off so many digits, half away from zero.
fn round(magnitude: u128, digits: u16) -> u128 {
    // With more digits than a magnitude has, less than half a unit is left of it.
    let Some(unit) = 10_u128.checked_pow(u32::from(digits)) else {
        return 0;
    };
    let (whole, rest) = (magnitude / unit, magnitude % unit);
    whole + u128::from(rest >= unit - rest)
}

/// Count of digits, weight of the first, sign, decimal places to show, digits.
fn write(out: &mut Vec<u8>, negative: bool, magnitude: u128, scale: u16, shown: u16) {
    let mut digits = [0_u16; MOST_DIGITS];
    let mut left = magnitude;
    let mut count = 0;
    let mut put = |digit: u128| {
        digits[count] = u16::try_from(digit).expect("a digit is less than the base");
        count += 1;
    };
    // The point stands between two digits, so the last one may have to be filled up.
    let odd = u32::from(scale % WIDTH);
    if odd > 0 {
        put(left % 10_u128.pow(odd) * 10_u128.pow(u32::from(WIDTH) - odd));
        left /= 10_u128.pow(odd);
    }
    while left > 0 {
        put(left % BASE);
        left /= BASE;
    }
    let first = i32::try_from(count).expect("at most 11") - i32::from(scale.div_ceil(WIDTH)) - 1;
    let weight = if magnitude == 0 { 0 } else { first };
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = digits.get(zeros..count).unwrap_or_default();
    let sign: u16 = if negative && magnitude > 0 { 0x4000 } else { 0 };
    let length = u16::try_from(digits.len()).expect("at most 11");
    let weight = i16::try_from(weight).expect("between -4096 and 10");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&weight.to_be_bytes());
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&shown.to_be_bytes());
    for digit in digits.iter().rev() {
        out.extend_from_slice(&digit.to_be_bytes());
    }
}
