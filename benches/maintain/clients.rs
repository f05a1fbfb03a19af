//! Clients that read and write at a steady rate, and what they wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

/// How many there are.
const CLIENTS: u32 = 20;

/// How often each one reads a row, changes it and adds another.
const EVERY: Duration = Duration::from_millis(40);

/// Clients at work.
pub struct Clients {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Vec<f64>>>,
}

impl Clients {
    /// Starts them; they use the rows from `first` to `last`.
    pub fn start(url: &str, first: i64, last: i64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..CLIENTS)
            .map(|number| {
                let (url, stop) = (url.to_owned(), Arc::clone(&stop));
                std::thread::spawn(move || work(&url, number, (first, last), &stop))
            })
            .collect();
        Self { stop, threads }
    }

    /// Ends them, and returns the milliseconds that each round took, from when it was its turn.
    pub fn end(self) -> Vec<f64> {
        self.stop.store(true, Ordering::Relaxed);
        let rounds = self
            .threads
            .into_iter()
            .flat_map(|it| it.join().expect("no panic"));
        let mut rounds: Vec<f64> = rounds.collect();
        rounds.sort_by(f64::total_cmp);
        rounds
    }
}

/// The value below which 99 of a hundred lie.
pub fn p99(sorted: &[f64]) -> f64 {
    sorted[sorted.len() * 99 / 100]
}

/// Connects, and runs on one thread what a client does.
pub fn on_thread<T>(url: &str, work: impl AsyncFnOnce(Client) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls)
            .await
            .expect("a connection");
        tokio::spawn(connection);
        work(client).await
    })
}

fn work(url: &str, number: u32, rows: (i64, i64), stop: &AtomicBool) -> Vec<f64> {
    on_thread(url, async |client| {
        let mut took = Vec::new();
        let span = rows.1 - rows.0;
        let mut turn = Instant::now() + EVERY * number / CLIENTS;
        for round in 0_i64.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            tokio::time::sleep_until(turn.into()).await;
            // Spread over the rows without a generator of random numbers: a large odd step.
            let id = rows.0 + (round * 20 + i64::from(number)) * 7_919_933 % span;
            for sql in [
                format!("SELECT body FROM app.events WHERE id = {id}"),
                format!("UPDATE app.events SET seen = seen + 1 WHERE id = {id}"),
                format!("INSERT INTO app.events (at, body) VALUES (now(), 'round {round}')"),
            ] {
                client.batch_execute(&sql).await.expect("the statement");
            }
            took.push(turn.elapsed().as_secs_f64() * 1000.0);
            turn += EVERY;
        }
        took
    })
}
