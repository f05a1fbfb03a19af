//! `migrations.toml`: what holds, checked against the rules.

mod password;
mod requirements;
mod tasks;

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;

use super::typed::{self, TypedTimeouts};
use super::typed::{
    Period, Typed, TypedAddress, TypedIgnore, TypedModule, TypedProject, TypedTarget,
};
use super::violations::{Place, Violations};
use super::{Address, Ignore, Module, Target, Task, Timeouts, suggest};
use crate::error::Failure;
use crate::sql::Position;

/// The name of the file.
pub(super) const FILE: &str = "migrations.toml";

/// What `migrations.toml` says, defaults filled in.
#[derive(Debug)]
pub(super) struct Manifest {
    pub(super) name: String,
    pub(super) search_path: Vec<String>,
    pub(super) database: Option<Address>,
    pub(super) timeouts: Timeouts,
    pub(super) ledger_schema: String,
    pub(super) modules: Vec<Module>,
    pub(super) targets: BTreeMap<String, Target>,
    pub(super) drift_ignores: Vec<Ignore>,
    pub(super) tasks: Vec<Task>,
    /// Every key could be read.
    pub(super) complete: bool,
}

/// Reads the file. What is wrong is added to the violations; what is returned then is only good
/// for finding more.
pub(super) fn read(text: &str, violations: &mut Violations) -> Manifest {
    let before = violations.len();
    let typed = typed::read(FILE, text, violations);
    let typed_well = violations.len() == before;
    let mut rules = Rules {
        text,
        violations,
        typed_well,
    };
    rules.manifest(typed)
}

struct Rules<'a> {
    text: &'a str,
    violations: &'a mut Violations,
    /// Nothing was left out of what was typed, so what is absent was forgotten.
    typed_well: bool,
}

