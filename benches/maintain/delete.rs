//! A delete of half a table: a task against one DELETE, in peace and among clients.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::clients::{Clients, on_thread, p99};
use super::measure::{psql, time};
use super::{Scratch, crmdb};

/// A row each seven seconds: `older_than = "405 days"` are 4,998,857 of ten million.
const TABLE: &str = "
    CREATE TABLE app.events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL,
        seen int NOT NULL DEFAULT 0, body text NOT NULL);
    INSERT INTO app.events (at, body)
        SELECT now() - (10000000 - n) * interval '7 seconds', 'event number ' || n
        FROM generate_series(1, 10000000) AS n;
    ALTER TABLE app.events ADD PRIMARY KEY (id);
    CREATE INDEX ON app.events (at);
    ANALYZE app.events;";

const DELETE: &str = "DELETE FROM app.events WHERE at <= now() - interval '405 days'";

const TASK: &str = "kind = \"delete\"\ntable = \"app.events\"\ncolumn = \"at\"\n\
     older_than = \"405 days\"\n";

/// Measures, and prints.
pub fn run() {
    let full = format!("{TASK}duty = 1.0\n\n[[task]]\nname = \"half\"\n{TASK}duty = 0.5\n");
    let bench = Bench(Scratch::new(&full, &format!("CREATE SCHEMA app;{TABLE}")));
    psql(&bench.0.url(), "VACUUM (ANALYZE) app.events;");
    let plain = bench.quiet("plain", |url| psql(url, DELETE));
    let full = bench.quiet("full", |url| {
        time(&mut bench.crmdb(url, "maintain run work"))
    });
    let half = bench.quiet("half", |url| {
        time(&mut bench.crmdb(url, "maintain run half"))
    });
    println!("delete of 4,998,857 of 10,000,000 rows, in peace");
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>12}",
        "", "seconds", "rows/s", "ratio", "WAL"
    );
    for (name, one) in [
        ("one DELETE", &plain),
        ("task, duty 1", &full),
        ("task, duty 0.5", &half),
    ] {
        let rate = 4_998_857.0 / (one.ms / 1000.0);
        let ratio = plain.ms / one.ms;
        let wal = one.wal / 1_048_576.0;
        println!(
            "{name:<34} {:>9.1} {rate:>9.0} {ratio:>9.2} {wal:>8.0} MiB",
            one.ms / 1000.0
        );
    }
    println!("\namong 20 clients, each a read, an update and an insert 25 times a second");
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>16}",
        "", "p50 ms", "p99 ms", "max ms", "longest work ms"
    );
    bench.among_clients("nothing", |_| std::thread::sleep(Duration::from_secs(20)));
    bench.among_clients("task, duty 0.5", |url| {
        time(&mut bench.crmdb(url, "maintain run half"));
    });
    bench.among_clients("task, duty 1", |url| {
        time(&mut bench.crmdb(url, "maintain run work"));
    });
    bench.among_clients("one DELETE", |url| {
        psql(url, DELETE);
    });
}

/// A server whose database `postgres` has the rows.
struct Bench(Scratch);

struct Quiet {
    ms: f64,
    /// Bytes.
    wal: f64,
}

impl Bench {
    /// A fresh copy, on a server that has nothing left to write.
    fn copy(&self) -> String {
        let cluster = &self.0.cluster;
        psql(
            &cluster.url("template1"),
            "DROP DATABASE IF EXISTS copy; CREATE DATABASE copy TEMPLATE postgres; CHECKPOINT;",
        );
        cluster.url("copy")
    }

    fn crmdb(&self, url: &str, line: &str) -> Command {
        crmdb(&self.0.project(), url, line)
    }

    fn quiet(&self, name: &str, work: impl FnOnce(&str) -> f64) -> Quiet {
        let url = self.copy();
        let before = number(&url, "SELECT pg_current_wal_lsn() - '0/0'");
        let ms = work(&url);
        let wal = number(&url, "SELECT pg_current_wal_lsn() - '0/0'") - before;
        let left = number(
            &url,
            "SELECT count(*) FROM app.events WHERE at <= now() - interval '406 days'",
        );
        assert!(left == 0.0, "{name} has left {left} rows");
        Quiet { ms, wal }
    }

    fn among_clients(&self, name: &str, work: impl FnOnce(&str)) {
        let url = self.copy();
        let clients = Clients::start(&url, 6_000_000, 9_999_000);
        let watch = Watch::start(&url);
        work(&url);
        let longest = watch.end();
        let rounds = clients.end();
        println!(
            "{name:<34} {:>9.1} {:>9.1} {:>9.1} {longest:>16.0}",
            rounds[rounds.len() / 2],
            p99(&rounds),
            rounds[rounds.len() - 1]
        );
    }
}

fn number(url: &str, sql: &str) -> f64 {
    let sql = format!("SELECT ({sql})::float8");
    on_thread(url, async |client| {
        client.query_one(&sql, &[]).await.expect("a number").get(0)
    })
}

/// Looks for the longest transaction that has written something.
struct Watch {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<f64>,
}

impl Watch {
    fn start(url: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (url, stopped) = (url.to_owned(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let sql = "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 \
                       * 1000 FROM pg_stat_activity WHERE backend_xid IS NOT NULL";
            on_thread(&url, async |client| {
                let mut longest: f64 = 0.0;
                while !stopped.load(Ordering::Relaxed) {
                    let found: f64 = client.query_one(sql, &[]).await.expect("a number").get(0);
                    longest = longest.max(found);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                longest
            })
        });
        Self { stop, thread }
    }

    /// In milliseconds.
    fn end(self) -> f64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("no panic")
    }
}
