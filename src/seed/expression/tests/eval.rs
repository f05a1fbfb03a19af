use super::*;
use crate::seed::expression::render::plain_text;

/// The answer as PostgreSQL would print it, `NULL` for none, or the error.
fn answer(expression: &str) -> String {
    match parse(expression).eval(&row()) {
        Ok(Value::Null) => "NULL".to_owned(),
        Ok(value) => plain_text(&value),
        Err(error) => format!("error: {error}"),
    }
}

fn all(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        assert_eq!(answer(expression), *expected, "{expression}");
    }
}

#[test]
fn logic_of_three_values() {
    all(&[
        ("yes AND nothing", "NULL"),
        ("no AND nothing", "false"),
        ("yes OR nothing", "true"),
        ("NOT nothing", "NULL"),
        ("nothing IS NULL", "true"),
        ("nothing IS NOT TRUE AND no IS FALSE", "true"),
        ("(yes AND nothing) IS UNKNOWN", "true"),
        ("i = nothing", "NULL"),
        ("i IS DISTINCT FROM nothing", "true"),
        ("nothing IS NOT DISTINCT FROM NULL", "true"),
        ("i IN (1, 7, NULL)", "true"),
        ("i IN (1, NULL)", "NULL"),
        ("i NOT IN (1, 2)", "true"),
        ("i IN (z, i)", "true"),
        ("nothing = ANY ('{}'::integer[])", "false"),
        (
            "s = ANY ((ARRAY['x'::character varying, 'active'::character varying])::text[])",
            "true",
        ),
        ("s <> ALL (ARRAY['x', 'active'])", "false"),
        ("'a' = ANY (tags)", "true"),
        ("t LIKE ANY (ARRAY['x%', 'A%'])", "true"),
        ("yes = (i > 5)", "true"),
    ]);
    assert!(Expression::parse("i > 5 = ").is_err());
}

#[test]
fn what_is_not_understood_matters_only_where_it_decides() {
    all(&[
        ("no AND my.f(i)", "false"),
        ("my.f(i) OR yes", "true"),
        ("yes AND my.f(i)", "error: `my.f(i)` is not understood"),
        ("nothing AND my.f(i)", "error: `my.f(i)` is not understood"),
        ("nothing = my.f(i)", "NULL"),
        ("my.f(i) > nothing", "NULL"),
        ("lower(nothing) = my.f((i)::text,  'a)')", "NULL"),
        ("CASE WHEN no THEN my.f(i) ELSE 3 END", "3"),
        ("(SELECT 1 FROM x WHERE (a = b)) = 1 OR yes", "true"),
        ("(i, z) = (1, 2)", "error: `(i, z)` is not understood"),
        ("j -> 'a' = 1", "error: `j -> 'a'` is not understood"),
        ("i < now()", "error: `now()` is not understood"),
        ("t ~ '(?=a)'", "error: `t ~ '(?=a)'` is not understood"),
        ("missing = 1", "error: the row has no column `missing`"),
        ("i / z", "error: division by zero"),
        ("count(*) > 1 AND no", "false"),
    ]);
    let columns = parse("my.f(a, \"B c\") AND t.d > current_date");
    assert_eq!(
        columns.columns().iter().collect::<Vec<_>>(),
        ["B c", "a", "t.d"]
    );
    for text in ["", "a +", "(a", "a b", "a = 1)", "f(a", "CASE WHEN a", "'x"] {
        assert!(Expression::parse(text).is_err(), "{text}");
    }
    let deep = "(".repeat(5_000) + "1" + &")".repeat(5_000);
    drop(Expression::parse(&deep));
}

#[test]
fn numbers() {
    all(&[
        ("1 + 2 * 3", "7"),
        ("-7 / 2", "-3"),
        ("-7 % 3", "-1"),
        ("i / 2", "3"),
        ("i * n", "17.50"),
        ("n / 2", "1.25000000000000000000"),
        ("n - 3", "-0.50"),
        ("i * f", "3.5"),
        ("n = 2.5 AND n::integer = 3", "true"),
        ("2.5::float8::integer", "2"),
        ("round(n)", "3"),
        ("round(2.345, 2)", "2.35"),
        ("trunc(-2.5)", "-2"),
        ("floor(-2.5) + ceil(n)", "0"),
        ("abs(-3) + mod(7, 4)", "6"),
        ("n < 'NaN'::numeric", "true"),
        ("nothing < 'NaN'::numeric", "NULL"),
        ("'-Infinity'::numeric >= n", "false"),
        ("f < 'NaN'::double precision", "true"),
        ("'NaN'::float8 = 'NaN'::float8", "true"),
        (
            "9223372036854775807 + 1",
            "error: the result of a calculation is out of range",
        ),
        ("i BETWEEN 5 AND 7 AND i NOT BETWEEN 1 AND 2", "true"),
        ("i>=-1", "true"),
        ("\"Odd one\" = 1", "true"),
        ("GREATEST(z, nothing, i) - LEAST(i, 3)", "4"),
        ("num_nonnulls(i, nothing, t) + num_nulls(nothing)", "3"),
        ("coalesce(nothing, i)", "7"),
        ("i = '7'", "true"),
        ("i::numeric(4,1)", "7.0"),
        ("12345::smallint", "12345"),
    ]);
}

