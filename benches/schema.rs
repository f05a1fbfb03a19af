//! Measures the shipped schema in one run, and prints ratios.
//!
//! `cargo bench --bench schema` makes a server of its own. Calls are inserted into `dialer.calls`,
//! and into a table of the same columns, keys and indexes without a trigger; 1 would be: triggers
//! cost nothing. Numbers are medians. Then workers empty a queue with `get_next_queued_call()`.

#![allow(clippy::print_stdout, reason = "the result is for people")]

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use crmdb::server::{Cluster, Env, Programs};
use futures_util::future::join_all;
use tokio_postgres::{Client, NoTls};

/// How often each insert is measured, on a fresh database each time.
const RUNS: usize = 3;

/// Rows of the queue that workers empty.
const QUEUED: usize = 4_000;

/// Ten users with ten agents each, a campaign of each agent, and a table like `calls` without
/// triggers.
const FILL: &str = "
    INSERT INTO users.users (email) SELECT 'user' || n || '@x.io' FROM generate_series(1, 10) n;
    INSERT INTO dialer.agents (user_id, bolna_agent_id, name)
        SELECT id, id || '-' || n, 'agent' FROM users.users, generate_series(1, 10) n;
    INSERT INTO dialer.call_campaigns (user_id, agent_id, name, next_action, status,
            first_call_time, last_call_time, start_date)
        SELECT user_id, id, 'campaign', 'sell', 'active', '00:00', '23:59:59.999999', '2020-01-01'
        FROM dialer.agents;
    INSERT INTO dialer.contacts (user_id, name, phone_number)
        SELECT id, 'contact', '+1555' || n
        FROM (SELECT id FROM users.users ORDER BY id LIMIT 1) u, generate_series(1, 4000) n;
    CREATE SCHEMA plain;
    CREATE TABLE plain.calls (LIKE dialer.calls INCLUDING ALL);
    DO $$
    DECLARE
        key text;
    BEGIN
        FOR key IN SELECT pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = 'dialer.calls'::regclass AND contype = 'f'
        LOOP
            EXECUTE 'ALTER TABLE plain.calls ADD ' || key;
        END LOOP;
    END;
    $$;
    ANALYZE";

/// The columns of a call that are given.
const COLUMNS: &str = "(user_id, agent_id, campaign_id, bolna_conversation_id,
    bolna_execution_id, phone_number, status, duration_seconds)";

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let programs = Programs::find(&Env::of_process(), &mut |_| {}).expect("server programs");
    let cluster = Cluster::scratch(&folder.path().join("pg"), programs).expect("a cluster");
    cluster.start(&mut |_| {}).expect("a server");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        template(&cluster).await;
        inserts(&cluster).await;
        dequeue(&cluster).await;
    });
}

/// Makes the database that the others are copies of.
async fn template(cluster: &Cluster) {
    let server = connect(&cluster.url("postgres")).await;
    server
        .batch_execute("CREATE DATABASE template")
        .await
        .expect("a database");
    let url = cluster.url("template");
    let up = Command::new(env!("CARGO_BIN_EXE_crmdb"))
        .args(["--project", env!("CARGO_MANIFEST_DIR"), "migrate", "up"])
        .env("DATABASE_URL", &url)
        .output()
        .expect("crmdb starts");
    assert!(
        up.status.success(),
        "{}",
        String::from_utf8_lossy(&up.stderr)
    );
    let client = connect(&url).await;
    client.batch_execute(FILL).await.expect("rows");
    // A database that somebody is connected to cannot be copied.
    let close = "ALTER DATABASE template ALLOW_CONNECTIONS false;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'template'";
    drop(client);
    server
        .batch_execute(close)
        .await
        .expect("a closed template");
}

async fn inserts(cluster: &Cluster) {
    let works: [(&str, usize, bool); 3] = [
        ("100,000 calls in one statement", 100_000, false),
        ("10,000 calls one by one", 10_000, false),
        ("1,000 one by one, one transaction", 1_000, true),
    ];
    println!("medians of {RUNS}; ratio to the same table without triggers\n");
    println!(
        "{:<34} {:>11} {:>11} {:>7}",
        "work", "triggers", "none", "ratio"
    );
    for (name, number, in_one_transaction) in works {
        let mut samples = Vec::new();
        for run in 0..RUNS {
            let measure = |table| insert(cluster, table, number, in_one_transaction);
            // Who goes first takes turns.
            samples.push(if run % 2 == 0 {
                let ours = measure("dialer.calls").await;
                (ours, measure("plain.calls").await)
            } else {
                let plain = measure("plain.calls").await;
                (measure("dialer.calls").await, plain)
            });
        }
        let of = |pick: fn(&(f64, f64)) -> f64| median(samples.iter().map(pick).collect());
        println!(
            "{name:<34} {:>8.0} ms {:>8.0} ms {:>7.2}",
            of(|sample| sample.0),
            of(|sample| sample.1),
            of(|sample| sample.0 / sample.1)
        );
    }
}

