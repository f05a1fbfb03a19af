//! No message shows a password, wherever it stands and however it is broken.

use proptest::prelude::*;

use super::{NOTHING, Wanted, environment, resolve};
use crate::connect::{Environment, Secret};
use crate::error::Failure;

const CANARY: &str = "hunter2canary";

/// Everything that could be shown of an attempt.
fn everything(wanted: &Wanted, env: &Environment) -> String {
    match resolve(wanted, env) {
        Ok(None) => String::new(),
        Ok(Some(found)) => format!(
            "{found} {found:?} {} {:?} {:?} {:?}",
            found.url_without_password(),
            found.warnings(),
            found.servers,
            found.source()
        ),
        Err(error) => {
            let failure = error.downcast_ref::<Failure>();
            assert!(failure.is_some(), "a failure for people");
            format!("{error} {error:?} {error:#} {failure:?}")
        }
    }
}

#[track_caller]
fn assert_silent(text: &str) {
    let flag = Wanted {
        flag: Some(text),
        ..NOTHING
    };
    for (wanted, env) in [
        (&flag, environment(&[])),
        (&NOTHING, environment(&[("DATABASE_URL", text)])),
    ] {
        let shown = everything(wanted, &env);
        assert!(!shown.contains(CANARY), "{text:?} shows {shown}");
        assert!(!format!("{wanted:?} {env:?}").contains(CANARY), "{text:?}");
    }
}

#[test]
fn a_secret_hides() {
    let secret = Secret::new(CANARY);
    assert!(!format!("{secret} {secret:?}").contains(CANARY));
}

#[test]
fn broken_addresses_do_not_show_the_password() {
    // `^` is where the password stands.
    let forms = [
        "postgres://u:^@h/db",
        "postgres://u:^@h/db?sslmode=nonsense",
        "postgres://u:^@h/db?nonsense=1",
        "postgres://u:^@h:x/db",
        "postgres://u:^@h/a/b",
        "postgres://u:^@h$/db",
        "postgres://u:a@^@h/db",
        "postgres://u:a/^@h/db",
        "postgres://u:a?^@h/db",
        "postgres://u:a?x=^@h/db",
        "postgres://a@b:1?^=x@h/db",
        "postgres://u:a#^@h/db",
        "postgres://u:%^@h/db",
        "postgres://u:^%@h/db",
        "postgres://u:^ @h/db",
        "postgres://u:[^@h/db",
        "postgres://:^@:^/db",
        "postgres://u@h/db?password=^",
        "postgres://u@h/db?password=a&^=1",
        "postgres://u@h/db?password=a&^",
        "postgres://u@h/db?password=^&password=b",
        "postgres://u@h/db?sslmode=^",
        "postgres://u@h/db?port=^",
        "postgres://u@h/db?hostaddr=^",
        "postgres://u@h/db?connect_timeout=^",
        "postgres://u@h/db?sslpassword=^",
        "postgres:/u:^@h/db",
        "postgres//u:^@h/db",
        "postgre://u:^@h/db",
        "^://u:p@h/db",
        "\"postgres://u:^@h/db\"",
        "u:^@h/db",
        "^",
        "host=h password=^",
        "host=h password=a ^",
        "host=h password=a ^=b",
        "host=h password='^",
        "host=h password='a'^",
        "host=h password=^\\",
        "password=^ host=$",
        "password=^ sslmode=nonsense",
        "host=h pasword=^",
    ];
    for form in forms {
        assert_silent(&form.replace('^', CANARY));
    }
}

#[test]
fn variables_do_not_show_the_password() {
    for broken in [
        ("PGSSLMODE", "x"),
        ("PGPORT", "x"),
        ("PGREQUIREAUTH", "x"),
        ("PGSERVICE", "x"),
    ] {
        for name in ["PGPASSWORD", "DB_PASSWORD"] {
            let env = environment(&[("PGHOST", "h"), (name, CANARY), broken]);
            assert!(!everything(&NOTHING, &env).contains(CANARY), "{broken:?}");
        }
    }
}

proptest! {
    /// Anything around a password that begins like a URL or a connection string.
    #[test]
    fn no_form_shows_the_password(
        before in "[a-z@:/?#%=& '\\\\\\[\\],]{0,8}",
        after in "[a-z@:/?#%=& '\\\\\\[\\],]{0,8}",
    ) {
        assert_silent(&format!("postgres://u:{before}{CANARY}{after}@h/db"));
        assert_silent(&format!("host=h password={before}{CANARY}{after}"));
    }
}
