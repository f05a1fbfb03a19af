//! What is backed up comes back, all of it.

use std::os::unix::fs::PermissionsExt as _;

use super::{applied, contents, files, one};
use crate::support::{Database, Project, Run, catalog};

/// An empty project: the ledger's schema is the usual one.
fn none() -> Project {
    Project::new(&[])
}

/// Restores the backup at `file` into a new database, which must be as `source` then.
#[track_caller]
fn comes_back(project: &Project, source: &Database, line: &str) -> Database {
    let target = Database::new();
    project.run(&target, line).ends(0);
    assert_eq!(contents(&target), contents(source), "{line}");
    // The server writes some expressions another way when it reads them again.
    let (one, other) = (source.url(), target.url());
    project
        .exec(&target, &["drift", "diff", one, other])
        .ends(0);
    target
}

#[test]
fn the_shipped_schema_with_rows() {
    let source = Database::shipped();
    Run::shipped(&source, "seed").ends(0);
    Run::shipped(&source, "seed dev --scale 0.1").ends(0);
    let project = none();
    assert!(contents(&source).len() > 100);

    project.run(&source, "backup full.dump").ends(0);
    let run = project.run(&source, "restore full.dump --dry-run").ends(2);
    assert!(run.stderr.contains("is not empty"), "{run:#?}");
    let target = comes_back(&project, &source, "restore full.dump");
    Run::shipped(&target, "drift check").ends(0);
    Run::shipped(&target, "migrate verify").ends(0);
    Run::shipped(&target, "migrate status --check").ends(0);
    // The planner knows it.
    let sql = "SELECT count(*) > 0 FROM pg_stats WHERE schemaname = 'dialer'";
    assert_eq!(target.value(sql), "t");

    project
        .run(&source, "backup folder/ --jobs 2 --compress 1")
        .ends(0);
    comes_back(&project, &source, "restore folder");
    comes_back(&project, &source, "restore folder --jobs 2");

    project.run(&source, "backup s --schema-only").ends(0);
    project
        .run(&source, "backup d --data-only --jobs 2")
        .ends(0);
    let target = Database::new();
    project
        .run(&target, "restore s --no-analyze")
        .ends(0)
        .says("schema-only backup restored")
        .says("no drift");
    assert_eq!(target.value("SELECT count(*) FROM users.users"), "0");
    let ledger = "SELECT md5(string_agg(h::text, ',' ORDER BY seq)) FROM crmdb.history AS h";
    assert_eq!(target.value(ledger), source.value(ledger));
    assert_eq!(target.value(sql), "f");
    project.run(&target, "restore d").ends(0).says("no drift");
    assert_eq!(contents(&target), contents(&source));
    // Generated rows are known as such, and go again.
    Run::shipped(&target, "seed clear").ends(0);
    Run::shipped(&source, "seed clear").ends(0);
    assert_eq!(
        target.value("SELECT count(*) FROM dialer.calls"),
        source.value("SELECT count(*) FROM dialer.calls")
    );
}

