//! The embedded server, for real: created, started, attached to, killed, removed.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crmdb::error::Failure;
use crmdb::server::{Cluster, Env, Programs, Progress, Running, Started, Status, names};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A folder for data, and the clusters in it, which end with the test.
struct Lab {
    folder: tempfile::TempDir,
}

impl Lab {
    fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("crmdb-live-")
            .tempdir()
            .unwrap();
        // Root's servers run as somebody else, who has to get here.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn base(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn env(&self) -> Env {
        self.env_with(&[])
    }

    fn env_with(&self, extra: &[(&str, &str)]) -> Env {
        let base = self.base();
        Env::from_lookup(|name| {
            let own = extra.iter().find(|(key, _)| *key == name);
            match (name, own) {
                (_, Some((_, value))) => Some(OsString::from(value)),
                (names::DATA_DIR, None) => Some(base.clone().into()),
                _ => std::env::var_os(name),
            }
        })
    }

    fn project(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join("projects").join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn cluster(&self, project: &str) -> Cluster {
        Cluster::of_project(Some(&self.project(project)), &self.env()).unwrap()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for entry in fs::read_dir(self.base()).into_iter().flatten().flatten() {
            let file = entry.path().join("data/postmaster.pid");
            if let Some(pid) = fs::read_to_string(file)
                .ok()
                .and_then(|text| text.lines().next()?.parse::<i32>().ok())
                .filter(|pid| *pid > 1 && is_postgres(*pid))
            {
                let _ = kill(Pid::from_raw(pid), Signal::SIGQUIT);
                wait_until(|| !is_postgres(pid));
            }
        }
    }
}

fn is_postgres(pid: i32) -> bool {
    let output = Command::new("ps")
        .args(["-o", "command=", "-p", &pid.to_string()])
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).contains("postgres -D")
}

#[track_caller]
fn wait_until(mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < Duration::from_secs(20), "waited too long");
        thread::sleep(Duration::from_millis(5));
    }
}

#[track_caller]
fn start(cluster: &Cluster) -> Running {
    match cluster.start(&mut |_| {}) {
        Ok(running) => running,
        Err(error) => panic!("{error:#}: {:#?}", error.downcast_ref::<Failure>()),
    }
}

#[track_caller]
fn failure(result: anyhow::Result<impl std::fmt::Debug>) -> Failure {
    let error = result.unwrap_err();
    error
        .downcast_ref::<Failure>()
        .unwrap_or_else(|| panic!("not a failure: {error:?}"))
        .clone()
}

/// Asks the server through the very address that the rest of crmdb gets.
#[track_caller]
fn ask(cluster: &Cluster, sql: &str) -> String {
    try_ask(&cluster.url("crmdb"), sql).unwrap()
}

fn try_ask(url: &str, sql: &str) -> Result<String, tokio_postgres::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        let rows = client.simple_query(sql).await?;
        Ok(rows
            .iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join(","))
    })
}

fn as_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[test]
fn created_attached_stopped_started_and_reset() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    assert_eq!(cluster.status().unwrap(), Status::Absent);
    assert!(!cluster.stop().unwrap());

    let mut told = Vec::new();
    let first = cluster.start(&mut |what| told.push(what)).unwrap();
    assert_eq!(first.how, Started::Created);
    assert!(matches!(told[..], [Progress::Creating { .. }]), "{told:?}");
    ask(&cluster, "CREATE TABLE kept (n int)");

    let again = start(&cluster);
    assert_eq!((again.how, again.pid), (Started::Attached, first.pid));
    match cluster.status().unwrap() {
        Status::Running {
            pid,
            version,
            size,
            programs_replaced,
            started,
            ..
        } => {
            assert_eq!(pid, first.pid);
            assert!(version.is_some() && size > 1 << 20 && !programs_replaced);
            assert!(started.elapsed().unwrap() < Duration::from_secs(120));
        }
        other => panic!("{other:?}"),
    }

    assert!(cluster.stop().unwrap());
    assert!(!cluster.stop().unwrap());
    assert!(matches!(
        cluster.status().unwrap(),
        Status::Stopped {
            major: Some(15..),
            ..
        }
    ));

    assert_eq!(start(&cluster).how, Started::Started);
    assert_eq!(ask(&cluster, "SELECT count(*) FROM kept"), "0");

    cluster.reset().unwrap();
    assert_eq!(cluster.status().unwrap(), Status::Absent);
    assert!(!cluster.home().exists());
    wait_until(|| !is_postgres(first.pid));
    assert_eq!(start(&cluster).how, Started::Created);
}

