use super::*;
use crate::sql::Name;

#[track_caller]
fn read(text: &str) -> Kind {
    let mut statements = crate::sql::split(text).unwrap();
    assert_eq!(statements.len(), 1, "{text}");
    statements.remove(0).kind
}

fn name(text: &str) -> Name {
    let (schema, name) = match text.split_once('.') {
        Some((schema, name)) => (Some(schema.to_owned()), name),
        None => (None, text),
    };
    Name {
        schema,
        name: name.to_owned(),
    }
}

fn names(text: &str) -> Vec<Name> {
    text.split(' ').map(name).collect()
}

#[test]
fn transaction_control() {
    for (text, words) in [
        ("begin", "BEGIN"),
        ("Start /* x */ Transaction READ ONLY", "START TRANSACTION"),
        ("COMMIT PREPARED 'x'", "COMMIT"),
        ("end", "END"),
        ("ROLLBACK TO a", "ROLLBACK"),
        ("abort", "ABORT"),
        ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"),
        ("savepoint a", "SAVEPOINT"),
        ("release a", "RELEASE"),
    ] {
        assert_eq!(read(text), Kind::TransactionControl(words));
    }
    assert_eq!(read("PREPARE x AS SELECT 1"), Kind::Plain);
    assert_eq!(read("\"begin\""), Kind::Plain);
}

#[test]
fn standalone() {
    for (text, words) in [
        ("VACUUM (ANALYZE) a.b", "VACUUM"),
        ("alter system set work_mem = '4MB'", "ALTER SYSTEM"),
        ("CREATE DATABASE x", "CREATE DATABASE"),
        ("DROP DATABASE x", "DROP DATABASE"),
        ("CREATE TABLESPACE x LOCATION '/x'", "CREATE TABLESPACE"),
        ("DROP TABLESPACE x", "DROP TABLESPACE"),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
            "CREATE SUBSCRIPTION",
        ),
        ("DROP SUBSCRIPTION s", "DROP SUBSCRIPTION"),
        ("CLUSTER", "CLUSTER"),
        ("CLUSTER VERBOSE", "CLUSTER"),
        ("CLUSTER (VERBOSE)", "CLUSTER"),
        ("REINDEX (VERBOSE) DATABASE x", "REINDEX DATABASE"),
        ("REINDEX SYSTEM", "REINDEX SYSTEM"),
        ("REINDEX SCHEMA a", "REINDEX SCHEMA"),
        (
            "ALTER DATABASE x SET TABLESPACE y",
            "ALTER DATABASE SET TABLESPACE",
        ),
        ("DISCARD ALL", "DISCARD ALL"),
        ("CREATE INDEX CONCURRENTLY 1", "CREATE INDEX CONCURRENTLY"),
    ] {
        assert_eq!(read(text), Kind::Standalone(words), "{text}");
        assert_eq!(read(text).outside_transactions(), Some(words));
    }
    for text in [
        "CLUSTER a.b USING c",
        "CLUSTER a.b",
        "REINDEX TABLE a.b",
        "REINDEX (CONCURRENTLY off) INDEX a.b",
        "CREATE INDEX a ON b (c)",
        "DROP INDEX a",
        "ALTER DATABASE x SET work_mem = '4MB'",
        "ALTER TABLE a DETACH PARTITION b",
        "ALTER TABLE a DETACH PARTITION b FINALIZE",
        "ANALYZE",
    ] {
        assert_eq!(read(text), Kind::Plain, "{text}");
    }
}

#[test]
fn concurrently() {
    let create = |index: Option<&str>, table: &str, if_not_exists| Kind::CreateIndexConcurrently {
        index: index.map(str::to_owned),
        table: name(table),
        if_not_exists,
    };
    for (text, expected) in [
        (
            "create index concurrently I on T (x)",
            create(Some("i"), "t", false),
        ),
        (
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I\"\"x\" ON ONLY a.\"B\" USING gin (x)",
            create(Some("I\"x"), "a.B", true),
        ),
        (
            "CREATE INDEX CONCURRENTLY ON a.b (x)",
            create(None, "a.b", false),
        ),
        (
            "DROP INDEX CONCURRENTLY IF EXISTS a.b, C",
            Kind::DropIndexConcurrently {
                indexes: names("a.b c"),
                if_exists: true,
            },
        ),
        (
            "REINDEX INDEX CONCURRENTLY a.b",
            Kind::ReindexConcurrently {
                scope: ReindexScope::Index,
                name: Some(name("a.b")),
            },
        ),
        (
            "REINDEX (VERBOSE, CONCURRENTLY) TABLE b",
            Kind::ReindexConcurrently {
                scope: ReindexScope::Table,
                name: Some(name("b")),
            },
        ),
        (
            "REINDEX DATABASE CONCURRENTLY",
            Kind::ReindexConcurrently {
                scope: ReindexScope::Database,
                name: None,
            },
        ),
        (
            "ALTER TABLE IF EXISTS a.b DETACH PARTITION a.c CONCURRENTLY",
            Kind::DetachPartitionConcurrently {
                table: name("a.b"),
                partition: name("a.c"),
            },
        ),
    ] {
        assert_eq!(read(text), expected, "{text}");
        assert!(expected.outside_transactions().is_some());
    }
}

