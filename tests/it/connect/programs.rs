//! `pg_dump` gets to where crmdb does: the same server, by the same way.

use super::servers::{CANARY, Cluster, ENCODED};
use crate::support::{Run, program};

#[track_caller]
fn backup(url: &str, home: Option<&str>) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    if let Some(root) = home {
        std::fs::create_dir(folder.path().join(".postgresql")).unwrap();
        std::fs::copy(root, folder.path().join(".postgresql/root.crt")).unwrap();
    }
    let run = Run::of(command.env("DATABASE_URL", url).args(["backup", "x", "-v"]));
    assert!(!format!("{run:?}").contains(CANARY), "{run:#?}");
    assert_eq!(folder.path().join("x").exists(), run.code == Some(0));
    run
}

#[test]
fn by_every_way() {
    let cluster = Cluster::shared();
    let root = cluster.file("ca.crt");
    let (certificate, key) = (cluster.file("client.crt"), cluster.file("client.key"));
    for (user, host, parameters) in [
        ("app", "localhost", "sslmode=disable".to_owned()),
        (
            "app",
            "127.0.0.1",
            "sslmode=require&ssl_max_protocol_version=TLSv1.2".to_owned(),
        ),
        (
            "app",
            "localhost",
            format!("sslmode=verify-full&sslrootcert={root}"),
        ),
        (
            "app",
            "127.0.0.1",
            format!("sslmode=verify-ca&sslrootcert={root}"),
        ),
        (
            "app",
            "localhost",
            "sslmode=require&channel_binding=require".to_owned(),
        ),
        (
            "app",
            "localhost",
            "options=-c%20geqo%3Doff&connect_timeout=20".to_owned(),
        ),
        ("tls_only", "localhost", "sslmode=allow".to_owned()),
        ("plain_only", "localhost", "sslmode=prefer".to_owned()),
        (
            "certified",
            "localhost",
            format!("sslmode=require&sslcert={certificate}&sslkey={key}"),
        ),
    ] {
        backup(&cluster.url_of(user, host, &parameters), None).ends(0);
    }
    backup(
        &cluster.url("localhost", "sslmode=verify-full"),
        Some(&root),
    )
    .ends(0);
    let socket = cluster.folder().replace('/', "%2F");
    let url = format!("postgres://app:{ENCODED}@{socket}:{}/app", cluster.port);
    backup(&url, None).ends(0);
    let wrong = cluster
        .url("localhost", "sslmode=require")
        .replace(ENCODED, CANARY);
    backup(&wrong, None).ends(2).says("password");
}

#[test]
fn to_the_server_of_the_list_that_has_the_snapshot() {
    let primary = Cluster::start(&[]);
    let standby = primary.standby();
    let hosts = format!("localhost:{},localhost:{}", standby.port, primary.port);
    for wanted in ["primary", "standby"] {
        let url = format!("postgres://app:{ENCODED}@{hosts}/app?target_session_attrs={wanted}");
        backup(&url, None).ends(0);
    }
}
