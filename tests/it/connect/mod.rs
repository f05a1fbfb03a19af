//! Connections to a real server: TLS modes, authentication, several hosts, what errors say.

mod impostor;
mod programs;
mod servers;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crmdb::connect::Session;
use tokio_postgres::SimpleQueryMessage;

use servers::{CANARY, Cluster, fail, fail_with, open, open_with};

/// sslmode, root certificate, host, and whether it is encrypted, or what the error says.
type ModeCase<'a> = (&'a str, Option<&'a str>, &'a str, Result<bool, &'a str>);

/// The certificate is for `localhost` alone.
#[tokio::test]
async fn each_sslmode_checks_what_it_says() {
    let cluster = Cluster::shared();
    let right = cluster.file("ca.crt");
    let wrong = cluster.file("other.crt");
    let cases: &[ModeCase] = &[
        ("disable", None, "localhost", Ok(false)),
        ("allow", None, "localhost", Ok(false)),
        ("prefer", None, "localhost", Ok(true)),
        ("prefer", None, "127.0.0.1", Ok(true)),
        ("require", None, "127.0.0.1", Ok(true)),
        ("require", Some(&right), "127.0.0.1", Ok(true)),
        ("require", Some(&wrong), "localhost", Err("authority")),
        ("verify-ca", Some(&right), "localhost", Ok(true)),
        ("verify-ca", Some(&right), "127.0.0.1", Ok(true)),
        ("verify-ca", Some(&wrong), "localhost", Err("authority")),
        ("verify-ca", None, "localhost", Err("authority")),
        ("verify-full", Some(&right), "localhost", Ok(true)),
        (
            "verify-full",
            Some(&right),
            "127.0.0.1",
            Err("another name"),
        ),
        ("verify-full", Some(&wrong), "localhost", Err("authority")),
        ("verify-full", None, "localhost", Err("authority")),
    ];
    for (mode, root, host, expected) in cases {
        let mut parameters = format!("sslmode={mode}");
        if let Some(root) = root {
            parameters.push_str(&format!("&sslrootcert={root}"));
        }
        let url = cluster.url(host, &parameters);
        let case = format!("{parameters} {host}");
        match expected {
            Ok(encrypted) => {
                let session = open(&url).await;
                let version = tls_version(&session).await;
                assert_eq!(version.is_some(), *encrypted, "{case}");
                session.cancel().await.unwrap();
                session.close().await;
            }
            Err(text) => {
                let failure = fail(&url).await;
                assert!(failure.message.contains(text), "{case}: {failure:?}");
                assert!(failure.hint.is_some(), "{case}");
            }
        }
    }
}

/// The version of TLS that the server sees.
async fn tls_version(session: &Session) -> Option<String> {
    let query = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let messages = session.client().simple_query(query).await.unwrap();
    messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    })
}

#[tokio::test]
async fn versions_of_tls_can_be_bounded() {
    let cluster = Cluster::shared();
    for (parameter, version) in [
        ("ssl_max_protocol_version=TLSv1.2", "TLSv1.2"),
        ("ssl_min_protocol_version=TLSv1.3", "TLSv1.3"),
    ] {
        let url = cluster.url("localhost", &format!("sslmode=require&{parameter}"));
        assert_eq!(
            tls_version(&open(&url).await).await.as_deref(),
            Some(version)
        );
    }
}

/// libpq, too, goes on without TLS where `prefer` cannot have it.
#[tokio::test]
async fn prefer_does_without_a_broken_client_certificate() {
    let cluster = Cluster::shared();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".postgresql");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("postgresql.crt"), "nonsense").unwrap();
    std::fs::write(folder.join("postgresql.key"), "nonsense").unwrap();
    let env = [("HOME", home.path().to_str().unwrap())];
    let session = open_with(&cluster.url("localhost", ""), env).await;
    assert_eq!(tls_version(&session).await, None);
    let failure = fail_with(&cluster.url("localhost", "sslmode=require"), env).await;
    assert!(
        failure.message.contains("client certificate"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_root_certificate_at_home_is_used() {
    let cluster = Cluster::shared();
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".postgresql")).unwrap();
    std::fs::copy(
        cluster.file("ca.crt"),
        home.path().join(".postgresql/root.crt"),
    )
    .unwrap();
    let env = [("HOME", home.path().to_str().unwrap())];
    open_with(&cluster.url("localhost", "sslmode=verify-full"), env).await;
    std::fs::copy(
        cluster.file("other.crt"),
        home.path().join(".postgresql/root.crt"),
    )
    .unwrap();
    let failure = fail_with(&cluster.url("localhost", "sslmode=require"), env).await;
    assert!(failure.message.contains("authority"), "{failure:?}");
}

