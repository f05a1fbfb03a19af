//! URLs and connection strings: what providers hand out, what libpq takes, what is refused.

use std::time::Duration;

use proptest::prelude::*;
use tokio_postgres::config::{ChannelBinding, SslNegotiation};

use super::{from_url, url_failure};
use crate::connect::secret::Secret;
use crate::connect::settings::SessionAttributes;
use crate::connect::ssl::{Roots, SslMode, TlsVersion};
use crate::connect::{conninfo, percent, url};

/// As Neon, Supabase, RDS, Heroku and others hand them out.
#[test]
fn urls_of_providers() {
    let cases = [
        (
            "postgresql://neondb_owner:npg_x@ep-cool-1.eu-central-1.aws.neon.tech/neondb?sslmode=require&channel_binding=require",
            "postgres://neondb_owner@ep-cool-1.eu-central-1.aws.neon.tech:5432/neondb",
        ),
        (
            "postgresql://postgres.abcd:p%40ss@aws-0-eu-west-1.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1",
            "postgres://postgres.abcd@aws-0-eu-west-1.pooler.supabase.com:6543/postgres",
        ),
        (
            "postgres://u1a2:p9@ec2-1-2-3-4.compute-1.amazonaws.com:5432/d6",
            "postgres://u1a2@ec2-1-2-3-4.compute-1.amazonaws.com:5432/d6",
        ),
        (
            "postgres://crm@mydb.cabc.eu-west-1.rds.amazonaws.com/crm?sslmode=verify-full&sslrootcert=/certs/global-bundle.pem",
            "postgres://crm@mydb.cabc.eu-west-1.rds.amazonaws.com:5432/crm",
        ),
        (
            "postgresql://crm%40tenant:x@tenant.postgres.database.azure.com/crm?ssl=true",
            "postgres://crm%40tenant@tenant.postgres.database.azure.com:5432/crm",
        ),
        (
            "postgresql://app:x@/crm?host=/cloudsql/project:region:instance",
            "postgres://app@/crm?host=/cloudsql/project:region:instance",
        ),
        (
            "postgresql://doadmin:x@db-1.b.db.ondigitalocean.com:25060/defaultdb?sslmode=require",
            "postgres://doadmin@db-1.b.db.ondigitalocean.com:25060/defaultdb",
        ),
    ];
    for (url, shown) in cases {
        assert_eq!(from_url(url).to_string(), shown);
    }
}

#[test]
fn forms_of_libpq() {
    let cases = [
        ("postgres://h", "postgres://ada@h:5432/ada"),
        ("postgres://h/", "postgres://ada@h:5432/ada"),
        ("POSTGRESQL://h/db\n", "postgres://ada@h:5432/db"),
        ("postgres://u:@h:1/db", "postgres://u@h:1/db"),
        ("postgres://u:a:b@h/db", "postgres://u@h:5432/db"),
        ("postgres://u@[::1]:6/db", "postgres://u@[::1]:6/db"),
        (
            "postgres://u@[2001:db8::1]/db",
            "postgres://u@[2001:db8::1]:5432/db",
        ),
        (
            "postgres://u@a:1,b,[::1]:3/db",
            "postgres://u@a:1,b:5432,[::1]:3/db",
        ),
        ("postgres://u@a,b/db?port=7", "postgres://u@a:7,b:7/db"),
        (
            "postgres://u@%2Fvar%2Frun/db",
            "postgres://u@/db?host=/var/run",
        ),
        (
            "postgres://u@%2Fs:6000/db",
            "postgres://u@/db?host=/s&port=6000",
        ),
        ("postgres://u@a,%2Fs/db", "postgres://u@a:5432,%2Fs:5432/db"),
        ("postgres:///db?host=/s&user=u", "postgres://u@/db?host=/s"),
        (
            "postgres://x@h/y?user=u&dbname=db&host=i&port=2",
            "postgres://u@i:2/db",
        ),
        (
            "postgres://u@h/d%C3%BC%2Fb",
            "postgres://u@h:5432/d%C3%BC%2Fb",
        ),
        (
            "postgres://u@h/db?hostaddr=10.0.0.1",
            "postgres://u@h:5432/db",
        ),
        (
            "postgres://u@/db?hostaddr=10.0.0.1",
            "postgres://u@10.0.0.1:5432/db",
        ),
        ("host=h user=u dbname=db", "postgres://u@h:5432/db"),
        (
            "  host = h  port=2 user = 'u s' dbname='d\\'b'",
            "postgres://u%20s@h:2/d%27b",
        ),
        (
            "host=/s user=u\\ s password='' dbname=db",
            "postgres://u%20s@/db?host=/s",
        ),
        (
            "host=h user=u dbname=db password=a://b",
            "postgres://u@h:5432/db",
        ),
    ];
    for (url, shown) in cases {
        assert_eq!(from_url(url).to_string(), shown, "{url}");
    }
}

