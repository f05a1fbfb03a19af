//! Streams, widths, colours, formats; completions, manual pages and help.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use clap::CommandFactory as _;

use crate::support::{Database, Project, Run, program};

fn project() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .migration(
            "a/V2__two",
            "DO $$ BEGIN RAISE NOTICE 'a notice'; RAISE WARNING 'a warning'; END $$;",
            "SELECT 1;",
        );
    project
}

fn applied() -> (Project, Database) {
    let (project, database) = (project(), Database::new());
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

#[test]
fn results_are_on_stdout_and_notes_on_stderr() {
    let (project, database) = (project(), Database::new());
    let run = project.run(&database, "migrate up").ends(0);
    assert!(
        run.stdout.lines().all(|line| line.starts_with("applied ")),
        "{run:#?}"
    );
    assert!(run.stderr.starts_with("database: postgres://"), "{run:#?}");
    let run = project
        .run(&database, "migrate up")
        .ends(0)
        .says("nothing to do");
    assert_eq!(run.stdout, "");
}

#[test]
fn quiet_keeps_results_and_warnings() {
    let (project, database) = (project(), Database::new());
    let run = project.run(&database, "migrate up -q").ends(0);
    assert_eq!(run.stdout.lines().count(), 2);
    assert_eq!(run.stderr, "warning: a warning\n");
    let run = project.run(&database, "migrate status -q").ends(0);
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (3, ""));
    let run = project.run(&database, "migrate down -q").ends(2);
    assert!(run.stderr.starts_with("error: "), "{run:#?}");
    project
        .run(&database, "migrate up -q -v")
        .ends(2)
        .says("cannot be used with");
}

#[test]
fn verbose_adds_what_the_server_says() {
    let (quiet, loud) = (Database::new(), Database::new());
    let project = project();
    let run = project
        .run(&quiet, "migrate up")
        .ends(0)
        .says("warning: a warning");
    assert!(!run.stderr.contains("a notice"), "{run:#?}");
    let verbose = project.run(&loud, "migrate up -v").ends(0).says("a notice");
    for line in ["warning: a warning", "2 migrations applied in"] {
        assert!(verbose.stderr.contains(line), "{verbose:#?}");
    }
}

#[test]
fn colour_only_where_it_is_asked_for() {
    let (project, database) = applied();
    project.file("schema/a/V1__one.sql", "CREATE SCHEMA a ; -- x");
    let colored = |run: &Run| (run.stdout.contains("\x1b["), run.stderr.contains("\x1b["));
    for (line, expected) in [
        ("migrate verify", (false, false)),
        ("migrate verify --color auto", (false, false)),
        ("migrate verify --color never", (false, false)),
        ("migrate verify --color always", (true, false)),
        ("migrate status --color always", (true, false)),
        ("migrate down --color always", (false, true)),
        (
            "migrate verify --color always --format json",
            (false, false),
        ),
        ("migrate down --color always --format json", (false, false)),
    ] {
        let run = project.run(&database, line);
        assert_eq!(colored(&run), expected, "{line}: {run:#?}");
    }
    // The flag wins over the variable.
    let with = |value: &str, color: &str| {
        let mut command = project.command(&database, &["migrate", "verify", "--color", color]);
        colored(&Run::of(command.env("NO_COLOR", value)))
    };
    assert_eq!(with("1", "always"), (true, false));
    assert_eq!(with("1", "auto"), (false, false));
}

/// Runs a line of shell on a terminal of 80 columns, and returns all that it shows.
fn on_terminal(project: &Project, database: &Database, line: &str) -> String {
    let mut command = Command::new("script");
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_crmdb")).parent();
    let mut path = own.expect("the program's folder").as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let shell = format!("stty cols 80 rows 24; {line}");
    command
        .args(["--quiet", "--return", "--command", &shell, "/dev/null"])
        .env_clear()
        .env("PATH", path)
        .env("HOME", project.folder())
        .env("LANG", "C.UTF-8")
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm-256color")
        .env("DATABASE_URL", database.url())
        .current_dir(project.folder())
        .stdin(Stdio::null());
    let run = Run::of(&mut command);
    assert_eq!(run.code, Some(0), "{run:#?}");
    run.stdout
}

