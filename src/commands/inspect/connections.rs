//! `crmdb inspect connections`: who is connected, and what is left.

use clap::Args;
use serde::Serialize;

use super::report::{Document, HIDDEN, Inspected, or_nothing, time, write_all};
use crate::commands::Context;
use crate::error::Outcome;
use crate::inspect::{
    Area, Connections, Finding, Group, Limits, OpenTransaction, Reader, findings,
};
use crate::printer::{Align, excerpt};

/// Characters of a statement that are shown.
const WIDTH: usize = 30;

/// Arguments of `inspect connections`.
#[derive(Args, Debug)]
pub struct ConnectionsArgs {}

#[derive(Serialize)]
struct ConnectionsReport {
    limits: Option<Limits>,
    connections: Vec<Group>,
    open_transactions: Vec<OpenTransaction>,
    findings: Vec<Finding>,
}

/// Shows the connections of the server, and the open transactions of the database.
///
/// # Errors
///
/// When the database cannot be read.
pub(super) async fn connections(
    _: &ConnectionsArgs,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    let inspected = Inspected::open(context, &[]).await?;
    let mut reader = Reader::begin(inspected.session.client(), &inspected.scope).await?;
    let found = Connections::read(&mut reader).await?;
    let findings = findings(&mut reader, Some(Area::Connections)).await?;
    let not_checked = reader.end().await?;
    let printer = &mut context.printer;
    let columns = [
        ("connections", Align::Right),
        ("no tls", Align::Right),
        ("role", Align::Left),
        ("database", Align::Left),
        ("application", Align::Left),
        ("state", Align::Left),
    ];
    let rows: Vec<Vec<String>> = found.groups.iter().map(group).collect();
    printer.table(&columns, &rows);
    if found.transactions.is_empty() {
        printer.note("no other transaction is open in this database");
    } else {
        let columns = [
            ("open for", Align::Right),
            ("idle for", Align::Right),
            ("pid", Align::Right),
            ("role", Align::Left),
            ("last statement", Align::Left),
        ];
        let rows: Vec<Vec<String>> = found.transactions.iter().map(transaction).collect();
        printer.table(&columns, &rows);
    }
    if let Some(limits) = &found.limits {
        let database = limits.database_limit.map_or(String::new(), |limit| {
            format!(
                "; {} of {limit} to this database",
                limits.database_connections
            )
        });
        printer.note(&format!(
            "{} of {} connections, {} of them reserved{database}",
            limits.connections, limits.max_connections, limits.reserved_connections
        ));
    }
    write_all(&findings, &not_checked, printer);
    let report = ConnectionsReport {
        limits: found.limits,
        connections: found.groups,
        open_transactions: found.transactions,
        findings,
    };
    printer.json(&Document::new(inspected.database, report, not_checked));
    Ok(Outcome::Clean)
}

fn group(group: &Group) -> Vec<String> {
    vec![
        group.connections.to_string(),
        group.without_tls.to_string(),
        or_nothing(group.role.as_deref()),
        or_nothing(group.database.as_deref()),
        excerpt(group.application.as_deref().unwrap_or_default(), WIDTH),
        group.state.clone(),
    ]
}

fn transaction(one: &OpenTransaction) -> Vec<String> {
    vec![
        time(Some(one.open_ms)),
        time(one.idle_ms),
        one.pid.to_string(),
        or_nothing(one.role.as_deref()),
        excerpt(one.query.as_deref().unwrap_or(HIDDEN), WIDTH),
    ]
}
