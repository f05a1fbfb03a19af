//! What the figures say, by examples.

use super::{call, crew, exact, id, user_of};
use crate::schema::{holds, refuses};
use crate::support::Database;

/// Five calls of agent 1 on 1 January 2026, three of them after ten, with two leads.
fn a_day() -> Database {
    let database = crew();
    let columns = ", status, duration_seconds, started_at";
    let mut sql = String::new();
    for (name, values) in [
        ("1", ", 'completed', 100, '2026-01-01 09:10+00'"),
        ("2", ", 'no-answer', NULL, '2026-01-01 09:59:59.999+00'"),
        ("3", ", 'completed', 50, '2026-01-01 10:00+00'"),
        ("4", ", 'failed', 10, '2026-01-01 10:30+00'"),
        ("5", ", 'initiated', NULL, '2026-01-01 10:59+00'"),
    ] {
        sql += &call(1, name, columns, values);
    }
    sql += &lead("1", "qualification_status, fit_score", "'qualified', 80.5");
    sql += &lead(
        "3",
        "intent_score, fit_score, ai_analysis",
        r#"20, 40, '{"cta_demo_clicks": 2, "cta_pricing_clicks": "many", "cta_human_escalations": true}'"#,
    );
    sql += &format!(
        "INSERT INTO dialer.credit_transactions (user_id, amount, type, call_id)
        SELECT user_id, -7, 'usage', id FROM dialer.calls WHERE bolna_execution_id = '1';
        INSERT INTO dialer.credit_transactions (user_id, amount, type, call_id)
        SELECT user_id, 2, 'refund', id FROM dialer.calls WHERE bolna_execution_id = '1';
        INSERT INTO dialer.credit_transactions (user_id, amount, type)
        VALUES ('{}', 100, 'purchase')",
        user_of(1)
    );
    database.execute(&sql);
    database
}

/// A statement that inserts the lead of a call.
fn lead(name: &str, columns: &str, values: &str) -> String {
    format!(
        "INSERT INTO dialer.lead_analytics (call_id, user_id, agent_id, {columns})
        SELECT id, user_id, agent_id, {values} FROM dialer.calls
        WHERE bolna_execution_id = '{name}';"
    )
}

#[test]
fn a_day_and_its_hours() {
    let database = a_day();
    let of = |hour: &str, truth: &str| {
        format!(
            "(SELECT {truth} FROM dialer.agent_analytics WHERE hour IS NOT DISTINCT FROM {hour})"
        )
    };
    holds(
        &database,
        "",
        &[
            "(SELECT array_agg(hour ORDER BY hour) = '{9,10,NULL}' FROM dialer.agent_analytics)",
            "(SELECT bool_and(date = '2026-01-01') FROM dialer.agent_analytics)",
            &of(
                "9",
                "(total_calls, successful_calls, failed_calls) = (2, 1, 1)",
            ),
            &of(
                "10",
                "(total_calls, successful_calls, failed_calls) = (3, 1, 1)",
            ),
            &of(
                "NULL",
                "(total_calls, successful_calls, failed_calls) = (5, 2, 2)",
            ),
            &of("NULL", "success_rate = 50 AND answer_rate = 60"),
            &of(
                "NULL",
                "total_duration_minutes = 3 AND avg_duration_minutes = 0.89",
            ),
            &of(
                "9",
                "total_duration_minutes = 2 AND avg_duration_minutes = 1.67",
            ),
            &of("NULL", "(leads_generated, qualified_leads) = (2, 1)"),
            &of(
                "NULL",
                "conversion_rate = 20 AND credits_used = 5 AND cost_per_lead = 2.5",
            ),
            &of(
                "NULL",
                "avg_fit_score = 60.25 AND avg_intent_score = 20 AND avg_budget_score = 0",
            ),
            &of("NULL", "avg_total_score = (80.5 + 30) / 2"),
            &of(
                "10",
                "(cta_pricing_clicks, cta_demo_clicks, cta_human_escalations) = (0, 2, 1)",
            ),
            &of(
                "NULL",
                "total_cta_interactions = 3 AND cta_conversion_rate = 20",
            ),
            "(SELECT (total_calls, successful_calls, total_agents, total_leads, qualified_leads,
                credits_used) = (5, 2, 1, 2, 1, 5) FROM dialer.user_analytics)",
            "(SELECT (completed_calls, successful_calls, failed_calls) = (4, 2, 2)
                FROM dialer.call_campaigns WHERE completed_calls > 0)",
        ],
    );
    exact(&database);
}