/// Inserts calls into a table of a fresh database; returns how long it took, in milliseconds.
async fn insert(cluster: &Cluster, table: &str, number: usize, in_one_transaction: bool) -> f64 {
    let client = fresh(cluster).await;
    client
        .batch_execute("CHECKPOINT")
        .await
        .expect("a checkpoint");
    if number == 100_000 {
        // Over all agents, and over a month.
        let statement = format!(
            "INSERT INTO {table} {} SELECT k.user_id, k.agent_id, k.id, 'c', 'execution ' || n,
                '+15550001', (ARRAY['initiated', 'completed', 'failed'])[1 + n % 3], n % 300,
                now() - n % 720 * interval '1 hour'
            FROM (SELECT array_agg(k) AS ks FROM dialer.call_campaigns k) a
            CROSS JOIN generate_series(1, {number}) n
            CROSS JOIN LATERAL (SELECT (a.ks[1 + n % 100]).*) k",
            COLUMNS.replace(')', ", started_at)")
        );
        let started = Instant::now();
        client.batch_execute(&statement).await.expect("the calls");
        return milliseconds(started);
    }
    let campaigns = "SELECT user_id::text, agent_id::text, id::text FROM dialer.call_campaigns";
    let campaigns = client.query(campaigns, &[]).await.expect("campaigns");
    let statement = format!(
        "INSERT INTO {table} {COLUMNS} VALUES ($1::text::uuid, $2::text::uuid, $3::text::uuid,
            'c', $4, '+15550001', 'completed', 61)"
    );
    let statement = client.prepare(&statement).await.expect("a statement");
    let started = Instant::now();
    if in_one_transaction {
        client.batch_execute("BEGIN").await.expect("a transaction");
    }
    for call in 0..number {
        let of = &campaigns[call % campaigns.len()];
        let [user, agent, campaign]: [&str; 3] = [of.get(0), of.get(1), of.get(2)];
        let execution = call.to_string();
        client
            .execute(&statement, &[&user, &agent, &campaign, &execution])
            .await
            .expect("a call");
    }
    if in_one_transaction {
        client.batch_execute("COMMIT").await.expect("the end of it");
    }
    milliseconds(started)
}

/// Lets workers, with a connection each, empty a queue of one user.
async fn dequeue(cluster: &Cluster) {
    println!("\n{:<34} {:>15} {:>7}", "queue", "rows a second", "ratio");
    let mut alone = None;
    for workers in [1, 4, 16] {
        let mut rates = Vec::new();
        for _ in 0..RUNS {
            rates.push(dequeue_with(cluster, workers).await);
        }
        let rate = median(rates);
        let alone = *alone.get_or_insert(rate);
        println!(
            "{:<34} {rate:>15.0} {:>7.2}",
            format!("{workers} workers"),
            rate / alone
        );
    }
}

/// Returns how many rows a second some workers take.
async fn dequeue_with(cluster: &Cluster, workers: usize) -> f64 {
    let client = fresh(cluster).await;
    client
        .batch_execute(&format!(
            "INSERT INTO dialer.call_queue (user_id, campaign_id, contact_id, agent_id,
                phone_number)
            SELECT c.user_id, k.id, c.id, k.agent_id, c.phone_number
            FROM dialer.contacts c
            JOIN (SELECT DISTINCT ON (user_id) * FROM dialer.call_campaigns ORDER BY user_id, id) k
                ON k.user_id = c.user_id
            LIMIT {QUEUED};
            ANALYZE dialer.call_queue; CHECKPOINT"
        ))
        .await
        .expect("a queue");
    let row = client
        .query_one(
            "SELECT current_database()::text, user_id::text FROM dialer.call_queue LIMIT 1",
            &[],
        )
        .await
        .expect("a row");
    let (url, user): (String, String) = (cluster.url(row.get(0)), row.get(1));
    let mut clients = Vec::new();
    for _ in 0..workers {
        clients.push(connect(&url).await);
    }
    let started = Instant::now();
    let taken = join_all(clients.iter().map(|client| take_all(client, &user))).await;
    let took = milliseconds(started) / 1000.0;
    assert_eq!(
        taken.iter().sum::<usize>(),
        QUEUED,
        "each row is taken once"
    );
    QUEUED as f64 / took
}

/// Takes rows until there is none; returns how many.
async fn take_all(client: &Client, user: &str) -> usize {
    let take = "SELECT id::text FROM dialer.get_next_queued_call($1::text::uuid)";
    let take = client.prepare(take).await.expect("a statement");
    let mut taken = 0;
    while !client
        .query(&take, &[&user])
        .await
        .expect("a row, or none")
        .is_empty()
    {
        taken += 1;
    }
    taken
}

/// Makes a copy of the template and connects to it.
async fn fresh(cluster: &Cluster) -> Client {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("bench_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let server = connect(&cluster.url("postgres")).await;
    server
        .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template"))
        .await
        .expect("a database");
    connect(&cluster.url(&name)).await
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("a connection");
    tokio::spawn(connection);
    client
}

fn milliseconds(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1000.0
}

/// The middle of some numbers.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