#[test]
fn the_server_is_a_development_server() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    let running = start(&cluster);
    for (setting, value) in [
        ("fsync", "on"),
        ("synchronous_commit", "off"),
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("lc_messages", "C"),
        ("server_encoding", "UTF8"),
        ("shared_buffers", "128MB"),
        ("max_connections", "100"),
    ] {
        assert_eq!(
            ask(&cluster, &format!("SHOW {setting}")),
            value,
            "{setting}"
        );
    }
    assert_eq!(
        ask(&cluster, "SELECT current_user || ' ' || current_database()"),
        "postgres crmdb"
    );
    assert!(ask(&cluster, "SHOW cluster_name").starts_with("crmdb-"));
    let mode = fs::metadata(&running.socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    // A group of its own: Ctrl-C at the terminal does not reach it.
    let group = nix::unistd::getpgid(Some(Pid::from_raw(running.pid))).unwrap();
    assert_eq!(group.as_raw(), running.pid);
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_of_the_environment_leaks_and_root_is_dropped() {
    let lab = Lab::new();
    let running = start(&lab.cluster("shop"));
    let environ = fs::read(format!("/proc/{}/environ", running.pid)).unwrap();
    let environ = String::from_utf8_lossy(&environ);
    let names: Vec<_> = environ
        .split('\0')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !name.starts_with("PG_"))
        .collect();
    assert!(
        names.iter().all(|name| ["PATH", "LC_ALL"].contains(name)
            || name.starts_with("LC_")
            || *name == "PGLOCALEDIR"
            || *name == "PGSYSCONFDIR"),
        "{names:?}"
    );
    if as_root() {
        let status = fs::read_to_string(format!("/proc/{}/status", running.pid)).unwrap();
        let line = |name: &str| {
            let found = status.lines().find_map(|line| line.strip_prefix(name));
            found.unwrap().trim().to_owned()
        };
        assert!(!line("Uid:").split_whitespace().any(|id| id == "0"));
        assert!(!line("Gid:").split_whitespace().any(|id| id == "0"));
        assert_eq!(line("Groups:"), "");
    }
}

#[test]
fn projects_have_clusters_of_their_own() {
    let lab = Lab::new();
    let (one, two) = (lab.cluster("one"), lab.cluster("two"));
    assert_ne!(one.home(), two.home());
    let built_in = Cluster::of_project(None, &lab.env()).unwrap();
    assert!(built_in.home().to_string_lossy().contains("built-in-"));
}

#[test]
fn a_killed_server_is_started_again() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    let first = start(&cluster);
    ask(&cluster, "CREATE TABLE kept AS SELECT 1 AS n");
    // Commits do not wait for the disk here, so the last half second may be lost.
    ask(&cluster, "CHECKPOINT");
    kill(Pid::from_raw(first.pid), Signal::SIGKILL).unwrap();
    wait_until(|| !is_postgres(first.pid));
    let second = start(&cluster);
    assert_eq!(second.how, Started::Started);
    assert_ne!(second.pid, first.pid);
    assert_eq!(ask(&cluster, "SELECT n FROM kept"), "1");
}

#[test]
fn what_a_killed_server_left_at_work_is_waited_for() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    let first = start(&cluster);
    let url = cluster.default_url();
    // Computes without a pause in which it would notice that its server is gone.
    let busy = thread::spawn(move || {
        let _ = try_ask(
            &url,
            "DO $$ DECLARE until timestamptz := clock_timestamp() + '2 s';
             BEGIN WHILE clock_timestamp() < until LOOP NULL; END LOOP; END $$",
        );
    });
    wait_until(|| {
        ask(
            &cluster,
            "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^DO'",
        ) == "1"
    });
    kill(Pid::from_raw(first.pid), Signal::SIGKILL).unwrap();
    wait_until(|| !is_postgres(first.pid));
    let begin = Instant::now();
    let mut told = Vec::new();
    let second = cluster.start(&mut |what| told.push(what)).unwrap();
    assert_eq!(second.how, Started::Started, "{told:?}");
    assert!(
        begin.elapsed() > Duration::from_millis(500),
        "it was not waited for"
    );
    busy.join().unwrap();
    ask(&cluster, "SELECT 1");
}

