//! The queue, with workers that take from it at once.

use super::fixture::{ANN, app, dialer, of};
use crate::schema::holds;
use crate::support::{Client, Database};

/// Queues calls of Ann's, every fourth direct; those of the campaign have a contact each.
fn queue(database: &Database, calls: usize) {
    database.execute(&format!(
        "DELETE FROM dialer.call_queue;
        INSERT INTO dialer.call_queue (user_id, agent_id, contact_id, campaign_id, phone_number, call_type)
        SELECT '{ANN}', '{}', '{}', CASE WHEN i % 4 > 0 THEN '{}'::uuid END, i,
            CASE WHEN i % 4 > 0 THEN 'campaign' ELSE 'direct' END
        FROM generate_series(1, {calls}) AS i",
        of(ANN, "agent"),
        of(ANN, "contact"),
        of(ANN, "campaign"),
    ));
}

/// Runs workers at once, each of which takes a number of times, and returns all that they got.
fn work(database: &Database, workers: usize, times: usize) -> Vec<String> {
    let next = format!("BEGIN; SELECT id FROM get_next_queued_call('{ANN}'); COMMIT;");
    let session = format!("{}; {}", app(ANN), next.repeat(times));
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..workers)
            .map(|_| scope.spawn(|| database.rows(&session)))
            .collect();
        runs.into_iter()
            .flat_map(|run| run.join().expect("a worker").concat())
            .collect()
    })
}

#[test]
fn eight_workers_take_each_row_once() {
    let database = dialer();
    queue(&database, 200);
    let mut taken = work(&database, 8, 30);
    assert_eq!(taken.len(), 200);
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), 200, "none twice");
    holds(
        &database,
        "",
        &["(SELECT bool_and(status = 'processing' AND attempts = 1) FROM dialer.call_queue)"],
    );
}

#[test]
fn nobody_waits_for_a_row_that_another_is_taking() {
    let database = dialer();
    queue(&database, 8);
    let take = format!("SELECT FROM get_next_queued_call('{ANN}')");
    let held = Client::that(
        &database,
        &format!("{}; BEGIN; {take}; {take}; {take}", app(ANN)),
    );
    // It would fail, not wait.
    let impatient = format!("{}; SET lock_timeout = 1; ", app(ANN));
    let rest: Vec<_> = (0..8)
        .map(|_| {
            database.value(&format!(
                "{impatient} SELECT phone_number FROM get_next_queued_call('{ANN}')"
            ))
        })
        .filter(|number| !number.is_empty())
        .collect();
    assert_eq!(rest.len(), 5, "{rest:?}");
    held.execute("ROLLBACK");
    assert_eq!(
        work(&database, 1, 8).len(),
        3,
        "what was given back is there again"
    );
}

#[test]
fn a_limit_holds_when_eight_workers_take_at_once() {
    let database = dialer();
    queue(&database, 40);
    database.execute(
        "INSERT INTO dialer.system_config (key, value) VALUES ('max_concurrent_calls_per_user', '3')",
    );
    let taken = work(&database, 8, 10).len();
    assert!(taken <= 3, "{taken}");
    // Where all but one met somebody else who was taking, one takes the rest.
    assert_eq!(taken + work(&database, 1, 5).len(), 3);
}
