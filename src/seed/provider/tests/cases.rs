//! Columns to be guessed.

use super::*;

fn array(of: Shape) -> Shape {
    Shape::Array(Box::new(kind(of)))
}

pub(super) fn pattern(text: &str) -> Bounds {
    Bounds {
        patterns: vec![text.to_owned()],
        ..Bounds::default()
    }
}

fn from(least: i64, taken: bool) -> Bounds {
    Bounds {
        least: Some((Value::Int(least), taken)),
        ..Bounds::default()
    }
}

pub(super) fn between(least: Value, greatest: Value) -> Bounds {
    Bounds {
        least: Some((least, true)),
        greatest: Some((greatest, true)),
        ..Bounds::default()
    }
}

pub(super) fn cases() -> Vec<(&'static str, &'static str, Shape, Bounds)> {
    let mut cases = Vec::new();
    let columns = "first_name last_name name full_name company email from_address phone_number \
        street_address city state postal_code country county title description body body_html \
        message transcript website domain user_agent ip_address color currency timezone language \
        file_name mime_type storage_path token password_hash credentials_encrypted external_id \
        key slug code reason outcome version duration username anything job_title industry";
    for column in columns.split_whitespace() {
        for length in [
            None,
            Some(255),
            Some(100),
            Some(50),
            Some(20),
            Some(10),
            Some(5),
            Some(2),
        ] {
            let tables = if column == "name" { 3 } else { 1 };
            for table in &["contacts", "tags", "documents"][..tables] {
                cases.push((*table, column, Shape::Text(length), Bounds::default()));
            }
        }
    }
    let columns = "unread_count score probability duration_seconds size_bytes position year_built \
        hour status_code bedrooms anything is_active metadata";
    for column in columns.split_whitespace() {
        for bytes in [2, 4, 8] {
            cases.push(("t", column, Shape::Int(bytes), Bounds::default()));
            cases.push(("t", column, Shape::Int(bytes), from(0, false)));
        }
        cases.push(("t", column, Shape::Bool, Bounds::default()));
        cases.push(("t", column, Shape::Jsonb, Bounds::default()));
    }
    for column in [
        "cost",
        "value",
        "rate",
        "lat",
        "bathrooms",
        "temperature",
        "lot_size_acres",
    ] {
        for given in [
            None,
            Some((15, 2)),
            Some((10, 4)),
            Some((5, 2)),
            Some((3, 2)),
            Some((4, 1)),
        ] {
            cases.push(("t", column, Shape::Numeric(given), from(0, true)));
            cases.push(("t", column, Shape::Numeric(given), from(0, false)));
        }
        cases.push(("t", column, Shape::Float(4), Bounds::default()));
        cases.push(("t", column, Shape::Float(8), from(0, true)));
    }
    for column in [
        "created_at",
        "updated_at",
        "ended_at",
        "expires_at",
        "due_at",
        "reminder_at",
    ] {
        cases.push(("t", column, Shape::Timestamp, Bounds::default()));
        cases.push(("t", column, Shape::Date, Bounds::default()));
        let year = between(Value::Timestamp(0), Value::Timestamp(365 * DAY));
        cases.push(("t", column, Shape::Timestamp, year));
        let days = between(Value::Date(0), Value::Date(30));
        cases.push(("t", column, Shape::Date, days));
    }
    let simple = Bounds::default;
    let labels = vec!["a".to_owned(), "b".to_owned()];
    cases.extend([
        ("t", "e", Shape::Enum(labels), simple()),
        ("t", "u", Shape::Uuid, simple()),
        ("t", "i", Shape::Inet, simple()),
        ("t", "t", Shape::Time, simple()),
        ("t", "time_in_stage", Shape::Interval, simple()),
        ("t", "b", Shape::Bytes, simple()),
        (
            "t",
            "b",
            Shape::Bytes,
            Bounds {
                bytes: Some(3),
                ..simple()
            },
        ),
        (
            "t",
            "sha256",
            Shape::Bytes,
            Bounds {
                bytes: Some(32),
                ..simple()
            },
        ),
        ("t", "tags", array(Shape::Text(None)), simple()),
        (
            "t",
            "to_addresses",
            array(Shape::Text(None)),
            Bounds {
                shortest: 1,
                ..simple()
            },
        ),
        (
            "t",
            "capabilities",
            array(Shape::Text(None)),
            Bounds {
                elements: Some(vec![text("voice"), text("sms")]),
                ..simple()
            },
        ),
        (
            "t",
            "during",
            Shape::Range(Box::new(kind(Shape::Timestamp))),
            simple(),
        ),
        (
            "t",
            "days",
            Shape::Range(Box::new(kind(Shape::Date))),
            simple(),
        ),
        (
            "t",
            "ids",
            Shape::Range(Box::new(kind(Shape::Int(4)))),
            simple(),
        ),
        (
            "t",
            "status",
            Shape::Text(Some(20)),
            Bounds {
                list: Some(vec![text("x"), text("y")]),
                ..simple()
            },
        ),
        (
            "t",
            "color",
            Shape::Text(Some(7)),
            pattern("^#[0-9A-Fa-f]{6}$"),
        ),
        ("t", "country", Shape::Text(Some(2)), pattern("^[A-Z]{2}$")),
        ("t", "currency", Shape::Text(Some(3)), pattern("^[A-Z]{3}$")),
        (
            "t",
            "token",
            Shape::Text(Some(500)),
            pattern("^sha256:[0-9a-f]{64}$"),
        ),
        (
            "t",
            "period",
            Shape::Text(Some(7)),
            pattern("^[0-9]{4}-(0[1-9]|1[0-2])$"),
        ),
        ("t", "number", Shape::Text(None), pattern("^[0-9*#]{1,15}$")),
        (
            "t",
            "name",
            Shape::Text(None),
            Bounds {
                shortest: 40,
                longest: Some(60),
                ..simple()
            },
        ),
        (
            "t",
            "hour",
            Shape::Int(4),
            between(Value::Int(0), Value::Int(23)),
        ),
        (
            "t",
            "status_code",
            Shape::Int(4),
            between(Value::Int(400), Value::Int(599)),
        ),
        (
            "t",
            "x",
            Shape::Int(4),
            between(Value::Int(-9), Value::Int(-7)),
        ),
    ]);
    cases
}