/// A crmdb that is killed right after it started the server leaves one that shows itself nowhere
/// yet: it has written no file.
#[test]
fn a_server_that_has_only_just_been_started_is_found() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    let first = start(&cluster);
    cluster.stop().unwrap();
    let data = cluster.home().join("data");
    let claim = fs::File::open(cluster.home().join("running")).unwrap();
    claim.lock().unwrap();
    let begin = lab.folder.path().join("begin");
    let programs = Programs::find(&lab.env(), &mut |_| {}).unwrap();
    let mut late = Command::new("/bin/sh");
    late.args([
        "-c",
        "while [ ! -e \"$1\" ]; do sleep 0.01; done; shift; exec \"$@\"",
        "late",
    ]);
    late.arg(&begin).arg(programs.bin.join("postgres"));
    late.arg("-D").arg(&data);
    late.args(["-c", "listen_addresses=", "-c"]);
    late.arg(format!(
        "unix_socket_directories={}",
        first.socket.display()
    ));
    if as_root() {
        use std::os::unix::fs::MetadataExt;
        use std::os::unix::process::CommandExt;
        late.uid(fs::metadata(&data).unwrap().uid());
    }
    late.stdin(claim).stderr(Stdio::null());
    let mut server = late.spawn().unwrap();
    // It holds the claim as well.
    drop(late);
    let found = thread::scope(|scope| {
        let waiting = scope.spawn(|| start(&cluster));
        // Who has the lock looks for a server, or starts a second one.
        let lock = fs::File::open(cluster.home().join("lock")).unwrap();
        wait_until(|| {
            let held = lock.try_lock().is_err();
            lock.unlock().unwrap();
            held || waiting.is_finished()
        });
        fs::write(&begin, "").unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(found.how, Started::Attached);
    assert_eq!(i64::from(found.pid), i64::from(server.id()));
    assert!(cluster.stop().unwrap());
    // `stop` has reaped it already.
    let _ = server.wait();
}

#[test]
fn what_a_killed_reset_leaves_is_still_ours() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    start(&cluster);
    cluster.stop().unwrap();
    fs::remove_dir_all(cluster.home().join("data")).unwrap();
    fs::remove_file(cluster.home().join("crmdb-cluster.toml")).unwrap();
    assert_eq!(start(&cluster).how, Started::Created);
    cluster.reset().unwrap();
}

/// As root, a folder is made and then given to the server's user.
#[test]
fn a_folder_that_was_not_given_away_yet_is_no_obstacle() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    let first = start(&cluster);
    cluster.stop().unwrap();
    fs::remove_dir_all(&first.socket).unwrap();
    fs::DirBuilder::new()
        .mode(0o700)
        .create(&first.socket)
        .unwrap();
    assert_eq!(start(&cluster).how, Started::Started);
}

#[test]
fn a_stale_pid_file_may_name_a_foreign_process() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    let first = start(&cluster);
    kill(Pid::from_raw(first.pid), Signal::SIGKILL).unwrap();
    wait_until(|| !is_postgres(first.pid));

    // Somebody else's process has that number by now; it even runs as the server's user.
    let mut foreign = Command::new("sleep");
    foreign.arg("60");
    if as_root() {
        use std::os::unix::fs::MetadataExt;
        use std::os::unix::process::CommandExt;
        foreign.uid(fs::metadata(cluster.home().join("data")).unwrap().uid());
    }
    let mut foreign = foreign.spawn().unwrap();
    for file in ["data/postmaster.pid", "socket/.s.PGSQL.5432.lock"] {
        let path = cluster.home().join(file);
        let text = fs::read_to_string(&path).unwrap();
        let (_, rest) = text.split_once('\n').unwrap();
        fs::write(&path, format!("{}\n{rest}", foreign.id())).unwrap();
    }

    assert!(matches!(cluster.status().unwrap(), Status::Stopped { .. }));
    assert!(!cluster.stop().unwrap());
    assert_eq!(start(&cluster).how, Started::Started);
    assert_eq!(foreign.try_wait().unwrap(), None, "the process was harmed");
    foreign.kill().unwrap();
    foreign.wait().unwrap();
}

#[test]
fn a_lost_socket_folder_comes_back() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    let first = start(&cluster);
    // Stopped, as after a reboot.
    cluster.stop().unwrap();
    fs::remove_dir_all(&first.socket).unwrap();
    start(&cluster);
    ask(&cluster, "SELECT 1");
    // Running, as after an eager cleaner.
    fs::remove_dir_all(&first.socket).unwrap();
    let mut told = Vec::new();
    let last = cluster.start(&mut |what| told.push(what)).unwrap();
    assert_eq!(told, [Progress::SocketLost]);
    assert_eq!(last.how, Started::Started);
    ask(&cluster, "SELECT 1");
}

