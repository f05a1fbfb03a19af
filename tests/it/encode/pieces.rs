//! Texts, times, and the other types that are one piece.

use std::net::IpAddr;

use super::*;

#[test]
fn texts() {
    let database = Database::new();
    database.execute("CREATE TYPE color AS ENUM ('red', 'light blue', 'grün')");
    let of = |name: &str, shape| kind(&database, name, shape);
    let some = [
        "",
        " ",
        "it's",
        "a\tb\r\n\\N",
        "grün",
        "日本語",
        "🦀",
        "NULL",
        "{,\"}",
    ];
    let name = "n".repeat(63);
    let objects = [
        "{}",
        "[1, 2.50, null]",
        "\"\\u00e9\"",
        "{\"b\": 1, \"a\": {\"é\": \"🦀\"}}",
    ];
    same(
        &database,
        vec![
            Column::texts(of("text", Shape::Text(None)), &some),
            Column::texts(of("varchar", Shape::Text(Some(10))), &some),
            Column::texts(of("char", Shape::Text(Some(3))), &["", "a", "äöü", "   "]),
            Column::texts(of("name", Shape::Text(None)), &["a", &name]),
            Column::texts(
                of(
                    "color",
                    Shape::Enum(vec!["red".into(), "light blue".into(), "grün".into()]),
                ),
                &["grün", "red", "light blue"],
            ),
            Column::texts(of("json", Shape::Json), &objects),
            Column::texts(of("jsonb", Shape::Jsonb), &objects),
            Column::new(
                of("bytea", Shape::Bytes),
                [
                    (Value::Bytes(vec![]), "\\x"),
                    (Value::Bytes(vec![0, 0xff, b'\\', b'\'']), "\\x00ff5c27"),
                ],
            ),
            Column::new(
                of("uuid", Shape::Uuid),
                [
                    (Value::Uuid(0), "00000000-0000-0000-0000-000000000000"),
                    (
                        Value::Uuid(0x0123_4567_89ab_4def_8123_4567_89ab_cdef),
                        "01234567-89ab-4def-8123-456789abcdef",
                    ),
                    (
                        Value::Uuid(u128::MAX),
                        "ffffffff-ffff-ffff-ffff-ffffffffffff",
                    ),
                ],
            ),
            Column::new(
                of("inet", Shape::Inet),
                [
                    "0.0.0.0",
                    "192.168.1.1",
                    "255.255.255.255",
                    "::",
                    "2001:db8::1",
                ]
                .map(|said| (Value::Inet(said.parse::<IpAddr>().unwrap()), said)),
            ),
        ],
    );
}

#[test]
fn times() {
    let database = Database::new();
    let of = |name: &str, shape| kind(&database, name, shape);
    let interval = |months, days, micros| Value::Interval {
        months,
        days,
        micros,
    };
    let stamps = |zone: &str| {
        [
            (0, "2000-01-01 00:00:00"),
            (-1, "1999-12-31 23:59:59.999999"),
            (788_918_400_123_456, "2024-12-31 00:00:00.123456"),
            (i64::from(YEAR_1) * DAY, "0001-01-01 00:00:00"),
            (
                i64::from(YEAR_9999 + 1) * DAY - 1,
                "9999-12-31 23:59:59.999999",
            ),
            (-211_813_488_000_000_000, "4714-11-24 00:00:00{} BC"),
            (9_223_371_331_199_999_999, "294276-12-31 23:59:59.999999"),
            (i64::MAX, "infinity"),
            (i64::MIN, "-infinity"),
        ]
        .map(|(micros, said)| {
            let said = match said {
                said if said.contains("{}") => said.replace("{}", zone),
                said if said.contains("infinity") => said.to_owned(),
                said => format!("{said}{zone}"),
            };
            (Value::Timestamp(micros), said)
        })
    };
    let dates = [
        (0, "2000-01-01"),
        (-1, "1999-12-31"),
        (YEAR_1, "0001-01-01"),
        (YEAR_9999, "9999-12-31"),
        (-2_451_545, "4714-11-24 BC"),
        (2_145_031_948, "5874897-12-31"),
        (i32::MAX, "infinity"),
        (i32::MIN, "-infinity"),
    ];
    same(
        &database,
        vec![
            Column::new(of("timestamp", Shape::Timestamp), stamps("")),
            Column::new(of("timestamptz", Shape::Timestamp), stamps("+00")),
            Column::new(
                of("date", Shape::Date),
                dates.map(|(days, said)| (Value::Date(days), said)),
            ),
            Column::new(
                of("time", Shape::Time),
                [
                    (Value::Time(0), "00:00"),
                    (Value::Time(DAY - 1), "23:59:59.999999"),
                    (Value::Time(DAY), "24:00"),
                ],
            ),
            Column::new(
                of("interval", Shape::Interval),
                [
                    (interval(0, 0, 0), "0"),
                    (interval(14, -3, 1), "14 months -3 days 0.000001 s"),
                    (interval(-1, 0, -DAY), "-1 month -24:00:00"),
                ],
            ),
        ],
    );
}
