//! Tasks of the kind `reindex`.

use std::collections::BTreeMap;

use crate::support::{Child, Client, Database, Project, eventually};

/// Makes a project with a task, and a database with a table whose index is mostly empty.
fn set_up(database: &Database, task: &str) -> Project {
    let project = Project::new(&["a"]);
    project.manifest(&format!(
        "[[task]]\nname = \"tidy\"\nkind = \"reindex\"\nmodule = \"a\"\nlarger_than_mb = 1\n{task}"
    ));
    project.migration("a/V1__schema", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project.run(database, "migrate up").ends(0);
    bloated(database, "a.t");
    project
}

/// Makes a table with an index of 4 MB for some rows.
fn bloated(database: &Database, table: &str) {
    database.execute(&format!(
        "CREATE TABLE {table} (x int NOT NULL, y int) WITH (autovacuum_enabled = false)"
    ));
    database.execute(&format!(
        "INSERT INTO {table} SELECT n, n FROM generate_series(1, 200000) AS n"
    ));
    database.execute(&format!(
        "CREATE UNIQUE INDEX \"The \"\"Index\" ON {table} (x) INCLUDE (y)"
    ));
    database.execute(&format!("DELETE FROM {table} WHERE x % 10 <> 0"));
    database.execute(&format!("VACUUM ANALYZE {table}"));
}

const SIZE: &str = "SELECT pg_relation_size('a.\"The \"\"Index\"')";
const DEFINITION: &str = "SELECT pg_get_indexdef('a.\"The \"\"Index\"'::regclass)";
const INVALID: &str = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid ORDER BY 1";

fn size(database: &Database) -> u64 {
    database.value(SIZE).parse().unwrap()
}

/// The number of indexes that a run has rebuilt or dropped.
fn done(project: &Project, database: &Database) -> u64 {
    let run = project.run(database, "maintain run tidy --format json");
    run.ends(0).json()["batches"].as_u64().unwrap()
}

#[test]
fn a_bloated_index_becomes_small_and_stays_the_same() {
    let database = Database::new();
    let project = set_up(&database, "");
    let (size_before, definition) = (size(&database), database.value(DEFINITION));
    let preview = project.run(&database, "maintain run tidy --dry-run --format json");
    let items = preview.ends(0).json()["items"].clone();
    assert_eq!(items[0]["object"], "a.The \"Index");
    let action = items[0]["action"].as_str().unwrap();
    assert!(action.contains("is wasted (estimated)"), "{action}");
    assert_eq!(size(&database), size_before);
    assert_eq!(done(&project, &database), 1);
    assert!(size(&database) * 5 < size_before);
    assert_eq!(database.value(DEFINITION), definition);
    assert_eq!(database.value(INVALID), "");
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn measured_where_pgstattuple_is_there() {
    let database = Database::new();
    let project = set_up(&database, "");
    database.execute("CREATE SCHEMA \"x y\"; CREATE EXTENSION pgstattuple SCHEMA \"x y\"");
    let preview = project.run(&database, "maintain run tidy --dry-run --format json");
    let items = preview.ends(0).json()["items"].clone();
    let action = items[0]["action"].as_str().unwrap();
    assert!(action.contains("is wasted (measured)"), "{action}");
    // Wrong statistics do not matter then.
    database.execute("UPDATE pg_class SET reltuples = 200000 WHERE relname LIKE 'The %'");
    assert_eq!(done(&project, &database), 1);
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn what_is_full_or_small_stays() {
    let database = Database::new();
    let project = set_up(&database, "bloat_over = 95");
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn an_estimate_that_stays_wrong_rebuilds_once() {
    let database = Database::new();
    let project = set_up(&database, "indexes = [\"The*\"]");
    assert_eq!(done(&project, &database), 1);
    database.execute("INSERT INTO a.t SELECT n, n FROM generate_series(200001, 300000) AS n");
    database.execute("VACUUM ANALYZE a.t");
    // The server forgets how many rows there are: all seems wasted.
    let forget = "UPDATE pg_class SET reltuples = 1 WHERE relname IN ('t', 'The \"Index'); \
                  SELECT pg_stat_reset_single_table_counters('a.t'::regclass)";
    database.execute(forget);
    assert_eq!(done(&project, &database), 1);
    database.execute(forget);
    assert_eq!(done(&project, &database), 0);
}

#[test]
fn killed_in_a_rebuild_and_run_again() {
    let database = Database::new();
    let project = set_up(&database, "");
    // A rebuild waits for an old snapshot, with the new index half made.
    let old = Client::that(
        &database,
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM a.t",
    );
    let mut command = project.command(&database, &["maintain", "run", "tidy", "-v"]);
    let child = Child::start(&mut command);
    eventually("an invalid index", || !database.value(INVALID).is_empty());
    // Another one must not touch what is being built.
    let other = "[[task]]\nname = \"other\"\nkind = \"reindex\"\nmodule = \"a\"\nbloat_over = 99\n";
    project.manifest(other);
    let run = project.run(&database, "maintain run other -v").ends(0);
    run.says("somebody is at work on its table");
    child.signal(nix::sys::signal::Signal::SIGKILL);
    drop(child.end());
    let building = "SELECT pid FROM pg_stat_progress_create_index \
                    WHERE datname = current_database()";
    eventually("the end of the rebuild", || {
        database.value(building).is_empty()
    });
    old.execute("COMMIT");
    assert_eq!(database.value(INVALID), "a.\"The \"\"Index_ccnew\"");
    let preview = project.run(&database, "maintain run tidy --dry-run");
    preview.ends(0).prints("broken off");
    assert_eq!(done(&project, &database), 2);
    assert_eq!(database.value(INVALID), "");
    let indexes = "SELECT count(*) FROM pg_index WHERE indrelid = 'a.t'::regclass";
    assert_eq!(database.value(indexes), "1");
}

#[test]
fn an_invalid_index_that_no_rebuild_has_left_is_named_and_stays() {
    let database = Database::new();
    let project = set_up(&database, "bloat_over = 99");
    // One with such a name too: nothing else stands for it.
    for (name, column) in [("a_ccnew", "(y)"), ("plain", "(x)")] {
        database.execute(&format!("CREATE INDEX {name} ON a.t {column}"));
        database.execute(&format!(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a.{name}'::regclass"
        ));
    }
    let run = project.run(&database, "maintain run tidy -v").ends(0);
    run.says("a.a_ccnew: left as it is: invalid")
        .says("a.plain: left as it is: invalid");
    assert_eq!(database.rows(INVALID).len(), 2);
}

#[test]
fn exclusion_constraints_are_left_and_partitions_are_done() {
    let database = Database::new();
    let project = set_up(&database, "indexes = [\"p*\", \"no_two\"]");
    database.execute(
        "CREATE TABLE a.p (x int) PARTITION BY RANGE (x); \
         CREATE INDEX p_x ON a.p (x); \
         CREATE TABLE a.p1 PARTITION OF a.p FOR VALUES FROM (0) TO (1000000) \
           WITH (autovacuum_enabled = false); \
         CREATE TABLE a.e (x int, CONSTRAINT no_two EXCLUDE USING btree (x WITH =)) \
           WITH (autovacuum_enabled = false); \
         INSERT INTO a.p SELECT n FROM generate_series(1, 100000) AS n; \
         INSERT INTO a.e SELECT n FROM generate_series(1, 100000) AS n; \
         DELETE FROM a.p WHERE x % 10 <> 0; DELETE FROM a.e WHERE x % 10 <> 0",
    );
    database.execute("VACUUM ANALYZE a.p1");
    database.execute("VACUUM ANALYZE a.e");
    let run = project.run(&database, "maintain run tidy -v").ends(0);
    run.says("a.no_two: left as it is")
        .says("exclusion constraint");
    let small = "SELECT pg_relation_size('a.p1_x_idx') < 1000000";
    assert_eq!(database.value(small), "t");
    // It is still a part of the index of the whole table.
    let parents = "SELECT count(*) FROM pg_inherits WHERE inhrelid = 'a.p1_x_idx'::regclass";
    assert_eq!(database.value(parents), "1");
}

#[test]
fn a_role_that_does_not_own_the_table() {
    let database = Database::on_new_server();
    let project = set_up(&database, "role = \"keeper\"");
    database.execute("CREATE ROLE keeper; GRANT USAGE ON SCHEMA a TO keeper");
    database.execute("GRANT SELECT ON a.t TO keeper");
    let run = project.run(&database, "maintain run tidy -v").ends(1);
    run.says("index `a.The \"Index` could not be rebuilt")
        .says("42501");
    assert_eq!(database.value(INVALID), "");
}

/// What is wasted of each index, in percent, as a preview says it.
fn wasted(project: &Project, database: &Database) -> BTreeMap<String, f64> {
    let run = project.run(database, "maintain run all --dry-run --format json");
    let items = run.ends(0).json()["items"].as_array().unwrap().clone();
    let entry = |item: &serde_json::Value| {
        let action = item["action"].as_str().unwrap();
        let percent = action.split(' ').nth(1).unwrap().parse().unwrap();
        (item["object"].as_str().unwrap().to_owned(), percent)
    };
    items.iter().map(entry).collect()
}

#[test]
fn estimates_are_near_what_is_measured() {
    let database = Database::new();
    let project = Project::new(&["a"]);
    project.manifest(
        "[[task]]\nname = \"all\"\nkind = \"reindex\"\nmodule = \"a\"\nbloat_over = 0\n\
         larger_than_mb = 1\n",
    );
    project.migration("a/V1__schema", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project.run(&database, "migrate up").ends(0);
    database.execute(
        "CREATE TABLE a.t (i int, b bigint, u uuid, t text, n numeric) \
           WITH (autovacuum_enabled = false); \
         CREATE INDEX t_i ON a.t (i) WITH (fillfactor = 70); CREATE INDEX t_u ON a.t (u); \
         CREATE INDEX t_it ON a.t (i, t); CREATE INDEX t_bn ON a.t (b, n DESC); \
         CREATE INDEX t_lower ON a.t (lower(t)); CREATE INDEX t_part ON a.t (b) WHERE i % 2 = 0; \
         INSERT INTO a.t SELECT n, n, md5(n::text)::uuid, 'some text ' || md5(n::text), \
           CASE WHEN n % 3 = 0 THEN n END FROM generate_series(1, 150000) AS n",
    );
    for change in ["SELECT 1", "DELETE FROM a.t WHERE i % 5 < 3"] {
        database.execute(change);
        database.execute("VACUUM ANALYZE a.t");
        let estimated = wasted(&project, &database);
        database.execute("CREATE EXTENSION pgstattuple");
        let measured = wasted(&project, &database);
        database.execute("DROP EXTENSION pgstattuple");
        for index in ["t_i", "t_u", "t_it", "t_bn", "t_lower", "t_part"] {
            let of = |all: &BTreeMap<String, f64>| *all.get(&format!("a.{index}")).unwrap_or(&0.0);
            let (estimated, measured) = (of(&estimated), of(&measured));
            assert!(
                (estimated - measured).abs() < 15.0,
                "{change}: {index}: estimated {estimated}, measured {measured}"
            );
        }
    }
}

/// A name that is misspelt is no index that needs nothing.
#[test]
fn an_index_that_is_not_there() {
    let database = Database::new();
    let project = set_up(&database, "indexes = [\"nosuch\"]");
    project
        .run(&database, "maintain run tidy")
        .ends(1)
        .says("there is no index `nosuch`");
}
