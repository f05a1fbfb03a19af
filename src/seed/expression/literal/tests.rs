use super::super::render::render;
use super::*;
use crate::seed::expression::compare::plain;
use proptest::prelude::*;

fn kind(shape: Shape, name: &str) -> Kind {
    Kind {
        oid: 0,
        name: name.to_owned(),
        shape,
    }
}

fn array_of(shape: Shape) -> Shape {
    Shape::Array(Box::new(plain(shape)))
}

#[test]
fn what_is_read_is_written() {
    let zoned = kind(Shape::Timestamp, "timestamp with time zone");
    let bare = kind(Shape::Timestamp, "timestamp without time zone");
    let int = || Box::new(plain(Shape::Int(4)));
    for (text, kind, expected) in [
        ("t", plain(Shape::Bool), "true"),
        (" -12 ", plain(Shape::Int(2)), "-12"),
        ("1.50", plain(Shape::Numeric(None)), "1.50"),
        ("1.555", plain(Shape::Numeric(Some((4, 2)))), "1.56"),
        ("-1e3", plain(Shape::Numeric(None)), "-1000"),
        ("0.1", plain(Shape::Float(4)), "0.1"),
        ("1e300", plain(Shape::Float(8)), ""),
        (
            "2026-11-21 03:04:05.6+02",
            zoned.clone(),
            "2026-11-21 01:04:05.6+00",
        ),
        (
            "2026-11-21T03:04:05Z",
            zoned.clone(),
            "2026-11-21 03:04:05+00",
        ),
        ("2026-11-21", zoned.clone(), "2026-11-21 00:00:00+00"),
        ("infinity", zoned.clone(), "infinity"),
        ("0044-03-15 12:00:00 BC", zoned, "0044-03-15 12:00:00+00 BC"),
        (
            "2026-11-21 03:04:05.600000+02",
            bare.clone(),
            "2026-11-21 03:04:05.6",
        ),
        ("1999-12-31 24:00", bare, "2000-01-01 00:00:00"),
        ("1999-12-31", plain(Shape::Date), "1999-12-31"),
        ("03:04", plain(Shape::Time), "03:04:00"),
        (
            "1 mon 2 days 03:04:05",
            plain(Shape::Interval),
            "1 mon 2 days 03:04:05",
        ),
        (
            "1 year -2 days 03:04:05",
            plain(Shape::Interval),
            "1 year -2 days +03:04:05",
        ),
        ("5 minutes", plain(Shape::Interval), "00:05:00"),
        ("1.5 days ago", plain(Shape::Interval), "-1 days -12:00:00"),
        ("-00:00:00.5", plain(Shape::Interval), "-00:00:00.5"),
        (
            "P1Y2M3DT4H5M6.5S",
            plain(Shape::Interval),
            "1 year 2 mons 3 days 04:05:06.5",
        ),
        ("2weeks", plain(Shape::Interval), "14 days"),
        (
            "A0EEBC999C0B4EF8BB6D6BB9BD380A11",
            plain(Shape::Uuid),
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        ),
        (r"\xDEad", plain(Shape::Bytes), r"\xdead"),
        ("192.0.2.1/32", plain(Shape::Inet), "192.0.2.1"),
        ("::1", plain(Shape::Inet), "::1"),
        (
            r#"{a,"b c", NULL ,"",d"NULL",\\}"#,
            plain(array_of(Shape::Text(None))),
            r#"{a,"b c",NULL,"",dNULL,"\\"}"#,
        ),
        ("{}", plain(array_of(Shape::Int(4))), "{}"),
        ("{1,-2}", plain(array_of(Shape::Int(4))), "{1,-2}"),
        ("[1,5]", plain(Shape::Range(int())), r#"["1","6")"#),
        (r#"("1",5)"#, plain(Shape::Range(int())), r#"["2","5")"#),
        (r#"{"a": 1}"#, plain(Shape::Jsonb), r#"{"a": 1}"#),
    ] {
        let value = literal(text, &kind).unwrap();
        let shown = render(&value, &kind).unwrap();
        if text != "1e300" {
            assert_eq!(shown, expected, "{text}");
        }
        assert_eq!(literal(&shown, &kind).unwrap(), value, "{text}");
    }
    assert_eq!(render(&Value::Null, &plain(Shape::Bool)), None);
}

#[test]
fn what_is_no_value_of_the_type() {
    for (text, shape, message) in [
        (
            "40000",
            Shape::Int(2),
            "`40000` is no value of the type `integer`",
        ),
        (
            "abcd",
            Shape::Text(Some(3)),
            "`abcd` is longer than 3 characters",
        ),
        (
            "100",
            Shape::Numeric(Some((4, 2))),
            "`100` is no value of the type `numeric`",
        ),
        (
            "2026-02-29",
            Shape::Date,
            "`2026-02-29` is no value of the type `date`",
        ),
        ("now", Shape::Date, "`now` is no value of the type `date`"),
        ("", Shape::Interval, "`` is no value of the type `interval`"),
        (
            "5 apples",
            Shape::Interval,
            "`5 apples` is no value of the type `interval`",
        ),
        (
            r"\xabc",
            Shape::Bytes,
            r"`\xabc` is no value of the type `bytea`",
        ),
        (
            "192.0.2.0/24",
            Shape::Inet,
            "`192.0.2.0/24` is no value of the type `inet`",
        ),
        (
            "{{1}}",
            array_of(Shape::Int(4)),
            "`{{1}}` is no value of the type `array`",
        ),
        (
            "1e999",
            Shape::Float(8),
            "`1e999` is no value of the type `double precision`",
        ),
        ("x", Shape::Unknown, "no value is known for the type ``"),
    ] {
        let error = literal(text, &plain(shape)).unwrap_err();
        assert_eq!(error.0, message);
    }
}

proptest! {
    #[test]
    fn numbers(unscaled in any::<i64>(), scale in 0u16..20, float in any::<f64>()) {
        let unscaled = i128::from(unscaled);
        back(&Value::Numeric { unscaled, scale }, Shape::Numeric(None))?;
        if !float.is_nan() {
            back(&Value::Float(float), Shape::Float(8))?;
        }
    }

    #[test]
    fn times(
        at in -200_000_000_000_000_000i64..8_000_000_000_000_000_000,
        months in -100_000..100_000,
        days in -100_000..100_000,
    ) {
        back(&Value::Timestamp(at), Shape::Timestamp)?;
        back(&Value::Date(days), Shape::Date)?;
        back(&Value::Interval { months, days, micros: at }, Shape::Interval)?;
    }

    #[test]
    fn lists(texts in prop::collection::vec(prop::option::of(r#"[a-b"\\{},ä NUL-]{0,6}"#), 0..5)) {
        let elements = texts.into_iter().map(|text| text.map_or(Value::Null, Value::Text));
        back(&Value::Array(elements.collect()), array_of(Shape::Text(None)))?;
    }
}

/// The text of a value is read as the value.
fn back(value: &Value, shape: Shape) -> Result<(), TestCaseError> {
    let kind = plain(shape);
    let text = render(value, &kind).unwrap();
    prop_assert_eq!(&literal(&text, &kind).unwrap(), value, "{}", text);
    Ok(())
}
