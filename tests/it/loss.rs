//! `down` and `redo` do not lose rows or values, unless they were told to.

use crate::support::{Database, Project, catalog};

/// What `up` makes: schema `a` with tables `t`, `u` (which refers to `t`) and partitioned `p`.
const UP: &str = "CREATE SCHEMA a; CREATE TABLE a.t (id int PRIMARY KEY, note text);
    CREATE TABLE a.u (t int REFERENCES a.t);
    CREATE TABLE a.p (n int) PARTITION BY LIST (n);
    CREATE TABLE a.p1 PARTITION OF a.p FOR VALUES IN (1);
    CREATE FUNCTION public.drop_it() RETURNS void LANGUAGE sql
        AS 'DROP TABLE IF EXISTS a.t CASCADE';";

/// Returns a project whose version 2 is taken back by `down`.
fn with_down(down: &str) -> (Project, Database) {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project
        .migration("a/V1__base", UP, "SELECT 1;")
        .migration("a/V2__two", "CREATE TABLE a.empty (x int);", down)
        .migration(
            "a/V3__three",
            "CREATE TABLE a.three (x int);",
            "DROP TABLE a.three;",
        );
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

/// Ways to lose the rows of `a.t`, and what is said.
const LOSSES: &[(&str, &str)] = &[
    ("DROP TABLE a.u, a.t;", "table `a.t` has rows"),
    ("DROP TABLE a.t CASCADE;", "table `a.t` has rows"),
    (
        "DROP TABLE IF EXISTS a.nothing, a.u, a.t;",
        "table `a.t` has rows",
    ),
    ("DROP SCHEMA a CASCADE;", "table `a.t` has rows"),
    ("TRUNCATE a.u, a.t;", "table `a.t` has rows"),
    ("TRUNCATE a.t CASCADE;", "table `a.t` has rows"),
    (
        "DO $$ BEGIN DROP TABLE a.t CASCADE; END $$;",
        "table `a.t` has rows",
    ),
    (
        "DO $$ BEGIN EXECUTE 'DROP SCHEMA a CASCADE'; END $$;",
        "table `a.t` has rows",
    ),
    (
        "DO $$ BEGIN TRUNCATE a.t CASCADE; END $$;",
        "table `a.t` has rows, and is emptied",
    ),
    ("SELECT public.drop_it();", "table `a.t` has rows"),
    (
        "ALTER TABLE a.t DROP COLUMN note;",
        "column `note` of table `a.t` has values",
    ),
    (
        "ALTER TABLE a.t DROP COLUMN note CASCADE;",
        "column `note` of table `a.t` has values",
    ),
    (
        "DO $$ BEGIN ALTER TABLE a.t DROP note; END $$;",
        "column of table `a.t`, which has rows",
    ),
    (
        "DROP FUNCTION public.drop_it();\nDROP TABLE a.u, a.t",
        "table `a.t` has rows",
    ),
];

#[test]
fn refuses_and_keeps_everything_of_the_step() {
    for (down, said) in LOSSES {
        let (project, database) = with_down(down);
        database.execute("INSERT INTO a.t VALUES (1, 'keep me')");
        project.run(&database, "migrate down --to 2").ends(0);
        let before = catalog(&database);
        let run = project.run(&database, "migrate down --to 1").ends(2);
        assert!(run.stderr.contains(said), "{down}: no {said:?} in {run:#?}");
        let run = run.says("--allow-data-loss");
        assert_eq!(run.stdout, "", "{down}");
        assert_eq!(catalog(&database), before, "{down}");
        assert_eq!(database.value("SELECT note FROM a.t"), "keep me", "{down}");
    }
}

#[test]
fn told_to_it_does() {
    for (down, _) in LOSSES {
        let (project, database) = with_down(down);
        database.execute("INSERT INTO a.t VALUES (1, 'lose me')");
        project
            .run(&database, "migrate down --to 1 --allow-data-loss")
            .ends(0);
        let left = "SELECT count(*) FROM pg_attribute
            WHERE attrelid = to_regclass('a.t') AND attname = 'note'";
        if down.contains("TRUNCATE") {
            assert_eq!(database.value("SELECT count(*) FROM a.t"), "0", "{down}");
        } else {
            assert_eq!(database.value(left), "0", "{down}");
        }
    }
}

#[test]
fn empty_tables_are_no_loss() {
    for (down, _) in LOSSES {
        let (project, database) = with_down(down);
        // Rows elsewhere do not count, unless they go too.
        database.execute("CREATE TABLE public.other (x int); INSERT INTO public.other VALUES (1)");
        project.run(&database, "migrate down --to 1").ends(0);
        assert_eq!(database.value("SELECT count(*) FROM public.other"), "1");
    }
}

#[test]
fn a_column_without_values_is_no_loss() {
    let (project, database) = with_down("ALTER TABLE a.t DROP COLUMN note;");
    database.execute("INSERT INTO a.t VALUES (1, NULL)");
    project.run(&database, "migrate down --to 1").ends(0);
    assert_eq!(database.value("SELECT id FROM a.t"), "1");
}

#[test]
fn partitions_count() {
    for down in [
        "DROP TABLE a.p;",
        "TRUNCATE a.p;",
        "DO $$ BEGIN DROP TABLE a.p; END $$;",
    ] {
        let (project, database) = with_down(down);
        database.execute("INSERT INTO a.p VALUES (1)");
        project
            .run(&database, "migrate down --to 1")
            .ends(2)
            .says("has rows");
        assert_eq!(database.value("SELECT n FROM a.p"), "1", "{down}");
    }
}

#[test]
fn nothing_at_all_is_done_and_everything_is_named_at_once() {
    let (project, database) = with_down("DROP TABLE a.u; DROP TABLE a.t;");
    database.execute("INSERT INTO a.t VALUES (1, 'x'); INSERT INTO a.u VALUES (1)");
    let before = catalog(&database);
    project
        .run(&database, "migrate down --to 1")
        .ends(2)
        .says("rolling back would lose data, and nothing was done")
        .says("table `a.t` has rows")
        .says("table `a.u` has rows");
    assert_eq!(catalog(&database), before);
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "3");
}

