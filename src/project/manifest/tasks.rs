//! `[[task]]`: the rules.

use std::time::Duration;

use jiff::tz::TimeZone;
use toml::Spanned;

use super::Rules;
use crate::error::Failure;
use crate::project::keys::Given;
use crate::project::task::{
    Delete, Partitions, Refresh, Reindex, Schedule, Tables, Task, Unit, Work,
};
use crate::project::typed::{
    Period, TypedDelete, TypedPartitions, TypedTables, TypedTask, TypedWork,
};
use crate::project::{Ignore, Module};
use crate::sql::{Kind, is_call, is_expression, split};

/// How long one run of a task may take, unless it says otherwise.
const TIMEOUT: Duration = Duration::from_secs(3600);

/// How often a run that failed is tried again, unless the task says otherwise.
const RETRIES: u32 = 2;

/// Runs that were due longer ago are missed for good, unless the task says otherwise.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(24 * 3600);

/// What one batch of a delete is to take, unless the task says otherwise.
const BATCH_TIME: Duration = Duration::from_millis(250);

/// What a task makes and takes away is no drift: partitions, and what becomes of them.
pub(super) fn made_by(task: &Task) -> Vec<Ignore> {
    let Work::Partitions(partitions) = &task.work else {
        return Vec::new();
    };
    let ignore = |kind: &str, ending: &str| Ignore {
        class: None,
        pattern: Some(format!("{kind} {}{ending}", partitions.table)),
        reason: format!("made by the task {}", task.name),
    };
    vec![ignore("partition", "_*"), ignore("*", "_p*")]
}

