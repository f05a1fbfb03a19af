//! What stands in `migrations.toml`, as it was typed: every key optional, each with its place.
//!
//! Each key is taken by itself, so that all wrong ones are reported together; what is left in a
//! table is unknown.

mod task;

pub(super) use task::{TypedDelete, TypedPartitions, TypedTables, TypedTask, TypedWork};

use std::time::Duration;

use serde::Deserialize;
use serde::de::Error as _;
use toml::Spanned;
use toml::de::DeTable;

use super::duration;
use super::keys::{Given, Keys, Source};
use super::violations::Violations;
use crate::catalog::Class;
use crate::error::Failure;

/// The whole file.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) project: TypedProject,
    pub(super) timeouts: TypedTimeouts,
    pub(super) ledger_schema: Given<String>,
    pub(super) modules: Vec<TypedModule>,
    pub(super) targets: Vec<TypedTarget>,
    pub(super) ignores: Vec<TypedIgnore>,
    pub(super) tasks: Vec<TypedTask>,
}

/// `[project]`.
#[derive(Debug, Default)]
pub(super) struct TypedProject {
    pub(super) name: Given<String>,
    pub(super) search_path: Given<Vec<String>>,
    pub(super) database: TypedAddress,
}

/// `url` and `url_env`, which stand in `[project]` and in targets.
#[derive(Debug, Default)]
pub(super) struct TypedAddress {
    pub(super) url: Given<String>,
    pub(super) url_env: Given<String>,
}

/// `[timeouts]`.
#[derive(Debug, Default)]
pub(super) struct TypedTimeouts {
    pub(super) connect: Given<Period>,
    pub(super) lock: Given<Period>,
    pub(super) lock_retries: Given<u32>,
    pub(super) statement: Given<Period>,
    pub(super) run_lock: Given<Period>,
}

/// A `[[module]]`.
#[derive(Debug)]
pub(super) struct TypedModule {
    pub(super) start: usize,
    pub(super) name: Given<String>,
    pub(super) requires: Given<Vec<Spanned<String>>>,
    pub(super) description: Given<String>,
}

/// A `[target.NAME]`.
#[derive(Debug)]
pub(super) struct TypedTarget {
    pub(super) name: Spanned<String>,
    pub(super) address: TypedAddress,
    pub(super) protected: Given<bool>,
    pub(super) modules: Given<Vec<Spanned<String>>>,
}

/// A `[[drift.ignore]]`.
#[derive(Debug)]
pub(super) struct TypedIgnore {
    pub(super) start: usize,
    pub(super) class: Given<Class>,
    pub(super) pattern: Given<String>,
    pub(super) reason: Given<String>,
}

/// A length of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period(pub(super) Duration);

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        duration::parse(&text).map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no length of time like {}",
                duration::FORM
            ))
        })
    }
}

/// Reads the file. What is wrong is added to the violations, and left out.
pub(super) fn read(path: &str, text: &str, violations: &mut Violations) -> Typed {
    let mut source = Source {
        path,
        text,
        violations,
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            let start = error.span().map_or(0, |span| span.start);
            source.add(start, Failure::new(error.message().replace('\n', ", ")));
        }
        return Typed::default();
    }
    source.document(document)
}

impl Source<'_> {
    fn document(&mut self, document: Spanned<DeTable<'_>>) -> Typed {
        let mut typed = Typed::default();
        let mut keys = Keys::new(self, document, "the file");
        if let Some(table) = keys.table("project") {
            let mut keys = Keys::new(keys.source, table, "`[project]`");
            typed.project = TypedProject {
                name: keys.take("name"),
                search_path: keys.take("search_path"),
                database: keys.address(),
            };
            keys.finish();
        }
        if let Some(table) = keys.table("timeouts") {
            let mut keys = Keys::new(keys.source, table, "`[timeouts]`");
            typed.timeouts = TypedTimeouts {
                connect: keys.take("connect"),
                lock: keys.take("lock"),
                lock_retries: keys.take("lock_retries"),
                statement: keys.take("statement"),
                run_lock: keys.take("run_lock"),
            };
            keys.finish();
        }
        if let Some(table) = keys.table("ledger") {
            let mut keys = Keys::new(keys.source, table, "`[ledger]`");
            typed.ledger_schema = keys.take("schema");
            keys.finish();
        }
        for table in keys.tables("module") {
            let start = table.span().start;
            let mut keys = Keys::new(keys.source, table, "`[[module]]`");
            typed.modules.push(TypedModule {
                start,
                name: keys.take("name"),
                requires: keys.take("requires"),
                description: keys.take("description"),
            });
            keys.finish();
        }
        for (name, value) in keys
            .table("target")
            .map(Spanned::into_inner)
            .into_iter()
            .flatten()
        {
            let name = Spanned::new(name.span(), name.into_inner().into_owned());
            let place = format!("`[target.{}]`", name.get_ref());
            let Some(table) = keys.source.as_table(&place, value) else {
                continue;
            };
            let mut keys = Keys::new(keys.source, table, &place);
            typed.targets.push(TypedTarget {
                address: keys.address(),
                protected: keys.take("protected"),
                modules: keys.take("modules"),
                name,
            });
            keys.finish();
        }
        for table in keys.tables("task") {
            let start = table.span().start;
            let mut keys = Keys::new(keys.source, table, "`[[task]]`");
            typed.tasks.push(TypedTask::take(&mut keys, start));
            keys.finish();
        }
        if let Some(table) = keys.table("drift") {
            let mut keys = Keys::new(keys.source, table, "`[drift]`");
            for table in keys.tables("ignore") {
                let start = table.span().start;
                let mut keys = Keys::new(keys.source, table, "`[[drift.ignore]]`");
                typed.ignores.push(TypedIgnore {
                    start,
                    class: keys.take("class"),
                    pattern: keys.take("pattern"),
                    reason: keys.take("reason"),
                });
                keys.finish();
            }
            keys.finish();
        }
        keys.finish();
        typed
    }
}

impl Keys<'_, '_, '_> {
    fn address(&mut self) -> TypedAddress {
        TypedAddress {
            url: self.take("url"),
            url_env: self.take("url_env"),
        }
    }
}