#[tokio::test]
async fn a_self_signed_certificate_is_its_own_root() {
    let cluster = Cluster::start(&[
        "-c",
        "ssl_cert_file=self.crt",
        "-c",
        "ssl_key_file=self.key",
    ]);
    let root = cluster.file("self.crt");
    let full = format!("sslmode=verify-full&sslrootcert={root}");
    open(&cluster.url("localhost", &full)).await;
    let failure = fail(&cluster.url("127.0.0.1", &full)).await;
    assert!(failure.message.contains("another name"), "{failure:?}");
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let cluster = Cluster::start(&[
        "-c",
        "ssl_cert_file=old.crt",
        "-c",
        "ssl_key_file=server.key",
    ]);
    let root = cluster.file("ca.crt");
    let failure = fail(&cluster.url(
        "localhost",
        &format!("sslmode=verify-ca&sslrootcert={root}"),
    ))
    .await;
    assert!(failure.message.contains("expired"), "{failure:?}");
    open(&cluster.url("localhost", "sslmode=require")).await;
}

#[tokio::test]
async fn a_server_without_tls_is_refused_unless_told_otherwise() {
    let cluster = Cluster::start(&["-c", "ssl=off"]);
    let failure = fail(&cluster.url("localhost", "sslmode=require")).await;
    assert!(
        failure.message.contains("does not speak TLS"),
        "{failure:?}"
    );
    open(&cluster.url("localhost", "")).await;
}

#[tokio::test]
async fn channel_binding_can_be_required() {
    let cluster = Cluster::shared();
    let root = cluster.file("ca.crt");
    let bound = format!("sslmode=verify-full&sslrootcert={root}&channel_binding=require");
    open(&cluster.url("localhost", &bound)).await;
    let failure = fail(&cluster.url("localhost", "sslmode=disable&channel_binding=require")).await;
    assert!(failure.message.contains("channel binding"), "{failure:?}");
}

#[tokio::test]
async fn prefer_and_allow_have_a_second_choice() {
    let cluster = Cluster::shared();
    open(&cluster.url_of("plain_only", "localhost", "sslmode=prefer")).await;
    open(&cluster.url_of("tls_only", "localhost", "sslmode=allow")).await;
    let failure = fail(&cluster.url_of("tls_only", "localhost", "sslmode=disable")).await;
    assert_eq!(failure.sqlstate.as_deref(), Some("28000"));
    assert!(failure.hint.unwrap().contains("sslmode=require"));
    let failure = fail(&cluster.url_of("plain_only", "localhost", "sslmode=require")).await;
    assert!(failure.hint.unwrap().contains("pg_hba.conf"));
}

#[tokio::test]
async fn client_certificates_are_sent() {
    let cluster = Cluster::shared();
    let (certificate, key) = (cluster.file("client.crt"), cluster.file("client.key"));
    let with = format!("sslmode=require&sslcert={certificate}&sslkey={key}");
    open(&cluster.url_of("certified", "localhost", &with)).await;
    let failure = fail(&cluster.url_of("certified", "localhost", "sslmode=require")).await;
    assert!(
        failure.hint.unwrap().contains("sslcert"),
        "{}",
        failure.message
    );
    let (certificate, key) = (cluster.file("stranger.crt"), cluster.file("stranger.key"));
    let with = format!("sslmode=require&sslcert={certificate}&sslkey={key}");
    let failure = fail(&cluster.url_of("certified", "localhost", &with)).await;
    assert!(
        failure.message.contains("client certificate"),
        "{failure:?}"
    );
    let open_key = cluster.file("open.key");
    let with = format!("sslmode=require&sslcert={certificate}&sslkey={open_key}");
    let failure = fail(&cluster.url_of("certified", "localhost", &with)).await;
    assert!(failure.hint.unwrap().contains("chmod 600"));
}

