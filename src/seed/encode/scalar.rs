//! Texts, times, and the other types that are one piece.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use postgres_types::Type;

use crate::seed::value::{Shape, Value};

/// What stands before the text of a `jsonb`.
pub(super) const JSONB_VERSION: u8 = 1;
/// The bytes of a `name`, whatever its characters.
const NAME_BYTES: usize = 63;
/// From 4714-11-24 BC to the end of 294276.
const TIMESTAMPS: RangeInclusive<i64> = -211_813_488_000_000_000..=9_223_371_331_199_999_999;
/// From 4714-11-24 BC to the end of 5874897.
const DATES: RangeInclusive<i32> = -2_451_545..=2_145_031_948;
/// From `00:00` to `24:00`.
const TIMES: RangeInclusive<i64> = 0..=86_400_000_000;
/// The address family of IPv4, to PostgreSQL.
const INET: u8 = 2;
/// The address family of IPv6, to PostgreSQL.
const INET6: u8 = 3;

/// Appends a text, unless it is too long or has a NUL byte.
pub(super) fn text(out: &mut Vec<u8>, oid: u32, longest: Option<usize>, text: &str) -> Option<()> {
    let bytes = text.as_bytes();
    // There are at least as many bytes as characters.
    let long = longest.is_some_and(|most| bytes.len() > most && text.chars().count() > most);
    let long_name = oid == Type::NAME.oid() && bytes.len() > NAME_BYTES;
    (!long && !long_name && !bytes.contains(&0)).then(|| out.extend_from_slice(bytes))
}

/// Appends a value that is written as it is, if it is of the shape.
pub(super) fn plain(out: &mut Vec<u8>, shape: &Shape, value: &Value) -> Option<()> {
    match (shape, value) {
        (Shape::Bool, Value::Bool(yes)) => out.push(u8::from(*yes)),
        (Shape::Bytes, Value::Bytes(bytes)) => out.extend_from_slice(bytes),
        (Shape::Uuid, Value::Uuid(uuid)) => out.extend_from_slice(&uuid.to_be_bytes()),
        (Shape::Timestamp, Value::Timestamp(micros)) => {
            // The ends of the type are the infinities.
            let fits = TIMESTAMPS.contains(micros) || [i64::MIN, i64::MAX].contains(micros);
            return fits.then(|| out.extend_from_slice(&micros.to_be_bytes()));
        }
        (Shape::Date, Value::Date(days)) => {
            let fits = DATES.contains(days) || [i32::MIN, i32::MAX].contains(days);
            return fits.then(|| out.extend_from_slice(&days.to_be_bytes()));
        }
        (Shape::Time, Value::Time(micros)) => {
            let fits = TIMES.contains(micros);
            return fits.then(|| out.extend_from_slice(&micros.to_be_bytes()));
        }
        (
            Shape::Interval,
            Value::Interval {
                months,
                days,
                micros,
            },
        ) => {
            out.extend_from_slice(&micros.to_be_bytes());
            out.extend_from_slice(&days.to_be_bytes());
            out.extend_from_slice(&months.to_be_bytes());
        }
        (Shape::Inet, Value::Inet(address)) => inet(out, *address),
        _ => return None,
    }
    Some(())
}

/// Family, bits of the mask, whether it is a `cidr` (it is not), length, address.
fn inet(out: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => {
            out.extend_from_slice(&[INET, 32, 0, 4]);
            out.extend_from_slice(&address.octets());
        }
        IpAddr::V6(address) => {
            out.extend_from_slice(&[INET6, 128, 0, 16]);
            out.extend_from_slice(&address.octets());
        }
    }
}
