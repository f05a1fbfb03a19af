//! A server with certificates and users of many kinds, for the tests of connections.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use crmdb::connect::{Endpoint, Environment, Session, Wanted, resolve};
use crmdb::error::Failure;

/// A part of every password; no message may show it.
pub const CANARY: &str = "hunter2canary";
/// The password of every user: all that is special in a URL, a string and a file.
const PASSWORD: &str = "hunter2canary@/:#%?&= '\\";
/// The same in a URL, and in a password file.
pub const ENCODED: &str = "hunter2canary%40%2F%3A%23%25%3F%26%3D%20%27%5C";
pub const PASSFILE: &str = r"hunter2canary@/\:#%?&= '\\";

const HBA: &str = "\
local   all all                     trust
hostssl all certified  all          cert
hostnossl all plain_only all        scram-sha-256
hostssl all tls_only   all          scram-sha-256
host    all plain_only,tls_only,locked_out,certified all reject
host    replication all all         trust
host    all all        all          scram-sha-256
";

/// `reject` gives another message than no line at all, so those users get no line.
fn hba() -> String {
    let users = "app,limited,no_login,nobody,postgres";
    HBA.lines()
        .filter(|line| !line.contains("reject"))
        .map(
            |line| match line.strip_prefix("host    all all        all") {
                Some(rest) => format!("host    all {users} all{rest}\n"),
                None => format!("{line}\n"),
            },
        )
        .collect()
}

static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

/// A running server; dropping it stops it.
pub struct Cluster {
    pub port: u16,
    folder: tempfile::TempDir,
    server: Child,
}

