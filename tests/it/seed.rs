//! `seed`: rows that every database has, run once, recorded, and nobody's change undone.

use nix::sys::signal::Signal;

use crate::support::{Child, Client, Database, Deed, Pooler, Project, Proxy, Run, eventually};

/// Two modules with a table each, and a seed of two rows each.
fn project() -> Project {
    let project = Project::new(&["a", "b"]);
    for (number, module) in [(1, "a"), (2, "b")] {
        project
            .migration(
                &format!("{module}/V{number}__t"),
                &format!(
                    "CREATE SCHEMA {module}; CREATE TABLE {module}.t (x int PRIMARY KEY, y text);"
                ),
                &format!("DROP TABLE {module}.t; DROP SCHEMA {module};"),
            )
            .file(
                &format!("schema/{module}/seeds/reference.sql"),
                &rows(module, "(1, 'one'), (2, 'two')"),
            );
    }
    project
}

fn rows(module: &str, values: &str) -> String {
    format!("INSERT INTO {module}.t VALUES {values} ON CONFLICT DO NOTHING;\n")
}

fn seed_a(project: &Project, text: &str) {
    project.file("schema/a/seeds/reference.sql", text);
}

/// A project whose migrations are applied.
fn applied() -> (Project, Database) {
    let (project, database) = (project(), Database::new());
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

/// A project that is applied and seeded.
fn seeded() -> (Project, Database) {
    let (project, database) = applied();
    project.run(&database, "seed").ends(0);
    (project, database)
}

fn table(database: &Database, module: &str) -> String {
    database.value(&format!(
        "SELECT string_agg(x || ' ' || y, ', ' ORDER BY x) FROM {module}.t"
    ))
}

/// The events of seeds.
fn events(database: &Database) -> String {
    database.value(
        "SELECT string_agg(event || ' ' || module || '/' || name, ', ' ORDER BY seq)
         FROM crmdb.history WHERE kind = 'seed'",
    )
}

/// What looks at migrations does not see seeds.
#[track_caller]
fn undisturbed(project: &Project, database: &Database) {
    for line in ["migrate status --check", "migrate verify", "drift check"] {
        project.run(database, line).ends(0);
    }
    project
        .run(database, "migrate up")
        .ends(0)
        .says("nothing to do");
    let status = project.run(database, "migrate status --format json").json();
    assert_eq!(status["migrations"].as_array().map(Vec::len), Some(2));
    assert_eq!(database.value("SELECT count(*) FROM crmdb.applied"), "2");
}

#[test]
fn runs_once_in_the_order_of_the_modules() {
    let (project, database) = applied();
    let run = project.run(&database, "seed").ends(0).says("2 seeds run");
    let modules: Vec<&str> = run
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1))
        .collect();
    assert_eq!(modules, ["a/seeds/reference", "b/seeds/reference"]);
    assert_eq!(table(&database, "a"), "1 one, 2 two");
    assert_eq!(events(&database), "seeded a/reference, seeded b/reference");
    assert_eq!(
        database.rows(
            "SELECT up_text, up_hash = 'sha256-1:' || encode(sha256(convert_to(up_text, 'UTF8')), 'hex')
             FROM crmdb.history WHERE kind = 'seed' AND module = 'a'"
        ),
        [[rows("a", "(1, 'one'), (2, 'two')"), "t".to_owned()]]
    );
    undisturbed(&project, &database);

    let before = database.value("SELECT hash FROM crmdb.history ORDER BY seq DESC LIMIT 1");
    for line in ["seed", "seed reference", "seed --quiet reference"] {
        let run = project.run(&database, line).ends(0);
        assert_eq!(run.stdout, "");
    }
    assert_eq!(
        database.value("SELECT hash FROM crmdb.history ORDER BY seq DESC LIMIT 1"),
        before
    );
}