impl Rules<'_> {
    /// Checks the tasks; one that breaks a rule is left out.
    pub(super) fn tasks(&mut self, typed: Vec<TypedTask>, modules: &[Module]) -> Vec<Task> {
        let mut tasks: Vec<Task> = Vec::new();
        let mut starts: Vec<usize> = Vec::new();
        for one in typed {
            let start = one.start;
            let Some(task) = self.task(one, modules) else {
                continue;
            };
            if let Some(first) = tasks.iter().position(|known| known.name == task.name) {
                let message = format!("the task `{}` stands here twice", task.name);
                let detail = format!("first at {}", self.place(starts[first]));
                self.add(start, Failure::new(message).detail(detail));
                continue;
            }
            tasks.push(task);
            starts.push(start);
        }
        tasks
    }

    fn task(&mut self, typed: TypedTask, modules: &[Module]) -> Option<Task> {
        let start = typed.start;
        let name = self.needed(start, "`[[task]]`", "name", typed.name)?;
        self.task_name(&name);
        let name = name.into_inner();
        let what = format!("the task `{name}`");
        if let Some(module) = &typed.module
            && modules.iter().all(|known| known.name != *module.get_ref())
        {
            let message = format!("{what} names the unknown module `{}`", module.get_ref());
            let known = modules.iter().map(|module| &module.name);
            self.unknown_module(module.span().start, message, module.get_ref(), known);
        }
        let time_zone = self.time_zone(typed.time_zone);
        let zone = time_zone.iana_name().unwrap_or("UTC");
        let schedule = self.schedule(typed.schedule, zone);
        let Some(work) = typed.work else {
            if self.typed_well {
                self.add(
                    start,
                    Failure::new(format!("{what} has no `kind`")).hint(
                        "It is one of call, sql, delete, vacuum, analyze, reindex, refresh, \
                         partitions.",
                    ),
                );
            }
            return None;
        };
        let period = |given: Given<Period>, default| given.map_or(default, |it| it.into_inner().0);
        Some(Task {
            module: typed.module.map(Spanned::into_inner),
            description: typed
                .description
                .map(Spanned::into_inner)
                .unwrap_or_default(),
            work: self.work(start, &what, work)?,
            schedule,
            time_zone,
            role: typed.role.map(Spanned::into_inner),
            timeout: period(typed.timeout, TIMEOUT),
            retries: typed.retries.map_or(RETRIES, Spanned::into_inner),
            window: typed.window.map(Spanned::into_inner),
            catch_up: typed.catch_up.map(Spanned::into_inner).unwrap_or_default(),
            catch_up_within: period(typed.catch_up_within, CATCH_UP_WITHIN),
            name,
        })
    }

    /// The time zone of schedule and window; UTC where there is none.
    fn time_zone(&mut self, name: Given<String>) -> TimeZone {
        let Some(name) = name else {
            return TimeZone::UTC;
        };
        TimeZone::get(name.get_ref()).unwrap_or_else(|_| {
            let message = format!(
                "`{}` is no time zone such as `UTC` or `Europe/Berlin`",
                name.get_ref()
            );
            self.add(name.span().start, Failure::new(message));
            TimeZone::UTC
        })
    }

    fn schedule(&mut self, text: Given<String>, zone: &str) -> Option<Schedule> {
        let text = text?;
        match Schedule::parse(text.get_ref(), zone) {
            Ok(schedule) => Some(schedule),
            Err(message) => {
                self.add(text.span().start, Failure::new(message));
                None
            }
        }
    }

    fn work(&mut self, start: usize, what: &str, typed: TypedWork) -> Option<Work> {
        Some(match typed {
            TypedWork::Call(call) => {
                let call = self.needed(start, what, "call", call)?;
                if !is_call(call.get_ref()) {
                    let message = format!("`{}` is no call", call.get_ref());
                    let hint = "Write it with its arguments: `call = \"users.clean(30)\"`.";
                    self.add(call.span().start, Failure::new(message).hint(hint));
                }
                Work::Call(call.into_inner())
            }
            TypedWork::Sql(sql) => {
                let sql = self.needed(start, what, "sql", sql)?;
                self.statements(&sql);
                Work::Sql(sql.into_inner())
            }
            TypedWork::Delete(typed) => Work::Delete(self.delete(start, what, typed)?),
            TypedWork::Vacuum(typed) => Work::Vacuum(self.tables(typed)),
            TypedWork::Analyze(typed) => Work::Analyze(self.tables(typed)),
            TypedWork::Reindex {
                indexes,
                bloat_over,
                larger_than_mb,
            } => {
                if let Some(given) = bloat_over.as_ref().filter(|it| *it.get_ref() > 99) {
                    let failure = Failure::new("`bloat_over` is no percentage below 100");
                    self.add(given.span().start, failure);
                }
                Work::Reindex(Reindex {
                    indexes: indexes.map(Spanned::into_inner).unwrap_or_default(),
                    bloat_over: bloat_over.map_or(40, Spanned::into_inner),
                    larger_than_mb: larger_than_mb.map_or(10, Spanned::into_inner),
                })
            }
            TypedWork::Refresh { views, always } => Work::Refresh(Refresh {
                views: views.map(Spanned::into_inner).unwrap_or_default(),
                always: always.is_some_and(Spanned::into_inner),
            }),
            TypedWork::Partitions(typed) => Work::Partitions(self.partitions(start, what, typed)?),
        })
    }

    /// The statements of a task are one transaction.
    fn statements(&mut self, text: &Spanned<String>) {
        let failure = match split(text.get_ref()) {
            Ok(statements) if statements.is_empty() => Some(Failure::new("`sql` has no statement")),
            Ok(statements) => statements
                .iter()
                .find_map(|statement| match &statement.kind {
                    Kind::TransactionControl(words) => Some(format!("`{words}` in a task")),
                    kind => kind
                        .outside_transactions()
                        .map(|words| format!("`{words}` cannot run in a transaction")),
                })
                .map(|message| {
                    Failure::new(message).hint("The statements of a task are one transaction.")
                }),
            Err(error) => Some(Failure::new(error.message)),
        };
        if let Some(failure) = failure {
            self.add(text.span().start, failure);
        }
    }

    fn delete(&mut self, start: usize, what: &str, typed: TypedDelete) -> Option<Delete> {
        let table = self.needed(start, what, "table", typed.table);
        let column = self.needed(start, what, "column", typed.column);
        let older_than = self.needed(start, what, "older_than", typed.older_than);
        if let Some(filter) = &typed.filter
            && !is_expression(filter.get_ref())
        {
            let failure = Failure::new("`where` is no condition that stands by itself")
                .hint("Close each parenthesis and quote that it opens, and leave out `;`.");
            self.add(filter.span().start, failure);
        }
        if let Some(duty) = &typed.duty
            && !(*duty.get_ref() > 0.0 && *duty.get_ref() <= 1.0)
        {
            let failure = Failure::new("`duty` is not above 0 and up to 1");
            self.add(
                duty.span().start,
                failure.hint("0.5 rests as long as it works."),
            );
        }
        if let Some(time) = &typed.batch_time
            && time.get_ref().0.is_zero()
        {
            self.add(time.span().start, Failure::new("`batch_time` is zero"));
        }
        let period = |given: Given<Period>, default| given.map_or(default, |it| it.into_inner().0);
        Some(Delete {
            table: table?.into_inner(),
            column: column?.into_inner(),
            older_than: older_than?.into_inner(),
            filter: typed.filter.map(Spanned::into_inner),
            batch_time: period(typed.batch_time, BATCH_TIME),
            duty: typed.duty.map_or(0.5, Spanned::into_inner),
            replication_lag: period(typed.replication_lag, Duration::from_secs(10)),
            patience: period(typed.patience, Duration::from_secs(600)),
        })
    }

    fn tables(&mut self, typed: TypedTables) -> Tables {
        if let Some(jobs) = &typed.jobs
            && !(1..=64).contains(jobs.get_ref())
        {
            let failure = Failure::new("`jobs` is not from 1 to 64");
            self.add(jobs.span().start, failure);
        }
        Tables {
            tables: typed.tables.map(Spanned::into_inner).unwrap_or_default(),
            jobs: typed.jobs.map_or(1, Spanned::into_inner),
            always: typed.always.is_some_and(Spanned::into_inner),
        }
    }

    fn partitions(
        &mut self,
        start: usize,
        what: &str,
        typed: TypedPartitions,
    ) -> Option<Partitions> {
        let table = self.needed(start, what, "table", typed.table);
        let every = self.needed(start, what, "every", typed.every);
        if let Some(every) = &every
            && (every.get_ref().count != 1 || every.get_ref().unit == Unit::Minute)
        {
            let failure = Failure::new(format!("`every` is `{}`", every.get_ref()))
                .hint("Partitions are of 1 hour, 1 day, 1 week, 1 month or 1 year.");
            self.add(every.span().start, failure);
        }
        Some(Partitions {
            table: table?.into_inner(),
            every: every?.into_inner(),
            ahead: typed.ahead.map_or(3, Spanned::into_inner),
            keep: typed.keep.map(Spanned::into_inner),
            expiry: typed.expiry.map(Spanned::into_inner).unwrap_or_default(),
        })
    }

    /// Takes a key that has to be there.
    fn needed<T>(
        &mut self,
        start: usize,
        what: &str,
        key: &str,
        given: Given<T>,
    ) -> Option<Spanned<T>> {
        if given.is_none() && self.typed_well {
            self.add(start, Failure::new(format!("{what} has no `{key}`")));
        }
        given
    }

    /// Names of tasks stand in file names, metrics and unit names.
    fn task_name(&mut self, name: &Spanned<String>) {
        let text = name.get_ref();
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !text.starts_with(|c: char| c.is_ascii_lowercase())
            || !text.chars().all(is_inner)
            || text.len() > 52
        {
            let failure = Failure::new(format!("the name of a task is not plain: `{text}`"))
                .hint("Use lower-case letters, digits and `-`, at most 52: `clean-sessions`.");
            self.add(name.span().start, failure);
        }
    }
}

#[cfg(test)]
mod tests;
