//! What one organization sees of another's pipelines, which is nothing, and what each role may.

use super::{ANN, BEN, alice, enter, pipeline, pipelines, stage};
use crate::schema::refuses;
use crate::schema::users::tenants::{A, ALICE, B, BOB, acting};
use crate::support::Database;

const RELATIONS: [&str; 6] = [
    "pipelines",
    "stages",
    "transitions",
    "lead_positions",
    "lead_moves",
    "funnel",
];

/// How many rows each of the relations shows.
#[track_caller]
fn seen(database: &Database, acting: &str) -> Vec<String> {
    let counts = RELATIONS.map(|name| format!("(SELECT count(*) FROM pipeline.{name})"));
    let rows = database.rows(&format!("{acting}; SELECT {}", counts.join(", ")));
    rows.into_iter().next().expect("a row")
}

#[test]
fn each_sees_its_own_and_without_a_setting_there_is_nothing() {
    let database = pipelines();
    database.execute(&format!("{}; {}", alice(), enter()));
    assert_eq!(seen(&database, ""), ["6", "30", "42", "1", "1", "30"]);
    for role in ["crm_app", "crm_readonly"] {
        assert_eq!(seen(&database, &acting(role, "", "")), ["0"; 6], "{role}");
        let mixed = format!("{}; SET app.current_tenant_id = '{B}'", acting(role, A, ""));
        assert_eq!(seen(&database, &mixed), ["0"; 6], "{role}");
        let own = seen(&database, &acting(role, A, ""));
        assert_eq!(own, ["3", "15", "21", "1", "1", "15"], "{role}");
        let other = seen(&database, &acting(role, B, ""));
        assert_eq!(other, ["3", "15", "21", "0", "0", "15"], "{role}");
    }
}

#[test]
fn what_is_anothers_is_neither_changed_nor_used() {
    let database = pipelines();
    database.execute(&format!("{}; {}", alice(), enter()));
    let bob = acting("crm_app", B, BOB);
    let unseen = database.rows(&format!(
        "SELECT {sales}, (SELECT stage_id FROM pipeline.lead_positions), {proposal}",
        sales = pipeline(A, "Sales"),
        proposal = stage(A, "Sales", "Proposal")
    ));
    let (sales, open, proposal) = (&unseen[0][0], &unseen[0][1], &unseen[0][2]);
    for statement in [
        format!("UPDATE pipeline.pipelines SET name = 'x' WHERE id = '{sales}'"),
        format!("UPDATE pipeline.stages SET name = 'x' WHERE id = '{open}'"),
        format!("DELETE FROM pipeline.transitions WHERE pipeline_id = '{sales}'"),
        "UPDATE pipeline.lead_positions SET note = 'x'".to_owned(),
    ] {
        let sql = format!("{bob}; WITH x AS ({statement} RETURNING 1) SELECT count(*) FROM x");
        assert_eq!(database.value(&sql), "0", "{statement}");
    }
    refuses(
        &database,
        &bob,
        &[
            (
                "P0002",
                &format!("SELECT pipeline.enter_pipeline('{BEN}', '{sales}')"),
            ),
            (
                "P0002",
                &format!("SELECT pipeline.move_lead('{ANN}', '{sales}', '{open}')"),
            ),
            (
                "42501",
                &format!("SELECT pipeline.create_default_pipelines('{A}')"),
            ),
            (
                "42501",
                &format!(
                    "INSERT INTO pipeline.pipelines (organization_id, name) VALUES ('{A}', 'x')"
                ),
            ),
            (
                "42501",
                &format!("UPDATE pipeline.pipelines SET organization_id = '{A}'"),
            ),
        ],
    );
    // Without a name for it, the organization is the session's.
    let insert = "INSERT INTO pipeline.pipelines (name) VALUES ('x') RETURNING organization_id";
    assert_eq!(database.value(&format!("{bob}; {insert}")), B);
    // A name, a position and a transition that are there: nothing says so.
    for row in [
        format!(
            "stages (organization_id, pipeline_id, name, position) VALUES ('{B}', '{sales}', 'open', 9)"
        ),
        format!(
            "stages (organization_id, pipeline_id, name, position) VALUES ('{B}', '{sales}', 'x', 1)"
        ),
        format!(
            "transitions (organization_id, pipeline_id, from_stage_id, to_stage_id)
            VALUES ('{B}', '{sales}', '{open}', '{proposal}')"
        ),
    ] {
        refuses(
            &database,
            &bob,
            &[("23503", &format!("INSERT INTO pipeline.{row}"))],
        );
    }
}

#[test]
fn who_reads_only_moves_nothing_and_the_others_see_nothing() {
    let database = pipelines();
    refuses(
        &database,
        &acting("crm_readonly", A, ALICE),
        &[
            ("42501", &enter()),
            ("42501", "SELECT pipeline.move_lead(NULL, NULL, NULL)"),
            (
                "42501",
                &format!("SELECT pipeline.create_default_pipelines('{A}')"),
            ),
            ("42501", "UPDATE pipeline.stages SET name = 'x'"),
            ("42501", "UPDATE pipeline.lead_positions SET note = 'x'"),
            ("42501", "DELETE FROM pipeline.pipelines"),
        ],
    );
    for relation in RELATIONS {
        let select = format!("SELECT count(*) FROM pipeline.{relation}");
        for role in ["crm_vendor", "crm_maintenance"] {
            refuses(&database, &acting(role, A, ALICE), &[("42501", &select)]);
        }
    }
}
