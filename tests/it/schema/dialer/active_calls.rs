//! Calls under way: what may be one, when it is forgotten, how they are counted and limited.

use super::fixture::{ANN, BEN, acting, app, dialer, of};
use crate::schema::{holds, refuses};
use crate::support::Database;

/// A statement that makes a row an active call of Ann's.
fn begin(id: &str, call_type: &str) -> String {
    format!(
        "INSERT INTO active_calls (id, user_id, call_type, bolna_execution_id)
        VALUES ('{id}', '{ANN}', '{call_type}', 'execution ' || '{}')",
        of(ANN, "call")
    )
}

#[track_caller]
fn active(database: &Database) -> String {
    database.value("SELECT count(*) FROM dialer.active_calls")
}

#[test]
fn an_active_call_is_a_row_of_the_queue_or_a_call_of_its_type() {
    let database = dialer();
    let [call, queued] = [of(ANN, "call"), of(ANN, "queued")];
    refuses(
        &database,
        &app(ANN),
        &[
            (
                "23503",
                &begin("00000000-0000-0000-0000-000000000000", "direct"),
            ),
            ("23503", &begin(&of(BEN, "call"), "campaign")),
            ("23503", &begin(&queued, "direct")),
            ("23503", &begin(&call, "direct")),
        ],
    );
    refuses(
        &database,
        "SET search_path = dialer; SET session_replication_role = replica",
        &[("23514", &begin(&call, "sideways"))],
    );
    database.execute(&format!(
        "{}; {}; {}",
        app(ANN),
        begin(&call, "campaign"),
        begin(&queued, "campaign")
    ));
    let free = format!(
        "{}; UPDATE calls SET campaign_id = NULL; DELETE FROM active_calls; {}",
        app(ANN),
        begin(&call, "direct")
    );
    database.execute(&free);
}

#[test]
fn it_is_forgotten_when_the_call_or_the_row_of_the_queue_is_over_or_gone() {
    let [call, queued] = [of(ANN, "call"), of(ANN, "queued")];
    let processing = format!("UPDATE call_queue SET status = 'processing', call_id = '{call}'");
    for (id, end) in [
        (&call, "UPDATE calls SET status = 'completed'"),
        (&call, "UPDATE calls SET status = 'failed'"),
        (&call, "UPDATE calls SET status = 'busy'"),
        (&call, "UPDATE calls SET status = 'no-answer'"),
        (&call, "DELETE FROM calls"),
        // By the call of the row, its execution aside.
        (
            &queued,
            "UPDATE active_calls SET bolna_execution_id = NULL; UPDATE calls SET status = 'completed'",
        ),
        // By the execution, the row aside.
        (
            &queued,
            "UPDATE call_queue SET call_id = NULL; UPDATE calls SET status = 'completed'",
        ),
        (&queued, "UPDATE call_queue SET status = 'completed'"),
        (&queued, "UPDATE call_queue SET status = 'busy'"),
        (&queued, "UPDATE call_queue SET status = 'cancelled'"),
        (&queued, "DELETE FROM call_queue"),
    ] {
        let database = dialer();
        database.execute(&format!(
            "{}; {processing}; {}",
            app(ANN),
            begin(id, "campaign")
        ));
        let idle = "UPDATE calls SET summary = 'x'; UPDATE call_queue SET error_message = 'x'";
        database.execute(&format!("{}; {idle}", app(ANN)));
        assert_eq!(active(&database), "1", "before: {end}");
        database.execute(&format!("{}; {end}", app(ANN)));
        assert_eq!(active(&database), "0", "{end}");
    }
}

#[test]
fn somebody_elses_execution_ends_nobodys_call() {
    let database = dialer();
    let id = of(ANN, "queued");
    database.execute(&format!(
        "SET search_path = dialer; {}; UPDATE active_calls SET bolna_execution_id = 'execution {}'",
        begin(&id, "campaign"),
        of(BEN, "call")
    ));
    database.execute(&format!(
        "UPDATE dialer.calls SET status = 'completed' WHERE user_id = '{BEN}'"
    ));
    assert_eq!(active(&database), "1");
}

#[test]
fn counts_are_a_users_own_or_numbers_of_the_whole_system() {
    let database = dialer();
    database.execute(&format!(
        "{}; {}; {}",
        app(ANN),
        begin(&of(ANN, "call"), "campaign"),
        begin(&of(ANN, "queued"), "campaign")
    ));
    database.execute(&format!(
        "{}; UPDATE call_queue SET call_type = 'direct';
        INSERT INTO active_calls (id, user_id, call_type) VALUES ('{}', '{BEN}', 'direct')",
        app(BEN),
        of(BEN, "queued")
    ));
    for (user, own, direct) in [(ANN, 2, 0), (BEN, 1, 1)] {
        let other = if user == ANN { BEN } else { ANN };
        for role in ["crm_app", "crm_readonly"] {
            holds(
                &database,
                &acting(role, user),
                &[
                    &format!("count_active_calls('{user}') = {own}"),
                    &format!("get_user_active_calls_count('{user}') = {own}"),
                    &format!("count_active_calls('{other}') = 0"),
                    &format!("count_user_direct_calls_queued('{user}') = {direct}"),
                    "get_system_active_calls_count() = 3",
                    "(SELECT ROW(direct_calls, campaign_calls, total_active) = ROW(1, 2, 3)
                        FROM system_concurrency_overview)",
                    &format!("(SELECT active_calls = {own} FROM user_concurrency_status)"),
                    "(SELECT calls = 1 AND status = 'pending' FROM queue_status_by_type)",
                ],
            );
        }
    }
}

#[test]
fn orphans_are_cleaned_up_and_calls_under_way_are_not() {
    let database = dialer();
    let begin = |user: &str, what: &str| format!("('{}', '{user}', 'campaign')", of(user, what));
    // As they are after a crash, with triggers off: over, gone, old, and two that are under way.
    database.execute(&format!(
        "SET search_path = dialer; SET session_replication_role = replica;
        INSERT INTO active_calls (id, user_id, call_type) VALUES {}, {}, {}, {},
            ('00000000-0000-0000-0000-000000000000', '{ANN}', 'direct');
        UPDATE calls SET status = 'failed' WHERE user_id = '{ANN}';
        UPDATE active_calls SET started_at = now() - interval '121 minutes' WHERE id = '{}';
        UPDATE active_calls SET started_at = now() - interval '119 minutes' WHERE id = '{}'",
        begin(ANN, "call"),
        begin(ANN, "queued"),
        begin(BEN, "call"),
        begin(BEN, "queued"),
        of(BEN, "call"),
        of(BEN, "queued"),
    ));
    holds(
        &database,
        &acting("crm_maintenance", ""),
        &[
            "cleanup_orphaned_active_calls() = 3",
            "cleanup_orphaned_active_calls() = 0",
        ],
    );
    let left = database.rows("SELECT id FROM dialer.active_calls ORDER BY id");
    assert_eq!(left, [[of(ANN, "queued")], [of(BEN, "queued")]]);
}