impl Cluster {
    /// The one that tests share, as long as one of them runs.
    pub fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap();
        if let Some(cluster) = shared.upgrade() {
            return cluster;
        }
        let cluster = Arc::new(Self::start(&[]));
        *shared = Arc::downgrade(&cluster);
        cluster
    }

    /// Starts one with more arguments of `postgres`.
    pub fn start(arguments: &[&str]) -> Self {
        let folder = new_folder();
        let data = folder.path().join("data");
        certificates(&data.with_file_name("tls"));
        run(program("initdb")
            .args(["-A", "trust", "-U", "postgres", "--no-sync", "-D"])
            .arg(&data));
        for name in [
            "server.crt",
            "server.key",
            "old.crt",
            "self.crt",
            "self.key",
            "ca.crt",
        ] {
            copy_private(&folder.path().join("tls").join(name), &data.join(name));
        }
        std::fs::write(data.join("pg_hba.conf"), hba()).unwrap();
        let cluster = Self::run(folder, arguments);
        cluster.fill();
        cluster
    }

    /// Starts a standby of this one.
    pub fn standby(&self) -> Self {
        let folder = new_folder();
        let data = folder.path().join("data");
        certificates(&folder.path().join("tls"));
        run(program("pg_basebackup")
            .args([
                "-R",
                "-c",
                "fast",
                "--no-sync",
                "-U",
                "postgres",
                "-h",
                "localhost",
                "-p",
            ])
            .arg(self.port.to_string())
            .arg("-D")
            .arg(&data));
        Self::run(folder, &[])
    }

    fn run(folder: tempfile::TempDir, arguments: &[&str]) -> Self {
        let port = free_port();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let server = program("postgres")
            .arg("-D")
            .arg(folder.path().join("data"))
            .arg("-k")
            .arg(folder.path())
            .args(["-p", &port.to_string()])
            .args([
                "-c",
                "listen_addresses=localhost",
                "-c",
                "fsync=off",
                "-c",
                "ssl=on",
            ])
            .args(["-c", "ssl_ca_file=ca.crt", "-c", "max_wal_senders=4"])
            .args(arguments)
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap();
        let cluster = Self {
            port,
            folder,
            server,
        };
        for _ in 0..200 {
            let ready = program("pg_isready")
                .args(["-q", "-h", &cluster.folder(), "-p", &port.to_string()])
                .status();
            if ready.is_ok_and(|status| status.success()) {
                return cluster;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(cluster.folder.path().join("log"));
        panic!("the server does not start: {log:?}");
    }

    fn fill(&self) {
        let quoted = PASSWORD.replace('\'', "''");
        let mut sql = String::new();
        for user in [
            "app",
            "plain_only",
            "tls_only",
            "locked_out",
            "limited",
            "certified",
        ] {
            sql.push_str(&format!("CREATE ROLE {user} LOGIN PASSWORD '{quoted}';\n"));
        }
        sql.push_str(&format!("CREATE ROLE no_login PASSWORD '{quoted}';\n"));
        sql.push_str("ALTER ROLE limited CONNECTION LIMIT 0;\n");
        sql.push_str("CREATE DATABASE app;\nCREATE DATABASE closed;\nCREATE DATABASE read_only;\n");
        sql.push_str("REVOKE CONNECT ON DATABASE closed FROM PUBLIC;\n");
        sql.push_str("ALTER DATABASE read_only SET default_transaction_read_only = on;\n");
        let file = self.folder.path().join("fill.sql");
        std::fs::write(&file, sql).unwrap();
        run(program("psql")
            .args([
                "-qX",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-h",
                &self.folder(),
            ])
            .args(["-p", &self.port.to_string(), "-f"])
            .arg(&file)
            .arg("postgres"));
    }

    /// The folder of the socket.
    pub fn folder(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// A file of the certificates.
    pub fn file(&self, name: &str) -> String {
        self.folder
            .path()
            .join("tls")
            .join(name)
            .display()
            .to_string()
    }

    /// The URL of the database `app` for the user `app`.
    pub fn url(&self, host: &str, parameters: &str) -> String {
        self.url_of("app", host, parameters)
    }

    /// The URL of the database `app`.
    pub fn url_of(&self, user: &str, host: &str, parameters: &str) -> String {
        format!(
            "postgres://{user}:{ENCODED}@{host}:{}/app?{parameters}",
            self.port
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let _ = program("pg_ctl")
            .args(["stop", "-s", "-m", "immediate", "-D"])
            .arg(data)
            .status();
        let _ = self.server.wait();
    }
}

/// What a URL in `DATABASE_URL` leads to.
pub fn endpoint<const N: usize>(url: &str, more: [(&str, &str); N]) -> Endpoint {
    let pairs = [("DATABASE_URL", url)].into_iter().chain(more);
    let env = Environment::from_pairs(pairs);
    let wanted = Wanted {
        flag: None,
        target: None,
        manifest: None,
        connect_timeout: Duration::from_secs(5),
    };
    resolve(&wanted, &env).unwrap().unwrap()
}

#[track_caller]
pub fn open(url: &str) -> impl Future<Output = Session> {
    open_with(url, [])
}

/// Opens a session, and shows the password nowhere.
pub async fn open_with<const N: usize>(url: &str, more: [(&str, &str); N]) -> Session {
    let endpoint = endpoint(url, more);
    let session = match endpoint.open().await {
        Ok(session) => session,
        Err(error) => panic!(
            "{endpoint}: {error:?} {:?}",
            error.downcast_ref::<Failure>()
        ),
    };
    for text in [
        format!("{endpoint} {endpoint:?} {:?}", endpoint.warnings()),
        endpoint.url_without_password(),
        format!("{session:?} {}", session.place()),
    ] {
        assert!(!text.contains(CANARY), "{text}");
    }
    session
}

pub async fn fail(url: &str) -> Failure {
    fail_with(url, []).await
}

/// Fails to open a session, and shows the password nowhere.
pub async fn fail_with<const N: usize>(url: &str, more: [(&str, &str); N]) -> Failure {
    let endpoint = endpoint(url, more);
    let error = endpoint
        .open()
        .await
        .expect_err(&format!("{endpoint} should not open"));
    let text = format!("{error} {error:?} {error:#} {endpoint:?}");
    assert!(!text.contains(CANARY), "{text}");
    error.downcast::<Failure>().expect("a failure for people")
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn copy_private(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o600)).unwrap();
    if let Some((user, group)) = server_user() {
        std::os::unix::fs::chown(to, Some(user), Some(group)).unwrap();
    }
}

/// The server refuses to run as root, and so runs as `postgres` there.
fn server_user() -> Option<(u32, u32)> {
    if !nix::unistd::geteuid().is_root() {
        return None;
    }
    let user = nix::unistd::User::from_name("postgres")
        .unwrap()
        .expect("a user `postgres`");
    Some((user.uid.as_raw(), user.gid.as_raw()))
}

fn new_folder() -> tempfile::TempDir {
    let folder = tempfile::Builder::new()
        .prefix("crmdb-")
        .tempdir_in("/tmp")
        .unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    if let Some((user, group)) = server_user() {
        std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).unwrap();
    }
    folder
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A program of the newest server that is installed.
fn program(name: &str) -> Command {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    folders.sort();
    let path = folders
        .pop()
        .map_or(PathBuf::from(name), |folder| folder.join(name));
    let mut command = Command::new(path);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C")
        .current_dir("/tmp");
    if let Some((user, group)) = server_user() {
        command.uid(user).gid(group);
    }
    command
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// An authority and another one; certificates for `localhost`, expired, self-signed; of clients.
fn certificates(folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    let openssl = |arguments: &str| {
        run(Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for name in ["ca", "other"] {
        openssl(&format!(
            "req -x509 {key} -days 30 -subj /CN={name} -keyout {name}.key -out {name}.crt"
        ));
    }
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    for (name, subject, authority) in [
        ("server", "localhost", "ca"),
        ("client", "certified", "ca"),
        ("stranger", "certified", "other"),
    ] {
        openssl(&format!(
            "req {key} -subj /CN={subject} -keyout {name}.key -out {name}.csr"
        ));
        openssl(&format!(
            "x509 -req -in {name}.csr -CA {authority}.crt -CAkey {authority}.key -CAcreateserial \
             -days 30 -extfile names -out {name}.crt"
        ).replace("             ", ""));
    }
    // The recipe of PostgreSQL's documentation: its own authority.
    openssl(&format!(
        "req -x509 {key} -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout self.key -out self.crt"
    ));
    std::fs::write(folder.join("index"), "").unwrap();
    let policy = "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nserial=serial\n\
                  default_md=sha256\npolicy=p\nrand_serial=yes\n[p]\ncommonName=supplied\n";
    std::fs::write(folder.join("ca.cnf"), policy).unwrap();
    openssl(
        "ca -batch -config ca.cnf -cert ca.crt -keyfile ca.key -in server.csr -extfile names \
         -startdate 20200101000000Z -enddate 20210101000000Z -notext -out old.crt"
            .replace("         ", "")
            .as_str(),
    );
    for name in ["client.key", "stranger.key"] {
        std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600))
            .unwrap();
    }
    std::fs::copy(folder.join("stranger.key"), folder.join("open.key")).unwrap();
    std::fs::set_permissions(
        folder.join("open.key"),
        std::fs::Permissions::from_mode(0o644),
    )
    .unwrap();
}
