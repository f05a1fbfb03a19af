//! The messages of a step, as text. What `plan` shows is what is sent.

use std::ops::Range;

use super::loss::Guard;
use crate::ledger::{
    Entry, EventKind, Ledger, RunFacts, append_statement, reference_rows_statement,
};
use crate::plan::{Action, Plan, Settings, Step, wait_for_disk};
use crate::sql::{self, Statement};

/// One block of statements that stand or fall together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Whether BEGIN and COMMIT enclose it.
    pub transaction: bool,
    /// `SET` statements before it, without the semicolon.
    pub settings: Vec<String>,
    /// Its statements, without the semicolon.
    pub statements: Vec<String>,
}

/// Returns the blocks of step `index` of a plan, for people and programs to read.
///
/// The history row that closes each block is left out: its values are known when it is written.
#[must_use]
pub fn blocks(plan: &Plan, index: usize, settings: &Settings) -> Vec<Block> {
    let step = &plan.steps[index];
    let of_step = set_statements(step, settings, index + 1 == plan.steps.len());
    let statements = sql::split(&step.script).unwrap_or_default();
    let text = |statement: &Statement| step.script[statement.range.clone()].to_owned();
    if !step.directives.no_transaction {
        return vec![Block {
            transaction: true,
            settings: of_step,
            statements: statements.iter().map(text).collect(),
        }];
    }
    let own = |statement: &Statement| {
        let transaction = statement.kind.outside_transactions().is_none();
        let mut own = of_step.clone();
        own.extend(transaction.then(|| set_lock_timeout(step, settings)));
        Block {
            transaction,
            settings: own,
            statements: vec![text(statement)],
        }
    };
    statements.iter().map(own).collect()
}

/// Returns the setting of a statement that runs in a transaction within a no-transaction file.
pub(super) fn set_lock_timeout(step: &Step, settings: &Settings) -> String {
    let (name, value) = settings.for_statement(step);
    format!("SET LOCAL {name} = {value}")
}

/// Returns the settings of a step as statements: for its transaction, or for the session.
pub(super) fn set_statements(step: &Step, settings: &Settings, is_last: bool) -> Vec<String> {
    let verb = if step.directives.no_transaction {
        "SET"
    } else {
        "SET LOCAL"
    };
    let mut statements: Vec<String> = settings
        .for_step(step, is_last)
        .into_iter()
        .map(|(name, value)| format!("{verb} {name} = {value}"))
        .collect();
    if is_last || step.directives.no_transaction {
        statements.push(wait_for_disk(!step.directives.no_transaction));
    }
    statements
}

/// Returns the event of a step that was done.
pub(super) fn entry(step: &Step) -> Entry<'_> {
    Entry {
        event: match step.action {
            Action::Apply => EventKind::Applied,
            Action::RollBack => EventKind::RolledBack,
            Action::Seed => EventKind::Seeded,
        },
        id: &step.id,
        module: &step.module,
        name: &step.name,
        up: Some((&step.up, sql::text_hash(&step.up), sql::code_hash(&step.up))),
        down: step
            .down
            .as_deref()
            .map(|down| (down, sql::text_hash(down))),
        out_of_order: step.out_of_order,
        reason: None,
    }
}

/// A transactional step as one message.
pub(super) struct Message {
    /// What is sent.
    pub sql: String,
    /// Where in it the step's text stands.
    pub script: Range<usize>,
    /// How many statements come before the text.
    pub statements_before: usize,
}

impl Message {
    /// Builds the message that runs a step in a transaction and appends row `seq`.
    pub fn of(
        step: &Step,
        settings: &[String],
        guard: &Guard,
        ledger: &Ledger,
        facts: &RunFacts,
        seq: i64,
    ) -> Self {
        let mut before = vec!["BEGIN".to_owned()];
        before.extend_from_slice(settings);
        before.push(ledger.take_work_lock());
        before.extend(guard.before.clone());
        let mut sql = String::with_capacity(step.script.len() * 3 + 1024);
        for statement in &before {
            sql += statement;
            sql += ";\n";
        }
        let start = sql.len();
        sql += &step.script;
        let script = start..sql.len();
        // A line of its own: the text may end in a comment.
        sql += "\n;\n";
        if let Some(statement) = &guard.after {
            sql += statement;
            sql += ";\n";
        }
        if step.action == Action::Seed {
            sql += &reference_rows_statement(ledger);
            sql += ";\n";
        }
        sql += &append_statement(ledger, facts, seq, &entry(step), None);
        sql += ";\nCOMMIT";
        Self {
            sql,
            script,
            statements_before: before.len(),
        }
    }
}
