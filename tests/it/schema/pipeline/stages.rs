//! The default pipelines, the order of stages, and what a stage may be.

use super::{alice, enter, go, pipeline, pipelines, stage};
use crate::schema::marketing::is_needed;
use crate::schema::users::tenants::{A, B};
use crate::schema::{holds, refuses};

#[test]
fn an_organization_starts_with_pre_sale_sales_and_qc() {
    let database = pipelines();
    assert_eq!(
        database.rows(&format!(
            "{}; SELECT p.name, string_agg(s.name || CASE WHEN s.is_won THEN '+'
                    WHEN s.is_lost THEN '-' WHEN s.is_terminal THEN '.' ELSE '' END, ', '
                    ORDER BY s.position), min(s.position), max(s.position)
            FROM pipeline.pipelines AS p JOIN pipeline.stages AS s ON s.pipeline_id = p.id
            GROUP BY p.id ORDER BY 1",
            alice()
        )),
        [
            [
                "Pre-Sale",
                "New, Contacted, Interested, Qualified+, Not Interested-",
                "1",
                "5"
            ],
            [
                "QC",
                "Received, In Review, Correction, Approved+, Rejected-",
                "1",
                "5"
            ],
            [
                "Sales",
                "Open, Proposal, Negotiation, Won+, Lost-",
                "1",
                "5"
            ],
        ]
    );
    // From the first stage every other one can be reached, and from no end any.
    holds(
        &database,
        "",
        &[
            "(WITH RECURSIVE reached (pipeline_id, stage_id) AS (
                SELECT pipeline_id, id FROM pipeline.stages WHERE position = 1
                UNION
                SELECT r.pipeline_id, t.to_stage_id FROM reached AS r
                JOIN pipeline.transitions AS t ON t.from_stage_id = r.stage_id
            ) SELECT count(*) = (SELECT count(*) FROM pipeline.stages) FROM reached)",
            "NOT EXISTS (SELECT FROM pipeline.transitions AS t
                JOIN pipeline.stages AS s ON s.id = t.from_stage_id WHERE s.is_terminal)",
        ],
    );
}

#[test]
fn what_is_there_already_is_left_alone() {
    let database = pipelines();
    let make = format!("pipeline.create_default_pipelines('{A}')");
    holds(&database, &alice(), &[&format!("{make} = 0")]);
    database.execute(&format!(
        "{}; UPDATE pipeline.pipelines SET name = 'SALES' WHERE name = 'Sales';
        UPDATE pipeline.stages SET name = 'First' WHERE name = 'Open';
        DELETE FROM pipeline.pipelines WHERE name = 'QC'",
        alice()
    ));
    holds(&database, &alice(), &[&format!("{make} = 1")]);
    holds(
        &database,
        &alice(),
        &[
            "(SELECT string_agg(name, ',' ORDER BY name COLLATE \"C\") = 'Pre-Sale,QC,SALES'
                FROM pipeline.pipelines)",
            "(SELECT count(*) = 15 FROM pipeline.stages)",
            "(SELECT count(*) = 1 FROM pipeline.stages WHERE name = 'First')",
            "(SELECT count(*) = 21 FROM pipeline.transitions)",
        ],
    );
}

#[test]
fn stages_change_places_in_one_statement_or_one_transaction() {
    let database = pipelines();
    let sales = pipeline(A, "Sales");
    let order = "(SELECT string_agg(s.name, ' ' ORDER BY s.position) FROM pipeline.stages AS s
        JOIN pipeline.pipelines AS p ON p.id = s.pipeline_id WHERE p.name = 'Sales')";
    holds(
        &database,
        &format!(
            "{}; UPDATE pipeline.stages SET position = 6 - position WHERE pipeline_id = {sales}",
            alice()
        ),
        &[&format!("{order} = 'Lost Won Negotiation Proposal Open'")],
    );
    let put = |name: &str, position: i32| {
        format!("UPDATE pipeline.stages SET position = {position} WHERE name = '{name}'")
    };
    holds(
        &database,
        &format!(
            "{}; BEGIN; SET CONSTRAINTS pipeline.stages_pipeline_id_organization_id_position_key DEFERRED;
            {}; {}; COMMIT",
            alice(),
            put("Open", 1),
            put("Lost", 5)
        ),
        &[&format!("{order} = 'Open Won Negotiation Proposal Lost'")],
    );
    refuses(&database, &alice(), &[("23505", &put("Open", 2))]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let database = pipelines();
    let won = stage(A, "Sales", "Won");
    for (table, change) in [
        ("pipelines", "name = ' '".to_owned()),
        ("stages", "name = ''".to_owned()),
        ("stages", "position = 0".to_owned()),
        ("stages", format!("is_lost = true WHERE id = {won}")),
        ("stages", format!("is_terminal = false WHERE id = {won}")),
        ("transitions", "to_stage_id = from_stage_id".to_owned()),
    ] {
        let update = format!("UPDATE pipeline.{table} SET {change}");
        refuses(&database, "", &[("23514", &update)]);
    }
    let copy = "INSERT INTO pipeline.stages (organization_id, pipeline_id, name, position)
        SELECT organization_id, pipeline_id, upper(name), 100 + position FROM pipeline.stages";
    refuses(&database, "", &[("23505", copy)]);
    let again =
        format!("INSERT INTO pipeline.pipelines (organization_id, name) VALUES ('{A}', 'SALES')");
    refuses(&database, "", &[("23505", &again)]);
}

#[test]
fn a_transition_stays_within_a_pipeline_and_an_organization() {
    let database = pipelines();
    let open = stage(A, "Sales", "Open");
    for other in [stage(A, "QC", "Approved"), stage(B, "Sales", "Won")] {
        for (column, with) in [
            ("from_stage_id", "to_stage_id"),
            ("to_stage_id", "from_stage_id"),
        ] {
            let insert = format!(
                "INSERT INTO pipeline.transitions
                    (organization_id, pipeline_id, {column}, {with})
                VALUES ('{A}', {}, {other}, {open})",
                pipeline(A, "Sales")
            );
            refuses(&database, "", &[("23503", &insert)]);
        }
    }
    let stolen = format!(
        "UPDATE pipeline.stages SET pipeline_id = {}, position = 9, name = 'x'
        WHERE id = {open}",
        pipeline(B, "Sales")
    );
    refuses(&database, "", &[("23503", &stolen)]);
}

#[test]
fn what_leads_have_been_in_stays() {
    let database = pipelines();
    database.execute(&format!("{}; {}; {}", alice(), enter(), go("Proposal")));
    for stage in ["Open", "Proposal"] {
        let delete = format!("DELETE FROM pipeline.stages WHERE name = '{stage}'");
        is_needed(&database, &alice(), &delete);
    }
    let sales = "DELETE FROM pipeline.pipelines WHERE name = 'Sales'";
    is_needed(&database, &alice(), sales);
    is_needed(&database, "", "DELETE FROM users.organizations");

    // A stage with leads in it is no end all of a sudden; one without may become one.
    let end = "UPDATE pipeline.stages SET is_terminal = true WHERE name =";
    refuses(
        &database,
        &alice(),
        &[("55000", &format!("{end} 'Proposal'"))],
    );
    database.execute(&format!(
        "{}; {end} 'Open';
        DELETE FROM pipeline.stages WHERE name = 'Negotiation';
        DELETE FROM pipeline.pipelines WHERE name = 'QC'",
        alice()
    ));
}