#[test]
fn what_is_misplaced_is_refused_with_advice() {
    let cases = [
        ("postgres://u:p@ss@h/db", "an `@` too many", "%40"),
        ("postgres://u:p#ss@h/db", "a `#`", "%23"),
        ("postgres://u:p/ss@h/db", "an `@` behind its host", "%2F"),
        ("postgres://u:p?ss@h/db", "an `@` behind its host", "%3F"),
        (
            "postgres://a@b:12?k=v@h/db",
            "an `@` behind its host",
            "%3F",
        ),
        ("postgres://u:p%ss@h/db", "a `%` without two", "%25"),
        ("postgres://u:p%zz@h/db", "a `%` without two", "%25"),
        ("postgres://u:p%00@h/db", "a zero byte", ""),
        ("postgres://u:p%ff@h/db", "not UTF-8", ""),
        ("postgres://u:p ss@h/db", "a space", "%20"),
        ("postgres://u:p\nss@h/db", "a space or a line break", "%20"),
        (
            "postgres://u:[YOUR-PASSWORD]@h/db",
            "placeholder",
            "[YOUR-PASSWORD]",
        ),
        ("postgres://u@h:x/db", "its port", ""),
        ("postgres://u@h:0/db", "its port", ""),
        ("postgres://u@h:65536/db", "its port", ""),
        ("postgres://u@::1/db", "too many colons", "[::1]"),
        ("postgres://u@[::1/db", "colons", ""),
        ("postgres://u@[x]/db", "IPv6", ""),
        ("postgres://u@[::1]x/db", "IPv6", ""),
        ("postgres://u@h/a/b", "database name has a `/`", "%2F"),
        ("postgres://u@h$/db", "no host name has", ""),
        ("postgres://u@h/db?sslmode", "has no value", ""),
        (
            "postgres://u@h/db?sslmod=require",
            "`sslmod` is unknown",
            "`sslmode`",
        ),
        (
            "postgres://u@h/db?sslmode=full",
            "`sslmode` of DATABASE_URL",
            "verify-full",
        ),
        (
            "postgres://u@h/db?sslmode=require&sslmode=disable",
            "given twice",
            "",
        ),
        ("postgres://u@h/db?ssl=maybe", "`ssl`", "sslmode"),
        (
            "postgres://u@h/db?gssencmode=require",
            "`gssencmode`",
            "disable, prefer",
        ),
        (
            "postgres://u@h/db?require_auth=scram-sha-256",
            "not supported",
            "channel_binding",
        ),
        ("postgres://u@h/db?sslcrl=/x", "not supported", ""),
        (
            "postgres://u@h/db?sslpassword=x",
            "not supported",
            "passphrase",
        ),
        (
            "postgres://u@h/db?replication=database",
            "not supported",
            "",
        ),
        ("postgres://u@h/db?client_encoding=LATIN1", "UTF8", ""),
        (
            "postgres://u@h/db?sslrootcert=system&sslmode=require",
            "verify-full",
            "verify-full",
        ),
        (
            "postgres://u@h/db?sslnegotiation=direct&sslmode=prefer",
            "needs TLS",
            "require",
        ),
        ("postgres://u@h/db?sslcert=/c", "only one is given", ""),
        ("postgres://u@h/db?connect_timeout=soon", "whole number", ""),
        ("postgres://u@a,b,c/db?port=1,2", "`port` lists 2", ""),
        (
            "postgres://u@a,b/db?hostaddr=10.0.0.1",
            "`hostaddr` lists 1",
            "",
        ),
        ("postgres://u@h/db?hostaddr=h", "numeric address", ""),
        (
            "postgres://u@h/db?service=absent",
            "in no service file",
            "[absent]",
        ),
        ("host=@abstract user=u", "abstract", ""),
        ("mysql://u:p@h/db", "postgres://", ""),
        ("postgresql+psycopg2://u:p@h/db", "postgres://", "driver"),
        ("jdbc:postgresql://h/db", "postgres://", "driver"),
        ("'postgres://u:p@h/db'", "a quote", "quotes"),
        ("prod", "neither a URL", "--target"),
        ("host=h user", "`=` is missing", ""),
        ("host='h", "closing quote", ""),
        ("host='h'x", "closing quote", ""),
        ("host=h\\", "backslash", ""),
        ("password=a b=c", "not shown", "Percent-encode"),
    ];
    for (url, message, hint) in cases {
        let failure = url_failure(url);
        assert!(failure.message.contains(message), "{url:?}: {failure:?}");
        assert!(
            failure.hint.as_deref().unwrap_or("").contains(hint),
            "{url:?}: {failure:?}"
        );
    }
}

