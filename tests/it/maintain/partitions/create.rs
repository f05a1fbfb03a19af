//! What is made, and when.

use super::{BY_MONTH, DEFAULT, LOG, OLD, changed, expected, partitions, run, start, start_with};
use crate::support::{Client, Database, Project};

#[test]
fn periods_are_utc_whatever_the_server_says() {
    for (unit, digits, ahead) in [
        ("hour", "YYYYMMDDHH24", 30),
        ("day", "YYYYMMDD", 3),
        ("week", "YYYYMMDD", 3),
        ("month", "YYYYMM", 14),
        ("year", "YYYY", 1),
    ] {
        let keys = format!("every = \"1 {unit}\"\nahead = {ahead}");
        let (project, database) = start(&keys, LOG);
        let name = database.name();
        database.execute(&format!(
            "ALTER DATABASE {name} SET timezone = 'Europe/Berlin';
             ALTER DATABASE {name} SET datestyle = 'SQL, DMY'"
        ));
        let dry = project.run(&database, "maintain run parts --dry-run --format json");
        let items = dry.ends(0).json()["items"].as_array().unwrap().len();
        assert_eq!(partitions(&database, "a.log"), "");
        let made = changed(&project, &database);
        assert_eq!((made, items), (ahead + 1, usize::try_from(made).unwrap()));
        let expected = expected(&database, "log", unit, digits, ahead.try_into().unwrap());
        assert_eq!(partitions(&database, "a.log"), expected);
        assert_eq!(changed(&project, &database), 0);
        database.execute("INSERT INTO a.log VALUES (now(), 1)");
    }
}

#[test]
fn keys_without_a_time_zone_and_hostile_names() {
    let name = "Größe \"\" '' ".repeat(4) + "ß";
    for kind in ["date", "timestamp"] {
        let (project, database) = start_with(
            &format!("a.\"{}\"", name.replace("''", "'")).replace('\'', "x"),
            "every = \"1 day\"\nahead = 1\nmodule = \"a\"",
            &format!(
                "CREATE TABLE a.\"{}\" (\"K \"\"'\" {kind}) PARTITION BY RANGE (\"K \"\"'\");",
                name.replace("''", "'").replace('\'', "x")
            ),
        );
        assert_eq!(changed(&project, &database), 2);
        assert_eq!(changed(&project, &database), 0);
        let names = database.rows(
            "SELECT octet_length(relname::text), right(relname, 10), pg_get_expr(relpartbound, oid)
             FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY relname",
        );
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names[0][0].parse::<u32>().unwrap() <= 63);
        let suffix = database.value("SELECT to_char(now() AT TIME ZONE 'UTC', '_pYYYYMMDD')");
        assert_eq!(names[0][1], suffix);
    }
}

#[test]
fn rows_of_the_default_partition_move_and_no_trigger_hears_of_it() {
    let (project, database) = start(
        "every = \"1 month\"\nahead = 1",
        &format!(
            "CREATE TABLE a.heard (x text);
             CREATE FUNCTION a.hear() RETURNS trigger LANGUAGE plpgsql
                 AS 'BEGIN INSERT INTO a.heard VALUES (TG_OP); RETURN NULL; END';
             CREATE TABLE a.log (at timestamptz NOT NULL, x int, y int GENERATED ALWAYS AS (x + 1) STORED)
                 PARTITION BY RANGE (at); {DEFAULT}
             INSERT INTO a.log SELECT now(), n FROM generate_series(1, 5) AS n;
             INSERT INTO a.log VALUES (now() + interval '1 month', 6), ('2020-01-01', 7);
             CREATE TRIGGER hear AFTER INSERT OR DELETE ON a.log FOR EACH ROW EXECUTE FUNCTION a.hear();
             CREATE TRIGGER too AFTER DELETE ON a.rest EXECUTE FUNCTION a.hear();
             ALTER TABLE a.rest DISABLE TRIGGER too, ENABLE ALWAYS TRIGGER hear;
             ALTER TABLE a.rest ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        ),
    );
    let state = "SELECT string_agg(concat(tgname, tgenabled), ' ' ORDER BY tgname),
            (SELECT relforcerowsecurity FROM pg_class WHERE oid = 'a.rest'::regclass)
        FROM pg_trigger WHERE tgrelid = 'a.rest'::regclass";
    let before = database.rows(state);
    let reader = Client::that(&database, "BEGIN; SELECT * FROM a.log;");
    run(&project, &database).ends(1).says("lock timeout");
    reader.execute("COMMIT");
    assert_eq!(
        database.value("SELECT count(*) FROM a.rest"),
        "7",
        "all or nothing"
    );
    let done = project.run(&database, "maintain run parts --format json");
    let done = done.ends(0).json();
    assert_eq!((&done["rows"], &done["batches"]), (&6.into(), &2.into()));
    assert_eq!(database.value("SELECT count(*) FROM a.rest"), "1");
    assert_eq!(
        database.value("SELECT sum(x) || ' ' || sum(y) FROM a.log"),
        "28 35"
    );
    assert_eq!(database.value("SELECT count(*) FROM a.heard"), "0");
    assert_eq!(database.rows(state), before);
    assert_eq!(changed(&project, &database), 0);
}