#[test]
fn days_are_those_of_utc_in_whatever_zone_the_session_is() {
    let database = crew();
    let at = |name, time: &str| call(1, name, ", started_at", &format!(", '{time}'"));
    database.execute(&format!(
        "SET TimeZone = 'America/New_York'; {} {}",
        at("late", "2026-01-01 18:59:59-05"),
        at("next", "2026-01-01 19:00:00-05")
    ));
    holds(
        &database,
        "",
        &["(SELECT array_agg((date, hour)::text ORDER BY date, hour) =
            '{\"(2026-01-01,23)\",\"(2026-01-01,)\",\"(2026-01-02,0)\",\"(2026-01-02,)\"}'
            FROM dialer.agent_analytics)"],
    );
    // What has not started yet counts when it was made; then it moves.
    database
        .execute("UPDATE dialer.calls SET started_at = NULL, created_at = '2026-02-01 12:00+00'");
    holds(
        &database,
        "",
        &[
            "(SELECT bool_and(date = '2026-02-01' AND coalesce(hour, 12) = 12) AND count(*) = 2
            FROM dialer.agent_analytics)",
        ],
    );
    exact(&database);
}

#[test]
fn a_call_counts_once_however_often_it_changes() {
    let database = crew();
    database.execute(&call(1, "a call", "", ""));
    for status in [
        "in-progress",
        "completed",
        "completed",
        "failed",
        "completed",
    ] {
        database.execute(&format!(
            "UPDATE dialer.calls SET status = '{status}', duration_seconds = 60"
        ));
        exact(&database);
    }
    holds(
        &database,
        "",
        &[
            "(SELECT (total_calls, successful_calls, failed_calls, total_duration_minutes)
            = (1, 1, 0, 1) FROM dialer.agent_analytics WHERE hour IS NULL)",
        ],
    );
}

#[test]
fn short_calls_add_up_to_minutes_without_drift() {
    let database = crew();
    for number in 0..6 {
        let name = number.to_string();
        database.execute(&call(1, &name, ", duration_seconds", ", 10"));
    }
    holds(
        &database,
        "",
        &["(SELECT total_duration_minutes = 1 FROM dialer.agent_analytics WHERE hour IS NULL)"],
    );
}

#[test]
fn a_total_score_that_is_not_given_follows_the_others() {
    let database = a_day();
    let total = |truth: &str| {
        format!(
            "(SELECT {truth} FROM dialer.lead_analytics l JOIN dialer.calls c ON c.id = call_id
            WHERE bolna_execution_id = '3')"
        )
    };
    holds(&database, "", &[&total("total_score = 30")]);
    database.execute("UPDATE dialer.lead_analytics SET urgency_score = 90 WHERE intent_score = 20");
    holds(&database, "", &[&total("total_score = 50")]);
    database.execute("UPDATE dialer.lead_analytics SET total_score = 77 WHERE intent_score = 20");
    database.execute("UPDATE dialer.lead_analytics SET urgency_score = 10 WHERE intent_score = 20");
    holds(&database, "", &[&total("total_score = 77")]);
    exact(&database);
}

#[test]
fn a_lead_has_the_agent_and_the_time_of_its_call() {
    let database = a_day();
    database.execute(&format!(
        "UPDATE dialer.lead_analytics SET agent_id = '{}', called_at = now()",
        id('a', 4)
    ));
    exact(&database);
    holds(
        &database,
        &format!("UPDATE dialer.calls SET agent_id = '{}'", id('a', 4)),
        &[&format!(
            "(SELECT count(*) = 2 FROM dialer.lead_analytics WHERE agent_id = '{}')",
            id('a', 4)
        )],
    );
    exact(&database);
}