#[tokio::test]
async fn refusals_of_the_server_are_explained() {
    let cluster = Cluster::shared();
    let port = cluster.port;
    let cases = [
        (
            format!("postgres://app:{CANARY}-wrong@localhost:{port}/app"),
            "28P01",
            "password",
        ),
        (
            format!("postgres://nobody:{CANARY}@localhost:{port}/app"),
            "28P01",
            "password",
        ),
        (
            format!("postgres://app@localhost:{port}/app"),
            "",
            "PGPASSWORD",
        ),
        (
            cluster.url("localhost", "").replace("/app?", "/absent?"),
            "3D000",
            "createdb absent",
        ),
        (
            cluster.url_of("locked_out", "localhost", ""),
            "28000",
            "pg_hba.conf",
        ),
        (
            cluster.url_of("no_login", "localhost", ""),
            "28000",
            "LOGIN",
        ),
        (
            cluster.url_of("limited", "localhost", ""),
            "53300",
            "max_connections",
        ),
        (
            cluster.url("localhost", "").replace("/app?", "/closed?"),
            "42501",
            "GRANT CONNECT",
        ),
        (
            cluster.url("localhost", "options=-c%20nonsense%3D1"),
            "42704",
            "",
        ),
    ];
    for (url, sqlstate, hint) in cases {
        let failure = fail(&url).await;
        assert_eq!(
            failure.sqlstate.as_deref().unwrap_or(""),
            sqlstate,
            "{failure:?}"
        );
        assert!(
            failure.hint.as_deref().unwrap_or("").contains(hint),
            "{failure:?}"
        );
        assert!(
            failure.message.contains(&format!("localhost:{port}")),
            "{failure:?}"
        );
        assert!(failure.detail.unwrap().contains("from DATABASE_URL"));
    }
}

#[tokio::test]
async fn refusals_of_the_network_are_explained() {
    let dead = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_port = silent.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().display();
    let cases = [
        (
            format!("postgres://app:{CANARY}@127.0.0.1:{dead}/app"),
            "connection refused",
        ),
        (
            format!("postgres://app:{CANARY}@no-such-host.invalid/app"),
            "host name",
        ),
        (
            format!("postgres://app:{CANARY}@/app?host={socket}"),
            "no such socket",
        ),
        (
            format!("postgres://app:{CANARY}@127.0.0.1:{silent_port}/app?connect_timeout=1"),
            "no answer in time",
        ),
        (
            format!("postgres://app:{CANARY}@127.0.0.1:{dead},127.0.0.1:{dead}/app"),
            "none of 2 servers",
        ),
    ];
    let started = Instant::now();
    for (url, message) in cases {
        let failure = fail(&url).await;
        assert!(failure.message.contains(message), "{failure:?}");
        assert!(failure.hint.is_some(), "{failure:?}");
    }
    assert!(started.elapsed() < Duration::from_secs(20));
}

/// Something answers, but no PostgreSQL.
#[tokio::test]
async fn another_kind_of_server_is_no_riddle() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(6).flatten() {
            use std::io::Write;
            let _ = (&stream).write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    for mode in ["disable", "prefer", "require"] {
        let url = format!("postgres://app:{CANARY}@127.0.0.1:{port}/app?sslmode={mode}");
        let failure = fail(&url).await;
        assert!(failure.message.contains("could not connect"), "{failure:?}");
        assert!(failure.hint.is_some(), "{failure:?}");
    }
}

