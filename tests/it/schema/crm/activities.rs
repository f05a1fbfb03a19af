//! Activities become overdue: when they are written, by the task, and in the view at once.

use super::{app, id, two_tenants};
use crate::schema::{holds, matches, refuses};
use crate::support::Client;

const STATES: &str = "SELECT title, status FROM crm.activities WHERE title <> 'Visit'";

#[test]
fn what_is_written_after_its_time_is_overdue_and_what_is_put_off_is_pending() {
    let database = two_tenants();
    database.execute(&format!(
        "{}; INSERT INTO crm.activities (title, status, due_at) VALUES
            ('late', 'pending', now() - interval '1 minute'),
            ('begun late', 'in_progress', now() - interval '1 minute'),
            ('in time', 'pending', now() + interval '1 hour'),
            ('not late', 'overdue', now() + interval '1 hour'),
            ('timeless', 'overdue', NULL),
            ('done late', 'completed', now() - interval '1 day'),
            ('dropped', 'cancelled', now() - interval '1 day')",
        app()
    ));
    matches(
        &database,
        STATES,
        "late | overdue
        begun late | overdue
        in time | pending
        not late | pending
        timeless | pending
        done late | completed
        dropped | cancelled",
    );
    database.execute(&format!(
        "{}; UPDATE crm.activities SET due_at = now() + interval '1 hour' WHERE title = 'late';
        UPDATE crm.activities SET due_at = now() - interval '1 hour' WHERE title = 'in time';
        UPDATE crm.activities SET due_at = NULL WHERE title = 'begun late'",
        app()
    ));
    matches(
        &database,
        &format!("{STATES} AND title IN ('late', 'in time', 'begun late')"),
        "late | pending
        in time | overdue
        begun late | pending",
    );
    holds(
        &database,
        &app(),
        &["(SELECT completed_at IS NOT NULL FROM crm.activities WHERE title = 'done late')"],
    );
    holds(
        &database,
        &format!("{}; UPDATE crm.activities SET status = 'pending'", app()),
        &["(SELECT bool_and(completed_at IS NULL) FROM crm.activities)"],
    );
}

/// Time passes without a trigger: here it is turned off, and the rows are as if it had passed.
#[test]
fn the_task_marks_what_became_overdue_and_the_view_does_not_wait_for_it() {
    let database = two_tenants();
    database.execute(&format!(
        "ALTER TABLE crm.activities DISABLE TRIGGER update_activity_status;
        INSERT INTO crm.activities (organization_id, contact_id, title, status, due_at)
        SELECT c.organization_id, c.id, 'passed ' || i, s, now() - i * interval '1 hour'
        FROM crm.contacts AS c, generate_series(1, 3) AS i,
            unnest('{{pending,in_progress}}'::text[]) AS s;
        INSERT INTO crm.activities (organization_id, title, due_at)
        SELECT organization_id, 'to come', now() + interval '1 day' FROM crm.contacts
        WHERE id = {};
        ALTER TABLE crm.activities ENABLE TRIGGER update_activity_status",
        id("a", "contacts")
    ));
    let view = "SELECT title, status, due, count(*) FROM crm.activity_dashboard
        WHERE title <> 'Visit' AND title <> 'to come' GROUP BY 1, 2, 3";
    let live = "passed 1 | overdue | overdue | 4
        passed 2 | overdue | overdue | 4
        passed 3 | overdue | overdue | 4";
    matches(&database, view, live);
    holds(
        &database,
        "",
        &["(SELECT sum(overdue_activity_count) = 12 FROM crm.contact_summary)"],
    );

    let task = |batch: &str| {
        let sql = format!("SET ROLE crm_maintenance; SELECT crm.mark_overdue_activities({batch})");
        database.value(&sql)
    };
    // One that somebody is working on is left, and not waited for.
    let editor = Client::that(
        &database,
        "BEGIN; SELECT FROM crm.activities WHERE title = 'passed 3' FOR UPDATE",
    );
    assert_eq!(task("5"), "5", "the oldest of the rest");
    assert_eq!(task(""), "3");
    editor.execute("COMMIT");
    assert_eq!(task(""), "4");
    assert_eq!(task(""), "0");
    matches(&database, view, live);
    matches(
        &database,
        "SELECT status, count(*) FROM crm.activities WHERE title <> 'Visit' GROUP BY 1",
        "overdue | 12
        pending | 1",
    );
    refuses(
        &database,
        "SET ROLE crm_maintenance",
        &[
            ("22023", "SELECT crm.mark_overdue_activities(0)"),
            ("22023", "SELECT crm.mark_overdue_activities(NULL)"),
        ],
    );
    refuses(
        &database,
        &app(),
        &[("42501", "SELECT crm.mark_overdue_activities()")],
    );
}
