//! The reports as a whole: documents, figures, empty databases, odd names, poolers.

use serde_json::Value;

use super::{document, findings, inspect_at, session};
use crate::support::{Client, Database, Pooler, Project, Run, eventually};

const REPORTS: [&str; 7] = [
    "sizes",
    "indexes",
    "queries",
    "connections",
    "locks",
    "vacuum",
    "health",
];

/// What the server of the tests is made for: speed.
const SPEED: [&str; 2] = ["--ignore", "setting-loses-data"];

#[test]
fn an_empty_database_twice_in_a_row() {
    let database = Database::new();
    for report in REPORTS {
        for _ in 0..2 {
            let mut arguments = vec![report];
            if report == "health" {
                arguments.extend(SPEED);
            }
            inspect_at(database.url(), &arguments).ends(0);
        }
        assert_eq!(document(&database, report)["format_version"], 1);
    }
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
}

#[test]
fn the_shipped_schema_has_only_what_is_known() {
    let database = Database::shipped();
    let run = Run::shipped(
        &database,
        "inspect health --ignore setting-loses-data --format json",
    );
    let document = run.json();
    let found = document["findings"].as_array().unwrap();
    let warnings: Vec<String> = found
        .iter()
        .filter(|one| one["severity"] != "info")
        .map(|one| {
            format!(
                "{} {}",
                one["id"].as_str().unwrap(),
                one["object"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(
        document["not_checked"].as_array().unwrap().len(),
        0,
        "{document:#}"
    );
    assert!(
        !document.to_string().contains("table crmdb."),
        "the ledger makes no findings"
    );
}

#[test]
fn a_finding_can_be_left_out() {
    let database = Database::new();
    database
        .execute("CREATE SCHEMA \"s a\"; CREATE TABLE \"s a\".t (x int); CREATE TABLE u (x int)");
    let health = |more: &[&str]| {
        let mut arguments = vec!["health"];
        arguments.extend(SPEED);
        arguments.extend(more);
        inspect_at(database.url(), &arguments)
    };
    health(&[]).ends(1).says("2 findings");
    let pattern = "table-without-primary-key:table \"s a\".*";
    let run = health(&["--ignore", pattern]).ends(1).says("1 finding;");
    assert!(!run.stdout.contains("\"s a\""), "{run:#?}");
    health(&[
        "--ignore",
        pattern,
        "--ignore",
        "table-without-primary-key:table public.u",
    ])
    .ends(0);
    health(&["--ignore", "table-without-primary-key"])
        .ends(0)
        .says("ignored");
    health(&["--severity", "critical"])
        .ends(0)
        .says("below `critical`");
    health(&["--ignore", "table-without-primary"])
        .ends(2)
        .says("there is no check `table-without-primary`")
        .says("Did you mean `table-without-primary-key`?");
}

#[test]
fn sizes_count_partitions_with_their_table() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE p (a int, b text) PARTITION BY LIST (a);
         CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
         CREATE INDEX ON p (a); INSERT INTO p SELECT 1 + i % 2, 'x' FROM generate_series(1, 1000) AS i; ANALYZE p;
         CREATE TABLE small (a int); CREATE SCHEMA other; CREATE TABLE other.t (a int)",
    );
    let report = document(&database, "sizes");
    let tables = report["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 3, "{report:#}");
    let first = &tables[0];
    assert_eq!(
        (&first["name"], &first["parts"], &first["rows"]),
        (&"public.p".into(), &2.into(), &1000.into())
    );
    let of = |what: &str| {
        database.value(&format!(
            "SELECT sum({what}(relid)) FROM pg_partition_tree('p')"
        ))
    };
    assert_eq!(
        first["total_bytes"].to_string(),
        of("pg_total_relation_size")
    );
    assert_eq!(first["index_bytes"].to_string(), of("pg_indexes_size"));
    let sum = ["table_bytes", "index_bytes", "toast_bytes"].map(|key| first[key].as_i64().unwrap());
    assert_eq!(
        sum.iter().sum::<i64>(),
        first["total_bytes"].as_i64().unwrap()
    );
    let limited = document(&database, "sizes --limit 1");
    assert_eq!(limited["tables"].as_array().unwrap().len(), 1);
    assert_eq!(limited["tables_count"], 3);
    assert_eq!(limited["tables_bytes"], report["tables_bytes"]);
    assert_eq!(
        document(&database, "sizes --limit 0")["tables"],
        report["tables"]
    );
}

#[test]
fn only_a_module() {
    let database = Database::new();
    let project = Project::new(&["a", "b"]);
    database.execute(
        "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (x int); CREATE TABLE b.t (x int)",
    );
    let run = project
        .run(&database, "inspect sizes --module b --format json")
        .ends(0);
    let tables = run.json()["tables"].clone();
    assert_eq!(
        (tables.as_array().unwrap().len(), &tables[0]["name"]),
        (1, &"b.t".into())
    );
    project
        .run(&database, "inspect sizes --module c")
        .ends(2)
        .says("no module `c`");
}

#[test]
fn the_ledger_may_have_another_name() {
    let database = Database::new();
    let project = Project::new(&["a"]);
    project.manifest("[ledger]\nschema = \"_l\"");
    database.execute("CREATE SCHEMA _l; CREATE TABLE _l.t (x int)");
    let run = project
        .run(&database, "inspect sizes --format json")
        .ends(0);
    assert_eq!(run.json()["tables_count"], 0);
}

#[test]
fn what_belongs_to_an_extension_or_a_session_is_passed_over() {
    let database = Database::new();
    database.execute("CREATE TABLE owned (x int); CREATE EXTENSION pgcrypto; ALTER EXTENSION pgcrypto ADD TABLE owned");
    let _session = Client::that(&database, "CREATE TEMPORARY TABLE mine (x int)");
    assert!(findings(&database, "table-without-primary-key").is_empty());
}

#[test]
fn a_hostile_search_path_means_nothing() {
    let database = Database::new();
    database.execute(
        "CREATE SCHEMA trap; CREATE TABLE trap.pg_class (x int PRIMARY KEY);
         CREATE FUNCTION trap.count(\"any\") RETURNS bigint LANGUAGE internal AS 'int8inc_any'",
    );
    database.execute(&format!(
        "ALTER DATABASE {} SET search_path = trap, pg_catalog",
        database.name()
    ));
    for report in REPORTS {
        assert_eq!(
            document(&database, report)["not_checked"]
                .to_string()
                .matches("(42")
                .count(),
            0,
            "{report}"
        );
    }
}

#[test]
fn through_a_pooler() {
    let database = Database::new();
    let pooler = Pooler::new(&database, 2);
    for report in REPORTS {
        let run = inspect_at(pooler.url(), &[report, "--format", "json"]);
        assert_eq!(run.code, Some(i32::from(report == "health")), "{run:#?}");
    }
}

#[test]
fn queries_say_why_there_are_none() {
    let database = Database::new();
    let run = inspect_at(database.url(), &["queries"]).ends(0);
    run.prints("not checked: statements since the statistics began: the extension pg_stat_statements is not in this database");
    database.execute("CREATE SCHEMA \"S s\"; CREATE EXTENSION pg_stat_statements SCHEMA \"S s\"");
    let run = inspect_at(database.url(), &["queries"]).ends(0);
    let loaded = database.value("SELECT current_setting('shared_preload_libraries')");
    if loaded.contains("pg_stat_statements") {
        assert!(!run.stdout.contains("statements since"), "{run:#?}");
    } else {
        run.prints("(55000)");
    }
}

#[test]
fn sizes_are_read_by_people() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE t (x int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 10000)",
    );
    let run = inspect_at(database.url(), &["sizes"]).ends(0);
    let lines: Vec<Vec<&str>> = run
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        lines[0],
        ["TABLE", "ROWS", "TABLE", "INDEXES", "TOAST", "TOTAL"]
    );
    assert_eq!(lines[1][..2], ["public.t", "10000"]);
    assert_eq!(lines[1][3], "KiB");
}

#[test]
fn reports_of_the_shipped_schema_fit_80_columns() {
    let database = Database::shipped();
    for report in ["sizes", "indexes", "vacuum"] {
        let run = Run::shipped(&database, &format!("inspect {report} --limit 5"));
        let lines: Vec<&str> = run.stdout.lines().take(6).collect();
        let widths: Vec<usize> = lines.iter().map(|line| line.chars().count()).collect();
        assert_eq!(lines.len(), 6, "{run:#?}");
        assert!(widths.iter().all(|width| *width <= 80), "{run:#?}");
    }
}

/// The reasons for which a check was not made.
fn reasons(report: &Value, check: &str) -> Vec<String> {
    let all = report["not_checked"].as_array().unwrap();
    all.iter()
        .filter(|one| one["check"] == check)
        .map(|one| one["reason"].as_str().unwrap().to_owned())
        .collect()
}

/// The names in a list of a report.
fn names(report: &Value, list: &str) -> Vec<String> {
    let all = report[list].as_array().unwrap();
    all.iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_locked_table_is_left_out() {
    let database = Database::new();
    database.execute(
        "CREATE TABLE \"T t\" (x int PRIMARY KEY, y text); CREATE TABLE u (x int); CREATE INDEX one ON u (x); CREATE INDEX two ON u (x);
         CREATE INDEX three ON \"T t\" (y); CREATE INDEX four ON \"T t\" (y);
         CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE INDEX ON p (a);
         CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)",
    );
    let (_holder, pid) = session(&database, "BEGIN; LOCK TABLE \"T t\"; LOCK TABLE p2");
    let told = [
        format!("session {pid} of postgres has locked public.\"T t\""),
        format!("session {pid} of postgres has locked public.p2, a part of public.p"),
        format!("session {pid} of postgres has locked public.p2"),
    ];
    let report = document(&database, "sizes");
    assert_eq!(names(&report, "tables"), ["public.u"]);
    assert_eq!(report["tables_count"], 1);
    assert_eq!(reasons(&report, "the sizes of tables"), told);
    let report = document(&database, "indexes");
    assert_eq!(names(&report, "indexes"), ["public.one", "public.two"]);
    assert_eq!(reasons(&report, "indexes"), told);
    assert_eq!(reasons(&report, "index-duplicate"), told);
    let health = document(&database, "health");
    for check in [
        "index-duplicate",
        "index-unused",
        "index-bloat",
        "statistics-missing",
    ] {
        assert_eq!(reasons(&health, check), told, "{check}");
    }
    let found = health["findings"].as_array().unwrap();
    let duplicates = found.iter().filter(|one| one["id"] == "index-duplicate");
    assert_eq!(duplicates.count(), 1, "{health:#}");
    let run = inspect_at(database.url(), &["sizes"]).ends(0);
    run.says("1 table; those that are not locked: ");
}

#[test]
fn an_index_or_long_values_that_are_locked() {
    let database = Database::new();
    database.execute("CREATE TABLE t (x int PRIMARY KEY); CREATE TABLE u (x int, y text)");
    let _holder = Client::that(&database, "BEGIN; REINDEX INDEX t_pkey; REINDEX TABLE u");
    for report in ["sizes", "indexes"] {
        let shown = document(&database, report).to_string();
        assert!(!shown.contains("55P03"), "{shown}");
    }
}

#[test]
fn who_waits_for_a_table_keeps_others_from_it() {
    let database = Database::new();
    database.execute("CREATE TABLE t (x int PRIMARY KEY); CREATE TABLE u (x int)");
    let (_holder, first) = session(&database, "BEGIN; SELECT * FROM t");
    let url = database.url().to_owned();
    let waiter = std::thread::spawn(move || drop(Client::at(&url, "BEGIN; LOCK TABLE t")));
    let waits = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 't'::regclass";
    eventually("somebody waits", || !database.rows(waits).is_empty());
    let pid = database.value(waits);
    let report = document(&database, "sizes");
    assert_eq!(names(&report, "tables"), ["public.u"]);
    assert_eq!(
        reasons(&report, "the sizes of tables"),
        [format!("session {pid} of postgres waits to lock public.t")]
    );
    database.execute(&format!(
        "SELECT pg_terminate_backend({pid}), pg_terminate_backend({first})"
    ));
    drop(waiter.join());
}
