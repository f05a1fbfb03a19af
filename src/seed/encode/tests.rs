use super::*;

fn kind(oid: u32, name: &str, shape: Shape) -> Kind {
    let name = name.to_owned();
    Kind { oid, name, shape }
}

fn smallint() -> Kind {
    kind(21, "smallint", Shape::Int(2))
}

fn numeric(limits: Option<(u16, u16)>) -> Kind {
    kind(1700, "numeric", Shape::Numeric(limits))
}

fn decimal(unscaled: i128, scale: u16) -> Value {
    Value::Numeric { unscaled, scale }
}

fn varchar(longest: u32) -> Kind {
    kind(1043, "character varying", Shape::Text(Some(longest)))
}

/// The bytes of a value after its length, which is looked at.
fn bytes(kind: &Kind, value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    field(&mut out, kind, value).unwrap();
    let body = out.split_off(4);
    assert_eq!(
        out,
        u32::try_from(body.len()).unwrap().to_be_bytes(),
        "{value:?}"
    );
    body
}

/// The digits of a numeric: weight, sign, decimal places, digits.
fn digits(limits: Option<(u16, u16)>, value: &Value) -> (i16, bool, u16, Vec<u16>) {
    let body = bytes(&numeric(limits), value);
    let words: Vec<u16> = body
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect();
    assert_eq!(words.len(), usize::from(words[0]) + 4);
    let weight = i16::from_be_bytes([body[2], body[3]]);
    (weight, words[2] == 0x4000, words[3], words[4..].to_vec())
}

fn refusal(kind: &Kind, value: &Value) -> String {
    let mut out = b"before".to_vec();
    let kinds = [smallint(), kind.clone()];
    let unfit = row(&mut out, &kinds, &[Value::Int(1), value.clone()]).unwrap_err();
    assert_eq!(out, b"before", "nothing is left of the row");
    unfit.to_string()
}

#[test]
fn a_stream_has_a_header_rows_and_a_trailer() {
    let mut out = Vec::new();
    header(&mut out);
    row(
        &mut out,
        &[smallint(), varchar(9)],
        &[Value::Int(-2), Value::Text("é".into())],
    )
    .unwrap();
    row(&mut out, &[smallint()], &[Value::Null]).unwrap();
    trailer(&mut out);
    let expected = [
        b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".as_slice(),
        b"\0\x02\0\0\0\x02\xff\xfe\0\0\0\x02\xc3\xa9",
        b"\0\x01\xff\xff\xff\xff",
        b"\xff\xff",
    ];
    assert_eq!(out, expected.concat());
}

#[test]
fn digits_of_a_numeric_stand_around_the_point() {
    for (unscaled, scale, expected) in [
        (0, 0, (0, false, 0, vec![])),
        (0, 3, (0, false, 3, vec![])),
        (1, 0, (0, false, 0, vec![1])),
        (-12_345, 2, (0, true, 2, vec![123, 4500])),
        (1, 4, (-1, false, 4, vec![1])),
        (5, 5, (-2, false, 5, vec![5000])),
        (10_000, 0, (1, false, 0, vec![1])),
        (10_000, 4, (0, false, 4, vec![1])),
        (10_i128.pow(30), 0, (7, false, 0, vec![100])),
        (100_010_000, 1, (1, false, 1, vec![1000, 1000])),
    ] {
        let seen = digits(None, &decimal(unscaled, scale));
        assert_eq!(seen, expected, "{unscaled} / 10^{scale}");
    }
    assert_eq!(digits(None, &decimal(i128::MIN, 1)).3.len(), 11);
}

#[test]
fn a_numeric_is_rounded_to_its_column_half_away_from_zero() {
    let two = |unscaled, scale| digits(Some((4, 2)), &decimal(unscaled, scale));
    assert_eq!(two(1_005, 3), (0, false, 2, vec![1, 100]));
    assert_eq!(two(-1_005, 3), (0, true, 2, vec![1, 100]));
    assert_eq!(two(1_004, 3), (0, false, 2, vec![1]));
    assert_eq!(two(-4, 3), (0, false, 2, vec![]));
    assert_eq!(two(i128::MAX, 60), (0, false, 2, vec![]));
    assert_eq!(two(99, 0), (0, false, 2, vec![99]));
    assert_eq!(digits(Some((4, 2)), &Value::Int(7)), (0, false, 2, vec![7]));
    let kind = numeric(Some((4, 2)));
    assert_eq!(
        refusal(&kind, &decimal(99_995, 3)),
        "`99.995` does not fit `numeric(4,2)`"
    );
    assert_eq!(
        refusal(&kind, &Value::Int(-100)),
        "`-100` does not fit `numeric(4,2)`"
    );
    assert_eq!(
        refusal(&numeric(None), &decimal(-5, u16::MAX)),
        "`-5e-65535` does not fit `numeric`"
    );
    assert_eq!(
        refusal(&numeric(Some((1, 2))), &decimal(-1, 1)),
        "`-0.1` does not fit `numeric(1,2)`"
    );
}

