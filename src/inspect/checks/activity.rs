//! Sessions that keep others waiting.

use super::vacuum::terminate;
use super::{Area, Check, Need, row};
use crate::inspect::connections::{OpenTransaction, TRANSACTIONS};
use crate::inspect::finding::{Finding, Severity};
use crate::inspect::locks::{LOCKS, Session};
use crate::inspect::thresholds::{
    BLOCKED_CRITICAL_SECONDS, BLOCKED_WARNING_SECONDS, IDLE_SECONDS, RUNNING_SECONDS,
    RUNNING_WARNING_SECONDS,
};
use crate::printer::age;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "session-blocked",
        area: Area::Locks,
        needs: &[Need::Sessions],
        sql: LOCKS,
        judge: |text, _| row(text, |session| blocked(&session)),
    },
    Check {
        id: "idle-in-transaction",
        area: Area::Connections,
        needs: &[Need::Sessions],
        sql: TRANSACTIONS,
        judge: |text, _| row(text, |one| idle(&one)),
    },
    Check {
        id: "query-running-long",
        area: Area::Queries,
        needs: &[Need::Sessions],
        sql: TRANSACTIONS,
        judge: |text, _| row(text, |one| running(&one)),
    },
];

fn blocked(session: &Session) -> Option<Finding> {
    if session.blocked_by.is_empty() {
        return None;
    }
    let waits = session.waiting_ms.unwrap_or_default() / 1000.0;
    let severity = if waits >= BLOCKED_CRITICAL_SECONDS {
        Severity::Critical
    } else if waits >= BLOCKED_WARNING_SECONDS {
        Severity::Warning
    } else {
        Severity::Info
    };
    let pids: Vec<String> = session.blocked_by.iter().map(i32::to_string).collect();
    let finding = Finding::new(
        severity,
        format!("session {}", session.pid),
        format!(
            "it waits for {} ({}), for {}, held up by {}",
            session.lock_on.as_deref().unwrap_or("a lock"),
            session.lock_mode.as_deref().unwrap_or("unknown mode"),
            age(waits),
            pids.join(", ")
        ),
        "`crmdb inspect locks` shows who holds up whom; end the one that holds up all.",
    );
    let ends: Vec<String> = session
        .blocked_by
        .iter()
        .filter(|pid| **pid != 0)
        .map(|pid| terminate(*pid))
        .collect();
    Some(if ends.is_empty() {
        finding
    } else {
        finding.sql(ends.join("; "))
    })
}

fn idle(one: &OpenTransaction) -> Option<Finding> {
    let idle = one.idle_ms? / 1000.0;
    // A moment between two statements is usual, and nothing to speak of.
    let severity = if idle >= IDLE_SECONDS {
        Severity::Warning
    } else {
        Severity::Info
    };
    let finding = Finding::new(
        severity,
        format!("session {}", one.pid),
        format!(
            "idle for {} in a transaction of {}",
            age(idle),
            one.role.as_deref().unwrap_or("an unknown role")
        ),
        "Let the application end its transactions, or set idle_in_transaction_session_timeout.",
    );
    Some(finding.sql(terminate(one.pid)))
}

fn running(one: &OpenTransaction) -> Option<Finding> {
    if one.state.as_deref() != Some("active") {
        return None;
    }
    let running = one.open_ms / 1000.0;
    if running < RUNNING_SECONDS {
        return None;
    }
    let severity = if running >= RUNNING_WARNING_SECONDS {
        Severity::Warning
    } else {
        Severity::Info
    };
    let finding = Finding::new(
        severity,
        format!("session {}", one.pid),
        format!(
            "at work for {} in one transaction of {}",
            age(running),
            one.role.as_deref().unwrap_or("an unknown role")
        ),
        "`crmdb inspect queries` shows its statement.",
    );
    let cancel = format!("SELECT pg_catalog.pg_cancel_backend({})", one.pid);
    Some(finding.sql(cancel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_that_is_idle_for_long() {
        for (idle, expected) in [
            (Some(10.0), Some(Severity::Info)),
            (Some(300_000.0), Some(Severity::Warning)),
            (None, None),
        ] {
            let one = serde_json::json!({ "pid": 1, "open_ms": 400_000.0, "idle_ms": idle });
            let one: OpenTransaction = serde_json::from_value(one).expect("a transaction");
            assert_eq!(self::idle(&one).map(|finding| finding.severity), expected);
        }
    }

    #[test]
    fn a_session_that_waits_for_long() {
        for (waits, expected) in [
            (0.0, Severity::Info),
            (10_000.0, Severity::Warning),
            (300_000.0, Severity::Critical),
        ] {
            let session =
                serde_json::json!({ "pid": 1, "blocked_by": [2, 0], "waiting_ms": waits });
            let session: Session = serde_json::from_value(session).expect("a session");
            let finding = blocked(&session).expect("a finding");
            assert_eq!(finding.severity, expected);
            assert_eq!(finding.sql, Some(terminate(2)));
        }
    }
}
