//! Tasks of the kind `analyze`.

use crate::support::{Database, Project};

/// What a session has counted is known to others at once.
const FLUSH: &str = "SELECT pg_stat_force_next_flush()";

/// Makes a project with a task, and a database with its schema.
fn set_up(database: &Database, task: &str) -> Project {
    let project = Project::new(&["a"]);
    let task = format!("[[task]]\nname = \"tidy\"\nkind = \"analyze\"\nmodule = \"a\"\n{task}");
    project.manifest(&task);
    project.migration("a/V1__schema", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project.run(database, "migrate up").ends(0);
    project
}

/// What a run would do: the objects, with why.
fn items(project: &Project, database: &Database) -> Vec<String> {
    let run = project.run(database, "maintain run tidy --dry-run --format json");
    let items = run.ends(0).json()["items"].as_array().unwrap().clone();
    let text = |item: &serde_json::Value, key: &str| item[key].as_str().unwrap().to_owned();
    items
        .iter()
        .map(|it| format!("{} {}", text(it, "object"), text(it, "action")))
        .collect()
}

/// The number of tables that a run has analyzed.
fn done(project: &Project, database: &Database) -> u64 {
    let run = project.run(database, "maintain run tidy --format json");
    run.ends(0).json()["batches"].as_u64().unwrap()
}

/// Inserts rows into a table with one column.
fn insert(database: &Database, table: &str, from: u32, to: u32) {
    database.execute(&format!(
        "INSERT INTO {table} SELECT n FROM generate_series({from}, {to}) AS n; {FLUSH}"
    ));
}

#[test]
fn at_half_of_what_autovacuum_waits_for() {
    let database = Database::new();
    let project = set_up(&database, "jobs = 2");
    database.execute("CREATE TABLE a.\"T \"\"1\" (x int) WITH (autovacuum_enabled = false)");
    insert(&database, "a.\"T \"\"1\"", 1, 1000);
    assert_eq!(
        items(&project, &database),
        ["a.T \"1 analyze: never analyzed"]
    );
    assert_eq!(done(&project, &database), 1);
    assert!(items(&project, &database).is_empty());
    // 50 rows and a tenth: 150.
    insert(&database, "a.\"T \"\"1\"", 1, 75);
    assert!(items(&project, &database).is_empty());
    insert(&database, "a.\"T \"\"1\"", 1, 1);
    assert_eq!(
        items(&project, &database),
        ["a.T \"1 analyze: 76 changed rows, autovacuum waits for 150"]
    );
    assert_eq!(done(&project, &database), 1);
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn missing_statistics() {
    let database = Database::new();
    let project = set_up(&database, "");
    database.execute(
        "CREATE TABLE a.t (x int, y int) WITH (autovacuum_enabled = false); \
         INSERT INTO a.t VALUES (1, 1), (2, 2)",
    );
    for change in [
        "ANALYZE a.t (x)",
        "CREATE INDEX ON a.t ((x + y))",
        "CREATE STATISTICS a.s ON x, y FROM a.t",
        "ALTER TABLE a.t ADD z int",
    ] {
        database.execute(change);
        let why = items(&project, &database);
        assert_eq!(why, ["a.t analyze: statistics are missing"], "{change}");
        assert_eq!(done(&project, &database), 1, "{change}");
        assert!(items(&project, &database).is_empty(), "{change}");
    }
}

#[test]
fn a_partitioned_table_whose_partitions_changed() {
    let database = Database::new();
    let project = set_up(&database, "jobs = 2");
    let options = "WITH (autovacuum_enabled = false)";
    database.execute(&format!(
        "CREATE TABLE a.p (x int) PARTITION BY RANGE (x); \
         CREATE TABLE a.p1 PARTITION OF a.p FOR VALUES FROM (0) TO (1000) {options}; \
         CREATE TABLE a.p2 PARTITION OF a.p FOR VALUES FROM (1000) TO (2000) \
           PARTITION BY RANGE (x); \
         CREATE TABLE a.p21 PARTITION OF a.p2 FOR VALUES FROM (1000) TO (2000) {options};"
    ));
    insert(&database, "a.p", 0, 1999);
    let run = done(&project, &database);
    assert!(run > 0);
    let parents = "SELECT count(*) FROM pg_stats WHERE inherited AND tablename IN ('p', 'p2')";
    assert_eq!(database.value(parents), "2");
    assert!(items(&project, &database).is_empty());
    // What autovacuum does to a partition does not hide what was written to it.
    database.execute(&format!("DELETE FROM a.p WHERE x < 300; {FLUSH}"));
    database.execute("ANALYZE a.p1");
    let due = items(&project, &database);
    assert!(
        due[0].starts_with("a.p analyze: 300 changed rows"),
        "{due:?}"
    );
    assert!(done(&project, &database) > 0);
    assert!(items(&project, &database).is_empty());
}

#[test]
fn an_owner_who_may_not_read_statistics() {
    let database = Database::on_new_server();
    let project = set_up(&database, "role = \"owner\"");
    database.execute(
        "CREATE ROLE owner; GRANT USAGE ON SCHEMA a TO owner; \
         CREATE TABLE a.t (x int) WITH (autovacuum_enabled = false); \
         CREATE TABLE a.u (x int) WITH (autovacuum_enabled = false); \
         ALTER TABLE a.t OWNER TO owner",
    );
    insert(&database, "a.t", 1, 10);
    assert_eq!(done(&project, &database), 1);
    assert_eq!(done(&project, &database), 0);
    insert(&database, "a.u", 1, 10);
    let run = project.run(&database, "maintain run tidy").ends(1);
    run.says("table `a.u` could not be analyzed");
}
