//! How far a long statement has come, as the server tells it.

use std::cell::RefCell;
use std::time::Duration;

use super::super::worker::{Listener, ask};
use super::scope::{Named, number, text};
use crate::connect::Endpoint;

/// How often the server is asked, and how long a statement runs before anything is said of it.
const GLANCE: Duration = Duration::from_secs(1);

/// So many percent more are worth a line.
const STEP: f64 = 10.0;

/// Which session works on what.
pub(super) struct Board {
    lanes: RefCell<Vec<Lane>>,
}

#[derive(Clone, Default)]
struct Lane {
    /// Its server process.
    pid: Option<String>,
    object: Option<Named>,
    /// What was said last.
    told: Option<(String, f64)>,
}

impl Board {
    /// Returns a board for so many sessions.
    pub(super) fn new(lanes: usize) -> Self {
        Self {
            lanes: RefCell::new(vec![Lane::default(); lanes]),
        }
    }

    /// Notes the server process of a session.
    pub(super) fn enter(&self, lane: usize, pid: Option<String>) {
        self.lanes.borrow_mut()[lane].pid = pid;
    }

    /// Notes what a session works on from now.
    pub(super) fn begin(&self, lane: usize, object: &Named) {
        let lane = &mut self.lanes.borrow_mut()[lane];
        lane.object = Some(object.clone());
        lane.told = None;
    }

    /// Notes that a session has nothing to do any more.
    pub(super) fn clear(&self, lane: usize) {
        self.lanes.borrow_mut()[lane].object = None;
    }

    fn query(&self) -> Option<String> {
        let lanes = self.lanes.borrow();
        let at_work = lanes.iter().filter(|lane| lane.object.is_some());
        let pids: Vec<&str> = at_work.filter_map(|lane| lane.pid.as_deref()).collect();
        (!pids.is_empty()).then(|| include_str!("progress.sql").replace("{pids}", &pids.join(", ")))
    }

    /// Takes what the server said of a process, and returns a line where it is worth one.
    fn tell(&self, pid: &str, phase: String, percent: f64) -> Option<String> {
        let mut lanes = self.lanes.borrow_mut();
        let mut lanes = lanes.iter_mut();
        let lane = lanes.find(|lane| lane.pid.as_deref() == Some(pid))?;
        let object = lane.object.as_ref()?;
        let is_news = match &lane.told {
            Some((told, before)) => *told != phase || percent >= before + STEP,
            None => true,
        };
        if !is_news {
            return None;
        }
        let line = if percent > 0.0 {
            format!("{object}: {phase} {percent:.0} %")
        } else {
            format!("{object}: {phase}")
        };
        lane.told = Some((phase, percent));
        Some(line)
    }
}

/// Tells of long statements, on a connection of its own, for as long as it is waited for.
pub(super) async fn watch(endpoint: &Endpoint, board: &Board, listen: Listener<'_>) {
    tokio::time::sleep(GLANCE).await;
    // Without a connection, or when it is lost, nothing is told; the work goes on.
    if let Ok(session) = endpoint.open().await {
        loop {
            if let Some(query) = board.query() {
                let Ok(rows) = ask(session.client(), &query).await else {
                    break;
                };
                for row in rows {
                    let percent = number(&row, 2).unwrap_or_default();
                    if let Some(line) = board.tell(&text(&row, 0), text(&row, 1), percent) {
                        listen(&line);
                    }
                }
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
    std::future::pending::<()>().await;
}
