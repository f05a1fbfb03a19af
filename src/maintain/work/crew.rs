//! Many statements of one sort, on several connections.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::super::limits::{Limits, Yield};
use super::super::trouble::{Stop, Trouble};
use super::super::worker::{Worker, ask};
use super::progress::{self, Board};
use super::scope::{Named, text};
use crate::connect::Session;
use crate::error::Failure;

/// How often to look, between short statements, whether to give way.
const GLANCE: Duration = Duration::from_millis(250);

/// A statement for an object, or for several.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// What stands before the names.
    pub(super) command: String,
    /// What stands before each of them: `ONLY `, or nothing.
    pub(super) each: &'static str,
    /// The objects.
    pub(super) objects: Vec<Named>,
    /// It is short: others may join it.
    pub(super) is_small: bool,
}

/// What came of the statements.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The objects that are done.
    pub(super) done: Vec<Named>,
    /// Those that somebody else has locked.
    pub(super) locked: Vec<Named>,
    /// Those that could not be done.
    pub(super) failed: Vec<(Named, Failure)>,
    /// What ended the work before its end.
    pub(super) trouble: Option<Trouble>,
}

/// What came of one statement.
enum Fate {
    Done,
    Locked,
    Gone,
    Failed(Failure),
}

/// Carries out statements in their order, `jobs` at a time; `settings` are made in each session.
///
/// What is locked is tried once more when all else is done. A statement for several objects that
/// is refused is carried out for each of them by itself. The worker's session is to be ready for
/// statements outside transactions.
pub(super) async fn carry_out(
    worker: &mut Worker<'_>,
    settings: &str,
    jobs: u32,
    orders: Vec<Order>,
) -> Outcome {
    if orders.is_empty() {
        return Outcome::default();
    }
    let lanes = usize::try_from(jobs).unwrap_or(1).clamp(1, orders.len());
    let mut helpers = Vec::new();
    while helpers.len() + 1 < lanes {
        match worker.helper().await {
            Ok(session) => helpers.push(session),
            // One connection is enough, if slower.
            Err(_) => break,
        }
    }
    let limits = worker.limits(Yield::Migration);
    let crew = Crew {
        queue: RefCell::new(orders.into_iter().map(|order| (order, false)).collect()),
        outcome: RefCell::default(),
        has_ended: Cell::new(false),
        looked: Cell::new(Instant::now()),
        board: Board::new(lanes),
        limits,
        settings,
    };
    let sessions = std::iter::once(&worker.session).chain(&helpers);
    let lanes = sessions.enumerate();
    let work = join_all(lanes.map(|(lane, session)| crew.lane(lane, session)));
    if worker.is_watched {
        let watch = progress::watch(worker.endpoint, &crew.board, &mut *worker.listen);
        tokio::select! {
            biased;
            _ = work => {}
            () = watch => {}
        }
    } else {
        work.await;
    }
    let outcome = crew.outcome.into_inner();
    for session in helpers {
        session.close().await;
    }
    worker.tally.batches += u64::try_from(outcome.done.len()).unwrap_or(u64::MAX);
    outcome
}

struct Crew<'a> {
    /// What is to be done; `true` where it was locked before.
    queue: RefCell<VecDeque<(Order, bool)>>,
    outcome: RefCell<Outcome>,
    has_ended: Cell<bool>,
    looked: Cell<Instant>,
    board: Board,
    limits: Limits<'a>,
    settings: &'a str,
}