#[tokio::test]
async fn the_next_host_is_tried() {
    let cluster = Cluster::shared();
    let dead = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let port = cluster.port;
    let encoded = servers::ENCODED;
    for hosts in [
        format!("localhost:{dead},localhost:{port}"),
        format!("no-such-host.invalid:{port},[::1]:{port},127.0.0.1:{port}"),
    ] {
        open(&format!(
            "postgres://app:{encoded}@{hosts}/app?sslmode=prefer"
        ))
        .await;
    }
    let url = format!("postgres://app:{CANARY}-wrong@localhost:{port},localhost:{dead}/app");
    let failure = fail(&url).await;
    assert_eq!(
        failure.sqlstate.as_deref(),
        Some("28P01"),
        "a wrong password is wrong everywhere"
    );
}

#[tokio::test]
async fn target_session_attrs_choose_the_server() {
    let primary = Cluster::start(&[]);
    let standby = primary.standby();
    let (one, two) = (primary.port, standby.port);
    let encoded = servers::ENCODED;
    for (attributes, on_standby) in [
        ("any", true),
        ("read-write", false),
        ("primary", false),
        ("standby", true),
        ("read-only", true),
        ("prefer-standby", true),
    ] {
        let hosts = format!("localhost:{two},localhost:{one}");
        let url = format!("postgres://app:{encoded}@{hosts}/app?target_session_attrs={attributes}");
        let session = open(&url).await;
        assert_eq!(session.is_standby(), on_standby, "{attributes}");
        assert_eq!(session.read_only().is_some(), on_standby, "{attributes}");
    }
    let url = primary.url("localhost", "target_session_attrs=prefer-standby");
    assert!(!open(&url).await.is_standby(), "a primary will do");
    let failure = fail(&primary.url("localhost", "target_session_attrs=standby")).await;
    assert!(failure.message.contains("it is a primary"), "{failure:?}");
    let failure = fail(&standby.url("localhost", "target_session_attrs=read-write")).await;
    assert!(failure.message.contains("it is a standby"), "{failure:?}");
}

#[tokio::test]
async fn a_read_only_database_is_noticed() {
    let cluster = Cluster::shared();
    let session = open(&cluster.url("localhost", "").replace("/app?", "/read_only?")).await;
    let failure = session.read_only().unwrap();
    assert!(failure.message.contains("default_transaction_read_only"));
}

#[tokio::test]
async fn sockets_password_files_and_services_lead_there() {
    let cluster = Cluster::shared();
    let (port, folder) = (cluster.port, cluster.folder());
    let session = open(&format!(
        "postgres:///app?host={folder}&port={port}&user=postgres"
    ))
    .await;
    assert_eq!(
        session.place(),
        format!("postgres://postgres@/app?host={folder}&port={port}")
    );
    let encoded = folder.replace('/', "%2F");
    open(&format!(
        "postgres://postgres@{encoded}:{port}/app?sslmode=verify-full"
    ))
    .await;
    open(&format!(
        "host={folder} port={port} user=postgres dbname='app'"
    ))
    .await;

    let home = tempfile::tempdir().unwrap();
    servers::write_private(
        &home.path().join(".pgpass"),
        &format!("# mine\nlocalhost:{port}:*:app:{}\n", servers::PASSFILE),
    );
    let service = format!("[crm]\nhost=localhost\nport={port}\nuser=app\ndbname=app\n");
    std::fs::write(home.path().join(".pg_service.conf"), service).unwrap();
    let env = [("HOME", home.path().to_str().unwrap())];
    open_with(&format!("postgres://app@localhost:{port}/app"), env).await;
    open_with("service=crm", env).await;
    open_with("postgres://?service=crm", env).await;
}

