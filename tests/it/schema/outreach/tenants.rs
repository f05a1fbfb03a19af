//! Two organizations that never meet, and what each role may.

use super::{ACCOUNT, CAMPAIGN, LEAD, MAIL, app, id, outreach};
use crate::schema::users::tenants::{A, ALICE, B, BOB, acting};
use crate::schema::{holds, refuses};
use crate::support::Database;

const RELATIONS: [&str; 10] = [
    "email_accounts",
    "campaigns",
    "leads",
    "email_queue",
    "email_activities",
    "templates",
    "n8n_executions",
    "unsubscribes",
    "campaign_statistics",
    "sendable_leads",
];

/// A row of each organization everywhere, and a run of the platform's own.
fn filled() -> Database {
    let database = outreach();
    for organization in [A, B] {
        database.execute(&format!(
            "SET app.current_org_id = '{organization}';
            INSERT INTO outreach.email_activities (email_queue_id, event_type)
                VALUES ('{}', 'sent');
            INSERT INTO outreach.templates (is_shared) VALUES (true);
            INSERT INTO outreach.n8n_executions (execution_id) VALUES ('{organization}');
            INSERT INTO outreach.unsubscribes (email) VALUES ('gone@x.io')",
            id(organization, MAIL)
        ));
    }
    database.execute("INSERT INTO outreach.n8n_executions (execution_id) VALUES ('platform')");
    database
}

/// How many rows each of the relations shows.
#[track_caller]
fn seen(database: &Database, acting: &str) -> Vec<String> {
    let counts = RELATIONS.map(|name| format!("(SELECT count(id) FROM outreach.{name})"));
    let counts = counts.join(", ").replace(
        "count(id) FROM outreach.campaign_statistics",
        "count(campaign_id) FROM outreach.campaign_statistics",
    );
    let rows = database.rows(&format!("{acting}; SELECT {counts}"));
    rows.into_iter().next().expect("a row")
}

#[test]
fn each_sees_its_own_rows_and_without_a_setting_there_are_none() {
    let database = filled();
    let all = ["2", "2", "2", "2", "2", "2", "3", "2", "2", "2"];
    assert_eq!(seen(&database, ""), all, "the owner sees all");
    for role in ["crm_app", "crm_readonly"] {
        assert_eq!(
            seen(&database, &format!("SET ROLE {role}")),
            ["0"; 10],
            "{role}"
        );
        assert_eq!(
            seen(&database, &acting(role, "", ALICE)),
            ["0"; 10],
            "{role}"
        );
        for (organization, name) in [(A, "a"), (B, "b")] {
            let acting = acting(role, organization, "");
            assert_eq!(seen(&database, &acting), ["1"; 10], "{role}");
            holds(
                &database,
                &acting,
                &[
                    &format!("(SELECT email = 'to@{name}.io' FROM outreach.leads)"),
                    &format!("(SELECT name = '{name}' FROM outreach.campaign_statistics)"),
                    &format!(
                        "(SELECT execution_id = '{organization}' FROM outreach.n8n_executions)"
                    ),
                    "(SELECT count(*) = 1 FROM outreach.leads_with_data('{}'))",
                    "outreach.is_unsubscribed('Gone@x.io ')",
                ],
            );
        }
    }
    // A function with its owner's rights binds the caller to its organization, too.
    for organization in ["", A] {
        let acting = acting("crm_app", organization, "");
        let own = if organization.is_empty() { 0 } else { 1 };
        holds(
            &database,
            &format!("UPDATE outreach.leads SET tags = '{{x,y}}', data = '{{\"k\": 1}}'; {acting}"),
            &[
                &format!("(SELECT count(*) = {own} FROM outreach.leads_with_tags('{{y}}'))"),
                &format!("(SELECT count(*) = {own} FROM outreach.leads_with_data('{{\"k\": 1}}'))"),
                "NOT EXISTS (SELECT FROM outreach.leads_with_tags('{z}'))",
                "NOT EXISTS (SELECT FROM outreach.leads_with_data('{\"k\": 2}'))",
            ],
        );
    }
}

