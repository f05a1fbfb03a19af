//! Whatever is done to calls and leads, in whatever order.

use super::{crew, exact};
use crate::schema::holds;

/// All that is counted, without the ids of rows.
const FIGURES: &str = "SELECT md5(
    (SELECT string_agg((to_jsonb(a) - 'id')::text, '|' ORDER BY agent_id, date, hour)
        FROM dialer.agent_analytics a)
    || (SELECT string_agg((to_jsonb(u) - 'id')::text, '|' ORDER BY user_id, date)
        FROM dialer.user_analytics u))";

#[test]
fn after_a_mix_of_inserts_updates_moves_and_deletes_the_figures_are_those_of_a_count() {
    for seed in ["0.1", "0.2", "0.3"] {
        let database = crew();
        database.execute(&format!(
            "SELECT setseed({seed}); {}",
            include_str!("mix.sql")
        ));
        let [agents, users, campaigns, leads] = exact(&database)[..] else {
            panic!("four kinds")
        };
        assert!(
            agents > 100 && users == 9 && campaigns > 8 && leads > 20,
            "a thin mix: {agents} {users} {campaigns} {leads}"
        );

        let before = database.value(FIGURES);
        database.execute(
            "SELECT dialer.batch_calculate_call_analytics(id, '2025-12-31', '2026-01-05')
            FROM users.users",
        );
        assert_eq!(database.value(FIGURES), before, "seed {seed}, recomputed");
        database.execute("DELETE FROM dialer.calls");
        assert_eq!(exact(&database), [0, 0, 0, 0]);
    }
}

#[test]
fn a_recomputation_repairs_what_no_trigger_saw() {
    let database = crew();
    database.execute(&format!("SELECT setseed(0.5); {}", include_str!("mix.sql")));
    let before = database.value(FIGURES);
    database.execute(
        "UPDATE dialer.agent_analytics SET total_calls = 7, fit_score_sum = 1 WHERE hour = 3;
        DELETE FROM dialer.agent_analytics WHERE hour = 4;
        DELETE FROM dialer.user_analytics WHERE date = '2026-01-02';
        INSERT INTO dialer.agent_analytics (agent_id, user_id, date, total_calls)
            SELECT id, user_id, '2026-01-09', 1 FROM dialer.agents;",
    );
    assert_ne!(database.value(FIGURES), before);
    holds(
        &database,
        "SET ROLE crm_maintenance",
        &[
            "dialer.batch_calculate_call_analytics('d0000000-0000-0000-0000-000000000001',
            '2026-01-01', '2026-01-09') IS NOT NULL",
        ],
    );
    database.execute(
        "SELECT dialer.batch_calculate_call_analytics(id, '2026-01-01', '2026-01-09')
        FROM users.users",
    );
    assert_eq!(database.value(FIGURES), before);
    exact(&database);
}