impl Crew<'_> {
    /// Works in one session until nothing is left.
    async fn lane(&self, lane: usize, session: &Session) {
        let result = self.work(lane, session).await;
        self.board.clear(lane);
        if let Err(trouble) = result {
            self.has_ended.set(true);
            self.outcome.borrow_mut().trouble.get_or_insert(trouble);
        }
    }

    async fn work(&self, lane: usize, session: &Session) -> Result<(), Trouble> {
        let sql = format!("{};\nSELECT pg_catalog.pg_backend_pid()", self.settings);
        let rows = ask(session.client(), &sql).await?;
        self.board.enter(lane, rows.first().map(|row| text(row, 0)));
        while !self.has_ended.get() {
            if self.looked.get().elapsed() >= GLANCE {
                self.looked.set(Instant::now());
                self.limits.pause_point().await?;
            }
            let next = self.queue.borrow_mut().pop_front();
            let Some((order, is_second)) = next else {
                return Ok(());
            };
            self.board.begin(lane, &order.objects[0]);
            let began = Instant::now();
            let fate = self.one(session, &order).await?;
            // Who has waited for a lock to the end of its patience is not made to wait again.
            self.note(order, is_second || began.elapsed() >= GLANCE, fate);
        }
        Ok(())
    }

    async fn one(&self, session: &Session, order: &Order) -> Result<Fate, Trouble> {
        let names = order.objects.iter();
        let names: Vec<String> = names
            .map(|name| format!("{}{}", order.each, name.quoted()))
            .collect();
        let sql = format!("{} {}", order.command, names.join(", "));
        drop(session.take_notices());
        let work = session.client().batch_execute(&sql);
        let trouble = match self.limits.keep(session, work).await {
            Ok(()) => {
                let notices = session.take_notices();
                // With SKIP_LOCKED, and for what was dropped meanwhile, there is a warning only.
                let has = |code: &str| notices.iter().any(|notice| notice.code == code);
                return Ok(match () {
                    () if has("55P03") => Fate::Locked,
                    () if has("42P01") => Fate::Gone,
                    () => Fate::Done,
                });
            }
            Err(trouble) => trouble,
        };
        match trouble {
            Trouble::Failed(failure) => Ok(match failure.sqlstate.as_deref() {
                Some("55P03") => Fate::Locked,
                Some("42P01" | "42704" | "3F000") => Fate::Gone,
                // What crmdb itself found, such as a lock that was lost, ends the run.
                None => return Err(Trouble::Failed(failure)),
                Some(_) => Fate::Failed(failure),
            }),
            trouble => Err(trouble),
        }
    }

    fn note(&self, order: Order, is_second: bool, fate: Fate) {
        let mut outcome = self.outcome.borrow_mut();
        let mut queue = self.queue.borrow_mut();
        if order.objects.len() > 1 && !matches!(fate, Fate::Done) {
            for object in order.objects.into_iter().rev() {
                let order = Order {
                    command: order.command.clone(),
                    each: order.each,
                    objects: vec![object],
                    is_small: false,
                };
                queue.push_front((order, false));
            }
            return;
        }
        match fate {
            Fate::Done => outcome.done.extend(order.objects),
            Fate::Locked if !is_second => queue.push_back((order, true)),
            Fate::Locked => outcome.locked.extend(order.objects),
            Fate::Gone => {}
            Fate::Failed(failure) => {
                let failed = order.objects.into_iter();
                let failed = failed.map(|object| (object, failure.clone()));
                outcome.failed.extend(failed);
            }
        }
    }
}

impl Outcome {
    /// Ends the work: what could not be done, as one failure; what is only locked, as a brake, for
    /// the next run finds it unlocked.
    pub(super) fn end(self, noun: &str, verb: &str) -> Result<(), Trouble> {
        if let Some(trouble) = self.trouble {
            return Err(trouble);
        }
        let locked = |object: &Named| format!("{noun} `{object}` is locked by others");
        if self.failed.is_empty() {
            return match &*self.locked {
                [] => Ok(()),
                [object] => Err(Trouble::Stopped(Stop::Brake(locked(object)))),
                [object, others @ ..] => Err(Trouble::Stopped(Stop::Brake(format!(
                    "{}, and so are {} more",
                    locked(object),
                    others.len()
                )))),
            };
        }
        let lines = self.failed.iter().map(|(object, failure)| {
            let state = failure.sqlstate.as_deref().unwrap_or_default();
            format!("{object}: {state}: {failure}")
        });
        let lines: Vec<String> = lines.chain(self.locked.iter().map(locked)).collect();
        let (object, first) = &self.failed[0];
        let message = match lines.len() - 1 {
            0 => format!("{noun} `{object}` could not be {verb}"),
            others => format!("{noun} `{object}` and {others} more could not be {verb}"),
        };
        let mut failure = Failure::new(message)
            .detail(lines.join("\n"))
            .hint("All others are done. The next run tries these again.");
        failure.sqlstate = first.sqlstate.clone();
        Err(failure.into())
    }
}
