//! Who waits for whom.

use serde::{Deserialize, Serialize};

use super::reader::Reader;
use super::texts::statement;

/// A session that waits, or that others wait for.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Session {
    /// The server's process; 0 is a prepared transaction.
    pub pid: i32,
    /// Whose.
    pub role: Option<String>,
    /// What the client calls itself.
    pub application: Option<String>,
    /// Its database.
    pub database: Option<String>,
    /// What it does.
    pub state: Option<String>,
    /// Its statement, or the last one; `None` where the role may not see it.
    #[serde(default, deserialize_with = "statement")]
    pub query: Option<String>,
    /// How long its transaction is open.
    pub transaction_ms: Option<f64>,
    /// How long it waits.
    pub waiting_ms: Option<f64>,
    /// Those it waits for.
    pub blocked_by: Vec<i32>,
    /// The lock that it wants.
    pub lock_mode: Option<String>,
    /// On what.
    pub lock_on: Option<String>,
    /// The statement that ends it.
    pub terminate: Option<String>,
}

/// The statement for those that wait, and are waited for.
pub(super) const LOCKS: &str = include_str!("queries/locks.sql");

impl Session {
    /// Reads all sessions that wait or are waited for.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn read(reader: &mut Reader<'_>) -> anyhow::Result<Vec<Self>> {
        let mut found: Vec<Self> = reader.read("locks", LOCKS).await?;
        for session in &mut found {
            // A prepared transaction has no process to end.
            if session.pid == 0 {
                session.terminate = None;
            } else if session.blocked_by.is_empty() {
                session.waiting_ms = None;
            }
        }
        reader.note_hidden_sessions("statements of waiting sessions");
        Ok(found)
    }

    /// Puts each session below one that it waits for, with its depth: those that wait for nobody
    /// come first. A session that waits for several stands once, below one of them; in a circle, the
    /// smallest number is at the top.
    #[must_use]
    pub fn tree(sessions: &[Self]) -> Vec<(usize, &Self)> {
        let mut left: Vec<&Self> = sessions.iter().collect();
        let mut tree = Vec::new();
        while !left.is_empty() {
            let known = |pid: &i32| left.iter().any(|one| one.pid == *pid);
            let top = left
                .iter()
                .position(|one| !one.blocked_by.iter().any(known))
                .unwrap_or(0);
            let session = left.remove(top);
            Self::below(session, 0, &mut left, &mut tree);
        }
        tree
    }

    fn below<'a>(
        session: &'a Self,
        depth: usize,
        left: &mut Vec<&'a Self>,
        tree: &mut Vec<(usize, &'a Self)>,
    ) {
        tree.push((depth, session));
        while let Some(at) = left
            .iter()
            .position(|one| one.blocked_by.contains(&session.pid))
        {
            let one = left.remove(at);
            Self::below(one, depth + 1, left, tree);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(pid: i32, blocked_by: &[i32]) -> Session {
        let mut value = serde_json::json!({ "pid": pid });
        value["blocked_by"] = blocked_by.into();
        serde_json::from_value(value).expect("a session")
    }

    #[test]
    fn trees_and_circles() {
        for (sessions, expected) in [
            (
                vec![(1, vec![3]), (2, vec![1]), (3, vec![])],
                vec![(0, 3), (1, 1), (2, 2)],
            ),
            (vec![(1, vec![2]), (2, vec![1])], vec![(0, 1), (1, 2)]),
            (
                vec![(1, vec![9]), (2, vec![9, 1]), (9, vec![])],
                vec![(0, 9), (1, 1), (2, 2)],
            ),
        ] {
            let sessions: Vec<Session> =
                sessions.iter().map(|(pid, by)| session(*pid, by)).collect();
            let tree: Vec<(usize, i32)> = Session::tree(&sessions)
                .iter()
                .map(|(depth, one)| (*depth, one.pid))
                .collect();
            assert_eq!(tree, expected);
        }
    }
}