#[test]
fn replaced_programs_are_told() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    start(&cluster);
    let file = cluster.home().join("crmdb-programs.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("size = ", "size = 9")).unwrap();
    let mut told = Vec::new();
    cluster.start(&mut |what| told.push(what)).unwrap();
    assert!(
        matches!(told[..], [Progress::ProgramsReplaced { .. }]),
        "{told:?}"
    );
    assert!(matches!(
        cluster.status().unwrap(),
        Status::Running {
            programs_replaced: true,
            ..
        }
    ));
}

#[test]
fn several_at_once_get_the_same_server() {
    let lab = Lab::new();
    lab.project("shop");
    let runs = thread::scope(|scope| {
        let waiting: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| start(&lab.cluster("shop"))))
            .collect();
        waiting
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert!(runs.iter().all(|run| run.pid == runs[0].pid), "{runs:?}");
    let created = runs.iter().filter(|run| run.how == Started::Created);
    assert_eq!(created.count(), 1);
}

/// Starts the program that starts the server of a project.
fn crmdb_start(lab: &Lab, project: &Path) -> std::process::Child {
    let manifest = "[project]\nname = \"shop\"\n";
    fs::write(project.join("migrations.toml"), manifest).unwrap();
    Command::new(env!("CARGO_BIN_EXE_crmdb"))
        .args(["dev", "start", "--project"])
        .arg(project)
        .env(names::DATA_DIR, lab.base())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_kill_at_any_moment_of_the_creation_leaves_no_mess() {
    let lab = Lab::new();
    let project = lab.project("shop");
    let cluster = lab.cluster("shop");
    for wait in [5, 30, 120, 300, 500, 700, 850] {
        let mut crmdb = crmdb_start(&lab, &project);
        thread::sleep(Duration::from_millis(wait));
        crmdb.kill().unwrap();
        crmdb.wait().unwrap();
        start(&cluster);
        assert_eq!(
            ask(&cluster, "SELECT current_database()"),
            "crmdb",
            "{wait} ms"
        );
        let left: Vec<_> = fs::read_dir(cluster.home())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("data."))
            .collect();
        assert!(left.is_empty(), "{wait} ms: {left:?}");
        cluster.reset().unwrap();
    }
}

#[test]
fn the_server_outlives_the_crmdb_that_started_it() {
    let lab = Lab::new();
    let project = lab.project("shop");
    assert!(crmdb_start(&lab, &project).wait().unwrap().success());
    let cluster = lab.cluster("shop");
    assert_eq!(start(&cluster).how, Started::Attached);
    assert!(cluster.stop().unwrap());
}

#[test]
fn unusual_paths() {
    let lab = Lab::new();
    for (project, base) in [
        ("My Shop \"2\", ünïcødé 店", "plain"),
        ("plain", "My Data \"2\", ünïcødé 店%20&='"),
    ] {
        let base = lab.folder.path().join(base);
        let env = lab.env_with(&[(names::DATA_DIR, base.to_str().unwrap())]);
        let cluster = Cluster::of_project(Some(&lab.project(project)), &env).unwrap();
        start(&cluster);
        ask(&cluster, "SELECT 1");
        assert_eq!(start(&cluster).how, Started::Attached);
        cluster.reset().unwrap();
    }
}

#[test]
fn a_very_long_path() {
    let lab = Lab::new();
    let base = lab
        .folder
        .path()
        .join("n".repeat(200))
        .join("m".repeat(200));
    let env = lab.env_with(&[(names::DATA_DIR, base.to_str().unwrap())]);
    let cluster = Cluster::of_project(Some(&lab.project("shop")), &env).unwrap();
    let running = start(&cluster);
    assert!(running.socket.starts_with("/tmp"));
    ask(&cluster, "SELECT 1");
    cluster.reset().unwrap();
    assert!(!running.socket.exists());

    // Somebody else was there first.
    symlink("/var", &running.socket).unwrap();
    let found = failure(cluster.start(&mut |_| {}));
    fs::remove_file(&running.socket).unwrap();
    assert_eq!(found.detail.as_deref(), Some("it is a symbolic link"));
}

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    fs::create_dir_all(cluster.home().join("data")).unwrap();
    fs::set_permissions(cluster.home(), Permissions::from_mode(0o700)).unwrap();
    let found = failure(cluster.start(&mut |_| {}));
    assert!(found.message.contains("is not a folder of crmdb's"));
    let found = failure(cluster.reset());
    assert!(found.message.contains("is not a folder of crmdb's"));
    assert!(cluster.home().join("data").exists());

    fs::remove_dir_all(cluster.home()).unwrap();
    symlink("/var", cluster.home()).unwrap();
    assert_eq!(
        failure(cluster.start(&mut |_| {})).detail.as_deref(),
        Some("it is a symbolic link")
    );
    assert!(cluster.reset().is_err());
    fs::remove_file(cluster.home()).unwrap();

    fs::create_dir(cluster.home()).unwrap();
    fs::set_permissions(cluster.home(), Permissions::from_mode(0o777)).unwrap();
    let found = failure(cluster.start(&mut |_| {}));
    assert_eq!(
        found.detail.as_deref(),
        Some("other users can write into it")
    );
}