#[test]
fn a_terminal_has_colour_unless_it_is_refused() {
    let (project, database) = applied();
    let shown = on_terminal(&project, &database, "crmdb migrate status");
    assert!(shown.contains("\x1b[1mMIGRATION"), "{shown:?}");
    for line in [
        "NO_COLOR=1 crmdb migrate status",
        "crmdb migrate status --color never",
    ] {
        let shown = on_terminal(&project, &database, line);
        assert!(
            shown.contains("MIGRATION") && !shown.contains("\x1b["),
            "{shown:?}"
        );
    }
    // The flag wins over the variable.
    let line = "NO_COLOR=1 crmdb migrate status --color always";
    let shown = on_terminal(&project, &database, line);
    assert!(shown.contains("\x1b["), "{shown:?}");
    // An empty variable is none (no-color.org).
    let shown = on_terminal(&project, &database, "NO_COLOR= crmdb migrate status");
    assert!(shown.contains("\x1b["), "{shown:?}");
}

#[test]
fn fits_80_columns_on_a_terminal_and_is_not_cut_in_a_pipe() {
    let project = Project::new(&["a_module_with_a_rather_long_name"]);
    let stem = "V20261120193000__a_migration_with_a_rather_long_name_too";
    project.migration(
        &format!("a_module_with_a_rather_long_name/{stem}"),
        "SELECT 1;",
        "SELECT 1;",
    );
    let database = Database::new();
    let piped = project.run(&database, "migrate status").ends(0);
    assert_eq!(piped.stdout.lines().count(), 2);
    assert!(piped.stdout.contains(stem));
    project.run(&database, "migrate up").ends(0);
    let shown = on_terminal(&project, &database, "crmdb migrate status --color never");
    // The database's address is a word of its own length.
    for line in shown.lines().filter(|line| !line.starts_with("database:")) {
        assert!(
            line.trim_end().chars().count() <= 80,
            "{line:?} in {shown:?}"
        );
    }
    // Help is wrapped, too.
    let help = Run::of(program(project.folder()).args(["migrate", "up", "--help"])).ends(0);
    for line in help.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line:?}");
    }
}

#[test]
fn every_command_has_a_document() {
    let (project, database) = (project(), Database::new());
    project.migration("a/V3__t", "CREATE TABLE a.t (x int);", "DROP TABLE a.t;");
    for (line, code) in [
        ("migrate status", 0),
        ("migrate status --check", 1),
        ("migrate plan", 0),
        ("migrate plan --sql", 0),
        ("migrate verify", 0),
        ("migrate up --dry-run", 0),
        ("migrate up", 0),
        ("migrate up", 0),
        ("migrate rehearse", 0),
        ("drift check", 0),
        ("drift check --output sarif", 0),
        ("lint modules", 0),
        ("inspect sizes", 0),
        ("inspect indexes", 0),
        ("inspect queries", 0),
        ("inspect connections", 0),
        ("inspect locks", 0),
        ("inspect vacuum", 0),
        (
            "inspect health --severity critical --ignore setting-loses-data",
            0,
        ),
        ("migrate redo", 0),
        ("seed --dry-run", 0),
        ("seed", 0),
        ("seed dev --dry-run", 0),
        ("seed dev", 0),
        ("seed dev", 0),
        ("seed export --table a.t", 0),
        ("seed clear --dry-run", 0),
        ("seed clear", 0),
        ("backup b --schema-only", 0),
        ("migrate down --steps 1 --dry-run", 0),
        ("migrate down --all", 0),
        (
            "migrate baseline --to 1 --reason x --unverified --dry-run",
            0,
        ),
        ("migrate baseline --to 1 --reason x --unverified", 0),
        ("migrate new a x --repeatable", 0),
        ("dev status", 0),
    ] {
        let run = project
            .run(&database, &format!("{line} --format json"))
            .ends(code);
        assert_eq!(run.json()["format_version"], 1, "{line}");
        assert!(run.stdout.ends_with("}\n"), "{line}: {run:#?}");
        for said in run.stderr.lines() {
            let object: serde_json::Value = serde_json::from_str(said)
                .unwrap_or_else(|error| panic!("{line}: no JSON ({error}): {run:#?}"));
            assert_eq!(object["format_version"], 1, "{line}");
        }
    }
}