/// What is seldom, under names that have to be quoted.
const SELDOM: &str = r#"
    CREATE SCHEMA "We""ird ünï *.?";
    SET search_path = "We""ird ünï *.?";
    CREATE DOMAIN "Größe" AS int CHECK (VALUE > 0);
    CREATE TYPE "Farbe" AS ENUM ('rot', 'it''s');
    CREATE TABLE "Select" (
        id int GENERATED ALWAYS AS IDENTITY (START WITH 7) PRIMARY KEY,
        "a b" "Größe", farbe "Farbe", twice int GENERATED ALWAYS AS (id * 2) STORED,
        other_id int);
    CREATE TABLE circle (id int PRIMARY KEY, select_id int REFERENCES "Select");
    ALTER TABLE "Select" ADD FOREIGN KEY (other_id) REFERENCES circle;
    CREATE TABLE noted (note text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SET search_path = "We""ird ünï *.?" AS
        $$ BEGIN INSERT INTO noted VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT ON "Select" FOR EACH ROW EXECUTE FUNCTION note();
    INSERT INTO "Select" ("a b", farbe) SELECT g, 'it''s' FROM generate_series(1, 20) AS g;
    INSERT INTO circle VALUES (1, 8);
    UPDATE "Select" SET other_id = 1 WHERE id = 8;
    CREATE TABLE parted (at date, x text) PARTITION BY RANGE (at);
    CREATE TABLE "parted 2025" PARTITION OF parted FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
    INSERT INTO parted VALUES ('2025-05-05', E'tab\tline\nback\\slash'), ('2030-01-01', NULL);
    CREATE MATERIALIZED VIEW "z first" AS SELECT count(*) AS number FROM "Select";
    CREATE MATERIALIZED VIEW "a second" AS SELECT number + 1 AS number FROM "z first";
    CREATE MATERIALIZED VIEW empty AS SELECT 1 AS x WITH NO DATA;
    ALTER TABLE "Select" ENABLE ROW LEVEL SECURITY;
    ALTER TABLE "Select" FORCE ROW LEVEL SECURITY;
    CREATE POLICY mine ON "Select" USING ("a b" > 100);
    COMMENT ON TABLE "Select" IS 'Why: "so"';
    ALTER TABLE circle DISABLE TRIGGER ALL;"#;

#[test]
fn a_database_without_a_ledger() {
    let project = none();
    let source = Database::new();
    source.execute(SELDOM);
    source.execute("SELECT lo_from_bytea(4711, 'large')");
    for (file, options) in [("a.dump", ""), ("b dir", "--jobs 2")] {
        let mut arguments = vec!["backup", file];
        arguments.extend(options.split_whitespace());
        project
            .exec(&source, &arguments)
            .ends(0)
            .says("ledger: none in this database");
        let target = Database::new();
        project
            .exec(&target, &["restore", file])
            .ends(0)
            .says("not compared with a ledger");
        assert_eq!(contents(&target), contents(&source));
        assert_eq!(catalog(&target), catalog(&source));
        assert_eq!(target.value("SELECT lo_get(4711)"), "\\x6c61726765");
    }
    project.run(&source, "backup s --schema-only").ends(0);
    project.run(&source, "backup d --data-only").ends(0);
    let target = Database::new();
    project.run(&target, "restore s").ends(0);
    assert_eq!(
        target.value(r#"SELECT count(*) FROM "We""ird ünï *.?".noted"#),
        "0"
    );
    let run = project.run(&target, "restore d").ends(0);
    assert!(!run.stderr.contains("circular"), "{run:#?}");
    assert_eq!(contents(&target), contents(&source));
    assert_eq!(catalog(&target), catalog(&source));
    assert_eq!(target.value("SELECT lo_get(4711)"), "\\x6c61726765");
}

#[test]
fn a_schema_and_then_its_rows_under_hostile_names() {
    let project = Project::new(&["a"]);
    project
        .manifest("[ledger]\nschema = \"led_ger\"")
        .migration(
            "a/V1__one",
            SELDOM,
            "DROP SCHEMA \"We\"\"ird ünï *.?\" CASCADE;",
        );
    let source = Database::new();
    project.run(&source, "migrate up").ends(0);
    project.run(&source, "backup s --schema-only").ends(0);
    project.run(&source, "backup d --data-only").ends(0);
    let target = Database::new();
    project.run(&target, "restore s").ends(0).says("no drift");
    project.run(&target, "drift check").ends(0);
    project.run(&target, "restore d").ends(0).says("no drift");
    assert_eq!(contents(&target), contents(&source));
    project.run(&target, "migrate verify").ends(0);
    project
        .run(&target, "migrate down --all --allow-data-loss")
        .ends(0);
}

#[test]
fn a_database_whose_name_looks_like_an_address() {
    let (project, database) = (one(), Database::on_new_server());
    let address = |name: &str| {
        let url = database.url().to_owned();
        url.replace(&format!("/{}?", database.name()), &format!("/{name}?"))
    };
    let run = |url: &str, line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        Run::of(
            project
                .command(&database, &arguments)
                .env("DATABASE_URL", url),
        )
    };
    database.execute(r#"CREATE DATABASE "host=x 'ü\/""#);
    database.execute(r#"CREATE DATABASE "dbname=y""#);
    let (source, target) = (address("host%3Dx%20%27%C3%BC%5C%2F"), address("dbname%3Dy"));
    run(&source, "migrate up").ends(0);
    let backup = run(&source, "backup").ends(0);
    let file = backup.stdout.trim();
    assert!(file.starts_with("backup_host_x__ü___"), "{file}");
    assert_eq!(files(&project), [file.to_owned(), format!("{file}.json")]);
    run(&target, &format!("restore {file}"))
        .ends(0)
        .says("no drift");
    run(&target, "migrate status --check").ends(0);
}

#[test]
fn an_empty_database() {
    let (project, source, target) = (none(), Database::new(), Database::new());
    project.run(&source, "backup x").ends(0);
    // It is still empty afterwards.
    project.run(&target, "restore x").ends(0);
    project.run(&target, "restore x").ends(0);
    assert_eq!(catalog(&target), catalog(&source));
}

#[test]
fn the_documents() {
    let (project, source) = applied();
    let document = project
        .run(&source, "backup x --format json")
        .ends(0)
        .json();
    let described = &document["description"];
    assert_eq!(document["format_version"], 1);
    assert_eq!(document["file"], "x");
    assert_eq!(described["kind"], "full");
    assert_eq!(described["archive"], "custom");
    assert_eq!(described["ledger"]["seq"], 1);
    assert_eq!(described["ledger"]["applied"], 1);
    let hash = source.value("SELECT hash FROM crmdb.history");
    assert_eq!(described["ledger"]["hash"], *hash);
    let token = source.value("SELECT token FROM crmdb.snapshots");
    assert_eq!(described["ledger"]["snapshot_token"], *token);
    let text = std::fs::read(project.path("x.json")).unwrap();
    let beside: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(beside, *described);
    for name in ["x", "x.json"] {
        let mode = project.path(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let target = Database::new();
    for (line, is_dry) in [("restore x --dry-run", true), ("restore x", false)] {
        let document = project
            .run(&target, &format!("{line} --format json"))
            .ends(0)
            .json();
        assert_eq!(document["format_version"], 1);
        assert_eq!(document["dry_run"], is_dry);
        assert_eq!(document["compared"], !is_dry);
        assert_eq!(document["analyzed"], !is_dry);
        assert_eq!(document["differences"].as_array().unwrap().len(), 0);
        assert!(document["duration_ms"].is_number());
        assert_eq!(document["description"]["ledger"]["seq"], 1);
    }
}

#[test]
fn what_had_drifted_is_reported_after_it_is_restored() {
    let (project, source) = applied();
    source.execute("ALTER TABLE a.one ADD COLUMN past int");
    project.run(&source, "backup x").ends(0);
    let target = Database::new();
    project
        .run(&target, "restore x")
        .ends(1)
        .prints("table a.one: column past")
        .says("full backup restored");
    assert_eq!(target.value("SELECT x FROM a.one"), "1");
}
