//! Connections: too many, in the clear, or gone with their work left behind.

use serde::Deserialize;

use super::{Area, Check, Need, row};
use crate::inspect::connections::{LIMITS, Limits};
use crate::inspect::finding::{Finding, Severity};
use crate::inspect::thresholds::{CONNECTIONS_CRITICAL, CONNECTIONS_WARNING, PREPARED_SECONDS};
use crate::printer::{age, percent};
use crate::sql::quote_literal;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "connections-near-limit",
        area: Area::Connections,
        needs: &[],
        sql: LIMITS,
        judge: |text, _| row(text, |limits| connections(&limits)),
    },
    Check {
        id: "connection-without-tls",
        area: Area::Connections,
        needs: &[Need::Sessions],
        sql: WITHOUT_TLS,
        judge: |text, _| {
            row(text, |one: Plaintext| {
                Some(Finding::new(
                    Severity::Info,
                    format!("role {}", one.role),
                    format!(
                        "{} connections over a network are not encrypted",
                        one.connections
                    ),
                    "Ask for TLS: `hostssl` in pg_hba.conf, `sslmode=verify-full` in the address.",
                ))
            })
        },
    },
    Check {
        id: "prepared-transaction",
        area: Area::Connections,
        needs: &[],
        sql: PREPARED,
        judge: |text, _| row(text, |one| Some(prepared(&one))),
    },
];

fn connections(limits: &Limits) -> Option<Finding> {
    let server = limits.max_connections - limits.reserved_connections;
    let of_server = limits.connections as f64 / server.max(1) as f64;
    let of_database = limits.database_limit.map_or(0.0, |limit| {
        limits.database_connections as f64 / limit.max(1) as f64
    });
    let (object, part, used, limit, advice) = if of_database > of_server {
        (
            format!("database {}", crate::sql::quote_ident(&limits.database)),
            of_database,
            limits.database_connections,
            limits.database_limit.unwrap_or_default(),
            "Use a pooler, or raise its CONNECTION LIMIT.",
        )
    } else {
        let advice = "Use a pooler, or raise max_connections.";
        (
            "server".to_owned(),
            of_server,
            limits.connections,
            server,
            advice,
        )
    };
    let severity = if part >= CONNECTIONS_CRITICAL {
        Severity::Critical
    } else if part >= CONNECTIONS_WARNING {
        Severity::Warning
    } else {
        return None;
    };
    let message = format!(
        "{used} of {limit} connections are taken ({})",
        percent(part)
    );
    Some(Finding::new(severity, object, message, advice))
}

const WITHOUT_TLS: &str =
    "SELECT pg_catalog.quote_ident(a.usename) AS role, pg_catalog.count(*)::bigint AS connections
FROM pg_catalog.pg_stat_activity AS a JOIN pg_catalog.pg_stat_ssl AS s ON s.pid = a.pid
WHERE a.client_addr IS NOT NULL AND NOT s.ssl AND a.usename IS NOT NULL
    AND NOT a.client_addr <<= '127.0.0.0/8' AND a.client_addr <> '::1'
GROUP BY a.usename ORDER BY 1";

#[derive(Deserialize)]
struct Plaintext {
    role: String,
    connections: i64,
}

const PREPARED: &str = "SELECT p.gid, p.owner, pg_catalog.quote_ident(p.database) AS database,
    p.database = pg_catalog.current_database() AS is_here,
    extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::float8 AS seconds
FROM pg_catalog.pg_prepared_xacts AS p ORDER BY p.prepared, p.gid";

#[derive(Deserialize)]
struct Prepared {
    gid: String,
    owner: String,
    database: String,
    is_here: bool,
    seconds: f64,
}

fn prepared(one: &Prepared) -> Finding {
    let severity = if one.seconds >= PREPARED_SECONDS {
        Severity::Warning
    } else {
        Severity::Info
    };
    let finding = Finding::new(
        severity,
        format!("prepared transaction {}", one.gid),
        format!(
            "{} prepared it {} ago in {}, and nobody has ended it",
            one.owner,
            age(one.seconds),
            one.database
        ),
        "End it: its locks stay, and dead rows too. `COMMIT PREPARED` keeps what it did.",
    );
    // It is ended in its own database.
    if one.is_here {
        finding.sql(format!("ROLLBACK PREPARED {}", quote_literal(&one.gid)))
    } else {
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_without_the_reserved_ones() {
        for (used, expected) in [
            (76, None),
            (78, Some(Severity::Warning)),
            (93, Some(Severity::Critical)),
        ] {
            let limits = Limits {
                max_connections: 100,
                reserved_connections: 3,
                connections: used,
                database_limit: None,
                database_connections: 1,
                database: "a".to_owned(),
            };
            let severity = connections(&limits).map(|finding| finding.severity);
            assert_eq!(severity, expected, "{used}");
        }
    }
}
