//! Through a transaction pooler: a small one of the tests' own, and PgBouncer where it is there.

use std::path::Path;
use std::process::{Child as Process, Command, Stdio};

use nix::sys::signal::Signal;

use crate::support::{Child, Database, Pooler, Project, Run, catalog, eventually, wire};

fn two_tables() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__two",
            "CREATE TABLE a.two (y int);",
            "DROP TABLE a.two;",
        )
        .migration(
            "a/R__view",
            "CREATE OR REPLACE VIEW a.ones AS SELECT x FROM a.one;",
            "DROP VIEW a.ones;",
        );
    project
}

fn run(project: &Project, database: &Database, url: &str, line: &str) -> Run {
    let arguments: Vec<&str> = line.split(' ').collect();
    Run::of(
        project
            .command(database, &arguments)
            .env("DATABASE_URL", url),
    )
}

/// What must work through any transaction pooler.
fn everything_works(database: &Database, url: &str) {
    let project = two_tables();
    let before = catalog(database);
    run(&project, database, url, "migrate up")
        .ends(0)
        .says("3 migrations applied");
    run(&project, database, url, "migrate status --check").ends(0);
    run(&project, database, url, "migrate verify").ends(0);
    run(&project, database, url, "migrate redo").ends(0);
    run(&project, database, url, "migrate down --all").ends(0);
    assert_eq!(catalog(database), before);

    let children: Vec<Child> = (0..3)
        .map(|_| {
            let mut command = project.command(database, &["migrate", "up"]);
            Child::start(command.env("DATABASE_URL", url))
        })
        .collect();
    for child in children {
        child.end().ends(0);
    }
    run(&project, database, url, "migrate verify").ends(0);
    let applied = "SELECT count(*) FROM crmdb.applied";
    assert_eq!(database.value(applied), "3");

    outside_transactions_is_refused(&project, database, url);
    the_lock_is_held_and_given_back(&project, database, url);
}

fn outside_transactions_is_refused(project: &Project, database: &Database, url: &str) {
    let (before, rows) = (
        catalog(database),
        database.value("SELECT count(*) FROM crmdb.history"),
    );
    project
        .migration(
            "a/V3__three",
            "CREATE TABLE a.three (z int);",
            "DROP TABLE a.three;",
        )
        .migration(
            "a/V4__four",
            "-- crmdb: no-transaction\nCREATE INDEX CONCURRENTLY one_x ON a.one (x);\n",
            "-- crmdb: no-transaction\nDROP INDEX CONCURRENTLY a.one_x;\n",
        );
    run(project, database, url, "migrate up")
        .ends(2)
        .says("transaction pooler")
        .says("Nothing was done")
        .says("Connect to the server itself");
    assert_eq!(catalog(database), before);
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), rows);
    // The server itself takes it.
    project.run(database, "migrate up").ends(0);
}

fn the_lock_is_held_and_given_back(project: &Project, database: &Database, url: &str) {
    project.migration("a/V5__five", "SELECT pg_sleep(1000);", "SELECT 1;");
    let first = {
        let mut command = project.command(database, &["migrate", "up"]);
        Child::start(command.env("DATABASE_URL", url))
    };
    let sleeps = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                  AND wait_event = 'PgSleep'";
    eventually("a sleeping migration", || database.value(sleeps) == "1");
    let mut command = project.command(database, &["migrate", "up"]);
    let second = Child::start(command.env("DATABASE_URL", url));
    second.until_says("waiting for another crmdb run");
    second.signal(Signal::SIGINT);
    second.end().ends(130);
    first.signal(Signal::SIGINT);
    first
        .end()
        .ends(130)
        .says("`V5__five` was rolled back whole");
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(database.value(locks), "0");
}

#[test]
fn a_small_pooler() {
    let database = Database::new();
    let pooler = Pooler::new(&database, 8);
    everything_works(&database, pooler.url());
}

/// PgBouncer, ended with the value.
struct Bouncer {
    process: Process,
    folder: tempfile::TempDir,
    url: String,
}

impl Bouncer {
    /// Starts PgBouncer before a database, in a folder that its user may use.
    fn start(program: &Path, database: &Database) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().display().to_string();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777))
            .expect("its mode");
        let upstream = wire::socket_of(database.url());
        let server = upstream.parent().expect("a folder").display().to_string();
        let file = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n{name} = host={server} dbname={name} user=postgres\n\
             [pgbouncer]\npool_mode = transaction\nauth_type = any\nlisten_addr =\n\
             listen_port = 5432\nunix_socket_dir = {place}\nunix_socket_mode = 0777\n\
             default_pool_size = 8\nlogfile = {place}/log\n",
            name = database.name()
        );
        std::fs::write(&file, text).expect("its configuration");
        let mut command = Command::new(program);
        if nix::unistd::geteuid().is_root() {
            command.args(["-u", "postgres"]);
        }
        let process = command
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("PgBouncer starts");
        let socket = folder.path().join(".s.PGSQL.5432");
        eventually("PgBouncer's socket", || socket.exists());
        Self {
            process,
            url: wire::url_through(database.url(), folder.path()),
            folder,
        }
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.path().join("log"));
            eprintln!("PgBouncer: {}", log.unwrap_or_default());
        }
    }
}

#[test]
fn pgbouncer() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = std::env::split_paths(&path)
        .map(|folder| folder.join("pgbouncer"))
        .find(|program| program.exists());
    let Some(program) = program else {
        eprintln!("skipped: there is no pgbouncer on PATH (.ci/run installs it)");
        return;
    };
    let database = Database::new();
    let bouncer = Bouncer::start(&program, &database);
    everything_works(&database, &bouncer.url);
}