#[test]
fn a_number_becomes_the_nearest_float() {
    let real = kind(700, "real", Shape::Float(4));
    let double = kind(701, "double precision", Shape::Float(8));
    assert_eq!(bytes(&real, &decimal(1, 1)), 0.1_f32.to_be_bytes());
    assert_eq!(bytes(&double, &decimal(3, 1)), 0.3_f64.to_be_bytes());
    assert_eq!(bytes(&double, &Value::Int(-4)), (-4_f64).to_be_bytes());
    assert_eq!(bytes(&real, &Value::Float(0.0)), [0; 4]);
    assert_eq!(
        bytes(&real, &Value::Float(f64::INFINITY)),
        f32::INFINITY.to_be_bytes()
    );
    for value in [1e39, 1e-50] {
        let said = refusal(&real, &Value::Float(value));
        assert!(said.ends_with("` does not fit `real`"), "{said}");
    }
    refusal(&double, &decimal(1, 400));
}

#[test]
fn an_array_has_a_dimension_unless_it_is_empty() {
    let array = kind(1005, "smallint[]", Shape::Array(Box::new(smallint())));
    assert_eq!(
        bytes(&array, &Value::Array(vec![])),
        b"\0\0\0\0\0\0\0\0\0\0\0\x15"
    );
    assert_eq!(
        bytes(&array, &Value::Array(vec![Value::Int(5), Value::Null])),
        b"\0\0\0\x01\0\0\0\x01\0\0\0\x15\0\0\0\x02\0\0\0\x01\0\0\0\x02\0\x05\xff\xff\xff\xff"
    );
    assert_eq!(
        refusal(&array, &Value::Array(vec![Value::Int(40_000)])),
        "`40000` does not fit `smallint`"
    );
}

#[test]
fn a_range_has_flags_for_its_bounds() {
    let range = kind(0, "numbers", Shape::Range(Box::new(smallint())));
    let of = |lower, upper| bytes(&range, &Value::Range(Box::new(lower), Box::new(upper)));
    assert_eq!(
        of(Value::Int(1), Value::Int(2)),
        b"\x02\0\0\0\x02\0\x01\0\0\0\x02\0\x02"
    );
    assert_eq!(of(Value::Int(1), Value::Null), b"\x12\0\0\0\x02\0\x01");
    assert_eq!(of(Value::Null, Value::Null), b"\x18");
}

#[test]
fn what_does_not_fit_is_named() {
    let text = |text: &str| Value::Text(text.to_owned());
    let color = kind(9, "color", Shape::Enum(vec!["red".into()]));
    let name = kind(19, "name", Shape::Text(None));
    let bytea = kind(17, "bytea", Shape::Bytes);
    let date = kind(1082, "date", Shape::Date);
    for (kind, value, said) in [
        (
            &varchar(2),
            text("a\nb"),
            "`a b` does not fit `character varying(2)`",
        ),
        (
            &varchar(5),
            text("a\0b"),
            "a text with a NUL byte does not fit `character varying(5)`",
        ),
        (&color, text("blue"), "`blue` does not fit `color`"),
        (
            &smallint(),
            Value::Int(32_768),
            "`32768` does not fit `smallint`",
        ),
        (
            &smallint(),
            decimal(-15, 1),
            "`-1.5` does not fit `smallint`",
        ),
        (
            &smallint(),
            Value::Bool(true),
            "a boolean does not fit `smallint`",
        ),
        (&bytea, Value::Date(1), "day `1` does not fit `bytea`"),
        (
            &date,
            Value::Date(-2_451_546),
            "day `-2451546` does not fit `date`",
        ),
        (
            &kind(0, "point", Shape::Unknown),
            text("x"),
            "`x` does not fit `point`",
        ),
    ] {
        assert_eq!(refusal(kind, &value), said);
    }
    let long = "é".repeat(40);
    assert_eq!(
        refusal(&name, &text(&long)),
        format!("`{long}` does not fit `name`")
    );
    let unfit = row(&mut Vec::new(), &[smallint()], &[]).unwrap_err();
    assert_eq!(unfit.to_string(), "0 values do not fit 1 columns");
    assert_eq!(bytes(&varchar(2), &text("éé")), "éé".as_bytes());
}
