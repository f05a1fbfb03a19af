//! Numbers of every type.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

#[test]
fn numbers() {
    let database = Database::new();
    let of = |name: &str, shape| kind(&database, name, shape);
    let ints = |values: &[i64]| -> Vec<_> {
        let cell = |value: &i64| (Value::Int(*value), value.to_string());
        values.iter().map(cell).collect()
    };
    let floats = |values: &[f64]| -> Vec<_> {
        let cell = |value: &f64| (Value::Float(*value), format!("{value:e}"));
        values.iter().map(cell).collect()
    };
    let huge = 10_i128.pow(30);
    let numerics = [
        (decimal(0, 0), "0"),
        (decimal(0, 7), "0.0000000"),
        (decimal(1, 4), "0.0001"),
        (decimal(-1, 4), "-0.0001"),
        (decimal(1, 5), "0.00001"),
        (decimal(-12_345_678, 3), "-12345.678"),
        (decimal(huge, 0), "1e30"),
        (decimal(-huge, 2), "-10000000000000000000000000000.00"),
        (
            decimal(i128::MAX, 0),
            "170141183460469231731687303715884105727",
        ),
        (
            decimal(i128::MIN, 38),
            "-1.70141183460469231731687303715884105728",
        ),
        (decimal(1, 16_383), "1e-16383"),
        (Value::Int(i64::MIN), "-9223372036854775808"),
    ];
    let money = [
        (decimal(1, 4), "0.0001"),
        (decimal(5, 3), "0.005"),
        (decimal(-5, 3), "-0.005"),
        (decimal(-4, 3), "-0.004"),
        (decimal(99_999_999_994, 3), "99999999.994"),
        (Value::Int(-99_999_999), "-99999999"),
        (decimal(15, 1), "1.5"),
    ];
    let nearest = [
        (decimal(1, 1), "0.1"),
        (decimal(-33, 5), "-0.00033"),
        (
            decimal(i128::MAX, 9),
            "170141183460469231731687303715.884105727",
        ),
        (Value::Int(16_777_217), "16777217"),
        (Value::Int(i64::MAX), "9223372036854775807"),
        (Value::Float(f64::NAN), "NaN"),
        (Value::Float(f64::NEG_INFINITY), "-Infinity"),
    ];
    let small = [
        0.0,
        -0.0,
        1.5,
        f64::from(f32::MAX),
        f64::from(f32::MIN_POSITIVE),
    ];
    let large = [0.1, -1e300, f64::MAX, f64::MIN_POSITIVE, 5e-324];
    same(
        &database,
        vec![
            Column::new(
                of("smallint", Shape::Int(2)),
                ints(&[0, -1, -32_768, 32_767]),
            ),
            Column::new(
                of("integer", Shape::Int(4)),
                ints(&[0, -1, i64::from(i32::MIN), i64::from(i32::MAX)]),
            ),
            Column::new(
                of("bigint", Shape::Int(8)),
                ints(&[0, -1, i64::MIN, i64::MAX]),
            ),
            Column::new(of("real", Shape::Float(4)), floats(&small)),
            Column::new(of("real", Shape::Float(4)), nearest.clone()),
            Column::new(of("double precision", Shape::Float(8)), floats(&large)),
            Column::new(of("double precision", Shape::Float(8)), nearest),
            Column::new(of("numeric", Shape::Numeric(None)), numerics),
            Column::new(of("numeric", Shape::Numeric(Some((10, 2)))), money),
            Column::new(
                of("boolean", Shape::Bool),
                [(Value::Bool(true), "t"), (Value::Bool(false), "f")],
            ),
        ],
    );
}

/// Numbers of all lengths, and those that stand at a border: a power of ten, a half, all nines.
fn unscaled() -> impl Strategy<Value = i128> {
    let any = (any::<i128>(), 0..128_u32).prop_map(|(number, shift)| number >> shift);
    let border = (-20_i128..=20, 0..36_u32, -1_i128..=1)
        .prop_map(|(number, exponent, beside)| number * 5 * 10_i128.pow(exponent) + beside);
    prop_oneof![any, border]
}

#[test]
fn a_numeric_is_what_the_server_makes_of_its_text() {
    let database = Database::new();
    let limits = [
        None,
        Some((12, 2)),
        Some((5, 5)),
        Some((9, 0)),
        Some((38, 10)),
        Some((1000, 45)),
    ];
    let kinds = limits.map(|limits| kind(&database, "numeric", Shape::Numeric(limits)));
    let one = (unscaled(), prop_oneof![0..12_u16, 0..45_u16, 0..700_u16]);
    let mut runner = TestRunner::new(Config {
        cases: 12,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    });
    let run = runner.run(&prop::collection::vec(one, 1..200), |numbers| {
        let fitting = |kind: &Kind, value: &Value| {
            let (kind, value) = (std::slice::from_ref(kind), std::slice::from_ref(value));
            encode::row(&mut Vec::new(), kind, value).is_ok()
        };
        let mut texts = Vec::new();
        let mut rows = Vec::new();
        for (number, (unscaled, scale)) in numbers.iter().enumerate() {
            let value = decimal(*unscaled, *scale);
            texts.push(format!("({number}, '{unscaled}e-{scale}'::numeric)"));
            let mut row = vec![Value::Int(i64::try_from(number).unwrap())];
            row.extend(kinds.iter().map(|kind| match fitting(kind, &value) {
                true => value.clone(),
                false => Value::Null,
            }));
            rows.push(row);
        }
        let mut columns = vec![kind(&database, "integer", Shape::Int(4))];
        columns.extend(kinds.iter().cloned());
        copy(&database, &columns, &rows);
        let mut checks = vec!["record_image_ne(ROW(c1), ROW(said))".to_owned()];
        for (number, limits) in limits.iter().enumerate() {
            let Some((precision, scale)) = limits else {
                continue;
            };
            // What is not there is what the server would not have taken.
            checks.push(format!(
                "CASE WHEN abs(round(said, {scale})) < '1e{1}'::numeric
                 THEN record_image_ne(ROW(c{0}), ROW(said::numeric({precision}, {scale})))
                 ELSE c{0} IS NOT NULL END",
                number + 1,
                precision - scale
            ));
        }
        let different = database.rows(&format!(
            "SELECT copied.*, said FROM copied JOIN (VALUES {}) AS s (number, said) ON c0 = number
             WHERE {}",
            texts.join(", "),
            checks.join(" OR ")
        ));
        prop_assert!(different.is_empty(), "{:#?}", different);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}
