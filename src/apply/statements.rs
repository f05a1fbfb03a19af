//! A file with `no-transaction`: one statement a message, journalled before and after.
//!
//! What can run in a transaction does, together with its journal row, so it is either done or not.
//! For what cannot, a killed run leaves only "started": then the catalog tells how far it came.

mod resume;

use sha2::{Digest, Sha256};

use super::failure::{self, Place};
use super::loss::Guard;
use super::message;
use super::run::{Run, Sent, Trouble, execute};
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
    let direction = match step.action {
        Action::Apply => "up",
        Action::RollBack => "down",
    };
    let statements = sql::split(&step.script)
        .map_err(|error| Trouble::Failed(Failure::new(error.to_string()).at(&step.source)))?;
    let journal = ledger::journal(run.session.client(), run.ledger, &step.id, direction)
        .await
        .map_err(Trouble::Lost)?;
    check_unchanged(step, &statements, &journal).map_err(Trouble::Failed)?;

    let (lock, unlock) = run.ledger.session_work_lock();
    let mut prepare = message::set_statements(step, &run.conditions.settings, is_last);
    prepare.push(lock);
    send(run, step, &prepare.join(";\n"), None).await?;

    for (index, statement) in statements.iter().enumerate() {
        let one = One {
            number: index + 1,
            hash: digest(statement.text(&step.script)),
            direction,
            statement,
        };
        one.run(run, step, &journal, listen).await?;
    }

    let seq = run.head.seq + 1;
    let sql = append_statement(run.ledger, &run.facts, seq, &message::entry(step), None);
    let hash = send(run, step, &sql, None).await?.unwrap_or_default();
    execute(&run.session, &unlock)
        .await
        .map_err(Trouble::Lost)?;
    Ok(Head { seq, hash })
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
            let before = format!("BEGIN;\n{}", check(&guard.before));
            let sql = format!("{before}{text}\n;\n{}{done};\nCOMMIT", check(&guard.after));
            let result = send(run, step, &sql, Some((self.statement, before.len()))).await;
            if result.is_err() {
                run.roll_back().await;
            }
            return result.map(drop);
        }
        // A retry within this run has no journal row in `journal`, but may have left something too.
        let found = resume::look(run, &self.statement.kind, rows().next().is_some()).await?;
        match found {
            Found::Nothing => {}
            Found::Done(what) => {
                listen(Progress::Resumed { step, what });
                let done = self.note(run, step, Phase::Done);
                return execute(&run.session, &done).await.map_err(Trouble::Lost);
            }
            Found::Remains { what, clear } => {
                listen(Progress::Resumed { step, what });
                for statement in clear {
                    send(run, step, &statement, None).await?;
                }
            }
        }
        let started = self.note(run, step, Phase::Started);
        execute(&run.session, &started)
            .await
            .map_err(Trouble::Lost)?;
        send(run, step, text, Some((self.statement, 0))).await?;
        self.check(run, step).await?;
        let done = self.note(run, step, Phase::Done);
        execute(&run.session, &done).await.map_err(Trouble::Lost)
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
            Found::Nothing | Found::Done(_) => Ok(()),
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
        Sent::Lost(error) => Err(Trouble::Lost(
            anyhow::Error::new(error).context("the connection to the server was lost"),
        )),
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
