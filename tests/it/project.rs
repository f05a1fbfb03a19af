//! What is wrong in a project's files, as a user meets it.

use crate::support::{Project, Run, program};

/// A project without violations.
fn clean() -> Project {
    let project = Project::new(&["a", "b"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration("b/V2__two", "CREATE SCHEMA b;", "DROP SCHEMA b;");
    project
}

/// Runs a command that would connect, to a server that is not there: files come first.
fn run(project: &Project, arguments: &[&str]) -> Run {
    let mut command = program(project.folder());
    command.env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    Run::of(command.args(["migrate", "plan"]).args(arguments))
}

/// Asserts that `break_it` is refused at a place with a message, for people and for programs.
#[track_caller]
fn refused(break_it: impl Fn(&Project), place: &str, message: &str) {
    let project = clean();
    break_it(&project);
    let shown = run(&project, &[]).ends(2);
    assert_eq!(shown.stdout, "");
    assert!(
        shown.stderr.contains(&format!("{place}: {message}")),
        "no `{place}: {message}` in {shown:#?}"
    );
    assert!(shown.stderr.starts_with("error: "), "{shown:#?}");
    let json = run(&project, &["--format", "json"]).ends(2);
    assert_eq!(json.stdout, "");
    let document: serde_json::Value = serde_json::from_str(&json.stderr)
        .unwrap_or_else(|error| panic!("stderr is no JSON ({error}): {json:#?}"));
    assert_eq!(document["format_version"], 1);
    let error = &document["error"];
    let mut items = error["items"].as_array().unwrap().clone();
    if items.is_empty() {
        items.push(error.clone());
    }
    let found = items.iter().any(|item| {
        item["location"] == place && item["message"].as_str().unwrap().starts_with(message)
    });
    assert!(found, "{document:#}");
}

#[test]
fn without_violations_it_gets_to_the_connection() {
    run(&clean(), &[]).ends(2).says("127.0.0.1");
}

#[test]
fn versions() {
    refused(
        |p| {
            p.migration("b/V1__other", "SELECT 1;", "SELECT 1;");
        },
        "schema/b/V1__other.sql",
        "version 1",
    );
    refused(
        |p| {
            p.migration("a/V01__again", "SELECT 1;", "SELECT 1;");
        },
        "schema/a/V1__one.sql",
        "version 1",
    );
    refused(
        |p| {
            p.migration("a/V0__zero", "SELECT 1;", "SELECT 1;");
        },
        "schema/a/V0__zero.sql",
        "the version of the file name is out of range",
    );
}

#[test]
fn names_and_pairs() {
    let cases: [(&str, &str); 8] = [
        ("schema/a/V3__x.sql", "`V3__x` has no down file"),
        ("schema/a/V3__x.down.sql", "`V3__x.down.sql` has no up file"),
        ("schema/a/notes.txt", "stray file `notes.txt`"),
        ("schema/stray.sql", "stray file `stray.sql`"),
        (
            "schema/a/v3__x.sql",
            "`v3__x.sql` is no name of a migration",
        ),
        ("schema/a/V3_x.sql", "`V3_x.sql` is no name of a migration"),
        (
            "schema/a/V3__ž.sql",
            "`V3__ž.sql` is no name of a migration",
        ),
        ("schema/a/V3__x.SQL", "stray file `V3__x.SQL`"),
    ];
    for (path, message) in cases {
        refused(
            |p| {
                p.file(path, "SELECT 1;");
            },
            path,
            message,
        );
    }
    refused(
        |p| {
            p.file("schema/a/old/V3__x.sql", "SELECT 1;");
        },
        "schema/a/old",
        "stray folder `old`",
    );
    refused(
        |p| {
            p.file("schema/c/V3__x.sql", "SELECT 1;");
        },
        "schema/c",
        "the folder `c` is no module of `migrations.toml`",
    );
    refused(
        |p| std::fs::remove_dir_all(p.path("schema/b")).unwrap(),
        "schema/b",
        "the module `b` has no folder",
    );
}

#[test]
fn directives_and_statements() {
    let cases: [(&str, &str, &str); 10] = [
        (
            "-- x\n-- crmdb: no-transactions\nSELECT 1;",
            ":2",
            "unknown directive `no-transactions`",
        ),
        (
            "-- crmdb: lock_timeout soon\nSELECT 1;",
            ":1",
            "malformed directive `lock_timeout`",
        ),
        (
            "SELECT 1;\n\n-- crmdb: no-transaction",
            ":3",
            "a directive below the first statement",
        ),
        (
            "SELECT 1;\n  BEGIN;\nSELECT 2;",
            ":2:3",
            "`BEGIN` in a migration",
        ),
        (
            "\n\nVACUUM;",
            ":3:1",
            "`VACUUM` cannot run in a transaction",
        ),
        (
            "CREATE INDEX CONCURRENTLY i ON t (x);",
            ":1:1",
            "`CREATE INDEX CONCURRENTLY` cannot run in a transaction",
        ),
        ("SELECT 'ends not;\n", ":1:8", ""),
        ("SELECT (1;\n", ":1:8", ""),
        ("SELECT 1;\n\\i other.sql\n", ":2:1", ""),
        ("-- nothing\n", "", "the file has no statement"),
    ];
    for (text, place, message) in cases {
        refused(
            |p| {
                p.migration("a/V3__x", text, "SELECT 1;");
            },
            &format!("schema/a/V3__x.sql{place}"),
            message,
        );
    }
    refused(
        |p| {
            p.migration(
                "a/V3__x",
                "-- crmdb: irreversible \"x\"\nSELECT 1;",
                "SELECT 1;",
            );
        },
        "schema/a/V3__x.down.sql",
        "`V3__x` is irreversible, and has a down file",
    );
    refused(
        |p| {
            p.migration("a/V3__x", "SELECT 1;", "");
        },
        "schema/a/V3__x.down.sql",
        "the file has no statement",
    );
    refused(
        |p| {
            p.migration("a/V3__x", "SELECT 1;", "SELECT 1;");
            std::fs::write(p.path("schema/a/V3__x.sql"), b"SELECT 1;\nSELECT '\xff';").unwrap();
        },
        "schema/a/V3__x.sql:2:9",
        "the text is not UTF-8",
    );
}

#[test]
fn the_manifest() {
    let last = {
        let text = std::fs::read_to_string(clean().path("migrations.toml")).unwrap();
        text.lines().count() + 2
    };
    let cases: [(&str, usize, &str); 7] = [
        ("[timeout]\nlock = \"1s\"", 1, "unknown key `timeout`"),
        ("[timeouts]\nlok = \"1s\"", 2, "unknown key `lok`"),
        ("[timeouts]\nlock = \"soon\"", 2, ""),
        (
            "[[module]]\nname = \"a\"",
            2,
            "the module `a` stands here twice",
        ),
        (
            "[target.t]\nprotected = true",
            1,
            "`[target.t]` has no address",
        ),
        (
            "[target.t]\nurl_env = \"X\"\nmodules = [\"q\"]",
            3,
            "`[target.t]` names the unknown module `q`",
        ),
        (
            "[target.t]\nurl = \"postgres://u:secret-canary@h/d\"",
            2,
            "the `url` in `[target.t]` holds a password",
        ),
    ];
    for (lines, line, message) in cases {
        let project = clean();
        project.manifest(lines);
        let shown = run(&project, &[]).ends(2);
        let place = format!("migrations.toml:{}:", last + line - 1);
        let found = shown
            .stderr
            .lines()
            .any(|line| line.contains(&place) && line.contains(message));
        assert!(found, "no `{place} … {message}` in {shown:#?}");
        assert!(!shown.stderr.contains("secret-canary"), "{shown:#?}");
    }
    let project = clean();
    project.manifest("[timeouts]\nlok = \"1s\"");
    run(&project, &[]).ends(2).says("Did you mean `lock`?");
    project.file("migrations.toml", "[project\n");
    run(&project, &[]).ends(2).says("migrations.toml:1:");
}

#[test]
fn modules_do_not_require_each_other_in_a_circle() {
    let project = clean();
    project.file(
        "migrations.toml",
        "[project]\nname = \"t\"\n[[module]]\nname = \"a\"\nrequires = [\"b\"]\ndescription = \"x\"\n\
         [[module]]\nname = \"b\"\nrequires = [\"a\"]\ndescription = \"x\"\n",
    );
    run(&project, &[])
        .ends(2)
        .says("migrations.toml:5:")
        .says("modules require each other in a circle");
}

#[test]
fn all_of_them_are_told_at_once_in_the_order_of_the_files() {
    let project = clean();
    project
        .file("schema/b/zzz.txt", "")
        .file("schema/a/V3__x.sql", "BEGIN;")
        .manifest("[timeouts]\nlok = \"1s\"");
    let shown = run(&project, &[]).ends(2);
    // What migrations.toml says decides what the files mean: first things first.
    shown.says("migrations.toml:");

    let project = clean();
    project
        .file("schema/b/zzz.txt", "")
        .file("schema/a/V3__x.sql", "BEGIN;");
    let shown = run(&project, &[])
        .ends(2)
        .says("the project has 3 violations");
    let at = |text: &str| {
        shown
            .stderr
            .find(text)
            .unwrap_or_else(|| panic!("no {text}: {shown:#?}"))
    };
    assert!(at("V3__x` has no down file") < at("`BEGIN` in a migration"));
    assert!(at("`BEGIN` in a migration") < at("zzz.txt"));
}

#[test]
fn is_found_upward_or_named() {
    let project = clean();
    project.file("deep/er/x", "");
    let at = |folder: &std::path::Path, arguments: &[&str]| {
        let mut command = program(folder);
        command.env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
        Run::of(command.args(["migrate", "plan"]).args(arguments)).ends(2)
    };
    at(&project.path("deep/er"), &[]).says("127.0.0.1");
    let elsewhere = tempfile::tempdir().unwrap();
    let named = project.folder().to_str().unwrap();
    at(elsewhere.path(), &["--project", named]).says("127.0.0.1");
    at(elsewhere.path(), &["--project", "/nowhere"]).says("no `migrations.toml` in `/nowhere`");
    at(elsewhere.path(), &["--project", "."]).says("no `migrations.toml` in `.`");
}