#[test]
fn rows_that_others_refer_to_stay_in_the_default_partition() {
    let (project, database) = start(
        BY_MONTH,
        &format!(
            "CREATE TABLE a.log (at timestamptz PRIMARY KEY) PARTITION BY RANGE (at); {DEFAULT}
             CREATE TABLE a.refers (at timestamptz REFERENCES a.log ON DELETE CASCADE);
             INSERT INTO a.log VALUES (now()); INSERT INTO a.refers SELECT at FROM a.log;"
        ),
    );
    run(&project, &database)
        .ends(1)
        .says("a.rest has rows of its time")
        .says("the foreign key refers_at_fkey refers to them");
    assert_eq!(database.value("SELECT count(*) FROM a.refers"), "1");
    let made =
        database.value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'a.log'::regclass");
    assert_eq!(made, "3", "the default one, and those ahead");
}

#[test]
fn readers_and_writers_go_on_where_there_is_no_default_partition() {
    let (project, database) = start(BY_MONTH, &format!("{LOG}{OLD}"));
    let other = Client::that(
        &database,
        "BEGIN; INSERT INTO a.log VALUES ('2020-01-07', 1);",
    );
    assert_eq!(changed(&project, &database), 3);
    other.execute("COMMIT");
}

#[test]
fn what_there_is_counts_by_its_bounds() {
    let (project, database) = start(
        BY_MONTH,
        &format!(
            "{LOG} DO $$ DECLARE m timestamptz := date_trunc('month', now(), 'UTC'); BEGIN
             EXECUTE format('CREATE TABLE a.half PARTITION OF a.log FOR VALUES FROM (%L) TO (%L)',
                 m, m + interval '10 days');
             EXECUTE format('CREATE TABLE a.rest_of_it PARTITION OF a.log FOR VALUES FROM (%L) TO (%L)',
                 m + interval '10 days', (m AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
             EXECUTE format('CREATE TABLE a.later PARTITION OF a.log FOR VALUES FROM (%L) TO (MAXVALUE)',
                 (m AT TIME ZONE 'UTC' + interval '2 months 10 days') AT TIME ZONE 'UTC');
             END $$"
        ),
    );
    project
        .run(&database, "maintain run parts --dry-run")
        .ends(0)
        .prints("cannot be created: a.later holds a part of its time");
    run(&project, &database)
        .ends(1)
        .says("a.later holds a part of its time");
    let count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'a.log'::regclass";
    assert_eq!(database.value(count), "4", "the month in between is made");
}

#[test]
fn a_name_that_something_else_has_is_told() {
    let (project, database) = start(BY_MONTH, LOG);
    let month = database.value("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')");
    database.execute(&format!("CREATE TYPE a.log_p{month} AS (x int)"));
    run(&project, &database).ends(1).says(&format!(
        "could not create `\"a\".\"log_p{month}\"`: something else has that name"
    ));
    database.execute(&format!("DROP TYPE a.log_p{month}"));
    assert_eq!(changed(&project, &database), 1, "the others were made");
}

#[test]
fn other_tables_are_refused() {
    for (table, keys, why) in [
        ("CREATE TABLE a.log (at date)", "", "It is not partitioned."),
        (
            "CREATE VIEW a.log AS SELECT 1",
            "",
            "It is not partitioned.",
        ),
        (
            "CREATE TABLE a.log (at int) PARTITION BY RANGE (at)",
            "",
            "Its key is integer.",
        ),
        (
            "CREATE TABLE a.log (at date) PARTITION BY LIST (at)",
            "",
            "by lists or hashes",
        ),
        (
            "CREATE TABLE a.log (at date, x int) PARTITION BY RANGE (at, x)",
            "",
            "several columns",
        ),
        (
            "CREATE TABLE a.log (at date) PARTITION BY RANGE ((at + 1))",
            "",
            "is an expression",
        ),
        ("SELECT 1", "", "there is no table `a.log`"),
        (
            "CREATE SCHEMA b",
            "module = \"a\"",
            "there is no table `a.log`",
        ),
    ] {
        let (project, database) = start(&format!("{BY_MONTH}\n{keys}"), table);
        run(&project, &database).ends(1).says(why);
    }
    let hours = "every = \"1 hour\"";
    let (project, database) = start(
        hours,
        "CREATE TABLE a.log (at date) PARTITION BY RANGE (at)",
    );
    run(&project, &database).ends(1).says("has no hours");
    let (project, database) = start("every = \"1 day\"\nahead = 4000000000", LOG);
    run(&project, &database)
        .ends(1)
        .says("`ahead` is 4000000000");
}

/// What the task makes is no change past crmdb; another table is.
#[test]
fn no_drift() {
    let project = Project::new(&["a"]);
    let up = format!("CREATE SCHEMA a; {LOG}");
    project.migration("a/V1__one", &up, "DROP SCHEMA a CASCADE;");
    project.manifest(&format!(
        "[[task]]\nname = \"parts\"\nkind = \"partitions\"\ntable = \"a.log\"\n{BY_MONTH}"
    ));
    let database = Database::new();
    project.run(&database, "migrate up").ends(0);
    assert!(changed(&project, &database) > 0);
    project.run(&database, "drift check").ends(0);
    database.execute("CREATE TABLE a.other (x int)");
    project
        .run(&database, "drift check")
        .ends(1)
        .prints("a.other");
}
