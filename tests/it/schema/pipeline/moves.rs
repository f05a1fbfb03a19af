//! How a lead goes: in at the first stage, along allowed moves, out at an end; and its history.

use super::{ANN, BEN, alice, enter, go, go_from, history, pipeline, pipelines, stage};
use crate::schema::marketing::answer;
use crate::schema::users::tenants::{A, ALICE, B, BOB, acting};
use crate::schema::{holds, refuses};

#[test]
fn a_lead_goes_from_the_first_stage_to_an_end_and_its_way_is_kept() {
    let database = pipelines();
    holds(
        &database,
        &format!("{}; {}", alice(), enter()),
        &[&format!(
            "(SELECT stage_id = {} AND closed_at IS NULL AND stage_entered_at = entered_at
            FROM pipeline.lead_positions)",
            stage(A, "Sales", "Open")
        )],
    );
    for to in ["Proposal", "Negotiation", "Proposal"] {
        database.execute(&format!("{}; {}", alice(), go(to)));
    }
    database.execute(&format!(
        "{}; SELECT pipeline.move_lead('{ANN}', {}, {}, 'signed')",
        acting("crm_app", A, BOB),
        pipeline(A, "Sales"),
        stage(A, "Sales", "Won")
    ));
    assert_eq!(
        history(&database),
        [
            ["-", "Open"],
            ["Open", "Proposal"],
            ["Proposal", "Negotiation"],
            ["Negotiation", "Proposal"],
            ["Proposal", "Won"],
        ]
    );
    holds(
        &database,
        &alice(),
        &[
            "(SELECT closed_at = stage_entered_at AND note = 'signed' FROM pipeline.lead_positions)",
            // Each move begins when the one before ended, and says how long that was.
            "(SELECT bool_and(time_in_stage IS NOT DISTINCT FROM moved_at - before AND
                from_stage_id IS NOT DISTINCT FROM came_to) FROM (
                SELECT *, lag(moved_at) OVER w AS before, lag(to_stage_id) OVER w AS came_to
                FROM pipeline.lead_moves WINDOW w AS (ORDER BY id)) AS m)",
            &format!(
                "(SELECT count(*) = 4 FROM pipeline.lead_moves
                WHERE moved_by = '{ALICE}' AND note IS NULL)"
            ),
            // Bob is of another organization, and not named in this one's history.
            "(SELECT count(*) = 1 FROM pipeline.lead_moves
                WHERE moved_by IS NULL AND note = 'signed')",
        ],
    );
}

#[test]
fn what_is_no_allowed_move_is_refused_whoever_writes_it() {
    let database = pipelines();
    database.execute(&format!("{}; {}", alice(), enter()));
    let [state, message, hint] = answer(&database, &alice(), &go("Won"));
    assert_eq!(
        [state.as_str(), message.as_str(), hint.as_str()],
        [
            "23514",
            "a lead may not move from stage \"Open\" to \"Won\"",
            "Allowed: \"Proposal\", \"Lost\".",
        ]
    );
    for acting in ["", &alice()] {
        let update = format!(
            "UPDATE pipeline.lead_positions SET stage_id = {}",
            stage(A, "Sales", "Negotiation")
        );
        refuses(&database, acting, &[("23514", &update)]);
        for other in [stage(A, "QC", "In Review"), stage(B, "Sales", "Proposal")] {
            let update = format!(
                "UPDATE pipeline.lead_positions SET stage_id = coalesce({other}, gen_random_uuid())"
            );
            refuses(&database, acting, &[("23514", &update)]);
        }
    }
    refuses(
        &database,
        &alice(),
        &[
            ("55000", &go("Open")),
            ("22004", &go("no such stage")),
            ("55000", &go_from("Proposal", "Negotiation")),
            (
                "P0002",
                &format!(
                    "SELECT pipeline.move_lead('{ANN}', {}, {})",
                    pipeline(A, "QC"),
                    stage(A, "QC", "In Review")
                ),
            ),
            ("P0002", "SELECT pipeline.move_lead(NULL, NULL, NULL)"),
        ],
    );
    // A transition more, and the same move is allowed; a plain UPDATE leaves the same history.
    database.execute(&format!(
        "{}; INSERT INTO pipeline.transitions
            (organization_id, pipeline_id, from_stage_id, to_stage_id)
        VALUES ('{A}', {}, {}, {won});
        UPDATE pipeline.lead_positions SET stage_id = {won}",
        alice(),
        pipeline(A, "Sales"),
        stage(A, "Sales", "Open"),
        won = stage(A, "Sales", "Won")
    ));
    assert_eq!(history(&database), [["-", "Open"], ["Open", "Won"]]);
}

/// The triggers would say so first; without them the keys still do.
#[test]
fn the_keys_bind_a_position_to_its_pipeline_and_organization() {
    let database = pipelines();
    database.execute(&format!("{}; {}", alice(), enter()));
    let off = "ALTER TABLE pipeline.lead_positions DISABLE TRIGGER check_position";
    for other in [stage(A, "QC", "In Review"), stage(B, "Sales", "Proposal")] {
        let update = format!("UPDATE pipeline.lead_positions SET stage_id = {other}");
        refuses(&database, off, &[("23503", &update)]);
    }
    for change in [
        format!("lead_id = '{BEN}'"),
        format!("organization_id = '{B}'"),
        format!("pipeline_id = {}", pipeline(A, "QC")),
    ] {
        let update = format!("UPDATE pipeline.lead_positions SET {change}");
        refuses(&database, "", &[("23503", &update)]);
    }
}

