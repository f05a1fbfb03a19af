//! What stands in `migrations.toml`, as it was typed: every key optional, each with its place.
//!
//! Each key is taken by itself, so that all wrong ones are reported together; what is left in a
//! table is unknown.

use std::time::Duration;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::violations::{Place, Violations};
use super::{duration, suggest};
use crate::error::Failure;
use crate::sql::Position;

type Given<T> = Option<Spanned<T>>;

/// The whole file.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) project: TypedProject,
    pub(super) timeouts: TypedTimeouts,
    pub(super) ledger_schema: Given<String>,
    pub(super) modules: Vec<TypedModule>,
    pub(super) targets: Vec<TypedTarget>,
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

struct Source<'a> {
    path: &'a str,
    text: &'a str,
    violations: &'a mut Violations,
}

impl Source<'_> {
    fn add(&mut self, start: usize, failure: Failure) {
        let position = Position::of_byte(self.text, start);
        self.violations
            .add(Place::position(self.path, position), failure);
    }

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
        keys.finish();
        typed
    }

    fn as_table<'i>(
        &mut self,
        what: &str,
        value: Spanned<DeValue<'i>>,
    ) -> Option<Spanned<DeTable<'i>>> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => Some(Spanned::new(span, table)),
            other => {
                let found = other.type_str();
                self.add(
                    span.start,
                    Failure::new(format!("{what} is {}, not a table", article(found))),
                );
                None
            }
        }
    }
}

/// The keys of one table, to be taken one by one.
struct Keys<'s, 'a, 'i> {
    source: &'s mut Source<'a>,
    table: DeTable<'i>,
    /// The table, for messages.
    what: String,
    known: Vec<&'static str>,
}

impl<'s, 'a, 'i> Keys<'s, 'a, 'i> {
    fn new(source: &'s mut Source<'a>, table: Spanned<DeTable<'i>>, what: &str) -> Self {
        Self {
            source,
            table: table.into_inner(),
            what: what.to_owned(),
            known: Vec::new(),
        }
    }

    fn value(&mut self, key: &'static str) -> Option<Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.table.remove(key)
    }

    fn take<T: DeserializeOwned>(&mut self, key: &'static str) -> Given<T> {
        let value = self.value(key)?;
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(taken) => Some(Spanned::new(span, taken)),
            Err(error) => {
                let start = error.span().map_or(span.start, |span| span.start);
                let message = format!("`{key}` in {}: {}", self.what, error.message());
                self.source.add(start, Failure::new(message));
                None
            }
        }
    }

    fn address(&mut self) -> TypedAddress {
        TypedAddress {
            url: self.take("url"),
            url_env: self.take("url_env"),
        }
    }

    fn table(&mut self, key: &'static str) -> Option<Spanned<DeTable<'i>>> {
        let value = self.value(key)?;
        self.source.as_table(&format!("`{key}`"), value)
    }

    fn tables(&mut self, key: &'static str) -> Vec<Spanned<DeTable<'i>>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let start = value.span().start;
        match value.into_inner() {
            DeValue::Array(array) => array
                .into_iter()
                .filter_map(|value| self.source.as_table(&format!("`{key}`"), value))
                .collect(),
            other => {
                let found = article(other.type_str());
                let failure = Failure::new(format!("`{key}` is {found}, not a list of tables"))
                    .hint(format!("Write `[[{key}]]` above each."));
                self.source.add(start, failure);
                Vec::new()
            }
        }
    }

    /// Reports what was not taken.
    fn finish(self) {
        for (key, _) in self.table {
            let start = key.span().start;
            let key = key.into_inner();
            let failure = Failure::new(format!("unknown key `{key}` in {}", self.what));
            let failure = match suggest(&key, self.known.iter().copied()) {
                Some(known) => failure.hint(format!("Did you mean `{known}`?")),
                None => failure.detail(format!("known are {}", self.known.join(", "))),
            };
            self.source.add(start, failure);
        }
    }
}

fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}