#[test]
fn parameters_have_types() {
    let endpoint = from_url(
        "postgres://u:p@a,b/db?sslmode=verify-ca&sslrootcert=/r&sslcert=/c&sslkey=/k&sslsni=0\
         &ssl_min_protocol_version=TLSv1.3&channel_binding=disable&target_session_attrs=prefer-standby\
         &load_balance_hosts=random&connect_timeout=7&keepalives=0&tcp_user_timeout=9\
         &application_name=deploy&options=-c%20x%3D1&gssencmode=prefer&krbsrvname=x&uselibpqcompat=true",
    );
    let settings = &endpoint.settings;
    assert_eq!(settings.tls.mode, Some(SslMode::VerifyCa));
    assert_eq!(settings.tls.roots, Roots::File("/r".into()));
    assert_eq!(settings.tls.identity, Some(("/c".into(), "/k".into())));
    assert_eq!(settings.tls.versions, (TlsVersion::V13, TlsVersion::V13));
    assert!(!settings.tls.send_name);
    assert_eq!(settings.channel_binding, ChannelBinding::Disable);
    assert_eq!(settings.session, SessionAttributes::PreferStandby);
    assert!(settings.shuffle);
    assert_eq!(settings.connect_timeout, Some(Duration::from_secs(7)));
    assert!(!settings.keepalive.on);
    assert_eq!(settings.keepalive.user_timeout, Duration::from_millis(9));
    assert_eq!(settings.application_name, "deploy");
    assert_eq!(settings.options.as_deref(), Some("-c x=1"));
    assert!(endpoint.warnings().is_empty());
    assert_eq!(endpoint.servers[0].password, Some(Secret::new("p")));

    let endpoint = from_url("postgres://h/db?connect_timeout=0&sslnegotiation=direct");
    assert_eq!(endpoint.settings.connect_timeout, None);
    assert_eq!(endpoint.settings.tls.negotiation, SslNegotiation::Direct);
    assert_eq!(endpoint.settings.application_name, "crmdb");
    assert_eq!(endpoint.settings.options, None);
}

#[test]
fn parameters_of_other_tools_are_left_out_and_said() {
    let url = "postgres://h/db?pgbouncer=true&schema=crm&pool_timeout=0&supa=base-pooler.x";
    let warnings = from_url(url).warnings().to_vec();
    assert_eq!(warnings.len(), 4);
    assert!(warnings[1].contains("`schema` is a setting of Prisma"));
}

