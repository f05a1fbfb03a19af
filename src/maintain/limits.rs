//! What ends a statement before its end.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::due::may_work;
use super::trouble::{Stop, Trouble};
use crate::apply::Interrupt;
use crate::connect::Session;
use crate::error::Failure;
use crate::ledger::TaskLock;
use crate::project::Task;

/// How often a statement that runs long looks whether it is to give way.
const GLANCE: Duration = Duration::from_millis(500);

/// How long a cancelled statement may take to end before its connection is dropped.
pub(super) const FAREWELL: Duration = Duration::from_secs(5);

/// To whom a statement yields: it is cancelled before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yield {
    /// Nobody who is not in a hurry: it is one of many, and short.
    Nobody,
    /// An interrupt: all of it is undone then.
    Interrupt,
    /// An interrupt, or a migration that wants the module: it can be done another time.
    Migration,
}

/// What ends a statement before its end.
#[derive(Clone)]
pub(super) struct Limits<'a> {
    pub(super) task: &'a Task,
    pub(super) lock: &'a TaskLock,
    pub(super) interrupt: Interrupt,
    pub(super) deadline: Option<Instant>,
    pub(super) is_forced: bool,
    pub(super) ahead: SignedDuration,
    pub(super) yields: Yield,
}

impl Limits<'_> {
    /// To be called between two batches.
    pub(super) async fn pause_point(&self) -> Result<(), Trouble> {
        if self.interrupt.happened() {
            return Err(Trouble::Stopped(Stop::Interrupted));
        }
        if self
            .deadline
            .is_some_and(|deadline| deadline <= Instant::now())
        {
            return Err(Trouble::TimedOut);
        }
        if !self.is_forced && !may_work(self.task, Timestamp::now() + self.ahead) {
            return Err(Trouble::Stopped(Stop::Window));
        }
        self.glance().await
    }

    /// Waits for an answer, or cancels what is asked.
    pub(super) async fn keep<T>(
        &self,
        session: &Session,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Trouble> {
        tokio::pin!(work);
        let trouble = tokio::select! {
            biased;
            done = &mut work => return done.map_err(|error| Trouble::of(&error)),
            trouble = self.watch() => trouble,
        };
        // Asked again: a request that comes before its statement began is lost.
        let cancelled = async {
            loop {
                session.cancel().await.ok();
                tokio::select! {
                    biased;
                    done = &mut work => return done,
                    () = tokio::time::sleep(GLANCE) => {}
                }
            }
        };
        match tokio::time::timeout(FAREWELL, cancelled).await {
            // It had come to its end before it heard.
            Ok(Ok(done)) => Ok(done),
            Ok(Err(_)) | Err(_) => Err(trouble),
        }
    }

    /// Waits for a reason to give way.
    async fn watch(&self) -> Trouble {
        let interrupted = async {
            let mut interrupt = self.interrupt.clone();
            interrupt.wait().await;
            if self.yields == Yield::Nobody {
                interrupt.wait().await;
            }
            Trouble::Stopped(Stop::Interrupted)
        };
        let late = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
            Trouble::TimedOut
        };
        let wanted = async {
            loop {
                tokio::time::sleep(GLANCE).await;
                if let Err(trouble) = self.glance().await {
                    return trouble;
                }
            }
        };
        tokio::select! {
            trouble = interrupted => trouble,
            trouble = late => trouble,
            trouble = wanted => trouble,
        }
    }

    /// Looks whether a migration wants the module, and whether the lock still stands.
    async fn glance(&self) -> Result<(), Trouble> {
        if self.lock.is_lost() {
            let failure = Failure::new("the connection that holds the task's lock was lost");
            return Err(Trouble::Failed(failure));
        }
        if self.yields != Yield::Migration {
            return Ok(());
        }
        match self.lock.wanted().await {
            Ok(None) => Ok(()),
            Ok(Some(holder)) => Err(Trouble::Stopped(Stop::Migration(holder.to_string()))),
            Err(error) => Err(Trouble::Lost(format!("{error:#}"))),
        }
    }
}
