//! The tasks that the shipped schema brings.

use crate::support::{Database, Run};

/// What the documents ask for, by name, and how often.
const DOCUMENTED: [(&str, &str); 8] = [
    ("clean-sessions", "7 * * * *"),
    ("clean-login-attempts", "20 2 * * *"),
    ("clean-active-calls", "2-57/5 * * * *"),
    ("refresh-user-kpi-summary", "17 * * * *"),
    ("clean-dashboard-cache", "25 2 * * *"),
    ("analyze", "30 */6 * * *"),
    ("vacuum", "10 3 * * *"),
    ("reindex", "30 4 * * sun"),
];

#[test]
fn the_tasks_of_the_documents_are_there() {
    let database = Database::shipped();
    let list = Run::shipped(&database, "maintain list --format json")
        .ends(0)
        .json();
    let tasks = list["tasks"].as_array().expect("a list");
    for (name, schedule) in DOCUMENTED {
        let task = tasks.iter().find(|task| task["name"] == name);
        assert_eq!(task.expect(name)["schedule"], schedule, "{name}");
    }
    assert!(
        tasks
            .iter()
            .all(|task| task["missing"].is_null() && task["next"].is_string())
    );
}

#[test]
fn all_of_them_run_twice_and_leave_no_drift() {
    let database = Database::shipped();
    Run::shipped(&database, "seed").ends(0);
    Run::shipped(&database, "seed dev --scale 0.1").ends(0);
    for _ in 0..2 {
        Run::shipped(&database, "maintain run --all").ends(0);
    }
    let bad = database.value("SELECT count(*) FROM crmdb.task_runs WHERE outcome <> 'done'");
    assert_eq!(bad, "0");
    Run::shipped(&database, "drift check").ends(0);
    let health = "inspect health --ignore setting-loses-data";
    Run::shipped(&database, health).ends(0);
    let partitions =
        "SELECT count(*) > 3 FROM pg_inherits WHERE inhparent = 'telephony.call_logs'::regclass";
    assert_eq!(database.value(partitions), "t");
}

#[test]
fn what_is_over_goes_and_what_is_not_stays() {
    let database = Database::shipped();
    Run::shipped(&database, "seed").ends(0);
    Run::shipped(&database, "seed dev --scale 0.1").ends(0);
    let expired = "SELECT count(*) FROM users.refresh_tokens WHERE expires_at <= now()";
    database.execute(
        "UPDATE users.refresh_tokens SET created_at = now() - interval '40 days', \
         expires_at = now() - interval '1 day' \
         WHERE id IN (SELECT id FROM users.refresh_tokens ORDER BY id LIMIT 5)",
    );
    let kept = database.value("SELECT count(*) FROM users.refresh_tokens WHERE expires_at > now()");
    assert_ne!(database.value(expired), "0");
    Run::shipped(&database, "maintain run clean-refresh-tokens").ends(0);
    assert_eq!(database.value(expired), "0");
    assert_eq!(
        database.value("SELECT count(*) FROM users.refresh_tokens"),
        kept
    );
}

#[test]
fn a_login_of_crm_maintenance_runs_the_tasks_of_the_modules() {
    let database = Database::on_new_server();
    Run::shipped(&database, "migrate up").ends(0);
    database.execute(
        "CREATE ROLE night LOGIN IN ROLE crm_maintenance; \
         GRANT USAGE ON SCHEMA crmdb TO night; GRANT SELECT ON ALL TABLES IN SCHEMA crmdb TO night; \
         GRANT INSERT, UPDATE, DELETE ON crmdb.tasks, crmdb.task_runs TO night",
    );
    let url = database.url_as("night");
    for module in ["users", "telephony", "crm", "dialer", "outreach"] {
        Run::shipped_at(&url, &format!("maintain run --all --module {module}")).ends(0);
    }
    let ran = "SELECT count(*) FROM crmdb.task_runs WHERE outcome = 'done' AND db_user = 'night'";
    assert_eq!(database.value(ran), "13");
}