impl Rules<'_> {
    fn add(&mut self, start: usize, failure: Failure) {
        let position = Position::of_byte(self.text, start);
        self.violations
            .add(Place::position(FILE, position), failure);
    }

    fn manifest(&mut self, typed: Typed) -> Manifest {
        let TypedProject {
            name,
            search_path,
            database,
        } = typed.project;
        if name.is_none() && self.typed_well {
            self.add(
                0,
                Failure::new("the project has no name")
                    .hint("Write `name = \"…\"` under `[project]`."),
            );
        }
        let name = name.map(Spanned::into_inner).unwrap_or_default();
        let ledger_schema = match typed.ledger_schema {
            Some(schema) => {
                self.identifier("the schema of the ledger", &schema);
                schema.into_inner()
            }
            None => "crmdb".to_owned(),
        };
        let modules = self.modules(typed.modules, &ledger_schema);
        let tasks = self.tasks(typed.tasks, &modules);
        let mut drift_ignores = self.ignores(typed.ignores);
        drift_ignores.extend(tasks.iter().flat_map(tasks::made_by));
        Manifest {
            name,
            search_path: search_path.map(Spanned::into_inner).unwrap_or_default(),
            database: self.address(database, "`[project]`"),
            timeouts: self.timeouts(&typed.timeouts),
            targets: self.targets(typed.targets, &modules),
            drift_ignores,
            tasks,
            ledger_schema,
            modules,
            complete: self.typed_well,
        }
    }

    fn timeouts(&mut self, typed: &TypedTimeouts) -> Timeouts {
        if let Some(lock) = &typed.lock
            && lock.get_ref().0.is_zero()
        {
            self.add(
                lock.span().start,
                Failure::new("`lock` is zero").hint(
                    "Give it a length: without a limit, one waiting migration stops every reader.",
                ),
            );
        }
        let length = |given: &Option<Spanned<Period>>, default| {
            given
                .as_ref()
                .map_or(Duration::from_secs(default), |given| given.get_ref().0)
        };
        Timeouts {
            connect: length(&typed.connect, 5),
            lock: length(&typed.lock, 5),
            lock_retries: typed.lock_retries.as_ref().map_or(10, |n| *n.get_ref()),
            statement: length(&typed.statement, 0),
            run_lock: length(&typed.run_lock, 60),
        }
    }

    fn modules(&mut self, typed: Vec<TypedModule>, ledger_schema: &str) -> Vec<Module> {
        let mut modules: Vec<Module> = Vec::new();
        let mut names: Vec<Spanned<String>> = Vec::new();
        let mut requires: Vec<Vec<Spanned<String>>> = Vec::new();
        for module in typed {
            let Some(name) = module.name else {
                if self.typed_well {
                    self.add(module.start, Failure::new("a `[[module]]` has no name"));
                }
                continue;
            };
            self.identifier("the name of a module", &name);
            if name.get_ref() == ledger_schema {
                let message =
                    format!("the module `{ledger_schema}` has the name of the ledger's schema");
                self.add(name.span().start, Failure::new(message));
            }
            if let Some(first) = names.iter().find(|first| first.get_ref() == name.get_ref()) {
                let failure =
                    Failure::new(format!("the module `{}` stands here twice", name.get_ref()))
                        .detail(format!("first at {}", self.place(first.span().start)));
                self.add(name.span().start, failure);
                continue;
            }
            let required = module.requires.map(Spanned::into_inner).unwrap_or_default();
            modules.push(Module {
                name: name.get_ref().clone(),
                requires: required.iter().map(|name| name.get_ref().clone()).collect(),
                description: module
                    .description
                    .map(Spanned::into_inner)
                    .unwrap_or_default(),
            });
            names.push(name);
            requires.push(required);
        }
        self.requirements(&names, &requires);
        modules
    }

    fn targets(&mut self, typed: Vec<TypedTarget>, modules: &[Module]) -> BTreeMap<String, Target> {
        let mut targets = BTreeMap::new();
        for target in typed {
            let place = format!("`[target.{}]`", target.name.get_ref());
            let start = target.name.span().start;
            let nothing = target.address.url.is_none() && target.address.url_env.is_none();
            if nothing && self.typed_well {
                self.add(
                    start,
                    Failure::new(format!("{place} has no address")).hint(
                        "Give it `url_env = \"…\"`, the variable that holds the URL, or `url`.",
                    ),
                );
            }
            let Some(address) = self.address(target.address, &place) else {
                continue;
            };
            let chosen = target.modules.map(Spanned::into_inner);
            for name in chosen.iter().flatten() {
                if modules.iter().all(|module| module.name != *name.get_ref()) {
                    let message = format!("{place} names the unknown module `{}`", name.get_ref());
                    let known = modules.iter().map(|module| &module.name);
                    self.unknown_module(name.span().start, message, name.get_ref(), known);
                }
            }
            let name = target.name.into_inner();
            targets.insert(
                name.clone(),
                Target {
                    name,
                    address,
                    protected: target.protected.is_some_and(Spanned::into_inner),
                    modules: chosen.map(|list| list.into_iter().map(Spanned::into_inner).collect()),
                },
            );
        }
        targets
    }

    fn ignores(&mut self, typed: Vec<TypedIgnore>) -> Vec<Ignore> {
        let mut ignores = Vec::new();
        for ignore in typed {
            let class = ignore.class.map(Spanned::into_inner);
            let pattern = ignore.pattern.map(Spanned::into_inner);
            let reason = ignore.reason.map(Spanned::into_inner).unwrap_or_default();
            if !self.typed_well {
                continue;
            }
            if class.is_none() && pattern.is_none() {
                self.add(
                    ignore.start,
                    Failure::new("a `[[drift.ignore]]` ignores everything")
                        .hint("Give it a `class`, a `pattern` such as \"table crm.*\", or both."),
                );
            }
            if reason.trim().is_empty() {
                self.add(
                    ignore.start,
                    Failure::new("a `[[drift.ignore]]` has no reason")
                        .hint("Say why in a few words: `reason = \"…\"`."),
                );
            }
            ignores.push(Ignore {
                class,
                pattern,
                reason,
            });
        }
        ignores
    }

    fn address(&mut self, typed: TypedAddress, place: &str) -> Option<Address> {
        match (typed.url, typed.url_env) {
            (Some(_), Some(variable)) => {
                self.add(
                    variable.span().start,
                    Failure::new(format!("{place} has both `url` and `url_env`"))
                        .hint("Keep one of them."),
                );
                None
            }
            (Some(url), None) => {
                if password::holds_password(url.get_ref()) {
                    self.add(
                        url.span().start,
                        Failure::new(format!("the `url` in {place} holds a password")).hint(
                            "Put the URL into an environment variable and name that in `url_env`.",
                        ),
                    );
                }
                Some(Address::Url(url.into_inner()))
            }
            (None, Some(variable)) => {
                let name = variable.get_ref();
                let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
                if name.is_empty()
                    || !name.chars().all(good)
                    || name.starts_with(|c: char| c.is_ascii_digit())
                {
                    // Not shown: a URL with its password may have been meant.
                    let message =
                        format!("`url_env` in {place} is no name of an environment variable");
                    self.add(
                        variable.span().start,
                        Failure::new(message)
                            .hint("Write the variable's name, as in `url_env = \"STAGING_URL\"`."),
                    );
                }
                Some(Address::Variable(variable.into_inner()))
            }
            (None, None) => None,
        }
    }

    /// Names of schemas are plain: they appear unquoted in every SQL file.
    fn identifier(&mut self, what: &str, name: &Spanned<String>) {
        let text = name.get_ref();
        let first = |c: char| c.is_ascii_lowercase() || c == '_';
        let failure = if text.starts_with("pg_") {
            Failure::new(format!("{what} starts with `pg_`: `{text}`"))
                .hint("Choose another; PostgreSQL keeps these for itself.")
        } else if text.len() > 63 {
            Failure::new(format!("{what} has more than 63 bytes: `{text}`"))
        } else if !text.starts_with(first) || !text.chars().all(|c| first(c) || c.is_ascii_digit())
        {
            Failure::new(format!("{what} is no plain identifier: `{text}`"))
                .hint("Use lower-case letters, digits and `_`.")
        } else {
            return;
        };
        self.add(name.span().start, failure);
    }

    fn unknown_module<'n>(
        &mut self,
        start: usize,
        message: String,
        name: &str,
        known: impl Iterator<Item = &'n String>,
    ) {
        let failure = Failure::new(message);
        self.add(
            start,
            match suggest(name, known) {
                Some(known) => failure.hint(format!("Did you mean `{known}`?")),
                None => failure,
            },
        );
    }

    fn place(&self, start: usize) -> Place {
        Place::line(FILE, Position::of_byte(self.text, start).line)
    }
}

#[cfg(test)]
mod tests;
