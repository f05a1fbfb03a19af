//! Conversations that several sessions write into at once.

use super::conversations::WRONG;
use super::{app, two_tenants};
use crate::schema::holds;
use crate::support::{Client, Database, eventually};

const CONVERSATIONS: &str = "INSERT INTO crm.conversations (id, contact_id)
    SELECT md5(i::text)::uuid, md5('a contacts')::uuid FROM generate_series(1, 6) AS i";

/// Says when a statement that is marked so waits for a lock.
fn waits(database: &Database) -> bool {
    let waiting = database.value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND wait_event_type = 'Lock' AND query LIKE '%/* waits */%' AND pid <> pg_backend_pid()",
    );
    waiting == "1"
}

/// Each session writes messages and calls into the same six conversations. No session sees the
/// others' rows before they commit.
#[test]
fn eight_sessions_lose_no_message() {
    let database = two_tenants();
    database.execute(&format!("{}; {CONVERSATIONS}", app()));
    std::thread::scope(|scope| {
        for session in 0..8 {
            let database = &database;
            scope.spawn(move || {
                let into = if session % 2 == 0 {
                    "messages (conversation_id, direction, sent_at, body)"
                } else {
                    "calls (conversation_id, direction, started_at, summary)"
                };
                for round in 0..15 {
                    database.execute(&format!(
                        "{}; INSERT INTO crm.{into}
                        SELECT md5(i::text)::uuid, 'inbound', clock_timestamp(), '{session} {round}'
                        FROM generate_series(1, 6) AS i ORDER BY random()",
                        app()
                    ));
                }
            });
        }
    });
    assert!(database.rows(WRONG).is_empty());
    holds(
        &database,
        "",
        &[
            "(SELECT sum(message_count + call_count) = 8 * 15 * 6 FROM crm.conversations
            WHERE id NOT IN (md5('a conversations')::uuid, md5('b conversations')::uuid))",
        ],
    );
}

/// Locked in the order of the ids, whatever the order of the rows: while the first one is held by
/// somebody else, no other one is locked yet. So nobody waits in a circle.
#[test]
fn conversations_are_locked_in_the_order_of_their_ids() {
    let database = two_tenants();
    database.execute(&format!("{}; {CONVERSATIONS}", app()));
    let first = Client::that(
        &database,
        "BEGIN; SELECT FROM crm.conversations
        WHERE id = (SELECT min(md5(i::text)) FROM generate_series(1, 6) AS i)::uuid
        FOR NO KEY UPDATE",
    );
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            database.execute(&format!(
                "{}; /* waits */ INSERT INTO crm.messages (conversation_id, direction, body)
                SELECT md5(i::text)::uuid, 'inbound', 'x' FROM generate_series(1, 6) AS i
                ORDER BY md5(i::text) DESC",
                app()
            ));
        });
        eventually("the statement waits for the first conversation", || {
            assert!(!second.is_finished(), "it did not wait");
            waits(&database)
        });
        let free = database.value(
            "SELECT count(*) FROM (
                SELECT FROM crm.conversations FOR NO KEY UPDATE SKIP LOCKED
            ) AS free",
        );
        first.execute("COMMIT");
        second.join().expect("the statement");
        assert_eq!(free, "7", "of the eight, one is held");
    });
    assert!(database.rows(WRONG).is_empty());
}

/// The one that commits last sees what the other one wrote, though its transaction began earlier.
#[test]
fn the_last_message_is_the_last_one_whoever_commits_first() {
    let database = two_tenants();
    let insert = |body: &str, hours: i32| {
        format!(
            "INSERT INTO crm.messages (conversation_id, direction, body, sent_at) VALUES
            (md5('a conversations')::uuid, 'inbound', '{body}', now() + {hours} * interval '1 hour')"
        )
    };
    let first = Client::that(
        &database,
        &format!("BEGIN; {}; {}", app(), insert("newest", 2)),
    );
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            database.execute(&format!("{}; /* waits */ {}", app(), insert("older", 1)));
        });
        eventually("the second session waits for the first", || {
            assert!(!second.is_finished(), "it did not wait");
            waits(&database)
        });
        first.execute("COMMIT");
        second.join().expect("the second session");
    });
    assert!(database.rows(WRONG).is_empty());
    holds(
        &database,
        "",
        &[
            "(SELECT last_message_preview = 'newest' AND message_count = 3 FROM crm.conversations
            WHERE id = md5('a conversations')::uuid)",
        ],
    );
}