#[test]
fn what_is_out_of_range_or_anothers_is_refused() {
    let database = a_day();
    let insert = |columns: &str, values: &str| lead("5", columns, values);
    let other_user = format!(
        "INSERT INTO dialer.lead_analytics (call_id, user_id, agent_id)
        SELECT id, '{}', '{}' FROM dialer.calls WHERE bolna_execution_id = '5'",
        user_of(2),
        id('a', 2)
    );
    refuses(
        &database,
        "",
        &[
            ("23514", &insert("fit_score", "101")),
            ("23514", &insert("intent_score", "-1")),
            ("23514", &insert("qualification_status", "'maybe'")),
            ("23514", &insert("lifecycle_status", "'dead'")),
            ("23514", &insert("call_outcome", "'fine'")),
            ("23505", &lead("1", "notes", "'twice'")),
            ("23503", &other_user),
            ("23514", "UPDATE dialer.calls SET started_at = 'infinity'"),
            (
                "23505",
                "INSERT INTO dialer.agent_analytics (agent_id, user_id, date)
                SELECT agent_id, user_id, date FROM dialer.agent_analytics WHERE hour IS NULL",
            ),
            (
                "23514",
                "UPDATE dialer.agent_analytics SET hour = 24 WHERE hour = 9",
            ),
            (
                "22023",
                "SELECT dialer.batch_calculate_call_analytics(NULL, '2026-01-02', '2026-01-01')",
            ),
            (
                "22023",
                "SELECT dialer.batch_calculate_call_analytics(NULL, '2026-01-02', 'infinity')",
            ),
        ],
    );
}

#[test]
fn the_application_sees_its_users_figures_and_writes_none() {
    let database = a_day();
    database.execute(&call(2, "of another user", "", ""));
    let app = |role: &str, user: String| {
        format!(
            "SET search_path = dialer, users, utilities, triggers, extensions, public;
            SET ROLE {role}; SET app.current_user_id = '{user}'"
        )
    };
    let counts = "(SELECT count(*) FROM agent_analytics), (SELECT count(*) FROM user_analytics),
        (SELECT count(*) FROM lead_analytics), (SELECT count(*) FROM user_kpis),
        (SELECT count(*) FROM user_stats), (SELECT count(*) FROM user_performance_summary),
        (SELECT count(*) FROM call_source_analytics)";
    for role in ["crm_app", "crm_readonly"] {
        let seen = |user: String| database.rows(&format!("{}; SELECT {counts}", app(role, user)));
        assert_eq!(
            seen(user_of(1))[0],
            ["3", "1", "2", "1", "1", "1", "1"],
            "{role}"
        );
        assert_eq!(
            seen(user_of(2))[0],
            ["2", "1", "0", "1", "1", "1", "1"],
            "{role}"
        );
        assert_eq!(seen(String::new())[0], ["0"; 7], "{role}, not set");
    }
    let mine = app("crm_app", user_of(1));
    refuses(
        &database,
        &mine,
        &[
            ("42501", "UPDATE agent_analytics SET total_calls = 0"),
            ("42501", "DELETE FROM user_analytics"),
            ("42501", "SELECT * FROM user_kpi_summary"),
            ("42501", "SELECT * FROM user_kpi_changes"),
            ("42501", "SELECT calculate_daily_call_analytics(NULL, NULL)"),
            ("42501", "SELECT refresh_user_kpi_summary()"),
            ("42501", "SELECT count_calls(NULL, NULL)"),
        ],
    );
    // Yet what it does with calls and leads is counted.
    database.execute(&format!(
        "{mine}; {} {} UPDATE calls SET status = 'completed';
        DELETE FROM calls WHERE bolna_execution_id = '2'",
        call(1, "6", "", ""),
        lead("6", "fit_score", "9")
    ));
    exact(&database);
    holds(
        &database,
        &format!("{mine}; SET TimeZone = 'UTC'"),
        &[
            // As documented.
            &format!(
                "(SELECT count(*) = 1 FROM (SELECT * FROM agent_analytics WHERE agent_id = '{}'
                    AND date = CURRENT_DATE AND hour IS NULL) q)",
                id('a', 1)
            ),
            "(SELECT total_calls = 5 AND total_leads = 3 AND total_agents = 4 FROM user_stats)",
            "(SELECT success_rate = 100 AND avg_fit_score = 43.17 FROM user_performance_summary)",
            "(SELECT call_source = 'unknown' AND total_calls = 5 AND total_leads = 3
                AND success_rate = 100 AND qualified_leads = 1 FROM call_source_analytics)",
        ],
    );
}