#[test]
fn damaged_data_is_told() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    start(&cluster);
    cluster.stop().unwrap();
    fs::remove_dir_all(cluster.home().join("data/global")).unwrap();
    let found = failure(cluster.start(&mut |_| {}));
    assert_eq!(found.message, "the embedded server did not start");
    assert!(found.detail.unwrap().contains("pg_control"));
    assert!(found.hint.unwrap().contains("crmdb dev reset"));

    fs::remove_file(cluster.home().join("data/PG_VERSION")).unwrap();
    let found = failure(cluster.start(&mut |_| {}));
    assert!(found.message.contains("is damaged"));
    assert!(matches!(
        cluster.status().unwrap(),
        Status::Stopped { major: None, .. }
    ));
    cluster.reset().unwrap();
    assert_eq!(start(&cluster).how, Started::Created);
}

#[test]
fn data_of_another_major_version_is_told() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    start(&cluster);
    cluster.stop().unwrap();
    fs::write(cluster.home().join("data/PG_VERSION"), "99\n").unwrap();
    let found = failure(cluster.start(&mut |_| {}));
    assert!(found.message.contains("needs PostgreSQL 99"), "{found:?}");
    assert!(found.hint.unwrap().contains("crmdb dev reset"));
}

#[test]
fn the_lock_is_waited_for() {
    let lab = Lab::new();
    let cluster = lab.cluster("shop");
    start(&cluster);
    cluster.stop().unwrap();
    let held = fs::File::open(cluster.home().join("lock")).unwrap();
    held.lock().unwrap();
    let told = thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut told = Vec::new();
            cluster.start(&mut |what| told.push(what)).unwrap();
            told
        });
        thread::sleep(Duration::from_millis(100));
        assert!(!waiting.is_finished());
        drop(held);
        waiting.join().unwrap()
    });
    assert_eq!(told, [Progress::WaitingForLock]);
}

#[test]
fn a_scratch_cluster_is_fast_and_can_be_kept() {
    let lab = Lab::new();
    let programs = Programs::find(&lab.env(), &mut |_| {}).unwrap();
    let folder = lab.folder.path().join("scratch");
    let cluster = Cluster::scratch(&folder, programs.clone()).unwrap();
    assert_eq!(start(&cluster).how, Started::Created);
    assert_eq!(ask(&cluster, "SHOW fsync"), "off");
    assert_eq!(ask(&cluster, "SHOW full_page_writes"), "off");
    cluster.keep().unwrap();
    drop(cluster);

    let cluster = Cluster::scratch(&folder, programs).unwrap();
    let running = start(&cluster);
    assert_eq!(running.how, Started::Attached);
    drop(cluster);
    assert!(!folder.exists());
    assert!(!is_postgres(running.pid));
}

/// Runs itself as the process that is killed.
#[test]
fn a_scratch_server_ends_with_its_process() {
    const FOLDER: &str = "CRMDB_TEST_SCRATCH";
    if let Some(folder) = std::env::var_os(FOLDER) {
        let programs = Programs::find(&Env::of_process(), &mut |_| {}).unwrap();
        let cluster = Cluster::scratch(Path::new(&folder), programs).unwrap();
        start(&cluster);
        thread::park();
    }
    let lab = Lab::new();
    let folder = lab.folder.path().join("scratch");
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "server::a_scratch_server_ends_with_its_process"])
        .env(FOLDER, &folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let file = folder.join("data/postmaster.pid");
    wait_until(|| fs::read_to_string(&file).is_ok_and(|text| text.contains("ready")));
    let text = fs::read_to_string(&file).unwrap();
    let pid = text.lines().next().unwrap().parse().unwrap();
    assert!(is_postgres(pid));
    process.kill().unwrap();
    process.wait().unwrap();
    wait_until(|| !folder.exists());
    assert!(!is_postgres(pid));
}
