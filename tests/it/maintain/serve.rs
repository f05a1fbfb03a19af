//! `maintain serve`: one leads, others stand by; what it meets does not end it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use nix::sys::signal::Signal;

use crate::support::{Child, Database, Pooler, Project, Run, eventually};

/// A task that is due at once, and notes that it was run.
fn project() -> Project {
    let project = Project::new(&["a"]);
    let up = "CREATE SCHEMA a; CREATE TABLE a.seen (what text);";
    project.migration("a/V1__a", up, "DROP SCHEMA a CASCADE;");
    project.manifest(&task("note", "INSERT INTO a.seen VALUES ('note')"));
    project
}

fn task(name: &str, sql: &str) -> String {
    format!(
        "[[task]]\nname = \"{name}\"\nkind = \"sql\"\nsql = \"{sql}\"\nschedule = \"* * * * *\"\n"
    )
}

fn applied() -> (Project, Database) {
    let (project, database) = (project(), Database::new());
    project.run(&database, "migrate up").ends(0);
    (project, database)
}

fn start(project: &Project, database: &Database, line: &str) -> Child {
    let arguments: Vec<&str> = ["maintain", "serve"]
        .into_iter()
        .chain(line.split_whitespace())
        .collect();
    Child::start(&mut project.command(database, &arguments))
}

#[track_caller]
fn until_seen(database: &Database, what: &str) {
    let sql = format!("SELECT count(*) FROM a.seen WHERE what = '{what}'");
    eventually(what, || database.value(&sql) != "0");
}

/// Ends a service as systemd does.
#[track_caller]
fn end(service: Child) -> Run {
    service.signal(Signal::SIGTERM);
    service.end().ends(0)
}

/// Where a service listens, as it says.
#[track_caller]
fn address(service: &Child) -> String {
    service.until_says("/healthz");
    let said = service.said();
    let (_, rest) = said.split_once("http://").unwrap();
    rest.split('/').next().unwrap().to_owned()
}

/// Sends a request, and returns the whole answer.
#[track_caller]
fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[track_caller]
fn get(address: &str, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
}

#[test]
fn runs_what_is_due_and_shows_it() {
    let (project, database) = applied();
    let service = start(&project, &database, "--listen 127.0.0.1:0");
    let address = address(&service);
    service.until_says("leads: runs what is due");
    service.until_says("done       note");
    until_seen(&database, "note");
    let answer = get(&address, "/healthz");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nok: leads\n"), "{answer}");
    let mut metrics = String::new();
    eventually("the run in the metrics", || {
        metrics = get(&address, "/metrics");
        metrics.contains("crmdb_task_last_rows{task=\"note\",module=\"\",kind=\"sql\"} 1\n")
    });
    assert!(metrics.ends_with("\ncrmdb_serve_leader 1\n"), "{metrics}");

    let status = |request: &str| {
        let answer = ask(&address, request);
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(status("GET /metrics?a=b HTTP/1.0\r\n\r\n"), "200");
    assert_eq!(status("GET / HTTP/1.1\r\n\r\n"), "404");
    assert_eq!(status("POST /metrics HTTP/1.1\r\n\r\n"), "405");
    assert_eq!(status("nonsense\r\n\r\n"), "400");
    let long = format!("GET / HTTP/1.1\r\nA: {}", "a".repeat(8 * 1024));
    assert_eq!(status(&long), "431");
    let head = ask(&address, "HEAD /healthz HTTP/1.1\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"));

    let run = end(service).says("ended");
    assert_eq!(run.stdout, "");
    // Each time of the schedule once.
    assert_eq!(
        database.value("SELECT count(*) - count(DISTINCT scheduled_for) FROM crmdb.task_runs"),
        "0"
    );
}

#[test]
fn one_leads_and_another_takes_over() {
    let (project, database) = applied();
    let first = start(&project, &database, "--no-http");
    first.until_says("leads: runs what is due");
    let second = start(&project, &database, "--listen 127.0.0.1:0");
    second.until_says("stands by: another service leads");
    let address = address(&second);
    assert!(get(&address, "/healthz").ends_with("ok: stands by\n"));
    eventually("metrics of who stands by", || {
        let metrics = get(&address, "/metrics");
        metrics.contains("task=\"note\"") && metrics.ends_with("\ncrmdb_serve_leader 0\n")
    });
    first.signal(Signal::SIGKILL);
    first.end();
    second.until_says("leads: runs what is due");
    end(second);
}

#[test]
fn waits_for_the_ledger_and_for_the_database() {
    let (project, database) = (project(), Database::new());
    let service = start(&project, &database, "--no-http");
    service.until_says("nothing is applied to this database; it is waited for");
    project.run(&database, "migrate up").ends(0);
    service.until_says("the database answers again");
    until_seen(&database, "note");
    service.until_says("done       note");

    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    eventually("a second lead", || {
        service.said().matches("leads: runs what is due").count() == 2
    });
    let run = end(service);
    let again = run.stderr.matches("the database answers again").count();
    assert_eq!(again, 2, "{run:#?}");
    assert_eq!(
        run.stderr.matches("it is waited for").count(),
        1,
        "{run:#?}"
    );
}

