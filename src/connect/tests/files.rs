//! Password files and service files.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use proptest::prelude::*;

use super::{NOTHING, endpoint, failure};
use crate::connect::passfile;

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn lookup(text: &str, wanted: [&str; 4]) -> Option<String> {
    let entries = passfile::parse(text);
    let found = entries.iter().find(|entry| entry.matches(wanted))?;
    Some(found.password.reveal().to_owned())
}

#[test]
fn lines_of_a_password_file() {
    let wanted = ["h", "5432", "db", "u"];
    let cases = [
        ("h:5432:db:u:secret", Some("secret")),
        ("*:*:*:*:any", Some("any")),
        ("h:5432:db:u:first\nh:5432:db:u:second", Some("first")),
        ("i:*:*:*:other\n*:5432:*:u:mine", Some("mine")),
        ("#h:5432:db:u:no\nh:5432:db:u:yes", Some("yes")),
        ("h:5432:db:u:a\\:b\\\\c", Some("a:b\\c")),
        ("h:5432:db:u:a:b", Some("a:b")),
        ("h:5432:db:u:with space \r\n", Some("with space ")),
        ("\u{feff}h:5432:db:u:bom", Some("bom")),
        ("h:5432:db:u", None),
        ("h:5432:db:v:secret", None),
        ("h:5433:db:u:secret", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(lookup(text, wanted).as_deref(), expected, "{text:?}");
    }
    let odd = lookup(r"\:\:1:*:d\\b:a\:b:x", ["::1", "1", r"d\b", "a:b"]);
    assert_eq!(odd.as_deref(), Some("x"));
    assert_eq!(
        lookup(r"\*:*:*:*:x", wanted),
        None,
        "an escaped star is a star"
    );
}

#[test]
fn each_server_has_its_own_password() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".pgpass");
    write(
        &path,
        "a:*:*:*:for a\nlocalhost:*:*:*:for local\nb:2:*:*:for b\n",
        0o600,
    );
    let home = ("HOME", home.path().to_str().unwrap());
    let passwords = |url: &str| -> Vec<Option<String>> {
        let found = endpoint(&NOTHING, &[("DATABASE_URL", url), home]);
        assert!(found.warnings().is_empty());
        let passwords = found.servers.iter().map(|server| server.password.as_ref());
        passwords
            .map(|password| Some(password?.reveal().to_owned()))
            .collect()
    };
    let local = Some("for local".to_owned());
    assert_eq!(
        passwords("postgres://u@a,b:2,b:3/db"),
        [Some("for a".to_owned()), Some("for b".to_owned()), None]
    );
    assert_eq!(passwords("postgres://u@localhost/db"), vec![local.clone()]);
    assert_eq!(
        passwords("postgres:///db?host=/var/run/postgresql"),
        [local]
    );
    assert_eq!(passwords("postgres:///db?host=/elsewhere"), [None]);
    assert_eq!(
        passwords("postgres://u:given@a/db"),
        [Some("given".to_owned())]
    );
}

#[test]
fn a_password_file_that_cannot_be_trusted_is_not_read() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".pgpass");
    let pairs = [
        ("DATABASE_URL", "postgres://u@a/db"),
        ("HOME", home.path().to_str().unwrap()),
    ];
    for mode in [0o640, 0o604, 0o666] {
        write(&path, "*:*:*:*:x\n", mode);
        let found = endpoint(&NOTHING, &pairs);
        assert_eq!(found.servers[0].password, None);
        assert!(
            found.warnings()[0].contains("chmod 600"),
            "{:?}",
            found.warnings()
        );
    }
    let named = [pairs[0], ("PGPASSFILE", "/absent/pgpass")];
    assert!(endpoint(&NOTHING, &named).warnings()[0].contains("does not exist"));
    let folder = [pairs[0], ("PGPASSFILE", "/")];
    assert!(endpoint(&NOTHING, &folder).warnings()[0].contains("not a plain file"));
}

#[test]
fn services() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.conf");
    let text =
        "# ours\n[other]\nhost=wrong\n\n[crm]\nhost=h\nport=7\nuser=u\npassword=p\n[crm]\nport=8\n";
    std::fs::write(&own, text).unwrap();
    std::fs::write(
        folder.path().join("pg_service.conf"),
        "[system]\nhost=s\ndbname=d\n",
    )
    .unwrap();
    let file = ("PGSERVICEFILE", own.to_str().unwrap());
    let system = ("PGSYSCONFDIR", folder.path().to_str().unwrap());

    // A service ranks above the other PG* variables, as in libpq.
    let pairs = [
        file,
        system,
        ("PGSERVICE", "crm"),
        ("PGPORT", "9"),
        ("PGDATABASE", "x"),
    ];
    let found = endpoint(&NOTHING, &pairs);
    assert_eq!(found.to_string(), "postgres://u@h:7/x");
    assert!(
        found.servers[0]
            .password_from
            .as_deref()
            .unwrap()
            .contains("service `crm`")
    );

    let pairs = [
        file,
        system,
        ("DATABASE_URL", "postgres://me@/?service=system"),
    ];
    assert_eq!(
        endpoint(&NOTHING, &pairs).to_string(),
        "postgres://me@s:5432/d"
    );

    // What the URL names is not led elsewhere.
    let pairs = [
        file,
        ("DATABASE_URL", "postgres://me@here/db"),
        ("PGSERVICE", "crm"),
    ];
    assert_eq!(
        endpoint(&NOTHING, &pairs).to_string(),
        "postgres://me@here:7/db"
    );

    let failure_of = |name| failure(&NOTHING, &[file, system, ("PGSERVICE", name)]);
    let absent = failure_of("absent");
    assert!(absent.message.contains("`absent`"));
    assert!(absent.detail.unwrap().contains("own.conf"));
    for (text, message) in [
        ("[crm]\nhots=h\n", "`hots` is unknown"),
        ("[crm]\nhost\n", "line 2"),
        ("[crm]\nservice=x\n", "cannot refer"),
        ("[crm]\nldap://x\n", "LDAP"),
    ] {
        std::fs::write(&own, text).unwrap();
        let failure = failure_of("crm");
        assert!(failure.message.contains(message), "{failure:?}");
    }
    std::fs::remove_file(&own).unwrap();
    assert!(failure_of("crm").message.contains("own.conf"));
}

proptest! {
    #[test]
    fn password_files_round_trip(host in "[^\n\r\0]{1,9}", password in "[^\n\r\0]{1,9}") {
        let escape = |text: &str| text.replace('\\', "\\\\").replace(':', "\\:");
        let line = format!("{}:*:*:*:{}", escape(&host), escape(&password));
        prop_assume!(host != "*" && !host.starts_with('#') && !host.starts_with('\u{feff}'));
        prop_assert_eq!(lookup(&line, [&host, "1", "d", "u"]), Some(password));
    }
}
