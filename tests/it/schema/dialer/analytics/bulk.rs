//! Many calls in one statement.

use super::{crew, exact};

/// Calls of all agents, over 30 days.
const INSERT: &str = "INSERT INTO dialer.calls (user_id, agent_id, campaign_id,
        bolna_conversation_id, bolna_execution_id, phone_number, status, started_at)
    SELECT a.user_id, a.id, k.id, 'c', a.id || '-' || n, '+1', 'completed',
        '2026-01-01 00:00+00'::timestamptz + n * interval '1 hour'
    FROM dialer.agents a JOIN dialer.call_campaigns k ON k.agent_id = a.id
    CROSS JOIN generate_series(0, 719) n";

/// How often the rows of these tables are written by a statement.
fn writes(statement: &str) -> String {
    format!(
        "BEGIN; {statement};
        SELECT string_agg(relname || ' ' || n_tup_ins + n_tup_upd + n_tup_del, ', ' ORDER BY relname)
        FROM pg_stat_xact_user_tables
        WHERE relname IN ('agent_analytics', 'user_analytics', 'call_campaigns');
        COMMIT"
    )
}

/// 12 agents in 720 hours of 30 days, 3 users, 12 campaigns; one row of a day for each, too.
#[test]
fn a_statement_writes_each_row_of_figures_once() {
    let database = crew();
    assert_eq!(
        database.value(&writes(INSERT)),
        "agent_analytics 9000, call_campaigns 12, user_analytics 90"
    );
    exact(&database);
    assert_eq!(
        database.value(&writes("UPDATE dialer.calls SET status = 'failed'")),
        "agent_analytics 9000, call_campaigns 12, user_analytics 90"
    );
    exact(&database);
    assert_eq!(
        database.value(&writes("UPDATE dialer.calls SET transcript = 'hello'")),
        "agent_analytics 0, call_campaigns 0, user_analytics 0",
        "nothing that counts"
    );
    // Each row is written, and then deleted.
    assert_eq!(
        database.value(&writes("DELETE FROM dialer.calls")),
        "agent_analytics 18000, call_campaigns 12, user_analytics 180"
    );
    assert_eq!(exact(&database), [0, 0, 0, 0]);
}
