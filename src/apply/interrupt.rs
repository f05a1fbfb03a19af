//! Ctrl-C and SIGTERM, as something to wait for.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::error::Failure;

/// Counts the interrupts of a run.
#[derive(Clone, Debug)]
pub struct Interrupt {
    count: watch::Receiver<u32>,
    seen: u32,
}

impl Interrupt {
    /// Starts to listen for Ctrl-C and SIGTERM, which from now on do not end the process.
    ///
    /// The first one ends the run in order; the second does not wait for the server any more. The
    /// third ends the process at once: it may be stuck in writing to a pipe that nobody reads.
    /// The listener has a thread of its own for that case.
    ///
    /// # Errors
    ///
    /// When the system refuses to install a handler or to start a thread.
    pub fn listen() -> anyhow::Result<Self> {
        let (sender, count) = watch::channel(0);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let (mut interrupt, mut terminate) = {
            let _in_runtime = runtime.enter();
            (
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
            )
        };
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    for number in 1.. {
                        tokio::select! {
                            _ = interrupt.recv() => {}
                            _ = terminate.recv() => {}
                        }
                        if number >= 3 {
                            std::process::exit(130);
                        }
                        sender.send_replace(number);
                    }
                });
            })?;
        Ok(Self { count, seen: 0 })
    }

    /// Waits for the next interrupt.
    pub async fn wait(&mut self) {
        let seen = self.seen;
        if let Ok(count) = self.count.wait_for(|count| *count > seen).await {
            self.seen = *count;
            return;
        }
        // The listener lives as long as the runtime.
        std::future::pending::<()>().await;
    }

    /// Whether there was an interrupt.
    #[must_use]
    pub fn happened(&self) -> bool {
        *self.count.borrow() > 0
    }

    /// Whether there was a second interrupt: nothing is waited for any more.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        *self.count.borrow() > 1
    }

    /// Runs `work`, which may be dropped at any point, until it ends or an interrupt comes.
    ///
    /// # Errors
    ///
    /// The interrupt, as a failure with exit code 130.
    pub async fn or<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            done = work => Ok(done),
            () = self.wait() => Err(interrupted()),
        }
    }
}

/// Returns the failure of an interrupted run.
pub(super) fn interrupted() -> Failure {
    let mut failure = Failure::new("interrupted");
    failure.interrupted = true;
    failure
}
