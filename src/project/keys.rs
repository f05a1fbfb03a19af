//! Takes the keys of TOML tables one by one, and keeps account of what was not taken.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::suggest;
use super::violations::{Place, Violations};
use crate::error::Failure;
use crate::sql::Position;

/// What was typed for a key, and where.
pub(super) type Given<T> = Option<Spanned<T>>;

/// The file that is read.
pub(super) struct Source<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    pub(super) violations: &'a mut Violations,
}

impl Source<'_> {
    pub(super) fn add(&mut self, start: usize, failure: Failure) {
        let position = Position::of_byte(self.text, start);
        self.violations
            .add(Place::position(self.path, position), failure);
    }

    pub(super) fn as_table<'i>(
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
pub(super) struct Keys<'s, 'a, 'i> {
    pub(super) source: &'s mut Source<'a>,
    table: DeTable<'i>,
    /// The table, for messages.
    what: String,
    known: Vec<&'static str>,
}

impl<'s, 'a, 'i> Keys<'s, 'a, 'i> {
    pub(super) fn new(source: &'s mut Source<'a>, table: Spanned<DeTable<'i>>, what: &str) -> Self {
        Self {
            source,
            table: table.into_inner(),
            what: what.to_owned(),
            known: Vec::new(),
        }
    }

    pub(super) fn value(&mut self, key: &'static str) -> Option<Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.table.remove(key)
    }

    pub(super) fn take<T: DeserializeOwned>(&mut self, key: &'static str) -> Given<T> {
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

    pub(super) fn table(&mut self, key: &'static str) -> Option<Spanned<DeTable<'i>>> {
        let value = self.value(key)?;
        self.source.as_table(&format!("`{key}`"), value)
    }

    pub(super) fn tables(&mut self, key: &'static str) -> Vec<Spanned<DeTable<'i>>> {
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

    /// Takes all that is left, for who cannot tell which of it is known.
    pub(super) fn leave_the_rest(&mut self) {
        self.table.clear();
    }

    /// Reports what was not taken.
    pub(super) fn finish(self) {
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
