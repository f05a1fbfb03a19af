//! A file with `no-transaction`: one statement a message, journalled before and after.
//!
//! What can run in a transaction does, together with its journal row, so it is either done or not.
//! For what cannot, a killed run leaves only "started": then the catalog tells how far it came.

mod resume;

use sha2::{Digest, Sha256};

use super::failure::{self, Place};
use super::loss::Guard;
use super::message;
use super::run::Run;
use super::send::Sent;
use super::trouble::Trouble;
use super::{Listener, Progress};
use crate::error::Failure;
use crate::ledger::{self, Entry, Head, JournalRow, Phase, append_statement, journal_statement};
use crate::plan::{Action, Step};
use crate::sql::{self, Kind, Statement};
use resume::Found;

/// Does a step statement by statement, from where an earlier run stopped.
pub(super) async fn step(
    run: &mut Run<'_>,
    step: &Step,
    is_last: bool,
    listen: Listener<'_>,
) -> Result<Head, Trouble> {
    let statements = sql::split(&step.script)
        .map_err(|error| Trouble::Failed(Failure::new(error.to_string()).at(&step.source)))?;
    let journal = ledger::journal(run.session.client(), run.ledger, &step.id, direction(step))
        .await
        .map_err(Trouble::of)?;
    check_unchanged(step, &statements, &journal).map_err(Trouble::Failed)?;

    let (lock, unlock) = run.ledger.session_work_lock();
    let mut prepare = message::set_statements(step, &run.conditions.settings, is_last);
    prepare.push(lock);
    let locked = send(run, step, &prepare.join(";\n"), None).await?;
    if locked.as_deref() != Some("t") {
        return Err(Trouble::Failed(
            Failure::new("another run is at work on this database").at(&step.label),
        ));
    }

    let result = each(run, step, &statements, &journal, listen).await;
    // The lock ends with the session in any case.
    run.send_last(&unlock).await;
    result
}

/// Does the statements in turn, and closes the file with its row in the history.
async fn each(
    run: &mut Run<'_>,
    step: &Step,
    statements: &[Statement],
    journal: &[JournalRow],
    listen: Listener<'_>,
) -> Result<Head, Trouble> {
    for (index, statement) in statements.iter().enumerate() {
        // One that came as the last statement ended has cancelled nothing.
        if run.interrupt.happened() {
            return Err(Trouble::Interrupted);
        }
        let one = One {
            number: index + 1,
            hash: digest(statement.text(&step.script)),
            direction: direction(step),
            statement,
        };
        one.run(run, step, journal, listen).await?;
    }

    let seq = run.head.seq + 1;
    let sql = append_statement(run.ledger, &run.facts, seq, &message::entry(step), None);
    let hash = send(run, step, &sql, None).await?.unwrap_or_default();
    Ok(Head { seq, hash })
}

/// Which of its two texts the step runs.
fn direction(step: &Step) -> &'static str {
    match step.action {
        Action::Apply | Action::Seed => "up",
        Action::RollBack => "down",
    }
}

/// Digest of a statement's text, for the journal.
fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses to go on in a file whose statements changed where they had run already.
fn check_unchanged(
    step: &Step,
    statements: &[Statement],
    journal: &[JournalRow],
) -> Result<(), Failure> {
    for row in journal.iter().filter(|row| row.phase == Phase::Done) {
        let same = statements
            .get(row.statement - 1)
            .is_some_and(|now| digest(now.text(&step.script)) == row.hash);
        if !same {
            return Err(Failure::new(format!(
                "statement {} of `{}` ran in an earlier attempt, and has changed since",
                row.statement, step.label
            ))
            .at(&step.source)
            .hint(format!(
                "Restore it; only statements that did not run may change. Or close the attempt: \
                 `crmdb migrate repair {} --mark pending --reason \"…\"`.",
                step.label
            )));
        }
    }
    Ok(())
}

/// One statement at its turn.
struct One<'a> {
    number: usize,
    hash: String,
    direction: &'static str,
    statement: &'a Statement,
}