#[test]
fn rows_of_two_organizations_cannot_be_linked_even_by_the_owner() {
    let database = filled();
    let (lead, campaign) = (id(B, LEAD), id(B, CAMPAIGN));
    let (mail, account) = (id(B, MAIL), id(B, ACCOUNT));
    let own = format!("WHERE organization_id = '{A}'");
    for (table, change) in [
        ("email_accounts", format!("user_id = '{BOB}'")),
        ("campaigns", format!("created_by = '{BOB}'")),
        ("templates", format!("created_by = '{BOB}'")),
        ("leads", format!("campaign_id = '{campaign}'")),
        ("email_queue", format!("campaign_id = '{campaign}'")),
        ("email_queue", format!("lead_id = '{lead}'")),
        ("email_queue", format!("email_account_id = '{account}'")),
        ("email_activities", format!("email_queue_id = '{mail}'")),
        ("email_activities", format!("lead_id = '{lead}'")),
        ("email_activities", format!("campaign_id = '{campaign}'")),
        ("unsubscribes", format!("campaign_id = '{campaign}'")),
    ] {
        let update = format!("UPDATE outreach.{table} SET {change} {own}");
        refuses(&database, "", &[("23503", &update)]);
    }
    refuses(
        &database,
        &app(),
        &[
            (
                "23503",
                &format!(
                    "INSERT INTO outreach.email_queue (lead_id, campaign_id)
                    VALUES ('{lead}', '{}')",
                    id(A, CAMPAIGN)
                ),
            ),
            (
                "23503",
                &format!(
                    "INSERT INTO outreach.email_activities (lead_id, event_type)
                    VALUES ('{lead}', 'sent')"
                ),
            ),
            (
                "42501",
                &format!("INSERT INTO outreach.campaigns (organization_id) VALUES ('{B}')"),
            ),
            (
                "42501",
                &format!(
                    "INSERT INTO outreach.email_queue (organization_id, lead_id, campaign_id)
                    VALUES ('{B}', '{lead}', '{campaign}')"
                ),
            ),
            (
                "42501",
                "INSERT INTO outreach.n8n_executions (organization_id, execution_id)
                VALUES (NULL, 'x')",
            ),
            (
                "42501",
                &format!("UPDATE outreach.leads SET organization_id = '{B}'"),
            ),
        ],
    );
}

#[test]
fn what_is_anothers_is_neither_changed_nor_sent() {
    let database = filled();
    let changed = |statement: &str| {
        database.value(&format!(
            "BEGIN; {}; WITH x AS ({statement} RETURNING 1) SELECT count(*) FROM x; ROLLBACK",
            app()
        ))
    };
    for table in &RELATIONS[..8] {
        if !["email_activities", "n8n_executions"].contains(table) {
            assert_eq!(
                changed(&format!("DELETE FROM outreach.{table}")),
                "1",
                "{table}"
            );
        }
    }
    for (table, column) in [
        ("email_accounts", "settings"),
        ("campaigns", "config"),
        ("leads", "data"),
        ("email_queue", "body"),
        ("templates", "variables"),
        ("n8n_executions", "metrics"),
    ] {
        let update = format!("UPDATE outreach.{table} SET {column} = '{{}}'");
        assert_eq!(changed(&update), "1", "{table}");
    }
    let (account, mail) = (id(B, ACCOUNT), id(B, MAIL));
    holds(
        &database,
        &app(),
        &[
            &format!("NOT EXISTS (SELECT FROM outreach.claim_next_email('{account}'))"),
            "(SELECT count(*) = 1 FROM outreach.claim_next_email())",
            "NOT EXISTS (SELECT FROM outreach.claim_next_email())",
        ],
    );
    holds(
        &database,
        &format!(
            "UPDATE outreach.email_queue SET status = 'sending', attempts = 1; {}",
            app()
        ),
        &[
            &format!("NOT outreach.mark_sent('{mail}', 1)"),
            &format!("outreach.mark_failed('{mail}', 1, 'x') IS NULL"),
            &format!("outreach.mail_obstacle('{}') IS NULL", id(B, LEAD)),
        ],
    );
    // An unsubscribe from one organization is none from the other.
    let other = acting("crm_app", B, "");
    holds(
        &database,
        &format!("{other}; INSERT INTO outreach.unsubscribes (email) VALUES ('to@a.io')"),
        &["outreach.is_unsubscribed('to@a.io')"],
    );
    holds(
        &database,
        &app(),
        &["NOT outreach.is_unsubscribed('to@a.io')"],
    );
}

#[test]
fn each_role_may_do_its_part_only() {
    let database = filled();
    for denied in [
        "UPDATE outreach.email_activities SET event_type = 'opened'",
        "DELETE FROM outreach.email_activities",
        "DELETE FROM outreach.n8n_executions",
        "UPDATE outreach.unsubscribes SET email = 'x@x.io'",
        "SELECT outreach.reset_daily_limits()",
        "SELECT outreach.requeue_stuck_emails()",
    ] {
        refuses(&database, &app(), &[("42501", denied)]);
    }
    for table in &RELATIONS[..8] {
        for role in ["crm_readonly", "crm_maintenance", "crm_vendor"] {
            let delete = format!("DELETE FROM outreach.{table}");
            refuses(&database, &acting(role, A, ""), &[("42501", &delete)]);
        }
        for role in ["crm_maintenance", "crm_vendor"] {
            let select = format!("SELECT id FROM outreach.{table}");
            refuses(&database, &acting(role, A, ""), &[("42501", &select)]);
        }
    }
    refuses(
        &database,
        &acting("crm_readonly", A, ""),
        &[("42501", "SELECT outreach.claim_next_email()")],
    );
    holds(
        &database,
        "SET ROLE crm_maintenance",
        &[
            "outreach.reset_daily_limits() = 0",
            "outreach.requeue_stuck_emails() = 0",
        ],
    );
}