#[test]
fn wrong_usage_is_an_object_too() {
    for line in [
        "migrate up --to x --format json",
        "migrate repair 1 --format=json",
        "--format json migrate nonsense",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let run = Run::of(program(folder.path()).args(line.split_whitespace())).ends(2);
        assert_eq!(run.stdout, "");
        let object: serde_json::Value = serde_json::from_str(&run.stderr)
            .unwrap_or_else(|error| panic!("{line}: no JSON ({error}): {run:#?}"));
        assert!(object["error"]["message"].is_string(), "{object}");
    }
    let folder = tempfile::tempdir().unwrap();
    Run::of(program(folder.path()).args(["migrate", "nonsense"]))
        .ends(2)
        .says("error: unrecognized subcommand 'nonsense'");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let (project, database) = (project(), Database::new());
    for arguments in [
        &["migrate", "plan"][..],
        &["migrate", "status"],
        &["migrate", "up"],
        &["migrate", "status", "--format", "json"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = project
            .command(&database, arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !said.contains("panicked") && !said.contains("error"),
            "{said}"
        );
    }
    // What was to be done is done, though nobody reads.
    project.run(&database, "migrate status --check").ends(0);
}

#[test]
fn completions() {
    let folder = tempfile::tempdir().unwrap();
    let script = |shell: &str| {
        let run = Run::of(program(folder.path()).args(["completions", shell])).ends(0);
        assert_eq!(run.stderr, "");
        for word in ["migrate", "baseline", "allow-data-loss", "completions"] {
            assert!(run.stdout.contains(word), "{shell}: no {word}");
        }
        run.stdout
    };
    let bash = folder.path().join("crmdb.bash");
    std::fs::write(&bash, script("bash")).unwrap();
    let checked = Run::of(Command::new("bash").arg("-n").arg(&bash)).ends(0);
    assert_eq!(checked.stderr, "");
    assert!(script("zsh").starts_with("#compdef crmdb"));
    assert!(script("fish").contains("complete -c crmdb"));
    Run::of(program(folder.path()).args(["completions", "tcsh"])).ends(2);
}

#[test]
fn manual_pages() {
    let folder = tempfile::tempdir().unwrap();
    let page = Run::of(program(folder.path()).arg("man"))
        .ends(0)
        .prints(".TH crmdb 1");
    assert_eq!(page.stderr, "");
    Run::of(program(folder.path()).args(["man", "pages"])).ends(0);
    for name in [
        "crmdb.1",
        "crmdb-migrate.1",
        "crmdb-migrate-down.1",
        "crmdb-dev-start.1",
    ] {
        let text = std::fs::read_to_string(folder.path().join("pages").join(name)).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{name}");
    }
    std::fs::write(folder.path().join("file"), "").unwrap();
    Run::of(program(folder.path()).args(["man", "file/below"]))
        .ends(2)
        .says("could not make the folder `file/below`");
}

/// The help of a command and of all below it.
fn help(command: &mut clap::Command, text: &mut String) {
    let _ = writeln!(
        text,
        "{}\n",
        command.render_long_help().to_string().trim_end()
    );
    let mut below: Vec<&mut clap::Command> = command
        .get_subcommands_mut()
        .filter(|command| command.get_name() != "help")
        .collect();
    for command in &mut below {
        let _ = writeln!(text, "{0}\n", "=".repeat(80));
        help(command, text);
    }
}

#[test]
fn the_whole_help() {
    let mut command = crmdb::cli::Cli::command().term_width(80);
    command.build();
    let mut text = String::new();
    help(&mut command, &mut text);
    insta::assert_snapshot!("help", text.trim_end());
}

#[test]
fn help_and_version_need_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let version = Run::of(program(folder.path()).arg("--version")).ends(0);
    assert_eq!(
        version.stdout,
        format!("crmdb {}\n", env!("CARGO_PKG_VERSION"))
    );
    let help = Run::of(program(folder.path()).arg("--help"))
        .ends(0)
        .prints("Exit codes:");
    assert_eq!((version.stderr.as_str(), help.stderr.as_str()), ("", ""));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