#[test]
fn what_can_be_read_is_refused_before_the_steps_above_it() {
    for down in [
        "DROP TABLE a.t CASCADE;",
        "DROP SCHEMA a CASCADE;",
        "TRUNCATE a.t CASCADE;",
        "ALTER TABLE a.t DROP COLUMN note CASCADE;",
        "DO $$ BEGIN END $$; DROP TABLE a.u, a.t;",
    ] {
        let (project, database) = with_down(down);
        database.execute("INSERT INTO a.t VALUES (1, 'x')");
        let before = catalog(&database);
        project
            .run(&database, "migrate down --to 1")
            .ends(2)
            .says("and nothing was done")
            .says("table `a.t`");
        assert_eq!(catalog(&database), before, "{down}");
        assert_eq!(
            database.value("SELECT count(*) FROM crmdb.history"),
            "3",
            "{down}"
        );
    }
}

#[test]
fn tables_that_refer_to_an_emptied_one_count() {
    let (project, database) = with_down("TRUNCATE a.t CASCADE;");
    database.execute("CREATE TABLE a.w (t int REFERENCES a.t, x int)");
    database.execute("INSERT INTO a.w VALUES (NULL, 1)");
    project
        .run(&database, "migrate down --to 1")
        .ends(2)
        .says("table `a.w` has rows")
        .says("nothing was done");
}

#[test]
fn a_block_stops_the_way_back_and_what_was_done_before_it_is_told() {
    let (project, database) = with_down("DO $$ BEGIN DROP TABLE a.t CASCADE; END $$;");
    database.execute("INSERT INTO a.t VALUES (1, 'x')");
    project
        .run(&database, "migrate down --to 1")
        .ends(2)
        .says("V2__two: table `a.t` has rows")
        .says("`V2__two` was rolled back whole.")
        .says("1 step before it is done: `V3__three`.");
    project
        .run(&database, "migrate status")
        .ends(0)
        .says("2 applied, 1 pending");
}

#[test]
fn names_need_no_schema_where_the_project_has_a_search_path() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    let text = std::fs::read_to_string(project.path("migrations.toml")).unwrap();
    let text = text.replace(
        "name = \"test\"\n",
        "name = \"test\"\nsearch_path = [\"a\"]\n",
    );
    project.file("migrations.toml", &text);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "a/V2__two",
            "CREATE TABLE \"Odd \"\"name\" (\"a b\" int);",
            "DROP TABLE \"Odd \"\"name\";",
        );
    project.run(&database, "migrate up").ends(0);
    database.execute("INSERT INTO a.\"Odd \"\"name\" VALUES (1)");
    project
        .run(&database, "migrate down --steps 1")
        .ends(2)
        .says("has rows")
        .says("Odd \"\"name");
    database.execute("DELETE FROM a.\"Odd \"\"name\"");
    project.run(&database, "migrate down --steps 1").ends(0);
}

#[test]
fn a_no_transaction_file_is_guarded_too() {
    for statement in [
        "DROP TABLE a.t CASCADE",
        "DO $$ BEGIN DROP TABLE a.t CASCADE; END $$",
    ] {
        let down = format!(
            "-- crmdb: no-transaction\nDROP INDEX CONCURRENTLY a.three_x_idx;\n{statement};"
        );
        let (project, database) = with_down("DROP TABLE a.empty;");
        project.migration(
            "a/V4__four",
            "-- crmdb: no-transaction\nCREATE INDEX CONCURRENTLY three_x_idx ON a.three (x);",
            &down,
        );
        project.run(&database, "migrate up").ends(0);
        database.execute("INSERT INTO a.t VALUES (1, 'x')");
        project
            .run(&database, "migrate down --to 3")
            .ends(2)
            .says("table `a.t` has rows");
        assert_eq!(database.value("SELECT count(*) FROM a.t"), "1");
        project
            .run(&database, "migrate down --to 3 --allow-data-loss")
            .ends(0);
    }
}

#[test]
fn redo_is_guarded_too() {
    let (project, database) = with_down("DROP TABLE a.empty;");
    database.execute("INSERT INTO a.three VALUES (1)");
    project
        .run(&database, "migrate redo")
        .ends(2)
        .says("table `a.three` has rows");
    project
        .run(&database, "migrate redo --allow-data-loss")
        .ends(0);
    assert_eq!(database.value("SELECT count(*) FROM a.three"), "0");
}