#[test]
fn a_lead_is_in_a_pipeline_once_and_may_come_again() {
    let database = pipelines();
    database.execute(&format!("{}; {}", alice(), enter()));
    refuses(&database, &alice(), &[("23505", &enter())]);
    // Another pipeline is another matter.
    database.execute(&format!(
        "{}; SELECT pipeline.enter_pipeline('{ANN}', {})",
        alice(),
        pipeline(A, "QC")
    ));
    database.execute(&format!("{}; {}", alice(), go("Lost")));
    let on = format!(
        "UPDATE pipeline.lead_positions SET stage_id = {} WHERE closed_at IS NOT NULL",
        stage(A, "Sales", "Open")
    );
    refuses(
        &database,
        &alice(),
        &[("P0002", &go("Proposal")), ("55000", &on)],
    );
    database.execute(&format!("{}; {}; {}", alice(), enter(), go("Proposal")));
    holds(
        &database,
        &alice(),
        &["(SELECT count(*) = 3 AND count(closed_at) = 1 FROM pipeline.lead_positions)"],
    );
}

#[test]
fn not_everything_may_enter() {
    let database = pipelines();
    let enter =
        |lead: &str, pipeline: &str| format!("SELECT pipeline.enter_pipeline({lead}, {pipeline})");
    let (ann, ben) = (format!("'{ANN}'"), format!("'{BEN}'"));
    let sales = pipeline(A, "Sales");
    let direct = |stage: &str| {
        format!(
            "INSERT INTO pipeline.lead_positions (organization_id, lead_id, pipeline_id, stage_id)
            VALUES ('{A}', '{ANN}', {sales}, {stage})"
        )
    };
    // As the owner, who sees both organizations, and as one who does not.
    for acting in ["", &alice()] {
        refuses(
            &database,
            acting,
            &[
                ("P0002", &enter(&ben, &sales)),
                ("P0002", &enter(&ann, "gen_random_uuid()")),
                ("P0002", &enter("NULL", &sales)),
                ("P0002", &enter(&ann, "NULL")),
            ],
        );
    }
    let foreign = pipeline(B, "Sales");
    refuses(
        &database,
        "",
        &[
            ("P0002", &enter(&ann, &foreign)),
            ("23514", &direct(&stage(A, "Sales", "Won"))),
            (
                "55000",
                &format!(
                    "INSERT INTO pipeline.lead_positions (organization_id, lead_id, pipeline_id)
                    VALUES ('{A}', '{ANN}', {foreign})"
                ),
            ),
            (
                "23503",
                &format!(
                    "INSERT INTO pipeline.lead_positions (organization_id, lead_id, pipeline_id)
                    VALUES ('{A}', '{BEN}', {sales})"
                ),
            ),
        ],
    );
    for (before, state) in [
        ("UPDATE pipeline.pipelines SET is_active = false", "55000"),
        ("DELETE FROM pipeline.stages", "55000"),
        ("UPDATE pipeline.stages SET is_terminal = true", "55000"),
        ("UPDATE leads.leads SET deleted_at = now()", "P0002"),
    ] {
        refuses(
            &database,
            &format!("{}; {before}", alice()),
            &[(state, &enter(&ann, &sales))],
        );
    }
    refuses(
        &database,
        "UPDATE pipeline.pipelines SET is_active = false",
        &[("55000", &direct("NULL"))],
    );
}

#[test]
fn nobody_writes_the_times_or_the_history() {
    let database = pipelines();
    database.execute(&format!("{}; {}", alice(), enter()));
    refuses(
        &database,
        &alice(),
        &[
            (
                "42501",
                "UPDATE pipeline.lead_positions SET entered_at = now()",
            ),
            (
                "42501",
                "UPDATE pipeline.lead_positions SET stage_entered_at = now()",
            ),
            (
                "42501",
                "UPDATE pipeline.lead_positions SET closed_at = now()",
            ),
            (
                "42501",
                "UPDATE pipeline.lead_positions SET lead_id = lead_id",
            ),
            ("42501", "DELETE FROM pipeline.lead_positions"),
            ("42501", "INSERT INTO pipeline.lead_moves DEFAULT VALUES"),
            ("42501", "UPDATE pipeline.lead_moves SET note = 'x'"),
            ("42501", "DELETE FROM pipeline.lead_moves"),
            ("42501", "SELECT pipeline.record_move()"),
        ],
    );
    // A note is no move.
    database.execute(&format!(
        "{}; UPDATE pipeline.lead_positions SET note = 'call in May', stage_id = stage_id",
        alice()
    ));
    assert_eq!(history(&database), [["-", "Open"]]);
    // What is known about a lead goes with its row.
    database.execute(&format!("{}; DELETE FROM leads.leads", alice()));
    assert!(history(&database).is_empty());
}
