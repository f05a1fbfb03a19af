//! Pipelines and their stages, leads that move through them, the funnel.

mod funnel;
mod moves;
mod races;
mod stages;
mod tenants;

use crate::schema::users::tenants::{A, ALICE, B, acting, tenants};
use crate::support::Database;

/// A lead of each organization.
const ANN: &str = "aaaaaaaa-4000-0000-0000-000000000001";
const BEN: &str = "bbbbbbbb-4000-0000-0000-000000000001";

/// Two organizations with the default pipelines and a lead each.
fn pipelines() -> Database {
    let database = tenants();
    database.execute(&format!(
        "SELECT pipeline.create_default_pipelines(id) FROM users.organizations;
        INSERT INTO leads.leads (id, organization_id, phone_number)
            VALUES ('{ANN}', '{A}', '+12125550001'), ('{BEN}', '{B}', '+12125550001')"
    ));
    database
}

/// Alice, who works with the application.
fn alice() -> String {
    acting("crm_app", A, ALICE)
}

/// A pipeline of an organization, as an expression.
fn pipeline(organization: &str, name: &str) -> String {
    format!(
        "(SELECT id FROM pipeline.pipelines
        WHERE organization_id = '{organization}' AND name = '{name}')"
    )
}

/// A stage of an organization's pipeline, as an expression.
fn stage(organization: &str, of: &str, name: &str) -> String {
    format!(
        "(SELECT id FROM pipeline.stages
        WHERE pipeline_id = {} AND name = '{name}')",
        pipeline(organization, of)
    )
}

/// Ann enters the pipeline Sales.
fn enter() -> String {
    format!(
        "SELECT pipeline.enter_pipeline('{ANN}', {})",
        pipeline(A, "Sales")
    )
}

/// Ann moves to a stage of Sales.
fn go(to: &str) -> String {
    format!(
        "SELECT pipeline.move_lead('{ANN}', {}, {})",
        pipeline(A, "Sales"),
        stage(A, "Sales", to)
    )
}

/// Ann moves to a stage of Sales, if she is in another one.
fn go_from(from: &str, to: &str) -> String {
    format!(
        "SELECT pipeline.move_lead('{ANN}', {}, {}, from_stage_id => {})",
        pipeline(A, "Sales"),
        stage(A, "Sales", to),
        stage(A, "Sales", from)
    )
}

/// The stages that Ann has been in, in their order, with the one before.
fn history(database: &Database) -> Vec<Vec<String>> {
    database.rows(
        "SELECT coalesce(f.name, '-'), t.name FROM pipeline.lead_moves AS m
        LEFT JOIN pipeline.stages AS f ON f.id = m.from_stage_id
        JOIN pipeline.stages AS t ON t.id = m.to_stage_id ORDER BY m.id",
    )
}
