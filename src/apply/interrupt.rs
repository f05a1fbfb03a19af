//! Ctrl-C, SIGTERM and SIGHUP, as something to wait for.

use std::future::Future;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::error::Failure;

/// Counts the interrupts of a run.
#[derive(Clone, Debug)]
pub struct Interrupt {
    count: watch::Receiver<u32>,
    seen: u32,
}

impl Interrupt {
    /// Starts to listen for Ctrl-C, SIGTERM and the end of the terminal (SIGHUP, unless it is ignored,
    /// as `nohup` has it), which from now on do not end the process.
    ///
    /// The first one ends the run in order; the second does not wait for the server any more. The
    /// third ends the process at once: it may be stuck in writing to a pipe that nobody reads.
    /// The listener has a thread of its own for that case.
    ///
    /// # Errors
    ///
    /// When the system refuses to install a handler or to start a thread.
    pub fn listen() -> anyhow::Result<Self> {
        Self::to(ends_at_hangup())
    }

    /// The same for a service, to which SIGHUP says something else.
    ///
    /// # Errors
    ///
    /// When the system refuses to install a handler or to start a thread.
    pub fn listen_without_hangup() -> anyhow::Result<Self> {
        Self::to(false)
    }

    fn to(with_hangup: bool) -> anyhow::Result<Self> {
        let (sender, count) = watch::channel(0);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let (mut interrupt, mut terminate, mut hangup) = {
            let _in_runtime = runtime.enter();
            (
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                with_hangup
                    .then(|| signal(SignalKind::hangup()))
                    .transpose()?,
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
                            Some(()) = next(hangup.as_mut()) => {}
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

async fn next(signal: Option<&mut Signal>) -> Option<()> {
    match signal {
        Some(signal) => signal.recv().await,
        None => None,
    }
}

/// Whether SIGHUP ends the process, as far as `/proc` says so; a handler would undo `nohup`.
fn ends_at_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The first bit is signal 1.
    ignored.is_some_and(|mask| mask & 1 == 0)
}

/// Returns the failure of an interrupted run.
#[must_use]
pub fn interrupted() -> Failure {
    let mut failure = Failure::new("interrupted");
    failure.interrupted = true;
    failure
}
