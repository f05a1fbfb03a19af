//! Which database is meant, and where its missing parts come from.

use super::{Address, NOTHING, Wanted, endpoint, environment, failure, resolve, target};
use crate::connect::{Endpoint, Secret, Source};

const URL: &str = "postgres://u@url.example/url";

#[test]
fn the_first_that_is_there_counts() {
    let target = target(Address::Variable("PROD_URL".to_owned()));
    let manifest = Address::Url("postgres://u@manifest/db".to_owned());
    let all = [
        ("PROD_URL", "postgres://u@target/db"),
        ("DATABASE_URL", "postgres://u@url/db"),
        ("PGHOST", "pg"),
        ("DB_HOST", "db"),
    ];
    let mut wanted = Wanted {
        flag: Some("postgres://u@flag/db"),
        target: Some(&target),
        manifest: Some(&manifest),
        ..NOTHING
    };
    let mut seen = Vec::new();
    let mut see = |wanted: &Wanted, pairs: &[(&str, &str)]| {
        let endpoint = endpoint(wanted, pairs);
        seen.push((
            endpoint.servers[0].host.clone(),
            endpoint.source().to_string(),
        ));
    };
    see(&wanted, &all);
    wanted.flag = None;
    see(&wanted, &all);
    wanted.target = None;
    see(&wanted, &all);
    see(&wanted, &all[2..]);
    see(&wanted, &all[3..]);
    see(&wanted, &[]);
    let expected = [
        ("flag", "--database-url"),
        ("target", "target `prod`"),
        ("url", "DATABASE_URL"),
        ("pg", "PGHOST, DB_HOST"),
        ("db", "DB_HOST"),
        ("manifest", "migrations.toml"),
    ];
    assert_eq!(
        seen,
        expected.map(|(host, source)| (host.to_owned(), source.to_owned()))
    );
    assert!(resolve(&NOTHING, &environment(&[])).unwrap().is_none());
}

/// What is there but cannot be used never gives way to the next.
#[test]
fn nothing_falls_back() {
    let target = target(Address::Variable("PROD_URL".to_owned()));
    let with_target = Wanted {
        target: Some(&target),
        ..NOTHING
    };
    let good = ("DATABASE_URL", URL);
    for pairs in [&[good][..], &[good, ("PROD_URL", " ")]] {
        let failure = failure(&with_target, pairs);
        assert!(failure.message.contains("target `prod`"), "{failure:?}");
        assert!(failure.message.contains("`PROD_URL`"), "{failure:?}");
    }
    let flag = Wanted {
        flag: Some(""),
        ..NOTHING
    };
    assert!(failure(&flag, &[good]).message.contains("--database-url"));
    for url in ["", " ", "nonsense", "postgres://u@h:x/db"] {
        let failure = failure(&NOTHING, &[("DATABASE_URL", url), ("PGHOST", "pg")]);
        assert!(failure.message.contains("DATABASE_URL"), "{failure:?}");
        assert!(failure.hint.is_some());
    }
    let manifest = Address::Url("postgres://u@manifest/db".to_owned());
    let with_manifest = Wanted {
        manifest: Some(&manifest),
        ..NOTHING
    };
    assert!(
        failure(&with_manifest, &[("PGHOST", "")])
            .message
            .contains("`PGHOST` is set but empty")
    );
    assert!(
        failure(&NOTHING, &[("DB_NAME", "")])
            .message
            .contains("`DB_NAME`")
    );
}

#[test]
fn the_variable_of_the_project_may_be_unset_but_not_empty() {
    let manifest = Address::Variable("CRM_URL".to_owned());
    let wanted = Wanted {
        manifest: Some(&manifest),
        ..NOTHING
    };
    assert!(resolve(&wanted, &environment(&[])).unwrap().is_none());
    assert_eq!(
        *endpoint(&wanted, &[("CRM_URL", URL)]).source(),
        Source::Manifest
    );
    assert!(
        failure(&wanted, &[("CRM_URL", "")])
            .message
            .contains("CRM_URL")
    );
}

#[test]
fn which_variables_mean_a_database() {
    for name in [
        "PGHOST",
        "PGHOSTADDR",
        "PGPORT",
        "PGDATABASE",
        "DB_HOST",
        "DB_PORT",
        "DB_NAME",
    ] {
        let found = resolve(&NOTHING, &environment(&[(name, "127")]));
        assert!(!matches!(found, Ok(None)), "{name}");
    }
    for name in [
        "PGUSER",
        "PGPASSWORD",
        "PGSSLMODE",
        "PGAPPNAME",
        "PGOPTIONS",
        "DB_USER",
        "DB_PASSWORD",
    ] {
        let found = resolve(&NOTHING, &environment(&[(name, "x")])).unwrap();
        assert!(found.is_none(), "{name}");
    }
}

