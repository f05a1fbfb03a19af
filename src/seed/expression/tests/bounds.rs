use super::*;
use crate::seed::bounds::Bounds;
use crate::seed::expression::bounds;

fn of(checks: &[&str], shape: Shape) -> Bounds {
    let checks: Vec<Expression> = checks.iter().map(|check| parse(check)).collect();
    bounds(&checks, "x", &kind(shape))
}

fn texts(texts: &[&str]) -> Option<Vec<Value>> {
    Some(texts.iter().copied().map(text).collect())
}

fn number(digits: &str) -> Value {
    read(digits, Shape::Numeric(None))
}

#[test]
fn lists() {
    let varchar = || Shape::Text(Some(20));
    for check in [
        "((x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        "x IN ('a', 'b') AND my.f(x)",
        "x = 'a' OR x = 'b'",
        "x IS NULL OR x IN ('a', 'b')",
        "NOT (x <> 'a' AND x <> 'b')",
        "x IN ('a', 'b', 'c') AND x <> 'c'",
    ] {
        assert_eq!(of(&[check], varchar()).list, texts(&["a", "b"]), "{check}");
    }
    for check in [
        "x = 'a' OR y = 'b'",
        "x = 'a' OR my.f(x)",
        "x = y",
        "x > 'a' OR x = 'b'",
    ] {
        assert_eq!(of(&[check], varchar()).list, None, "{check}");
    }
    let both = ["x IN ('a', 'b')", "x IN ('c', 'b')"];
    assert_eq!(of(&both, varchar()).list, texts(&["b"]));
    let labels = || Shape::Enum(vec!["p".to_owned(), "q".to_owned()]);
    assert_eq!(of(&[], labels()).list, texts(&["p", "q"]));
    assert_eq!(of(&["x <> 'p'::mood"], labels()).list, texts(&["q"]));
    assert_eq!(
        of(&["NOT x"], Shape::Bool).list,
        Some(vec![Value::Bool(false)])
    );
    let found = of(&["x IN (1, 2.0, 2.5)"], Shape::Int(4)).list;
    assert_eq!(found, Some(vec![Value::Int(1), Value::Int(2)]));
}

#[test]
fn ranges() {
    let range = |check: &str, shape: Shape| {
        let found = of(&[check], shape);
        (found.least, found.greatest)
    };
    let int = |whole, taken| Some((Value::Int(whole), taken));
    for (check, expected) in [
        ("x >= 0 AND x <= 100", (int(0, true), int(100, true))),
        ("x > 0 AND my.f(x) AND x < y", (int(0, false), None)),
        ("0 < x", (int(0, false), None)),
        ("x BETWEEN 1 AND 5 AND x < 5", (int(1, true), int(5, false))),
        ("NOT (x < 3 OR x > 4.5)", (int(3, true), int(4, true))),
        ("(x)::numeric > 0.5", (int(0, false), None)),
        ("x < 2.5", (None, int(2, true))),
        ("x IS NULL OR x > 3", (int(3, false), None)),
        (
            "x > 3 AND x < 5 OR x > 8 AND x <= 9",
            (int(3, false), int(9, true)),
        ),
        ("x > 3 OR x = 1", (None, None)),
    ] {
        assert_eq!(range(check, Shape::Int(4)), expected, "{check}");
    }
    let numeric = || Shape::Numeric(Some((6, 2)));
    let found = range("((x >= (0)::numeric) AND (x < 'NaN'::numeric))", numeric());
    assert_eq!(found, (Some((number("0"), true)), None));
    let found = range("x > 0.005", numeric());
    assert_eq!(found.0, Some((number("0.005"), false)));
    let day = |text| read(text, Shape::Date);
    let found = range(
        "x >= '2020-01-01' AND x < '2021-01-01 10:00'::timestamp",
        Shape::Date,
    );
    assert_eq!(found.0, Some((day("2020-01-01"), true)));
    assert_eq!(found.1, Some((day("2021-01-01"), true)));
    let found = range("x < 'infinity'::timestamptz", Shape::Timestamp);
    assert_eq!(found, (None, None));
    let found = range("x >= '00:00:00'::interval", Shape::Interval);
    assert_eq!(found.0, Some((read("0 s", Shape::Interval), true)));
}

#[test]
fn lengths_and_patterns() {
    let text_of = |check: &str| of(&[check], Shape::Text(Some(40)));
    for (check, shortest, longest) in [
        ("x <> ''::text", 1, 40),
        ("btrim((x)::text) <> ''::text", 1, 40),
        ("length(x) > 2 AND char_length(x) <= 9", 3, 9),
        ("length(x) = 5", 5, 5),
        ("x <> '' AND octet_length(x) < 80", 1, 40),
    ] {
        let found = text_of(check);
        assert_eq!(
            (found.shortest, found.longest),
            (shortest, Some(longest)),
            "{check}"
        );
    }
    let found = text_of("((x)::text COLLATE \"C\") ~ '^#[0-9a-f]{6}$'::text");
    assert_eq!(found.patterns, ["^#[0-9a-f]{6}$"]);
    let found = text_of("x ~ '^a$' OR x ~ '^b$'");
    assert_eq!(found.patterns, ["(?:^a$)|(?:^b$)"]);
    assert!(text_of("x ~ '^a$' OR my.f(x)").patterns.is_empty());
    assert_eq!(of(&["octet_length(x) = 32"], Shape::Bytes).bytes, Some(32));
    let list = Shape::Array(Box::new(kind(Shape::Text(None))));
    let found = of(
        &["x <@ ARRAY['a'::text, 'b'::text] AND x <> '{}'::text[]"],
        list,
    );
    assert_eq!((found.elements, found.shortest), (texts(&["a", "b"]), 1));
    let among = "array_remove(ARRAY[(y)::text, (x)::text], NULL::text) <@ ARRAY['a'::text]";
    assert_eq!(of(&[among], Shape::Text(None)).list, texts(&["a"]));
    assert_eq!(of(&["x"], Shape::Bool).list, Some(vec![Value::Bool(true)]));
}
