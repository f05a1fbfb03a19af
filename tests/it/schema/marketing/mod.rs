//! Vendors, campaigns and sources, budgets, targets and achievements, retainers.

mod planning;
mod spending;
pub mod tenants;

use std::thread::ScopedJoinHandle;

use crate::support::{Database, eventually};

/// SQLSTATE, message and hint of what a statement says; `00000` where it is accepted.
#[track_caller]
pub fn answer(database: &Database, acting: &str, statement: &str) -> [String; 3] {
    let rows = database.rows(&format!(
        "{acting}; DO $do$
        DECLARE state text := '00000'; message text := ''; hint text := '';
        BEGIN
            BEGIN
                EXECUTE $sql${statement}$sql$;
            EXCEPTION WHEN OTHERS THEN
                GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
                    hint = PG_EXCEPTION_HINT;
            END;
            PERFORM set_config('test.state', state, false),
                set_config('test.message', message, false), set_config('test.hint', hint, false);
        END $do$;
        SELECT current_setting('test.state'), current_setting('test.message'),
            current_setting('test.hint')"
    ));
    let row = rows.into_iter().last().expect("a row");
    row.try_into().expect("three columns")
}

/// The SQLSTATEs of statements that as many sessions run at once, sorted.
#[track_caller]
pub fn at_once(database: &Database, acting: &str, statements: &[String]) -> Vec<String> {
    let mut states: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = statements
            .iter()
            .map(|statement| scope.spawn(move || answer(database, acting, statement)))
            .collect();
        runs.into_iter()
            .map(|run| {
                let [state, ..] = run.join().expect("an answer");
                state
            })
            .collect()
    });
    states.sort();
    states
}

/// Waits until another session waits for a lock.
#[track_caller]
pub fn waits<T>(database: &Database, session: &ScopedJoinHandle<'_, T>) {
    eventually("a session that waits", || {
        let waiting = database.value(
            "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        waiting == "1" || session.is_finished()
    });
    assert!(!session.is_finished(), "it did not wait");
}

/// Asserts that a deletion is refused because other rows need the row.
#[track_caller]
pub fn is_needed(database: &Database, acting: &str, deletion: &str) {
    let refusal = database.refusal(&format!("{acting}; {deletion}"));
    // RESTRICT has a state of its own since PostgreSQL 18.
    assert!(
        ["23503", "23001"].contains(&refusal.as_str()),
        "{refusal}: {deletion}"
    );
}
