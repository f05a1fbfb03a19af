use super::*;
use proptest::prelude::*;

#[track_caller]
fn texts(text: &str) -> Vec<&str> {
    let statements = split(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    statements
        .iter()
        .map(|statement| {
            let expected = Position::of_byte(text, statement.range.start);
            assert_eq!(statement.position, expected);
            statement.text(text)
        })
        .collect()
}

#[test]
fn ends() {
    for (text, expected) in [
        ("", vec![]),
        (" -- only a comment", vec![]),
        (";; /* x */ ;", vec![]),
        ("SELECT 1", vec!["SELECT 1"]),
        (
            "/* a */ SELECT 1 -- b\n ; -- c\n SELECT\n2;\n",
            vec!["SELECT 1", "SELECT\n2"],
        ),
        ("a;b\r\n;\r\nc", vec!["a", "b", "c"]),
        (
            "SELECT ';', \";\", $$;$$, $x$;$$;$x$, E'\\';', U&';';b",
            vec!["SELECT ';', \";\", $$;$$, $x$;$$;$x$, E'\\';', U&';'", "b"],
        ),
        (
            "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2); x",
            vec![
                "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
                "x",
            ],
        ),
        ("SELECT 1 /* ; /* ; */ ; */;x", vec!["SELECT 1", "x"]),
        ("SELECT $1;x", vec!["SELECT $1", "x"]),
        ("SELECT a-- ;\n-b;x", vec!["SELECT a-- ;\n-b", "x"]),
        (
            "SELECT 名前, 'č;'; DROP TABLE 名前",
            vec!["SELECT 名前, 'č;'", "DROP TABLE 名前"],
        ),
        ("SELECT a[1;2]", vec!["SELECT a[1", "2]"]),
    ] {
        assert_eq!(texts(text), expected, "{text:?}");
    }
}

#[test]
fn routine_bodies() {
    for text in [
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "create or replace procedure f() begin /* x */ atomic insert into t values (1); end",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC \
         SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END ELSE 3 END FROM t; SELECT 1; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (CASE WHEN a THEN 1 END); END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end, t.case FROM t; SELECT 2; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS \"end\"; SELECT 2; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC END",
        "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION f(\"begin\" int) RETURNS int RETURN CASE WHEN true THEN 1 END",
        "CREATE TABLE begin (atomic int)",
        "CREATE VIEW v AS SELECT begin atomic FROM t",
    ] {
        let both = format!("{text}; SELECT 'next'");
        assert_eq!(texts(&both), [text, "SELECT 'next'"]);
    }
}

#[test]
fn errors() {
    for (text, message, line, column) in [
        ("SELECT 1;\n SELECT (1;\nx", "`(` without its `)`", 2, 9),
        ("SELECT 1);", "`)` without its `(`", 1, 9),
        ("č 'x", "the string that begins here does not end", 1, 3),
        ("a\0", "the text holds a NUL byte", 1, 2),
        (
            "x;\n\\i file.sql",
            "`\\i` is a command of psql, not SQL",
            2,
            1,
        ),
        (
            "SELECT 1 \\gexec",
            "`\\gexec` is a command of psql, not SQL",
            1,
            10,
        ),
        (
            "x;\nCOPY t (a) FROM stdin;\nit's\n\\.\n",
            "`COPY` from or to the client in a migration",
            2,
            1,
        ),
        (
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1; END;",
            "`BEGIN ATOMIC` without its `END`",
            1,
            39,
        ),
    ] {
        let error = split(text).unwrap_err();
        assert_eq!(
            (error.message.as_str(), error.position),
            (message, Position { line, column })
        );
    }
    assert_eq!(texts("COPY t FROM '/x'"), ["COPY t FROM '/x'"]);
    assert_eq!(texts("COPY (SELECT stdin FROM stdin) TO '/x'").len(), 1);
}

const PIECES: &[&str] = &[
    "SELECT 1",
    "x ';' y",
    "\"a;b\"",
    "$$ ; ' $$",
    "(a; b)",
    "E'\\';'",
    "a /* ; */ b",
    "a -- ;\n b",
    "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END",
    "'名;'",
    "$1",
    "$q$;$$;$q$",
    "a\r\nb",
];
const ENDS: &[&str] = &[";", " ;\n", "; -- c;\n", "\n;\n/* ; */", ";;"];

proptest! {
    #[test]
    fn join_then_split(
        pieces in prop::collection::vec((0..PIECES.len(), 0..ENDS.len()), 0..12),
    ) {
        let joined: String = pieces
            .iter()
            .map(|(piece, end)| format!("{}{}", PIECES[*piece], ENDS[*end]))
            .collect();
        let expected: Vec<&str> = pieces.iter().map(|(piece, _)| PIECES[*piece]).collect();
        prop_assert_eq!(texts(&joined), expected);
    }

    #[test]
    fn nothing_but_space_comments_and_semicolons_is_left_out(text in r#"[a-z ;'"$()\n/*E-]{0,40}"#) {
        if let Ok(statements) = split(&text) {
            let mut end = 0;
            for statement in &statements {
                prop_assert!(statement.range.start >= end && !statement.range.is_empty());
                end = statement.range.end;
            }
            let joined: Vec<&str> = statements.iter().map(|s| s.text(&text)).collect();
            let again = joined.join("\n;");
            prop_assert_eq!(texts(&again), joined);
        }
    }
}