/// A remote server is verified unless someone says otherwise; a local one is not.
#[test]
fn the_default_sslmode_depends_on_the_host() {
    let cases = [
        ("postgres://db.example.com/x", SslMode::VerifyFull),
        ("postgres://10.0.0.1/x", SslMode::VerifyFull),
        ("postgres://db/x?hostaddr=10.0.0.1", SslMode::VerifyFull),
        (
            "postgres://localhost/x?hostaddr=10.0.0.1",
            SslMode::VerifyFull,
        ),
        ("postgres://localhost/x", SslMode::Prefer),
        ("postgres://127.8.8.8/x", SslMode::Prefer),
        ("postgres://[::1]/x", SslMode::Prefer),
        ("postgres://[::1]/x?sslrootcert=system", SslMode::VerifyFull),
        (
            "postgres://localhost/x?sslnegotiation=direct",
            SslMode::Require,
        ),
        (
            "postgres:///x?host=/s&sslmode=verify-full",
            SslMode::Disable,
        ),
        ("postgres://db/x?sslmode=prefer", SslMode::Prefer),
        ("postgres://db/x?ssl=true", SslMode::Require),
        (
            "postgres://db/x?ssl=true&sslmode=verify-ca",
            SslMode::VerifyCa,
        ),
        ("postgres://db/x?sslmode=no-verify", SslMode::Require),
        ("postgres://db/x?ssl=false", SslMode::Disable),
    ];
    for (url, mode) in cases {
        let endpoint = from_url(url);
        assert_eq!(
            endpoint.settings.tls.mode_for(&endpoint.servers[0]),
            mode,
            "{url}"
        );
    }
    assert!(from_url("postgres://localhost,[::1]/x").is_local());
    assert!(!from_url("postgres://localhost,db/x").is_local());
}

#[test]
fn a_url_for_another_program_keeps_what_matters() {
    let url = "postgres://u:p@a:1,b/d?sslmode=require&options=-c%20x%3D1&target_session_attrs=primary&pgbouncer=true";
    assert_eq!(
        from_url(url).url_without_password(),
        "postgres://u@a:1,b:5432/d?sslmode=require&target_session_attrs=primary&options=-c%20x%3D1"
    );
}

proptest! {
    /// Every user, password and database comes back from a URL as it went in.
    #[test]
    fn urls_round_trip(user in "\\PC{1,12}", password in "\\PC{1,12}", database in "\\PC{1,12}") {
        let [u, p, d] = [&user, &password, &database].map(|text| percent::encode(text));
        let parsed = url::parse(&format!("postgres://{u}:{p}@h:1/{d}")).unwrap();
        prop_assert_eq!(parsed.get("user"), Some(user.as_str()));
        prop_assert_eq!(parsed.get("password"), Some(password.as_str()));
        prop_assert_eq!(parsed.get("dbname"), Some(database.as_str()));
        let parsed = url::parse(&format!("postgres:///?user={u}&password={p}&dbname={d}")).unwrap();
        prop_assert_eq!(parsed.get("password"), Some(password.as_str()));
    }

    #[test]
    fn connection_strings_round_trip(password in "\\PC{0,16}", user in "\\PC{0,16}") {
        let quote = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
        let text = format!("password={} user = {}", quote(&password), quote(&user));
        let parsed = conninfo::parse(&text).unwrap();
        prop_assert_eq!(parsed.get("password"), Some(password.as_str()));
        prop_assert_eq!(parsed.get("user"), Some(user.as_str()));
    }

    /// Whatever it is, it is read or refused, without a panic.
    #[test]
    fn nothing_panics(text in "(postgres://)?[\\PC@:/?#%=&'\\\\\\[\\], ]{0,40}") {
        let _ = url::parse(&text);
        let _ = conninfo::parse(&text);
    }
}
