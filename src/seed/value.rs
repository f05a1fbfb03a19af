//! A value of a generated row, and the type of its column.

use std::net::IpAddr;

/// One value, in the form that is nearest to PostgreSQL's own.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// A boolean.
    Bool(bool),
    /// `smallint`, `integer`, `bigint`.
    Int(i64),
    /// `numeric`: `unscaled / 10^scale`.
    Numeric {
        /// The digits, without the point.
        unscaled: i128,
        /// How many of them stand behind the point.
        scale: u16,
    },
    /// `real`, `double precision`.
    Float(f64),
    /// Every textual type, an enum's label, `json` and `jsonb` as text.
    Text(String),
    /// `bytea`.
    Bytes(Vec<u8>),
    /// `uuid`.
    Uuid(u128),
    /// `timestamp` and `timestamptz`: microseconds since 2000-01-01 00:00 UTC.
    Timestamp(i64),
    /// `date`: days since 2000-01-01.
    Date(i32),
    /// `time`: microseconds since midnight.
    Time(i64),
    /// `interval`.
    Interval {
        /// Months.
        months: i32,
        /// Days.
        days: i32,
        /// Microseconds.
        micros: i64,
    },
    /// `inet`: a single address.
    Inet(IpAddr),
    /// An array of one dimension.
    Array(Vec<Value>),
    /// A range with its lower bound in it, and its upper one not.
    Range(Box<Value>, Box<Value>),
}

/// The type of a column: what is to be written, and what PostgreSQL calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The number of the type that is written: of a domain, the type under it.
    pub oid: u32,
    /// The name, as `format_type` gives it, without length or precision.
    pub name: String,
    /// What is to be written.
    pub shape: Shape,
}

/// What a value of a type looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `boolean`.
    Bool,
    /// `smallint`, `integer`, `bigint`: so many bytes.
    Int(u8),
    /// `real`, `double precision`: so many bytes.
    Float(u8),
    /// `numeric`, perhaps with precision and scale.
    Numeric(Option<(u16, u16)>),
    /// `text`, `varchar`, `char`, `citext`, `name`: so many characters at most.
    Text(Option<u32>),
    /// An enum, with its labels in their order.
    Enum(Vec<String>),
    /// `bytea`.
    Bytes,
    /// `uuid`.
    Uuid,
    /// `timestamp` or `timestamptz`.
    Timestamp,
    /// `date`.
    Date,
    /// `time`.
    Time,
    /// `interval`.
    Interval,
    /// `inet`.
    Inet,
    /// `json`.
    Json,
    /// `jsonb`.
    Jsonb,
    /// An array of this type.
    Array(Box<Kind>),
    /// A range of this type.
    Range(Box<Kind>),
    /// A type that no value is known for.
    Unknown,
}

/// A UUID as PostgreSQL writes it.
#[must_use]
pub fn uuid_text(uuid: u128) -> String {
    let digits = format!("{uuid:032x}");
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    parts.join("-")
}