#[test]
fn what_somebody_changed_or_deleted_stays_so() {
    let (project, database) = seeded();
    database.execute("UPDATE a.t SET y = 'mine' WHERE x = 1; DELETE FROM a.t WHERE x = 2");
    project.run(&database, "seed").ends(0).says("nothing to do");
    assert_eq!(table(&database, "a"), "1 mine");

    // Other comments are no other rows.
    let text = format!("-- Why.\n{}", rows("a", "(1, 'one'), (2, 'two')"));
    seed_a(&project, &text);
    project.run(&database, "seed").ends(0).says("nothing to do");
    assert_eq!(table(&database, "a"), "1 mine");
}

#[test]
fn a_changed_text_runs_again_and_adds_what_is_missing() {
    let (project, database) = seeded();
    database.execute("UPDATE a.t SET y = 'mine' WHERE x = 1");
    seed_a(&project, &rows("a", "(1, 'one'), (3, 'three')"));
    project
        .run(&database, "seed --dry-run")
        .ends(0)
        .prints("seed a/seeds/reference, changed since it was run")
        .says("1 step");
    assert_eq!(table(&database, "a"), "1 mine, 2 two");
    project.run(&database, "seed").ends(0).says("1 seed run");
    assert_eq!(table(&database, "a"), "1 mine, 2 two, 3 three");
    project.run(&database, "seed").ends(0).says("nothing to do");
    undisturbed(&project, &database);
}

#[test]
fn a_dry_run_writes_nothing() {
    let (project, database) = applied();
    project
        .run(&database, "seed --dry-run")
        .ends(0)
        .prints("1. seed a/seeds/reference")
        .prints("INSERT INTO a.t VALUES (1, 'one'), (2, 'two') ON CONFLICT DO NOTHING;")
        .says("2 steps");
    assert_eq!(table(&database, "a"), "");
    assert_eq!(events(&database), "");
    let plan = project
        .run(&database, "seed --dry-run --format json")
        .ends(0)
        .json();
    assert_eq!(plan["steps"][1]["action"], "seed");
    assert_eq!(plan["steps"][1]["kind"], "seed");
    assert_eq!(plan["steps"][1]["source"], "schema/b/seeds/reference.sql");
}

