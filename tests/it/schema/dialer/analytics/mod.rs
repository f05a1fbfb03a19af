//! The figures of agents, users and campaigns: always those of the calls that are there.

mod bulk;
mod cascades;
mod kpis;
mod meaning;
mod mix;
mod races;

use crate::support::Database;

/// The id of a user, 1 to 3, of an agent or of its campaign, 1 to 12; agent 4 is of user 1 again.
fn id(what: char, number: usize) -> String {
    format!("{what}0000000-0000-0000-0000-{number:012}")
}

/// Three users with a thousand credits and four agents each, and a campaign of each agent.
fn crew() -> Database {
    let database = Database::shipped();
    let mut sql = String::new();
    for number in 1..=3 {
        sql += &format!(
            "INSERT INTO users.users (id, email, credits)
                VALUES ('{}', 'user{number}@x.io', 1000);",
            id('d', number)
        );
    }
    for number in 1..=12 {
        let (user, agent, campaign) = (user_of(number), id('a', number), id('c', number));
        sql += &format!(
            "INSERT INTO dialer.agents (id, user_id, bolna_agent_id, name)
                VALUES ('{agent}', '{user}', '{agent}', 'agent');
            INSERT INTO dialer.call_campaigns (id, user_id, agent_id, name, next_action,
                first_call_time, last_call_time, start_date)
                VALUES ('{campaign}', '{user}', '{agent}', 'campaign', 'sell',
                    '09:00', '17:00', '2026-01-01');"
        );
    }
    database.execute(&sql);
    database
}

/// The user of an agent.
fn user_of(agent: usize) -> String {
    id('d', 1 + (agent - 1) % 3)
}

/// A statement that inserts a call of an agent, made for its campaign, with more columns.
fn call(agent: usize, name: &str, columns: &str, values: &str) -> String {
    format!(
        "INSERT INTO dialer.calls (user_id, agent_id, campaign_id, bolna_conversation_id,
            bolna_execution_id, phone_number{columns})
            VALUES ('{}', '{}', '{}', 'c', '{name}', '+15550001'{values});",
        user_of(agent),
        id('a', agent),
        id('c', agent)
    )
}

/// Asserts that all figures equal a count; returns how many rows there are of each kind.
#[track_caller]
fn exact(database: &Database) -> Vec<usize> {
    let rows = database.rows(include_str!("exact.sql"));
    assert_eq!(rows.len(), 4);
    for row in &rows {
        assert_eq!(row[2], "0", "figures of {} differ", row[0]);
    }
    rows.iter()
        .map(|row| row[1].parse().expect("a number"))
        .collect()
}