#[test]
fn reads_the_project_again() {
    let (project, database) = applied();
    let service = start(&project, &database, "--no-http");
    service.until_says("done       note");
    let before = std::fs::read_to_string(project.path("migrations.toml")).unwrap();

    project.manifest("[[task]]\nname = \"wrong\"\n");
    service.signal(Signal::SIGHUP);
    service.until_says("the task `wrong` has no `kind`");
    service.until_says("the project as it was before stays in force");

    project.file("migrations.toml", &before);
    project.manifest(&task("more", "INSERT INTO a.seen VALUES ('more')"));
    service.signal(Signal::SIGHUP);
    service.until_says("the project was read again");
    until_seen(&database, "more");
    end(service);
}

#[test]
fn an_end_undoes_what_cannot_be_left_half_done() {
    let (project, database) = applied();
    project.manifest(&task(
        "long",
        "INSERT INTO a.seen VALUES ('long'); SELECT pg_sleep(600)",
    ));
    for (signal, code) in [(Signal::SIGTERM, 0), (Signal::SIGINT, 0)] {
        let service = start(&project, &database, "--no-http");
        eventually("the long statement", || {
            database.value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()") == "1"
        });
        service.signal(signal);
        service
            .end()
            .ends(code)
            .says("interrupted; the next run goes on");
    }
    assert_eq!(
        database.value("SELECT count(*) FROM a.seen WHERE what = 'long'"),
        "0"
    );
    let outcomes = database.value(
        "SELECT string_agg(outcome, ' ' ORDER BY id) FROM crmdb.task_runs WHERE task = 'long'",
    );
    assert_eq!(outcomes, "stopped stopped");
}

#[test]
fn several_at_once() {
    let (project, database) = applied();
    // Each waits for the other.
    database.execute(
        "CREATE FUNCTION a.meet(own int) RETURNS void LANGUAGE plpgsql AS $$
         BEGIN
             PERFORM pg_advisory_xact_lock(own);
             WHILE 2 > (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
                 AND classid = 0 AND objid IN (1, 2) AND NOT EXISTS (SELECT FROM a.seen WHERE what = 'met')
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) LOOP
                 EXIT WHEN EXISTS (SELECT FROM a.seen WHERE what = 'met');
                 PERFORM pg_sleep(0.01);
             END LOOP;
             INSERT INTO a.seen VALUES ('met');
         END $$",
    );
    project.manifest(&task("one", "SELECT a.meet(1)"));
    project.manifest(&task("two", "SELECT a.meet(2)"));
    let service = start(&project, &database, "--no-http --jobs 2");
    until_seen(&database, "met");
    end(service);
}

#[test]
fn through_a_transaction_pooler() {
    let (project, database) = applied();
    let pooler = Pooler::new(&database, 8);
    let through = |line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(&database, &arguments);
        Child::start(command.env("DATABASE_URL", pooler.url()))
    };
    let first = through("maintain serve --no-http");
    first.until_says("done       note");
    let second = through("maintain serve --no-http");
    second.until_says("stands by: another service leads");
    end(first);
    second.until_says("leads: runs what is due");
    end(second);
}

#[test]
fn a_role_that_may_not_write_goes_on_trying() {
    let database = Database::on_new_server();
    let project = project();
    project.run(&database, "migrate up").ends(0);
    database.execute("CREATE ROLE reader LOGIN");
    let mut command = project.command(&database, &["maintain", "serve", "--no-http"]);
    let service = Child::start(command.env("DATABASE_URL", database.url_as("reader")));
    service.until_says("permission denied");
    database.execute("ALTER ROLE reader SUPERUSER");
    service.until_says("done       note");
    end(service);
}

#[test]
fn lines_of_json() {
    let (project, database) = applied();
    project.manifest(&task("bad", "SELECT 1 / 0").replace("kind", "retries = 0\nkind"));
    let service = start(&project, &database, "--no-http --format json");
    let ended = "SELECT count(DISTINCT task) FROM crmdb.task_runs WHERE outcome <> 'running'";
    eventually("both runs", || database.value(ended) == "2");
    service.until_says("division by zero");
    let run = end(service);
    let mut tasks: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            let run: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(run["format_version"], 1);
            format!("{} {}", run["task"], run["outcome"])
        })
        .collect();
    tasks.sort();
    tasks.dedup();
    assert_eq!(tasks, ["\"bad\" \"failed\"", "\"note\" \"done\""]);
    for line in run.stderr.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn what_is_wrong_at_the_beginning_ends_it() {
    let (project, database) = applied();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (line, said) in [
        ("--listen 0.0.0.0:0", "is open to other machines"),
        ("--listen [::]:0", "is open to other machines"),
        (&format!("--listen {taken}"), "could not listen on"),
        ("--no-http --allow-remote", "cannot be used with"),
        ("--jobs 0", "0 is not in 1..=64"),
        ("--no-http --module b", "`b`"),
        ("--no-http --target nowhere", "there is no target `nowhere`"),
    ] {
        project
            .run(&database, &format!("maintain serve {line}"))
            .ends(2)
            .says(said);
    }
    let service = start(&project, &database, "--listen 0.0.0.0:0 --allow-remote");
    service.until_says("listens on http://0.0.0.0:");
    end(service);
}
