//! Conversations that several sessions write into at once.

use super::conversations::WRONG;
use super::{app, two_tenants};
use crate::schema::holds;
use crate::support::{Client, eventually};

/// Each statement writes into three conversations, in an order of its own. No session sees the
/// others' rows before they commit, and none may wait in a circle.
#[test]
fn eight_sessions_lose_no_message_and_do_not_deadlock() {
    let database = two_tenants();
    database.execute(&format!(
        "{}; INSERT INTO crm.conversations (id, contact_id)
        SELECT md5(i::text)::uuid, md5('a contacts')::uuid FROM generate_series(1, 3) AS i",
        app()
    ));
    std::thread::scope(|scope| {
        for session in 0..8 {
            let database = &database;
            scope.spawn(move || {
                for round in 0..15 {
                    let (order, table) = match (session + round) % 3 {
                        0 => (
                            "ASC",
                            "messages (conversation_id, direction, sent_at, body)",
                        ),
                        1 => (
                            "DESC",
                            "calls (conversation_id, direction, started_at, summary)",
                        ),
                        _ => (
                            "DESC",
                            "messages (conversation_id, direction, sent_at, body)",
                        ),
                    };
                    database.execute(&format!(
                        "{}; INSERT INTO crm.{table}
                        SELECT md5(i::text)::uuid, 'inbound', clock_timestamp(), '{session} {round}'
                        FROM generate_series(1, 3) AS i ORDER BY i {order}",
                        app()
                    ));
                }
            });
        }
    });
    assert!(
        database.rows(WRONG).is_empty(),
        "{:?}",
        database.rows(WRONG)
    );
    holds(
        &database,
        "",
        &[
            "(SELECT sum(message_count + call_count) = 8 * 15 * 3 FROM crm.conversations
            WHERE id NOT IN (md5('a conversations')::uuid, md5('b conversations')::uuid))",
        ],
    );
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
            database.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                AND wait_event_type = 'Lock' AND query LIKE '%/* waits */%' AND pid <> pg_backend_pid()",
            ) == "1"
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
