//! Saved filters.

use super::{A, ALICE, B, BOB, acting, with_leads};
use crate::schema::refuses;

const SEGMENT: &str = "cccccccc-0000-0000-0000-000000000005";

#[test]
fn a_filter_finds_the_leads_for_which_all_of_it_holds() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.segments (id, user_id, name) VALUES ('{SEGMENT}', '{ALICE}', 's');
        INSERT INTO leads.leads (organization_id, user_id, first_name, status, lead_score, source, tags,
            metadata, deleted_at)
        VALUES ('{A}', '{ALICE}', 'h', 'hot', 70, 'fb', '{{x,y}}', '{{\"size\": 7}}', NULL),
            ('{A}', NULL, 'q', 'qualified', 90, 'fb', '{{y}}', '{{\"size\": 3}}', NULL),
            ('{A}', NULL, 'c', 'cold', 90, 'in', '{{x}}', '{{}}', NULL),
            ('{A}', NULL, 'd', 'hot', 90, 'fb', '{{x,y}}', '{{\"size\": 9}}', now()),
            ('{B}', NULL, 'b', 'hot', 90, 'fb', '{{x,y}}', '{{\"size\": 9}}', NULL)"
    ));
    let app = acting("crm_app", A, ALICE);
    for (filter, expected) in [
        (
            r#"{"status": ["hot", "qualified"], "min_score": 70}"#,
            "h q",
        ),
        (r#"{"status": "hot"}"#, "h"),
        (r#"{"status": []}"#, ""),
        (r#"{"max_score": 70}"#, "h"),
        (r#"{"min_score": "71", "max_score": 95}"#, "c q"),
        (r#"{"source": ["in", "tv"]}"#, "c"),
        (r#"{"tags_any": ["x"]}"#, "c h"),
        (r#"{"tags_all": ["x", "y"]}"#, "h"),
        (r#"{"metadata": "$.size ? (@ > 5)"}"#, "h"),
        (r#"{"metadata": "$.size", "tags_any": "y"}"#, "h q"),
        (
            r#"{"user_id": "aaaaaaaa-0000-0000-0000-00000000000a", "status": "hot"}"#,
            "h",
        ),
        (r#"{"source": ["o'') OR true --", "%L"]}"#, ""),
        (r#"{"min_score": null}"#, ""),
        ("{}", "Ada c h q"),
    ] {
        database.execute(&format!("UPDATE leads.segments SET filter = '{filter}'"));
        for who in ["", &app, &acting("crm_readonly", A, "")] {
            let found = database.value(&format!(
                "{who}; SELECT string_agg(first_name, ' ' ORDER BY first_name COLLATE \"C\")
                FROM leads.segment_leads('{SEGMENT}')"
            ));
            assert_eq!(found, expected, "{filter}, {who}");
        }
        let count = expected.split_whitespace().count().to_string();
        let refresh = format!("{app}; SELECT leads.refresh_segment('{SEGMENT}')");
        assert_eq!(database.value(&refresh), count, "{filter}");
        let kept = "SELECT lead_count FROM leads.segments WHERE counted_at IS NOT NULL";
        assert_eq!(database.value(kept), count, "{filter}");
    }
}

#[test]
fn what_a_filter_cannot_mean_is_an_error_and_another_s_segment_is_not_there() {
    let database = with_leads();
    database.execute(&format!(
        "INSERT INTO leads.segments (id, user_id, name) VALUES ('{SEGMENT}', '{ALICE}', 's')"
    ));
    for (state, filter) in [
        ("22023", r#"{"statsu": "hot"}"#),
        ("22P02", r#"{"min_score": "many"}"#),
        ("22P02", r#"{"user_id": "me"}"#),
        ("42601", r#"{"metadata": "$.a ? ("}"#),
    ] {
        let sql = format!("UPDATE leads.segments SET filter = '{filter}'");
        let ask = format!("SELECT leads.refresh_segment('{SEGMENT}')");
        refuses(&database, &sql, &[(state, &ask)]);
    }
    let other = acting("crm_app", B, BOB);
    let leads = format!("SELECT count(*) FROM leads.segment_leads('{SEGMENT}')");
    assert_eq!(database.value(&format!("{other}; {leads}")), "0");
    let refresh = format!("{other}; SELECT leads.refresh_segment('{SEGMENT}') IS NULL");
    assert_eq!(database.value(&refresh), "t");
}