impl One<'_> {
    async fn run(
        &self,
        run: &mut Run<'_>,
        step: &Step,
        journal: &[JournalRow],
        listen: Listener<'_>,
    ) -> Result<(), Trouble> {
        let rows = || journal.iter().filter(|row| row.statement == self.number);
        if rows().any(|row| row.phase == Phase::Done) {
            return Ok(());
        }
        let text = self.statement.text(&step.script);
        if self.statement.kind.outside_transactions().is_none() {
            let done = self.note(run, step, Phase::Done);
            let guard = Guard::of(step, run.ledger, run.conditions.allow_data_loss);
            let check = |statement: &Option<String>| match statement {
                Some(statement) => format!("{statement};\n"),
                None => String::new(),
            };
            let lock = message::set_lock_timeout(step, &run.conditions.settings);
            let before = format!("BEGIN;\n{lock};\n{}", check(&guard.before));
            let sql = format!("{before}{text}\n;\n{}{done};\nCOMMIT", check(&guard.after));
            let result = send(run, step, &sql, Some((self.statement, before.len()))).await;
            if result.is_err() {
                run.roll_back().await;
            }
            return result.map(drop);
        }
        let was_started = rows().next().is_some();
        let found = resume::look(run, &self.statement.kind, was_started).await?;
        match found {
            Found::Nothing | Found::Taken => {}
            Found::Done(what) => {
                listen(Progress::Resumed { step, what });
                return self.write(run, step, Phase::Done).await;
            }
            Found::Remains {
                ref what,
                ref clear,
            } => {
                let what = what.clone();
                listen(Progress::Resumed { step, what });
                for statement in clear {
                    send(run, step, statement, None).await?;
                }
            }
            Found::Pending {
                ref what,
                ref finish,
            } => {
                let what = what.clone();
                listen(Progress::Resumed { step, what });
                send(run, step, finish, None).await?;
                return self.write(run, step, Phase::Done).await;
            }
        }
        // Where somebody else has made what the statement makes, the server refuses it; no later
        // attempt may then take that for ours.
        if !matches!(found, Found::Taken) {
            self.write(run, step, Phase::Started).await?;
        }
        send(run, step, text, Some((self.statement, 0))).await?;
        self.check(run, step).await?;
        self.write(run, step, Phase::Done).await
    }

    async fn write(&self, run: &mut Run<'_>, step: &Step, phase: Phase) -> Result<(), Trouble> {
        let note = self.note(run, step, phase);
        send(run, step, &note, None).await.map(drop)
    }

    fn note(&self, run: &Run<'_>, step: &Step, phase: Phase) -> String {
        let entry: Entry<'_> = message::entry(step);
        let statement = (self.number, self.hash.as_str());
        journal_statement(
            run.ledger,
            &run.facts,
            run.head.seq,
            &entry,
            self.direction,
            statement,
            phase,
        )
    }

    /// A built index must be valid: `IF NOT EXISTS` is content with a broken one.
    async fn check(&self, run: &mut Run<'_>, step: &Step) -> Result<(), Trouble> {
        let Kind::CreateIndexConcurrently { .. } = self.statement.kind else {
            return Ok(());
        };
        match resume::look(run, &self.statement.kind, true).await? {
            Found::Remains { what, .. } => Err(Trouble::Failed(
                Failure::new(what)
                    .at(format!("{}:{}", step.source, self.statement.position))
                    .hint("Drop the index, or give the new one another name."),
            )),
            _ => Ok(()),
        }
    }
}

/// Sends a message; `statement` is the one of the file that it carries, and where.
async fn send(
    run: &mut Run<'_>,
    step: &Step,
    sql: &str,
    statement: Option<(&Statement, usize)>,
) -> Result<Option<String>, Trouble> {
    match run.send(sql).await {
        Sent::Done(last) => Ok(last),
        Sent::Interrupted => Err(Trouble::Interrupted),
        Sent::Abandoned => Err(Trouble::abandoned()),
        Sent::Lost(error) => Err(Trouble::Lost(error.into())),
        Sent::Refused(error, _) => {
            if error.code().code() == failure::DATA_LOSS {
                let failure = super::loss::refused(step, &error);
                return Err(Trouble::Refused(error, failure));
            }
            let place = match statement {
                Some((statement, before)) => Place {
                    sql,
                    script: before..before + statement.range.len(),
                    offset: statement.range.start,
                    fallback: Some(statement.range.clone()),
                },
                None => Place {
                    sql,
                    script: 0..0,
                    offset: 0,
                    fallback: None,
                },
            };
            let failure = failure::of_step(step, &error, &place);
            Err(Trouble::Refused(error, failure))
        }
    }
}
