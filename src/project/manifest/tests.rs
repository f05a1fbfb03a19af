use super::*;

#[track_caller]
fn violations(text: &str) -> Vec<String> {
    let mut violations = Violations::default();
    read(text, &mut violations);
    violations.lines()
}

/// What a file with this after its name is told.
#[track_caller]
fn found(rest: &str) -> Vec<String> {
    violations(&format!("project.name = \"p\"\n{rest}"))
}

#[test]
fn defaults() {
    let mut violations = Violations::default();
    let manifest = read("[project]\nname = \"crm\"\n", &mut violations);
    assert_eq!(violations.lines(), Vec::<String>::new());
    assert_eq!(manifest.name, "crm");
    assert_eq!(manifest.ledger_schema, "crmdb");
    assert_eq!(manifest.search_path, Vec::<String>::new());
    assert_eq!(manifest.database, None);
    assert_eq!(
        manifest.timeouts,
        Timeouts {
            connect: Duration::from_secs(5),
            lock: Duration::from_secs(5),
            lock_retries: 10,
            statement: Duration::ZERO,
            run_lock: Duration::from_secs(60),
        }
    );
}

#[test]
fn everything() {
    let text = r#"
        [project]
        name = "crm"
        search_path = ["app", "public"]
        url_env = "CRM_URL"

        [timeouts]
        connect = "500ms"
        lock = "2s"
        lock_retries = 0
        statement = "1h"
        run_lock = "2m"

        [ledger]
        schema = "_ledger"

        [[module]]
        name = "base"

        [[module]]
        name = "users"
        requires = ["base"]
        description = "People"

        [target.staging]
        url = "postgres://crm@db.example:5432/crm?sslmode=verify-full"
        protected = true
        modules = ["users"]

        [target.local]
        url = "host=/run/postgresql user=crm"
    "#;
    let mut violations = Violations::default();
    let manifest = read(text, &mut violations);
    assert_eq!(violations.lines(), Vec::<String>::new());
    assert_eq!(manifest.search_path, ["app", "public"]);
    assert_eq!(manifest.database, Some(Address::Variable("CRM_URL".into())));
    assert_eq!(manifest.timeouts.connect, Duration::from_millis(500));
    assert_eq!(manifest.timeouts.lock_retries, 0);
    assert_eq!(manifest.timeouts.run_lock, Duration::from_secs(120));
    assert_eq!(manifest.ledger_schema, "_ledger");
    assert_eq!(manifest.modules[1].requires, ["base"]);
    assert_eq!(manifest.modules[1].description, "People");
    let staging = &manifest.targets["staging"];
    assert!(staging.protected);
    assert_eq!(staging.modules, Some(vec!["users".into()]));
    assert!(!manifest.targets["local"].protected);
}

#[test]
fn keys_and_types() {
    assert_eq!(
        violations(
            "[project]\nname = 5\nserach_path = []\n[timeout]\n[timeouts]\nlock = \"5\"\n\
                    lock_retries = -1\nx = 1\n[ledger]\nschema = true\n[[modul]]\n[target.a]\n\
                    ulr = \"x\"\n[[module]]\nname = []\nrequires = [\"a\", 1]\n[[tasks]]\n"
        ),
        [
            "migrations.toml:2:8: `name` in `[project]`: invalid type: integer `5`, expected a string | ",
            "migrations.toml:3:1: unknown key `serach_path` in `[project]` | Did you mean `search_path`?",
            "migrations.toml:4:2: unknown key `timeout` in the file | Did you mean `timeouts`?",
            "migrations.toml:6:8: `lock` in `[timeouts]`: `5` is no length of time like `500ms`, `5s`, `2m` or `1h` | ",
            "migrations.toml:7:16: `lock_retries` in `[timeouts]`: invalid value: integer `-1`, expected u32 | ",
            "migrations.toml:8:1: unknown key `x` in `[timeouts]` | ",
            "migrations.toml:10:10: `schema` in `[ledger]`: invalid type: boolean `true`, expected a string | ",
            "migrations.toml:11:3: unknown key `modul` in the file | Did you mean `module`?",
            "migrations.toml:13:1: unknown key `ulr` in `[target.a]` | Did you mean `url`?",
            "migrations.toml:15:8: `name` in `[[module]]`: invalid type: sequence, expected a string | ",
            "migrations.toml:16:18: `requires` in `[[module]]`: invalid type: integer `1`, expected a string | ",
            "migrations.toml:17:3: unknown key `tasks` in the file | Did you mean `task`?",
        ]
    );
    assert_eq!(
        found("timeouts = 1\nmodule = { name = \"a\" }\ntarget.a = 1\n"),
        [
            "migrations.toml:2:12: `timeouts` is an integer, not a table | ",
            "migrations.toml:3:10: `module` is a table, not a list of tables | Write `[[module]]` above each.",
            "migrations.toml:4:12: `[target.a]` is an integer, not a table | ",
        ]
    );
}

#[test]
fn syntax() {
    let lines = violations("[project]\nname = \n[timeouts\nlock = \"5s\n");
    assert!(lines.len() > 1, "{lines:?}");
    assert!(lines[0].starts_with("migrations.toml:2:"), "{lines:?}");
    let lines = violations("[project]\nname = \"a\"\nname = \"b\"\n");
    assert_eq!(lines, ["migrations.toml:3:1: duplicate key | "]);
}

#[test]
fn project_and_timeouts() {
    assert_eq!(
        violations(""),
        ["migrations.toml:1:1: the project has no name | Write `name = \"…\"` under `[project]`."]
    );
    assert_eq!(
        found("timeouts.lock = \"0\""),
        ["migrations.toml:2:17: `lock` is zero | \
             Give it a length: without a limit, one waiting migration stops every reader."]
    );
}

