//! How many leads are in each stage, came to it, and how long they stayed.

use super::{alice, pipeline, pipelines, stage};
use crate::schema::users::tenants::{A, B, acting};

#[test]
fn the_funnel_counts_the_leads_of_each_stage() {
    let database = pipelines();
    let sales = pipeline(A, "Sales");
    database.execute(&format!(
        "{};
        INSERT INTO leads.leads (organization_id, phone_number)
            SELECT '{A}', '+1212555010' || n FROM generate_series(1, 4) AS n;
        SELECT pipeline.enter_pipeline(id, {sales}) FROM leads.leads
            WHERE phone_number LIKE '%5010_';
        SELECT pipeline.move_lead(id, {sales}, {proposal}) FROM leads.leads
            WHERE phone_number LIKE '%5010_' AND phone_number <> '+12125550104';
        SELECT pipeline.move_lead(id, {sales}, {negotiation}) FROM leads.leads
            WHERE phone_number = '+12125550101';
        SELECT pipeline.move_lead(id, {sales}, {proposal}) FROM leads.leads
            WHERE phone_number = '+12125550101';
        SELECT pipeline.move_lead(id, {sales}, {won}) FROM leads.leads
            WHERE phone_number = '+12125550102';
        UPDATE leads.leads SET deleted_at = now() WHERE phone_number = '+12125550103';
        RESET ROLE;
        UPDATE pipeline.lead_moves AS m
        SET time_in_stage = r.n * interval '1 hour'
        FROM (SELECT id, row_number() OVER (PARTITION BY from_stage_id ORDER BY id) AS n
            FROM pipeline.lead_moves WHERE from_stage_id IS NOT NULL) AS r
        WHERE r.id = m.id",
        alice(),
        proposal = stage(A, "Sales", "Proposal"),
        negotiation = stage(A, "Sales", "Negotiation"),
        won = stage(A, "Sales", "Won"),
    ));
    let funnel = "SELECT stage_name, lead_count, entry_count, entry_rate, average_time_in_stage
        FROM pipeline.funnel WHERE pipeline_name = 'Sales' ORDER BY position";
    // Three left Open after 1, 2 and 3 hours, two Proposal after 1 and 2, one Negotiation after 1.
    assert_eq!(
        database.rows(&format!("{}; {funnel}", acting("crm_readonly", A, ""))),
        [
            ["Open", "1", "4", "1.0000", "02:00:00"],
            ["Proposal", "1", "3", "0.7500", "01:30:00"],
            ["Negotiation", "0", "1", "0.2500", "01:00:00"],
            ["Won", "1", "1", "0.2500", ""],
            ["Lost", "0", "0", "0.0000", ""],
        ]
    );
    let rows = database.rows(&format!("{}; {funnel}", acting("crm_app", B, "")));
    assert_eq!(rows[0], ["Open", "0", "0", "", ""], "another organization");
}
