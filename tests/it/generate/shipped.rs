//! The shipped schema with generated rows: alive, and right.

use crate::support::{Database, Run};

/// The rows that were there before, and those that are there after clearing.
const COUNTS: &str = "
    SELECT c.oid::regclass::text, (xpath('/row/n/text()', query_to_xml(
        format('SELECT count(*) AS n FROM %s', c.oid::regclass), false, true, '')))[1]::text
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND n.nspname !~ '^(pg_|information_schema|crmdb)'
        -- Each change of an analytic row leaves a note for the next refresh there.
        AND c.oid <> 'dialer.user_kpi_changes'::regclass
    ORDER BY 1";

/// What triggers keep, against what the rows say: no row of any of these.
const RECOMPUTED: &[(&str, &str)] = &[
    (
        "the isolation of users",
        "SELECT * FROM dialer.validate_user_data_consistency()",
    ),
    (
        "counts of conversations",
        "SELECT c.id FROM crm.conversations AS c
         WHERE (c.message_count, c.call_count, c.email_count) IS DISTINCT FROM (
             (SELECT count(*)::integer FROM crm.messages AS m WHERE m.conversation_id = c.id),
             (SELECT count(*)::integer FROM crm.calls AS m WHERE m.conversation_id = c.id),
             (SELECT count(*)::integer FROM crm.emails AS m WHERE m.conversation_id = c.id))",
    ),
    (
        "calls of each agent, day and hour",
        "SELECT agent_id, date, sum(total_calls) FROM dialer.agent_analytics WHERE hour IS NULL
         GROUP BY 1, 2
         EXCEPT
         SELECT agent_id, (created_at AT TIME ZONE 'UTC')::date, count(*) FROM dialer.calls GROUP BY 1, 2",
    ),
    (
        "credits of each user",
        "SELECT u.id FROM users.users AS u
         JOIN (SELECT user_id, sum(amount) AS amount FROM dialer.credit_transactions GROUP BY 1) AS t
             ON t.user_id = u.id
         WHERE u.credits IS DISTINCT FROM t.amount + 15 AND u.credits IS DISTINCT FROM t.amount",
    ),
    (
        "stages of deals and their history",
        "SELECT d.id FROM crm.deals AS d
         WHERE d.stage IS DISTINCT FROM (
             SELECT h.to_stage FROM crm.deal_stage_history AS h WHERE h.deal_id = d.id
             ORDER BY h.id DESC LIMIT 1)
             AND (SELECT count(*) FROM crm.deal_stage_history AS h WHERE h.deal_id = d.id) = 1",
    ),
];

/// What looks alive: no row of any of these.
const IMPLAUSIBLE: &[(&str, &str)] = &[
    (
        "a call that ends before it begins, or lasts another time",
        "SELECT id FROM dialer.calls WHERE ended_at < started_at
         UNION ALL SELECT id FROM crm.calls WHERE ended_at < started_at",
    ),
    (
        "addresses that may be somebody's",
        "SELECT id FROM users.users WHERE email !~ '@example\\.(com|org|net)$' AND email <> 'admin@ophir.dev'
         UNION ALL SELECT id FROM crm.contacts WHERE email !~* '@example\\.(com|org|net)$'
         UNION ALL SELECT id FROM outreach.leads WHERE email !~ '@example\\.(com|org|net)$'",
    ),
    (
        "numbers that may be somebody's",
        "SELECT id FROM leads.leads WHERE phone_number !~ '^\\+1555[0-9]{7}$'
         UNION ALL SELECT id FROM dialer.contacts WHERE phone_number !~ '^\\+1555[0-9]{7}$'",
    ),
];

fn empty(database: &Database, queries: &[(&str, &str)]) {
    for (what, query) in queries {
        assert_eq!(
            database.rows(query),
            Vec::<Vec<String>>::new(),
            "{what}: {query}"
        );
    }
}

#[test]
fn the_shipped_schema_looks_alive() {
    let database = Database::shipped();
    Run::shipped(&database, "seed").ends(0);
    let before = database.rows(COUNTS);
    Run::shipped(&database, "seed dev --scale 0.5 --seed 7").ends(0);
    let tables = database.rows(&format!(
        "SELECT * FROM ({COUNTS}) AS t (name, n) WHERE n::bigint < 2"
    ));
    let few: Vec<&str> = tables.iter().map(|row| &*row[0]).collect();
    // The application fills its cache; nobody fills the notes of another tool.
    assert_eq!(few, ["dialer.dashboard_cache", "dialer.migrations"]);
    empty(&database, RECOMPUTED);
    empty(&database, IMPLAUSIBLE);
    assert_eq!(
        database.value("SELECT coalesce(sum(violations), 0) FROM dialer.audit_data_isolation() AS a (t, c, p, ok, violations)"),
        "0"
    );
    assert_eq!(
        database.value(
            "SELECT (SELECT count(*) FROM pg_constraint WHERE NOT convalidated)
                + (SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O')
                + (SELECT count(*) FROM pg_index WHERE NOT indisvalid)"
        ),
        "0"
    );
    Run::shipped(&database, "drift check").ends(0);
    Run::shipped(&database, "seed clear").ends(0);
    assert_eq!(database.rows(COUNTS), before);
    Run::shipped(&database, "drift check").ends(0);
}
