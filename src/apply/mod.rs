//! Does what a plan says: under the run lock, one step after the other, each with its event.
//!
//! A transactional step is one message: settings, text, history row, COMMIT. A step that cannot
//! run in a transaction goes one statement at a time through the journal.

mod facts;
mod failure;
mod interrupt;
mod loss;
mod message;
mod pooler;
mod run;
mod send;
mod settle;
mod statements;
mod transaction;
mod trouble;

pub use facts::Gathering;
pub use interrupt::{Interrupt, interrupted};
pub use loss::refuse_loss;
pub use message::{Block, blocks};
pub use pooler::{is_pooled, refuse_pooler};
pub use run::{Conditions, Run};
pub(crate) use send::refusal;

use std::time::Duration;

use crate::connect::Notice;
use crate::plan::Step;

/// What a run tells while it works.
pub enum Progress<'a> {
    /// A step begins.
    Started(&'a Step),
    /// A step met a lock time-out, and is tried again after a pause.
    Retrying {
        /// The step.
        step: &'a Step,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// How many there may be.
        attempts: u32,
        /// How long until the next one.
        pause: Duration,
        /// What the server said.
        message: &'a str,
    },
    /// A step of a no-transaction file was found done, or half done, from an earlier run.
    Resumed {
        /// The step.
        step: &'a Step,
        /// What was found.
        what: String,
    },
    /// The server said something.
    Noticed(&'a Notice),
    /// The connection was lost, and the step was found in the ledger, or is looked for.
    Reconnecting(&'a Step),
    /// A step is done, and committed.
    Done(&'a Step, Duration),
}

/// Hears what a run tells.
pub type Listener<'a> = &'a mut dyn FnMut(Progress<'_>);
