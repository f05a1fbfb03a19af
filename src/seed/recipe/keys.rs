//! Takes the keys of a table of TOML one by one, and collects what is wrong.

use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::error::Failure;
use crate::project::suggest;
use crate::sql::Position;

/// A value as it stands in the file.
pub(super) type Given<'i> = Spanned<DeValue<'i>>;

/// What is wrong in a file, so far.
pub(super) struct Findings<'a> {
    text: &'a str,
    path: &'a str,
    found: Vec<(usize, Failure)>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(text: &'a str, path: &'a str) -> Self {
        Self {
            text,
            path,
            found: Vec::new(),
        }
    }

    pub(super) fn position(&self, start: usize) -> Position {
        Position::of_byte(self.text, start)
    }

    pub(super) fn add(&mut self, start: usize, failure: Failure) {
        let place = format!("{}:{}", self.path, self.position(start));
        self.found.push((start, failure.at(place)));
    }

    pub(super) fn table<'i>(&mut self, what: &str, value: Given<'i>) -> Option<DeTable<'i>> {
        let start = value.span().start;
        match value.into_inner() {
            DeValue::Table(table) => Some(table),
            other => {
                let found = other.type_str();
                self.add(
                    start,
                    Failure::new(format!("{what} is of the type {found}, not a table")),
                );
                None
            }
        }
    }

    /// Reads a list of texts.
    pub(super) fn strings(&mut self, what: &str, value: Given<'_>) -> Vec<String> {
        let start = value.span().start;
        match Vec::deserialize(ValueDeserializer::from(value)) {
            Ok(texts) => texts,
            Err(error) => {
                let start = error.span().map_or(start, |span| span.start);
                self.add(
                    start,
                    Failure::new(format!("`{what}`: {}", error.message())),
                );
                Vec::new()
            }
        }
    }

    /// Makes one failure of them all, in the order of the file.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.found.sort_by_key(|(start, _)| *start);
        let mut items: Vec<Failure> = self.found.into_iter().map(|(_, failure)| failure).collect();
        match items.len() {
            0 => Ok(()),
            1 => items.pop().map_or(Ok(()), Err),
            count => {
                let message = format!("{count} things are wrong in `{}`", self.path);
                Err(Failure {
                    items,
                    ..Failure::new(message)
                })
            }
        }
    }
}

/// The keys of one table, to be taken one by one.
pub(super) struct Keys<'f, 'a, 'i> {
    pub(super) findings: &'f mut Findings<'a>,
    table: DeTable<'i>,
    /// The table, for messages.
    what: String,
    known: Vec<&'static str>,
}

impl<'f, 'a, 'i> Keys<'f, 'a, 'i> {
    pub(super) fn new(findings: &'f mut Findings<'a>, table: DeTable<'i>, what: String) -> Self {
        Self {
            findings,
            table,
            what,
            known: Vec::new(),
        }
    }

    pub(super) fn value(&mut self, key: &'static str) -> Option<Given<'i>> {
        self.known.push(key);
        self.table.remove(key)
    }

    pub(super) fn take<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        let value = self.value(key)?;
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(taken) => Some(taken),
            Err(error) => {
                let start = error.span().map_or(span.start, |span| span.start);
                self.wrong(start, key, error.message());
                None
            }
        }
    }

    pub(super) fn one_of<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = self.value(key)?;
        let start = value.span().start;
        let text = value.get_ref().as_str();
        let found = words.iter().find(|(word, _)| text == Some(*word));
        if let Some((_, meant)) = found {
            return Some(*meant);
        }
        let known = words.iter().map(|(word, _)| format!("`{word}`"));
        let known = known.collect::<Vec<_>>().join(", ");
        self.wrong(start, key, &format!("known are {known}"));
        None
    }

    /// Says what is wrong with the value of a key.
    pub(super) fn wrong(&mut self, start: usize, key: &str, what: &str) {
        let message = format!("`{key}` in {}: {what}", self.what);
        self.findings.add(start, Failure::new(message));
    }

    /// Says what is wrong with the table.
    pub(super) fn wrong_table(&mut self, start: usize, what: &str) {
        let message = format!("{} {what}", self.what);
        self.findings.add(start, Failure::new(message));
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
            self.findings.add(start, failure);
        }
    }
}