#[test]
fn json() {
    let (project, database) = applied();
    let run = project.run(&database, "seed --format json").ends(0).json();
    assert_eq!(run["steps"][0]["migration"], "seeds/reference");
    assert_eq!(run["steps"][0]["module"], "a");
    let none = project.run(&database, "seed --format json").ends(0).json();
    assert_eq!(none["steps"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_module_and_what_it_requires() {
    let (project, database) = applied();
    project.run(&database, "seed --module a").ends(0);
    assert_eq!(events(&database), "seeded a/reference");
    project.run(&database, "seed reference --module b").ends(0);
    assert_eq!(events(&database), "seeded a/reference, seeded b/reference");
    project.run(&database, "seed --module c").ends(2);
}

#[test]
fn pending_migrations_come_first() {
    let (project, database) = (project(), Database::new());
    project
        .run(&database, "seed")
        .ends(2)
        .says("2 migrations are pending, the first one `a/V1__t`")
        .says("Run `crmdb migrate up` first");
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");

    // Those of other modules do not count, nor what waits for an extension.
    project.run(&database, "migrate up --module a").ends(0);
    project.migration(
        "a/V3__later",
        "-- crmdb: requires extension nobody_has_this\nSELECT 1;",
        "SELECT 1;",
    );
    project.run(&database, "seed --module a").ends(0);
    project
        .run(&database, "seed")
        .ends(2)
        .says("migration `b/V2__t` is pending");
    project.run(&database, "migrate up").ends(0);

    // A repeatable that is to be run again counts: the seed may be written for it.
    project.migration(
        "b/R__v",
        "CREATE OR REPLACE VIEW b.v AS SELECT 1;",
        "DROP VIEW b.v;",
    );
    project.run(&database, "migrate up").ends(0);
    project.migration(
        "b/R__v",
        "CREATE OR REPLACE VIEW b.v AS SELECT 2;",
        "DROP VIEW b.v;",
    );
    project
        .run(&database, "seed")
        .ends(2)
        .says("migration `b/R__v` is pending");
}

#[test]
fn after_a_way_back_the_rows_come_again() {
    let (project, database) = seeded();
    project
        .run(&database, "migrate down --all")
        .ends(2)
        .says("table `a.t` has rows");
    project
        .run(&database, "migrate down --module b --allow-data-loss")
        .ends(0);
    project.run(&database, "migrate up").ends(0);
    database.execute("DELETE FROM a.t WHERE x = 2");
    project.run(&database, "seed").ends(0).says("1 seed run");
    assert_eq!(table(&database, "a"), "1 one");
    assert_eq!(table(&database, "b"), "1 one, 2 two");

    project
        .run(&database, "migrate down --all --allow-data-loss")
        .ends(0);
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "seed").ends(0).says("2 seeds run");
    assert_eq!(table(&database, "a"), "1 one, 2 two");
    undisturbed(&project, &database);
}

#[test]
fn seeds_are_in_no_way_of_down() {
    let (project, database) = seeded();
    project.migration("b/V3__u", "CREATE TABLE b.u ();", "DROP TABLE b.u;");
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate down --steps 1").ends(0);
    assert_eq!(table(&database, "b"), "1 one, 2 two");
    project
        .run(&database, "migrate redo")
        .ends(2)
        .says("has rows");
    assert_eq!(table(&database, "b"), "1 one, 2 two");
}

#[test]
fn a_seed_that_fails_leaves_nothing_and_says_where() {
    let (project, database) = applied();
    let text = format!(
        "-- b: two rows.\n{}\nSELECT 1;\n  SELECT nobody.has_this();\n",
        rows("b", "(1, 'one')")
    );
    project.file("schema/b/seeds/reference.sql", &text);
    project
        .run(&database, "seed")
        .ends(2)
        .says("schema/b/seeds/reference.sql:5:10: schema \"nobody\" does not exist")
        .says("`b/seeds/reference` was rolled back whole")
        .says("1 step before it is done: `a/seeds/reference`");
    assert_eq!(table(&database, "a"), "1 one, 2 two");
    assert_eq!(table(&database, "b"), "");
    assert_eq!(events(&database), "seeded a/reference, failed b/reference");
    undisturbed(&project, &database);
    project.file("schema/b/seeds/reference.sql", &rows("b", "(1, 'one')"));
    project.run(&database, "seed").ends(0).says("1 seed run");
    undisturbed(&project, &database);
}

#[test]
fn a_seed_that_breaks_the_rules_is_not_run() {
    let (project, database) = applied();
    seed_a(&project, "\n  DELETE FROM a.t;\n");
    for line in ["seed", "migrate up"] {
        project
            .run(&database, line)
            .ends(2)
            .says("schema/a/seeds/reference.sql:2:3: `DELETE` in a seed");
    }
}

#[test]
fn two_runners_at_once() {
    let (project, database) = applied();
    let children: Vec<Child> = (0..4)
        .map(|_| Child::start(&mut project.command(&database, &["seed"])))
        .collect();
    for child in children {
        child.end().ends(0);
    }
    assert_eq!(events(&database), "seeded a/reference, seeded b/reference");
    undisturbed(&project, &database);
}

/// A run whose seed of module b sleeps behind its rows.
fn sleeper(project: &Project, database: &Database) -> Child {
    let text = format!(
        "{}SELECT pg_sleep(1000);",
        rows("b", "(1, 'one'), (2, 'two')")
    );
    project.file("schema/b/seeds/reference.sql", &text);
    let child = Child::start(&mut project.command(database, &["seed"]));
    eventually("a sleeping seed", || {
        database.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND wait_event = 'PgSleep'",
        ) == "1"
    });
    child
}

/// Ends a sleeping run, and asserts that a seed is there whole or not at all.
#[track_caller]
fn all_or_nothing(signal: Signal, code: Option<i32>, last: &str) {
    let (project, database) = applied();
    let child = sleeper(&project, &database);
    child.signal(signal);
    assert_eq!(child.end().code, code);
    assert_eq!(table(&database, "b"), "");
    project.file(
        "schema/b/seeds/reference.sql",
        &rows("b", "(1, 'one'), (2, 'two')"),
    );
    project.run(&database, "seed").ends(0).says("1 seed run");
    assert_eq!(table(&database, "b"), "1 one, 2 two");
    assert_eq!(events(&database), format!("seeded a/reference, {last}"));
    undisturbed(&project, &database);
}

#[test]
fn an_interrupt_leaves_all_or_nothing() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        all_or_nothing(signal, Some(130), "failed b/reference, seeded b/reference");
    }
}

