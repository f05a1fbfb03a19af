//! What a run of a task would do.

use std::time::Instant;

use jiff::SignedDuration;

use super::run::Site;
use super::trouble::{Stop, Trouble};
use super::work::{self, Item};
use super::worker::{Listener, Tally, Worker};
use crate::apply::{Interrupt, interrupted};
use crate::error::Failure;
use crate::ledger::{TaskLock, standings};
use crate::project::Task;

/// Says what a run of a task would do. Nothing of it is left, in the ledger neither.
///
/// # Errors
///
/// When there is no connection; when the server refuses what the work asks.
pub async fn preview(
    site: Site<'_>,
    task: &Task,
    interrupt: &Interrupt,
    listen: Listener<'_>,
) -> anyhow::Result<Vec<Item>> {
    let modules = task.modules(site.project);
    let lock = TaskLock::nothing(site.endpoint, site.ledger, &modules).await?;
    let session = site.endpoint.open().await?;
    // A ledger from before there were tasks knows none.
    let known = standings(session.client(), site.ledger).await;
    let memory = known.unwrap_or_default().remove(&task.name);
    let mut worker = Worker {
        task,
        endpoint: site.endpoint,
        ledger: site.ledger,
        lock: &lock,
        session,
        record: None,
        interrupt: interrupt.clone(),
        listen,
        search_path: &site.project.search_path,
        lock_timeout: site.project.timeouts.lock,
        deadline: (!task.timeout.is_zero()).then(|| Instant::now() + task.timeout),
        is_forced: true,
        is_watched: false,
        ahead: SignedDuration::ZERO,
        memory: memory.unwrap_or_default().memory,
        tally: Tally::default(),
    };
    let result = work::preview(&mut worker).await;
    worker.session.close().await;
    lock.release().await;
    result.map_err(|trouble| match trouble {
        Trouble::Failed(failure) => failure.into(),
        Trouble::Stopped(Stop::Interrupted) => interrupted().into(),
        Trouble::Stopped(stop) => Failure::new(stop.to_string()).into(),
        Trouble::TimedOut => Failure::new("it took longer than its `timeout`").into(),
        Trouble::Lost(cause) => Failure::new("the connection was lost").detail(cause).into(),
    })
}