#[tokio::test]
async fn a_session_knows_its_server() {
    let cluster = Cluster::shared();
    let session = open(&cluster.url("localhost", "")).await;
    assert!(session.server_version().0 >= 15);
    assert_eq!(session.parameter("standard_conforming_strings"), Some("on"));
    assert_eq!(session.parameter("application_name"), Some("crmdb"));
    assert!(session.read_only().is_none());
    session
        .client()
        .batch_execute(
            "DO $$ BEGIN RAISE WARNING 'careful' USING HINT = 'do', DETAIL = 'so'; END $$",
        )
        .await
        .unwrap();
    let notices = session.take_notices();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].severity, "WARNING");
    assert_eq!(notices[0].message, "careful");
    assert_eq!(notices[0].hint.as_deref(), Some("do"));
    assert!(
        notices[0]
            .r#where
            .as_deref()
            .unwrap()
            .contains("inline_code_block")
    );
    assert!(session.take_notices().is_empty());

    let many = "DO $$ BEGIN FOR i IN 1..1500 LOOP RAISE NOTICE '%', i; END LOOP; END $$";
    session.client().batch_execute(many).await.unwrap();
    let notices = session.take_notices();
    assert_eq!(notices.len(), 1001);
    assert_eq!(notices[1000].message, "500 more notices were not kept");
}

#[tokio::test]
async fn a_cancelled_statement_ends() {
    let cluster = Cluster::shared();
    let session = open(&cluster.url("localhost", "sslmode=require")).await;
    let (result, ()) = tokio::join!(
        session.client().batch_execute("SELECT pg_sleep(30)"),
        async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            session.cancel().await.unwrap();
        }
    );
    let code = result
        .unwrap_err()
        .code()
        .map(|code| code.code().to_owned());
    assert_eq!(code.as_deref(), Some("57014"));
    assert!(!session.is_closed());
}

#[tokio::test]
async fn a_lost_connection_says_why() {
    let cluster = Cluster::shared();
    let session = open(&cluster.url("localhost", "")).await;
    let end = "SELECT pg_terminate_backend(pg_backend_pid())";
    session.client().batch_execute(end).await.unwrap_err();
    for _ in 0..50 {
        if session.lost().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(session.is_closed());
    let lost = session.lost().unwrap();
    assert!(!format!("{lost:?}").contains(CANARY));
}

#[tokio::test]
async fn another_database_of_the_same_server() {
    let cluster = Cluster::shared();
    let endpoint = servers::endpoint(&cluster.url("localhost", ""), []);
    let session = endpoint.with_database("postgres").open().await.unwrap();
    assert!(session.place().ends_with("/postgres"));
}

/// PgBouncer drops the cancel request of a client that hangs up before it was passed on.
#[tokio::test]
async fn a_cancel_request_stays_until_it_is_heard() {
    let (port, stayed) = impostor::serve(
        &[
            ("server_version", "17.2"),
            ("in_hot_standby", "off"),
            ("default_transaction_read_only", "off"),
        ],
        &[],
    );
    let session = open(&format!(
        "postgres://app:{CANARY}@127.0.0.1:{port}/app?sslmode=disable"
    ))
    .await;
    session.cancel().await.unwrap();
    assert!(stayed.recv().unwrap());
}

#[tokio::test]
async fn what_a_pooler_does_not_report_is_asked_for() {
    let (port, _stayed) = impostor::serve(&[("server_version", "16.3")], &["on", "off"]);
    let url = format!("postgres://app:{CANARY}@127.0.0.1:{port}/app?sslmode=disable");
    let session = open(&url).await;
    assert!(session.is_standby());
    let failure = fail(&format!("{url}&target_session_attrs=primary")).await;
    assert!(failure.message.contains("it is a standby"), "{failure:?}");
}

#[tokio::test]
async fn servers_that_are_too_old_are_refused() {
    let old: &[(&str, &str)] = &[("server_version", "14.2")];
    let console: &[(&str, &str)] = &[("server_version", "1.18.0/bouncer")];
    for (parameters, hint) in [
        (old, "Upgrade"),
        (console, "console of PgBouncer"),
        (&[], "Upgrade"),
    ] {
        let (port, _stayed) = impostor::serve(parameters, &[]);
        let url = format!("postgres://app:{CANARY}@127.0.0.1:{port}/app?sslmode=disable");
        let failure = fail(&url).await;
        assert!(
            failure.message.contains("15 is the oldest supported"),
            "{failure:?}"
        );
        assert!(
            failure.hint.as_deref().unwrap().contains(hint),
            "{failure:?}"
        );
    }
}
