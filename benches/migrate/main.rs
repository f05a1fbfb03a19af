//! Measures `crmdb migrate` against `psql` in one run, and prints ratios.
//!
//! `cargo bench --bench migrate` makes a server of its own, 1,000 small migrations, and the same
//! SQL as a psql script with a ledger row each. Numbers are medians; below 1 is faster than psql.
//! `CRMDB_BENCH_MIGRATIONS` sets another number of migrations.

#![allow(clippy::print_stdout, reason = "the result is for people")]

mod delay;
#[path = "../common/measure.rs"]
mod measure;
mod workload;

use std::path::Path;

use crmdb::server::{Cluster, Env, Programs};

use measure::{Row, median, peak_memory, program, psql, time};
use workload::Workload;

/// How often each work is measured.
const RUNS: usize = 6;

/// One round trip through the delaying proxy, in milliseconds.
const ROUND_TRIP_MS: u64 = 5;

fn main() {
    let number = std::env::var("CRMDB_BENCH_MIGRATIONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000);
    let folder = tempfile::tempdir().expect("a folder");
    let programs = Programs::find(&Env::of_process(), &mut |_| {}).expect("server programs");
    let cluster = Cluster::scratch(&folder.path().join("pg"), programs).expect("a cluster");
    cluster.start(&mut |_| {}).expect("a server");
    let workload = Workload::write(&folder.path().join("project"), number);

    let mut rows = near(&cluster, &workload);
    rows.extend(far(&cluster, &workload, folder.path()));
    rows.extend(alone(&workload));
    println!("{number} migrations, medians of {RUNS}; ratio to psql, below 1 is faster\n");
    println!(
        "{:<34} {:>11} {:>11} {:>7}",
        "work", "crmdb", "psql", "ratio"
    );
    for row in &rows {
        println!("{row}");
    }
    memory(&cluster, &workload);
}

/// The works on a server next door. Who goes first takes turns: what one leaves to be written
/// would slow the other down.
fn near(cluster: &Cluster, workload: &Workload) -> Vec<Row> {
    let works: [(&str, &[&str], &str); 4] = [
        ("apply all", &["migrate", "up"], &workload.apply),
        ("up with nothing to do", &["migrate", "up"], &workload.read),
        (
            "status (psql: read its ledger)",
            &["migrate", "status"],
            &workload.read,
        ),
        (
            "roll back all",
            &["migrate", "down", "--all"],
            &workload.roll_back,
        ),
    ];
    let mut samples: [Vec<(f64, f64)>; 4] = Default::default();
    for run in 0..RUNS {
        let (ours, theirs) = (workload.database(cluster), workload.database(cluster));
        let (ours, theirs) = (cluster.url(&ours), cluster.url(&theirs));
        psql(&theirs, &workload.create);
        for ((_, arguments, script), samples) in works.iter().zip(&mut samples) {
            let by_crmdb = || {
                psql(&theirs, "CHECKPOINT;");
                time(&mut workload.crmdb(&ours, arguments))
            };
            let by_psql = || {
                psql(&theirs, "CHECKPOINT;");
                psql(&theirs, script)
            };
            samples.push(if run % 2 == 0 {
                let took = by_crmdb();
                (took, by_psql())
            } else {
                let took = by_psql();
                (by_crmdb(), took)
            });
        }
    }
    works
        .iter()
        .zip(&samples)
        .map(|((name, ..), samples)| Row::of(name, samples))
        .collect()
}

/// The same through a proxy that adds a delay to each round trip.
fn far(cluster: &Cluster, workload: &Workload, folder: &Path) -> Vec<Row> {
    let (ours, theirs) = (workload.database(cluster), workload.database(cluster));
    psql(&cluster.url(&theirs), &workload.create);
    let proxy = delay::Proxy::start(&cluster.url("postgres"), &folder.join("far"), ROUND_TRIP_MS);
    let apply = time(&mut workload.crmdb(&proxy.url(&ours), &["migrate", "up"]));
    let peer = psql(&proxy.url(&theirs), &workload.apply);
    let floor = workload.number as f64 * ROUND_TRIP_MS as f64;
    println!(
        "apply all at {ROUND_TRIP_MS} ms a round trip: {:.2} round trips a migration beyond the \
         work itself\n",
        apply / floor
    );
    vec![Row::of(
        &format!("apply all, {ROUND_TRIP_MS} ms a round trip"),
        &[(apply, peer)],
    )]
}

/// What needs no server.
fn alone(workload: &Workload) -> Vec<Row> {
    let samples: Vec<(f64, f64)> = (0..40)
        .map(|_| {
            let ours = time(&mut workload.crmdb("", &["--version"]));
            (ours, time(program("psql").arg("--version")))
        })
        .collect();
    vec![Row::of("start (--version)", &samples)]
}

fn memory(cluster: &Cluster, workload: &Workload) {
    let peaks: Vec<f64> = (0..3)
        .map(|_| {
            let url = cluster.url(&workload.database(cluster));
            peak_memory(&mut workload.crmdb(&url, &["migrate", "up"]))
        })
        .collect();
    println!(
        "{:<34} {:>7.1} MiB",
        "peak memory of apply all",
        median(&peaks)
    );
}
