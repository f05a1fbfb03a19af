//! The funnel and the return on what leads cost.

use super::{A, ADA, ALICE, B, acting, with_leads};
use crate::schema::holds;

#[test]
fn the_funnel_counts_leads_by_stage_and_the_part_that_came_from_the_one_before() {
    let database = with_leads();
    // Of four leads all were contacted, one of them twice; two were qualified, one is cold.
    database.execute(&format!(
        "INSERT INTO leads.leads (id, organization_id) SELECT
            ('aaaaaaaa-0000-0000-0000-00000000001' || i)::uuid, '{A}' FROM generate_series(1, 3) AS i;
        UPDATE leads.leads SET status = 'contacted';
        UPDATE leads.leads SET status = 'cold' WHERE id = '{ADA}';
        UPDATE leads.leads SET status = 'contacted' WHERE id = '{ADA}';
        UPDATE leads.leads SET status = 'qualified' WHERE id::text ~ '1[12]$';
        INSERT INTO leads.lead_status_history (lead_id, to_status, changed_at)
            VALUES ('{ADA}', 'recruited', now() - interval '31 days')"
    ));
    let funnel = |who: &str, arguments: &str| {
        database.rows(&format!(
            "{who}; SELECT to_status, count, coalesce(prev_count::text, '-'),
                coalesce(conversion_rate::text, '-')
            FROM leads.calculate_funnel_conversion({arguments})"
        ))
    };
    let expected = [
        ["new", "4", "-", "-"],
        ["contacted", "4", "4", "1"],
        ["qualified", "2", "4", "0.5"],
        ["nurturing", "0", "2", "0"],
        ["hot", "0", "0", "-"],
        ["recruited", "0", "0", "-"],
        ["cold", "1", "-", "-"],
        ["dnc", "0", "-", "-"],
    ];
    let of_a = format!("'{A}'");
    assert_eq!(
        funnel("", &of_a),
        expected,
        "without a row in lead_statuses"
    );
    assert_eq!(funnel(&acting("crm_app", A, ""), &of_a), expected);
    assert_eq!(funnel(&acting("crm_readonly", A, ""), &of_a), expected);
    for row in funnel(&acting("crm_app", B, ""), &of_a) {
        assert_eq!(row[1], "0", "another's: {row:?}");
    }

    let longer = funnel("", &format!("'{A}', now() - interval '60 days'"));
    assert_eq!(longer[5], ["recruited", "1", "0", "-"]);
    let earlier = funnel(
        "",
        &format!("'{A}', now() - interval '60 days', now() - interval '30 days'"),
    );
    assert_eq!(earlier[0], ["new", "0", "-", "-"]);
    assert_eq!(earlier[5], ["recruited", "1", "0", "-"]);

    // The order of the table goes before the documented one.
    database.execute(
        "INSERT INTO leads.lead_statuses (status, label, stage_order) VALUES ('new', 'New', 2),
            ('cold', 'Cold', 1), ('contacted', 'Contacted', NULL), ('qualified', 'Q', 30),
            ('nurturing', 'N', 40), ('hot', 'H', 50), ('recruited', 'R', 60), ('dnc', 'D', NULL)",
    );
    let rows = funnel("", &of_a);
    assert_eq!(rows[0], ["cold", "1", "-", "-"]);
    assert_eq!(rows[1], ["new", "4", "1", "4"]);
    assert_eq!(rows[2], ["qualified", "2", "4", "0.5"]);
    assert_eq!(rows[6], ["contacted", "4", "-", "-"]);
}

/// The documented query counts a lead once for each month with costs, and its costs for each lead.
#[test]
fn the_return_by_source_counts_leads_and_costs_once() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.leads (organization_id, user_id, source, status) VALUES
            ('{A}', '{ALICE}', 'fb', 'recruited'), ('{A}', '{ALICE}', 'fb', 'new'),
            ('{A}', '{ALICE}', 'fb', 'cold'), ('{A}', '{ALICE}', 'friends', 'new');
        INSERT INTO leads.lead_source_costs (user_id, source, period, cost_usd) VALUES
            ('{ALICE}', 'fb', '2026-01', 20), ('{ALICE}', 'fb', '2026-02', 40),
            ('{ALICE}', 'radio', '2026-02', 5)"
    ));
    let roi = |who: &str| {
        database.rows(&format!(
            "{who}; SELECT source, total_leads, recruited, total_cost, round(cost_per_lead, 2),
                round(conversion_rate::numeric, 2), cost_per_recruit::numeric(9, 2)
            FROM leads.calculate_lead_roi('{ALICE}')"
        ))
    };
    let expected = [
        ["fb", "3", "1", "60.00", "20.00", "0.33", "60.00"],
        ["friends", "1", "0", "0", "0.00", "0.00", ""],
        ["radio", "0", "0", "5.00", "", "", ""],
        ["", "1", "0", "0", "0.00", "0.00", ""],
    ];
    assert_eq!(roi(""), expected);
    assert_eq!(roi(&acting("crm_app", A, ALICE)), expected);
    assert!(roi(&acting("crm_app", B, ALICE)).is_empty());
    holds(
        &database,
        "",
        &[&format!(
            "(SELECT sum(c.cost_usd) = 180 AND count(*) = 6 FROM leads.leads AS l
            JOIN leads.lead_source_costs AS c USING (source, user_id) WHERE l.user_id = '{ALICE}')"
        )],
    );
}