#[test]
fn names_of_schemas() {
    for (name, expected) in [
        (
            "pg_x",
            "starts with `pg_`: `pg_x` | Choose another; PostgreSQL keeps these for itself.",
        ),
        (
            "Users",
            "is no plain identifier: `Users` | Use lower-case letters, digits and `_`.",
        ),
        (
            "",
            "is no plain identifier: `` | Use lower-case letters, digits and `_`.",
        ),
        (
            "1a",
            "is no plain identifier: `1a` | Use lower-case letters, digits and `_`.",
        ),
        (
            "a-b",
            "is no plain identifier: `a-b` | Use lower-case letters, digits and `_`.",
        ),
    ] {
        assert_eq!(
            found(&format!("[[module]]\nname = \"{name}\"")),
            [format!(
                "migrations.toml:3:8: the name of a module {expected}"
            )]
        );
        assert_eq!(
            found(&format!("[ledger]\nschema = \"{name}\"")),
            [format!(
                "migrations.toml:3:10: the schema of the ledger {expected}"
            )]
        );
    }
    assert_eq!(
        found(&format!("module = [{{ name = \"{}\" }}]", "a".repeat(64))).len(),
        1
    );
    assert_eq!(
        found(&format!("module = [{{ name = \"{}\" }}]", "a".repeat(63))).len(),
        0
    );
    assert_eq!(
        found("[[module]]\nname = \"crmdb\"\n[[module]]\n"),
        [
            "migrations.toml:3:8: the module `crmdb` has the name of the ledger's schema | ",
            "migrations.toml:4:1: a `[[module]]` has no name | ",
        ]
    );
}

#[test]
fn requirements() {
    let module = |name: &str, requires: &str| {
        format!("[[module]]\nname = \"{name}\"\nrequires = [{requires}]\n")
    };
    let modules = |list: &[(&str, &str)]| -> String {
        list.iter()
            .map(|(name, requires)| module(name, requires))
            .collect()
    };
    for (list, expected) in [
        (vec![("a", ""), ("b", "'a'")], vec![]),
        (
            vec![("a", ""), ("a", "")],
            vec!["migrations.toml:6:8: the module `a` stands here twice | "],
        ),
        (
            vec![("a", "'a'")],
            vec!["migrations.toml:4:13: the module `a` requires itself | "],
        ),
        (
            vec![("users", ""), ("b", "'user'")],
            vec![
                "migrations.toml:7:13: `b` requires the unknown module `user` | Did you mean `users`?",
            ],
        ),
        (
            vec![("a", "'c'"), ("b", ""), ("c", "")],
            vec![
                "migrations.toml:4:13: the module `a` requires `c`, which stands below it | Move `c` above `a`.",
            ],
        ),
        (
            vec![("a", "'b'"), ("b", "'c'"), ("c", "'a'"), ("d", "'d', 'x'")],
            vec![
                "migrations.toml:4:13: modules require each other in a circle | Move what both need into a module of its own.",
                "migrations.toml:13:13: the module `d` requires itself | ",
                "migrations.toml:13:18: `d` requires the unknown module `x` | ",
            ],
        ),
    ] {
        assert_eq!(found(&modules(&list)), expected, "{list:?}");
    }

    let mut violations = Violations::default();
    let text = modules(&[("a", "'b'"), ("b", "'c'"), ("c", "'a'")]);
    read(&format!("project.name = 'p'\n{text}"), &mut violations);
    let failure = violations.into_failure().unwrap();
    assert_eq!(failure.detail.as_deref(), Some("a → b → c → a"));
}

#[test]
fn targets() {
    assert_eq!(
        found(
            "[[module]]\nname = \"users\"\n[target.a]\n[target.b]\nurl = \"postgres://h\"\nurl_env = \"X\"\n\
               [target.c]\nurl_env = \"postgres://u:secret@h\"\nmodules = [\"user\"]\n"
        ),
        [
            "migrations.toml:4:9: `[target.a]` has no address | Give it `url_env = \"…\"`, the variable that holds the URL, or `url`.",
            "migrations.toml:7:11: `[target.b]` has both `url` and `url_env` | Keep one of them.",
            "migrations.toml:9:11: `url_env` in `[target.c]` is no name of an environment variable | Write the variable's name, as in `url_env = \"STAGING_URL\"`.",
            "migrations.toml:10:12: `[target.c]` names the unknown module `user` | Did you mean `users`?",
        ]
    );
}

#[test]
fn passwords() {
    for url in [
        "postgres://u:secret@h/db",
        "postgres://u:p@secret@h/db",
        "postgres://u:sec/ret@h/db",
        "postgres://u:sec?ret@h/db",
        "postgresql://h/db?password=secret",
        "postgresql://h/db?sslPassword=secret",
        "host=h password = 'secret'",
    ] {
        let lines = found(&format!("project.url = \"{url}\""));
        assert_eq!(
            lines,
            [
                "migrations.toml:2:15: the `url` in `[project]` holds a password | \
                 Put the URL into an environment variable and name that in `url_env`."
            ],
            "{url}"
        );
    }
    for url in [
        "postgres://u@h:5432/db",
        "postgres://u:@h/db",
        "postgres://h:5432,i:5433/db?options=a@b",
        "postgres://[::1]/db?options=a@b",
        "postgres:///db?host=/run",
        "host=h user=u passfile=/x",
    ] {
        assert_eq!(
            found(&format!("project.url = \"{url}\"")),
            Vec::<String>::new(),
            "{url}"
        );
    }
}
