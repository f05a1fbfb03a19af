//! Connection parameters by their libpq names, before they get types.

use std::collections::BTreeMap;
use std::fmt;

use super::keywords::{self, Meaning};
use crate::error::Failure;

/// Where a parameter was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// In an environment variable of its own.
    Variable(&'static str),
    /// In a URL, a connection string or a service file, as people call it.
    Text(String),
}

#[derive(Clone)]
struct Value {
    text: String,
    origin: Option<Origin>,
}

/// Parameters by name; each layer (URL, service, environment) fills only what is still missing.
#[derive(Clone, Default)]
pub(super) struct Parameters {
    values: BTreeMap<&'static str, Value>,
    /// What a user should know, though it stops nothing.
    pub(super) warnings: Vec<String>,
}

impl Parameters {
    /// The value, which may be empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|value| value.text.as_str())
    }

    /// The value, when there is one and it is not empty: libpq takes empty for "not given".
    pub(super) fn non_empty(&self, key: &str) -> Option<&str> {
        self.get(key).filter(|value| !value.is_empty())
    }

    /// Takes a parameter that the program itself knows to be right.
    pub(super) fn set(&mut self, key: &'static str, text: impl Into<String>) {
        let text = text.into();
        self.values.insert(key, Value { text, origin: None });
    }

    /// Takes a parameter that someone wrote. A key with two values is refused: one is a mistake.
    pub(super) fn add(&mut self, key: &str, value: &str) -> anyhow::Result<()> {
        let (key, value) = match (key, value) {
            // As in libpq, for JDBC; `no-verify` is node-postgres.
            ("ssl", "true" | "1") => ("ssl", "require"),
            ("ssl", "false" | "0") => ("ssl", "disable"),
            ("ssl", _) => return Err(no_boolean()),
            ("sslmode", "no-verify") => ("sslmode", "require"),
            other => other,
        };
        let Some((key, meaning)) = keywords::meaning(key) else {
            return Err(self.unknown(key));
        };
        match meaning {
            Meaning::Used if self.get(key).is_some_and(|old| old != value) => {
                return Err(
                    Failure::new(format!("the parameter `{key}` is given twice"))
                        .hint("Give it once.")
                        .into(),
                );
            }
            Meaning::Used => self.set(key, value),
            Meaning::Harmless => {}
            Meaning::Foreign(tool) => self.warnings.push(format!(
                "the parameter `{key}` is a setting of {tool} and is not used"
            )),
            Meaning::Refused(hint) => {
                return Err(
                    Failure::new(format!("the parameter `{key}` is not supported"))
                        .hint(hint)
                        .into(),
                );
            }
        }
        Ok(())
    }

    /// Says where all those parameters were written whose place is not yet known.
    pub(super) fn come_from(&mut self, origin: &Origin) {
        for value in self.values.values_mut() {
            value.origin.get_or_insert_with(|| origin.clone());
        }
    }

    /// Names a parameter for people, with its place.
    pub(super) fn label(&self, key: &str) -> String {
        match self.values.get(key).and_then(|value| value.origin.as_ref()) {
            Some(Origin::Variable(name)) => format!("`{name}`"),
            Some(Origin::Text(place)) => format!("`{key}` of {place}"),
            None => format!("`{key}`"),
        }
    }

    /// Where a parameter was written, for people.
    pub(super) fn place(&self, key: &str) -> Option<String> {
        match self.values.get(key)?.origin.as_ref()? {
            Origin::Variable(name) => Some((*name).to_owned()),
            Origin::Text(place) => Some(place.clone()),
        }
    }

    /// Fills what is missing from a layer of lower rank.
    ///
    /// Host and address go together: where a higher layer names a server, an address of a lower
    /// one (`PGHOSTADDR`) must not lead elsewhere.
    pub(super) fn fill(&mut self, lower: Self) {
        let has_server = self.has_server();
        for (key, value) in lower.values {
            let leads_elsewhere = has_server && matches!(key, "host" | "hostaddr");
            if !leads_elsewhere && self.non_empty(key).is_none() {
                self.values.insert(key, value);
            }
        }
        self.warnings.extend(lower.warnings);
    }

    /// Whether a server is named.
    pub(super) fn has_server(&self) -> bool {
        self.non_empty("host").is_some() || self.non_empty("hostaddr").is_some()
    }

    /// After a password, an unknown key may be the rest of it: then it is not shown.
    fn unknown(&self, key: &str) -> anyhow::Error {
        let looks_like_key = key.len() <= 40
            && key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        if self.get("password").is_some() || !looks_like_key {
            return Failure::new("there is an unknown parameter, not shown as it may be a secret")
                .hint(super::percent::HINT)
                .into();
        }
        let failure = Failure::new(format!("the parameter `{key}` is unknown"));
        match keywords::nearest(key) {
            Some(known) => failure.hint(format!("Did you mean `{known}`?")),
            None => failure.hint("Take it away; the parameters are those of libpq."),
        }
        .into()
    }
}

impl fmt::Debug for Parameters {
    /// Shows the keys; a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

fn no_boolean() -> anyhow::Error {
    Failure::new("the parameter `ssl` is neither true nor false")
        .hint("Use sslmode: disable, prefer, require, verify-ca or verify-full.")
        .into()
}
