//! What deletes calls on its way.

use super::{crew, exact, id};
use crate::schema::refuses;
use crate::support::Database;

/// Calls, leads and ledger of all agents.
fn filled() -> Database {
    let database = crew();
    database.execute(&format!("SELECT setseed(0.7); {}", include_str!("mix.sql")));
    let [agents, users, campaigns, leads] = exact(&database)[..] else {
        panic!("four kinds")
    };
    assert!(agents > 100 && users == 9 && campaigns > 8 && leads > 20);
    database
}

/// How many rows of figures there are for an owner.
fn rows(database: &Database, column: &str, id: &str) -> String {
    database.value(&format!(
        "SELECT count(*) FROM dialer.agent_analytics WHERE {column} = '{id}'"
    ))
}

#[test]
fn an_agent_takes_its_calls_out_of_the_figures_of_its_user() {
    let database = filled();
    let agent = id('a', 5);
    let delete = format!("DELETE FROM dialer.agents WHERE id = '{agent}'");
    // PostgreSQL 18 has a SQLSTATE of its own for RESTRICT.
    let restricted = database.refusal(&delete);
    assert!(
        restricted == "23503" || restricted == "23001",
        "{restricted}"
    );
    assert_ne!(rows(&database, "agent_id", &agent), "0");
    database.execute(&format!(
        "DELETE FROM dialer.call_campaigns WHERE agent_id = '{agent}'; {delete}"
    ));
    assert_eq!(rows(&database, "agent_id", &agent), "0");
    exact(&database);
}

#[test]
fn a_user_leaves_nothing_and_the_others_as_they_were() {
    let database = filled();
    let user = id('d', 2);
    let others = format!(
        "SELECT md5(string_agg(a::text, '|' ORDER BY id)) FROM dialer.agent_analytics a
        WHERE user_id <> '{user}'"
    );
    let before = database.value(&others);
    database.execute(&format!("DELETE FROM users.users WHERE id = '{user}'"));
    assert_eq!(rows(&database, "user_id", &user), "0");
    assert_eq!(database.value(&others), before);
    exact(&database);
}

#[test]
fn all_users_at_once_leave_nothing() {
    let database = filled();
    database.execute("DELETE FROM users.users");
    assert_eq!(exact(&database), [0, 0, 0, 0]);
}

#[test]
fn a_campaign_leaves_its_calls_and_their_figures() {
    let database = filled();
    let agent = id('a', 5);
    let before = rows(&database, "agent_id", &agent);
    database.execute("DELETE FROM dialer.call_campaigns");
    assert_eq!(rows(&database, "agent_id", &agent), before);
    exact(&database);
}

#[test]
fn an_agent_that_is_not_there_is_no_agent_to_count_for() {
    let database = filled();
    let nobody = id('a', 99);
    refuses(
        &database,
        "",
        &[(
            "23503",
            &format!("UPDATE dialer.calls SET agent_id = '{nobody}'"),
        )],
    );
    exact(&database);
}