#[test]
fn a_kill_leaves_all_or_nothing() {
    all_or_nothing(Signal::SIGKILL, None, "seeded b/reference");
}

#[test]
fn a_lost_commit_is_looked_up() {
    for (deed, found) in [(Deed::CutAfter, true), (Deed::CutBefore, false)] {
        let (project, database) = applied();
        let mut done = false;
        let proxy = Proxy::new(&database, move |_, message| {
            let sql = message.text();
            if !done && sql.contains("INSERT INTO b.t") && sql.contains("COMMIT") {
                done = true;
                return deed;
            }
            Deed::Forward
        });
        let mut command = project.command(&database, &["seed"]);
        let run = Run::of(command.env("DATABASE_URL", proxy.url()));
        assert_eq!(run.code, Some(if found { 0 } else { 2 }), "{run:#?}");
        project.run(&database, "seed").ends(0);
        assert_eq!(table(&database, "b"), "1 one, 2 two");
        undisturbed(&project, &database);
    }
}

#[test]
fn a_lock_on_the_table_is_waited_for() {
    let (project, database) = applied();
    project.manifest("[timeouts]\nlock = \"1ms\"\nlock_retries = 1000");
    let other = Client::that(&database, "BEGIN; LOCK TABLE a.t;");
    let child = Child::start(&mut project.command(&database, &["seed"]));
    child.until_says("attempt 2 of 1001");
    other.execute("ROLLBACK");
    child.end().ends(0);
    assert_eq!(table(&database, "a"), "1 one, 2 two");
}

#[test]
fn a_protected_target_asks_for_yes() {
    let (project, database) = applied();
    project.manifest(&format!(
        "[target.production]\nurl = \"{}\"\nprotected = true\nmodules = [\"a\"]",
        database.url()
    ));
    project
        .run(&database, "seed --target production")
        .ends(2)
        .says("target `production` is protected")
        .says("--yes");
    project
        .run(&database, "seed --dry-run --target production")
        .ends(0);
    assert_eq!(events(&database), "");
    project
        .run(&database, "seed --yes --target production")
        .ends(0);
    assert_eq!(events(&database), "seeded a/reference");
}

#[test]
fn through_a_transaction_pooler() {
    let (project, database) = applied();
    let pooler = Pooler::new(&database, 3);
    let mut command = project.command(&database, &["seed"]);
    Run::of(command.env("DATABASE_URL", pooler.url())).ends(0);
    assert_eq!(table(&database, "b"), "1 one, 2 two");
}

#[test]
fn a_ledger_without_seeds_is_upgraded() {
    let (project, database) = applied();
    database.execute(
        "DROP TABLE crmdb.seeded_keys, crmdb.seeded_rows, crmdb.task_runs, crmdb.tasks; ALTER TABLE crmdb.ledger_version DISABLE TRIGGER USER;
         DELETE FROM crmdb.ledger_version WHERE version >= 3;
         ALTER TABLE crmdb.ledger_version ENABLE TRIGGER USER;
         ALTER TABLE crmdb.history DROP CONSTRAINT history_event_check,
             ADD CONSTRAINT history_event_check CHECK (event <> 'seeded')",
    );
    project.run(&database, "seed --dry-run").ends(0);
    project.run(&database, "seed").ends(0);
    undisturbed(&project, &database);
}