#[test]
fn texts() {
    all(&[
        ("btrim((t)::text) <> ''::text", "true"),
        ("btrim('  ') = ''", "true"),
        ("trim(both 'x' from 'xax') || rtrim('b ')", "ab"),
        ("upper(t) || lower(t)", "AB C ab c "),
        ("length(t) + octet_length(t) + octet_length(b)", "12"),
        ("t ~~ 'A%' AND t !~~ 'b%' AND t ILIKE 'a_ C%'", "true"),
        ("t NOT LIKE 'A%'", "false"),
        ("(s COLLATE \"C\") ~ '^[a-z]{6}$'", "true"),
        ("s !~ '^b' AND s ~* '^ACT'", "true"),
        ("nullif(e, '') IS NULL", "true"),
        (
            "substring('hello' from 2 for 3) || substr('hello', 4)",
            "elllo",
        ),
        ("left('hello', -1) || right('hello', 2)", "helllo"),
        ("concat('a', nothing, 1, yes)", "a1t"),
        ("replace('a.b', '.', '') || position('b' in 'ab')", "ab2"),
        ("starts_with(s, 'act')", "true"),
        ("s::varchar(3)", "act"),
        ("'x' || nothing", "NULL"),
        ("jsonb_typeof(j)", "array"),
        ("u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "true"),
        (
            "CASE s WHEN 'used' THEN i <= 0 WHEN 'active' THEN i >= 0 ELSE true END",
            "true",
        ),
        ("CASE WHEN i > 10 THEN 'many' END", "NULL"),
    ]);
}

#[test]
fn arrays() {
    all(&[
        ("tags <> '{}'::text[] AND none = '{}'", "true"),
        ("tags <@ ARRAY['a'::text, 'b'::text, 'c'::text]", "true"),
        ("tags @> ARRAY['c']", "false"),
        ("tags && ARRAY['b', 'x']", "true"),
        ("cardinality(tags) + array_length(tags, 1)", "4"),
        ("array_length(none, 1)", "NULL"),
        ("tags[2]", "b"),
        (
            "array_remove(ARRAY[s, nothing], NULL::text) <@ ARRAY['active'::text]",
            "true",
        ),
    ]);
}

#[test]
fn times() {
    all(&[
        ("at < later AND later - at = '2 days 01:00:00'", "true"),
        ("later - at", "2 days 01:00:00"),
        ("at - later", "-2 days -01:00:00"),
        ("interval '1 mon 1 day 01:00' / 7", "4 days 10:25:42.832457"),
        ("at - '2026-03-31' < '1 day' AND at + '1 day' > at", "true"),
        ("interval '1.25 years' - '1 mon'", "1 year 2 mons"),
        ("extract(epoch FROM later - at)", "176400.000000"),
        ("(extract(epoch from later - at))::integer", "176400"),
        ("at - interval '1 month'", "2026-02-28 10:20:30.5"),
        ("at + '1 day'::interval * 2", "2026-04-02 10:20:30.5"),
        ("at + interval '5' minute", "2026-03-31 10:25:30.5"),
        ("d + 1", "2024-03-01"),
        ("d + interval '1 year'", "2025-02-28 00:00:00"),
        ("d - '2024-02-01'::date", "28"),
        ("at::date", "2026-03-31"),
        ("at > d AND at >= '2026-01-01'", "true"),
        ("at > date '2026-04-01'", "false"),
        ("EXTRACT(year FROM d) >= (1000)::numeric", "true"),
        ("date_part('month', at)", "3"),
        ("extract(dow from at) + extract(isodow from d)", "6"),
        ("extract(second from at)", "30.500000"),
        ("extract(hour from later - at)", "1"),
        ("extract(epoch from at)", "1774952430.500000"),
        ("date_trunc('month', at)", "2026-03-01 00:00:00"),
        ("date_trunc('week', at)", "2026-03-30 00:00:00"),
        (
            "isfinite(at) AND NOT isfinite('infinity'::timestamptz)",
            "true",
        ),
        ("at < 'infinity'::timestamp with time zone", "true"),
        ("'1 day'::interval = '24:00:00'::interval", "true"),
        ("time '10:00' + interval '15 hours'", "01:00:00"),
        (
            "(at AT TIME ZONE 'UTC')::time without time zone < '10:20:31'",
            "true",
        ),
    ]);
}
