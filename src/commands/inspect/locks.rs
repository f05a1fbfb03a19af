//! `crmdb inspect locks`: who waits for whom.

use clap::Args;
use serde::Serialize;

use super::report::{Document, HIDDEN, Inspected, or_nothing, time, write_not_checked};
use crate::commands::Context;
use crate::error::Outcome;
use crate::inspect::{Reader, Session};
use crate::printer::{Align, clean, count, excerpt};

/// Characters of a statement that are shown.
const WIDTH: usize = 30;

/// Arguments of `inspect locks`.
#[derive(Args, Debug)]
pub struct LocksArgs {}

#[derive(Serialize)]
struct LocksReport {
    /// In the order of the tree.
    sessions: Vec<Node>,
}

#[derive(Serialize)]
struct Node {
    depth: usize,
    #[serde(flatten)]
    session: Session,
}

/// Shows the sessions that wait below those that they wait for.
///
/// # Errors
///
/// When the database cannot be read.
pub(super) async fn locks(_: &LocksArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let inspected = Inspected::open(context, &[]).await?;
    let mut reader = Reader::begin(inspected.session.client(), &inspected.scope).await?;
    let sessions = Session::read(&mut reader).await?;
    let not_checked = reader.end().await?;
    let nodes: Vec<Node> = Session::tree(&sessions)
        .into_iter()
        .map(|(depth, session)| Node {
            depth,
            session: session.clone(),
        })
        .collect();
    let printer = &mut context.printer;
    if nodes.is_empty() {
        printer.note("nobody waits for a lock");
    } else {
        let columns = [
            ("session", Align::Left),
            ("role", Align::Left),
            ("waits", Align::Right),
            ("for", Align::Left),
            ("statement", Align::Left),
        ];
        let rows: Vec<Vec<String>> = nodes.iter().map(row).collect();
        printer.table(&columns, &rows);
        for node in nodes.iter().filter(|node| node.depth == 0) {
            if let Some(sql) = &node.session.terminate {
                printer.line(&clean(&format!("to end {}: {sql};", node.session.pid)));
            }
        }
        let waiting = |node: &&Node| !node.session.blocked_by.is_empty();
        let waiting = count(nodes.iter().filter(waiting).count(), "waiting session");
        printer.note(&waiting);
    }
    write_not_checked(&not_checked, printer);
    let report = LocksReport { sessions: nodes };
    printer.json(&Document::new(inspected.database, report, not_checked));
    Ok(Outcome::Clean)
}

fn row(node: &Node) -> Vec<String> {
    let session = &node.session;
    let lock = match (&session.lock_mode, &session.lock_on) {
        (Some(mode), Some(on)) => format!("{mode} on {on}"),
        _ => String::new(),
    };
    let name = match session.pid {
        0 => "prepared".to_owned(),
        pid => pid.to_string(),
    };
    vec![
        format!("{}{name}", "· ".repeat(node.depth)),
        or_nothing(session.role.as_deref()),
        time(session.waiting_ms),
        lock,
        excerpt(session.query.as_deref().unwrap_or(HIDDEN), WIDTH),
    ]
}