/// Drift that was there before is there after.
#[test]
fn a_seed_hides_no_drift() {
    let (project, database) = applied();
    database.execute("ALTER TABLE a.t ADD COLUMN z int");
    project.run(&database, "seed").ends(0);
    project.run(&database, "drift check").ends(1);
}

#[test]
fn the_shipped_rows() {
    let database = Database::shipped();
    Run::shipped(&database, "seed").ends(0).says("5 seeds run");
    let organization = "'00000000-0000-0000-0000-000000000001'";
    for (what, sql, expected) in [
        (
            "the organization",
            format!("SELECT count(*) FROM users.organizations WHERE id = {organization}"),
            "1",
        ),
        (
            "the administrator, without a password",
            format!(
                "SELECT role FROM users.users WHERE email = 'admin@ophir.dev'
                 AND organization_id = {organization} AND password_hash IS NULL AND is_active"
            ),
            "admin",
        ),
        (
            "the statuses in their order",
            "SELECT string_agg(status, ' ' ORDER BY stage_order, status) FROM leads.lead_statuses"
                .to_owned(),
            "new contacted qualified nurturing hot recruited cold dnc",
        ),
        (
            "the pipelines with stages",
            format!(
                "SELECT string_agg(DISTINCT p.name, ', ') || ': ' || count(*)
                 FROM pipeline.pipelines AS p JOIN pipeline.stages AS s ON s.pipeline_id = p.id
                 WHERE p.organization_id = {organization}"
            ),
            "Pre-Sale, QC, Sales: 15",
        ),
        (
            "the settings",
            "SELECT string_agg(key || ' ' || value, ', ' ORDER BY key) FROM dialer.system_config"
                .to_owned(),
            "credits_per_minute 1, default_timezone UTC",
        ),
        (
            "templates whose variables all have a default",
            "SELECT count(*) FROM outreach.templates AS t WHERE NOT EXISTS (
                 SELECT FROM regexp_matches(t.subject || t.body, '{{([a-z_]+)}}', 'g') AS m
                 WHERE NOT t.variables ? m[1])"
                .to_owned(),
            "4",
        ),
        (
            "variables that are all used",
            "SELECT count(*) FROM outreach.templates AS t, jsonb_object_keys(t.variables) AS k
             WHERE t.subject || t.body NOT LIKE '%{{' || k || '}}%'"
                .to_owned(),
            "0",
        ),
    ] {
        assert_eq!(database.value(&sql), expected, "{what}");
    }
    Run::shipped(&database, "drift check").ends(0);
    Run::shipped(&database, "seed")
        .ends(0)
        .says("nothing to do");
}

/// Each text may run again, and where the default organization is gone.
#[test]
fn the_shipped_rows_again() {
    let database = Database::shipped();
    Run::shipped(&database, "seed").ends(0);
    let tables = "SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM (
        SELECT u::text FROM users.users AS u UNION ALL
        SELECT s::text FROM leads.lead_statuses AS s UNION ALL
        SELECT p::text FROM pipeline.stages AS p UNION ALL
        SELECT c::text FROM dialer.system_config AS c UNION ALL
        SELECT t::text FROM outreach.templates AS t) AS t";
    let texts = "SELECT up_text FROM crmdb.history WHERE event = 'seeded' ORDER BY seq";
    let texts: Vec<String> = database.rows(texts).into_iter().flatten().collect();
    assert_eq!(texts.len(), 5);
    let before = database.value(tables);
    for text in &texts {
        database.execute(text);
    }
    assert_eq!(database.value(tables), before);

    database.execute(
        "DELETE FROM outreach.templates; DELETE FROM pipeline.pipelines;
         DELETE FROM users.users; DELETE FROM users.organizations",
    );
    for text in &texts[1..] {
        database.execute(text);
    }
    assert_eq!(
        database.value("SELECT count(*) FROM outreach.templates"),
        "0"
    );
}