#[test]
fn drops() {
    let columns = |table: &str, columns: &[&str], cascade| Kind::DropColumns {
        table: name(table),
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
        cascade,
    };
    for (text, expected) in [
        (
            "DROP TABLE IF EXISTS a.b, C CASCADE",
            Kind::DropTables {
                tables: names("a.b c"),
                cascade: true,
            },
        ),
        (
            "drop table db.a.b restrict",
            Kind::DropTables {
                tables: names("a.b"),
                cascade: false,
            },
        ),
        (
            "TRUNCATE ONLY a.b, c * RESTART IDENTITY CASCADE",
            Kind::Truncate {
                tables: names("a.b c"),
                cascade: true,
            },
        ),
        (
            "DROP SCHEMA IF EXISTS a, \"B\" CASCADE",
            Kind::DropSchemasCascade {
                schemas: vec!["a".into(), "B".into()],
            },
        ),
        ("ALTER TABLE a.b DROP c", columns("a.b", &["c"], false)),
        (
            "ALTER TABLE IF EXISTS ONLY b * DROP COLUMN IF EXISTS C CASCADE, ADD x numeric(4, 2), \
             DROP CONSTRAINT y, ALTER z DROP DEFAULT, ALTER COLUMN z DROP NOT NULL, \
             ALTER z DROP IDENTITY IF EXISTS, ALTER z DROP EXPRESSION, DROP \"D d\" RESTRICT",
            columns("b", &["c", "D d"], true),
        ),
        (
            "ALTER TABLE b ADD x int[] DEFAULT ARRAY[1, 2], DROP COLUMN y",
            columns("b", &["y"], false),
        ),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    for text in [
        "ALTER TABLE a DROP CONSTRAINT b",
        "ALTER TABLE a ALTER b DROP NOT NULL",
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c ON DELETE CASCADE",
        "DROP SCHEMA a",
        "DROP VIEW a.b",
        "REVOKE ALL ON a FROM b CASCADE",
        "CREATE EXTENSION x CASCADE",
        "CREATE TABLE a (b int REFERENCES c ON DELETE CASCADE)",
    ] {
        assert_eq!(read(text), Kind::Plain, "{text}");
    }
}

#[test]
fn opaque() {
    for text in [
        "DO $$ BEGIN DROP TABLE x; END $$",
        "CALL f()",
        "EXECUTE x",
        "select 1",
        "(SELECT 1)",
        "WITH x AS (SELECT 1) SELECT f()",
        "DROP OWNED BY x",
        "DROP TYPE a CASCADE",
        "ALTER TABLE a DROP CONSTRAINT b CASCADE",
        "DROP TABLE 'x'",
        "TRUNCATE a b c",
    ] {
        assert_eq!(read(text), Kind::Opaque, "{text}");
    }
    let many = (0..3000)
        .map(|number| format!("t{number}"))
        .collect::<Vec<_>>();
    assert_eq!(
        read(&format!("DROP TABLE {}", many.join(", "))),
        Kind::Opaque
    );
}

#[test]
fn names_as_the_catalog_has_them() {
    let long = "Ab".repeat(40);
    for (text, expected) in [
        ("DROP TABLE ČAbc", "Čabc"),
        (&format!("DROP TABLE {long}"), &"ab".repeat(40)[..63]),
        (&format!("DROP TABLE \"{long}\""), &long[..63]),
        (r#"DROP TABLE U&"d\0061t\+000061""#, "data"),
        (r#"DROP TABLE U&"d!0061!!\" UESCAPE '!'"#, r"da!\"),
        (r#"DROP TABLE U&"\d83d\de00""#, "😀"),
    ] {
        match read(text) {
            Kind::DropTables { tables, .. } => assert_eq!(tables[0].name, expected),
            other => panic!("{text}: {other:?}"),
        }
    }
    assert_eq!(name("a.b").to_string(), "a.b");
    assert_eq!(name("a.B b").to_string(), "a.\"B b\"");
}