#[test]
fn pg_variables_win_over_db_variables_each() {
    let pairs = [
        ("DB_HOST", "db"),
        ("DB_PORT", "1"),
        ("DB_NAME", "outreach"),
        ("DB_USER", "grace"),
        ("DB_PASSWORD", "theirs"),
        ("PGPORT", "2"),
        ("PGPASSWORD", "ours"),
        ("PGAPPNAME", "deploy"),
    ];
    let found = endpoint(&NOTHING, &pairs);
    assert_eq!(found.to_string(), "postgres://grace@db:2/outreach");
    assert_eq!(found.servers[0].password, Some(Secret::new("ours")));
    assert_eq!(
        found.servers[0].password_from.as_deref(),
        Some("PGPASSWORD")
    );
    assert_eq!(found.settings.application_name, "deploy");
    assert_eq!(
        *found.source(),
        Source::Environment("PGPORT, DB_HOST, DB_PORT, DB_NAME".to_owned())
    );
}

/// The documented variables mean a server by TCP, `PG*` the default socket.
#[test]
fn without_a_host() {
    let found = endpoint(
        &NOTHING,
        &[("DB_NAME", "ophir_db"), ("DB_USER", "username")],
    );
    assert_eq!(
        found.to_string(),
        "postgres://username@localhost:5432/ophir_db"
    );
    let found = endpoint(&NOTHING, &[("PGDATABASE", "crm")]);
    assert!(found.servers[0].socket_folder().is_some());
}

#[test]
fn a_url_is_filled_from_pg_variables_but_not_from_db_variables() {
    let pairs = [
        ("DATABASE_URL", "postgres://url.example"),
        ("PGUSER", "grace"),
        ("PGDATABASE", "crm"),
        ("PGPASSWORD", "x"),
        ("PGSSLMODE", "require"),
        ("PGCONNECT_TIMEOUT", "9"),
        ("DB_PORT", "99"),
        // Would lead away from the host that the URL names.
        ("PGHOSTADDR", "10.6.6.6"),
    ];
    let found = endpoint(&NOTHING, &pairs);
    assert_eq!(found.to_string(), "postgres://grace@url.example:5432/crm");
    assert_eq!(found.servers[0].address, None);
    assert_eq!(
        found.settings.connect_timeout.map(|time| time.as_secs()),
        Some(9)
    );
    let failure = failure(&NOTHING, &[("DATABASE_URL", URL), ("PGSSLMODE", "full")]);
    assert!(failure.message.contains("`PGSSLMODE`"), "{failure:?}");
}

#[test]
fn the_embedded_server_takes_nothing_from_the_environment() {
    let env = environment(&[
        ("PGPASSWORD", "x"),
        ("PGSERVICE", "absent"),
        ("PGOPTIONS", "-c x=1"),
        ("PGTARGETSESSIONATTRS", "standby"),
        ("PGSSLMODE", "nonsense"),
        ("PGAPPNAME", "deploy"),
    ]);
    let url = "postgres:///crmdb?host=/socket&user=postgres";
    let found = Endpoint::from_url(url, Source::Embedded, &env).unwrap();
    assert_eq!(found.to_string(), "postgres://postgres@/crmdb?host=/socket");
    assert_eq!(found.servers[0].password, None);
    assert_eq!(found.settings.options, None);
    assert!(found.is_local());
}

#[test]
fn a_password_on_the_command_line_is_warned_about() {
    let wanted = Wanted {
        flag: Some("postgres://u:p@h/db"),
        ..NOTHING
    };
    let warnings = endpoint(&wanted, &[]).warnings().to_vec();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("process list"));
    let wanted = Wanted {
        flag: Some("postgres://u@h/db"),
        ..NOTHING
    };
    assert!(
        endpoint(&wanted, &[("PGPASSWORD", "p")])
            .warnings()
            .is_empty()
    );
}

#[test]
fn without_a_name_for_the_user() {
    let env = crate::connect::Environment::from_pairs([("PGHOST", "h")]);
    let error = resolve(&NOTHING, &env).unwrap_err().to_string();
    assert!(error.contains("no user is named"), "{error}");
}

#[test]
fn a_variable_that_is_not_unicode_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    for name in ["DATABASE_URL", "PGHOST", "PGPASSWORD"] {
        let bad = std::ffi::OsString::from_vec(vec![b'a', 0xff]);
        let pairs = [("PGPORT", "1".into()), (name, bad)];
        let env = crate::connect::Environment::from_pairs(pairs).with_os_user("ada");
        let error = resolve(&NOTHING, &env).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("UTF-8"), "{error}");
    }
}
