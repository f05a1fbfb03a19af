//! Connection parameters by their libpq names, before they get types.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::Failure;

/// What becomes of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// It is read.
    Used,
    /// libpq knows it, and it changes nothing here.
    Harmless,
    /// Another tool's: left out, and said so.
    Foreign(&'static str),
    /// It asks for something that cannot be done, and must not be left out silently.
    Refused(&'static str),
}

use Meaning::{Foreign, Harmless, Refused, Used};

const CRL: &str = "Certificate revocation lists are not read; take the parameter away.";
const OAUTH: &str = "OAuth is not spoken; use a password or a client certificate.";

const KEYWORDS: &[(&str, Meaning)] = &[
    ("host", Used),
    ("hostaddr", Used),
    ("port", Used),
    ("dbname", Used),
    ("user", Used),
    ("password", Used),
    ("passfile", Used),
    ("service", Used),
    ("servicefile", Used),
    ("application_name", Used),
    ("fallback_application_name", Used),
    ("channel_binding", Used),
    ("client_encoding", Used),
    ("connect_timeout", Used),
    ("gssencmode", Used),
    ("keepalives", Used),
    ("keepalives_idle", Used),
    ("keepalives_interval", Used),
    ("keepalives_count", Used),
    ("tcp_user_timeout", Used),
    ("load_balance_hosts", Used),
    ("min_protocol_version", Used),
    ("options", Used),
    ("ssl", Used),
    ("sslmode", Used),
    ("sslnegotiation", Used),
    ("sslrootcert", Used),
    ("sslcert", Used),
    ("sslcertmode", Used),
    ("sslkey", Used),
    ("sslsni", Used),
    ("ssl_min_protocol_version", Used),
    ("ssl_max_protocol_version", Used),
    ("target_session_attrs", Used),
    ("gssdelegation", Harmless),
    ("gsslib", Harmless),
    ("krbsrvname", Harmless),
    ("max_protocol_version", Harmless),
    ("sslcompression", Harmless),
    ("uselibpqcompat", Harmless),
    ("connection_limit", Foreign("Prisma")),
    ("pgbouncer", Foreign("Prisma")),
    ("pool_timeout", Foreign("Prisma")),
    ("schema", Foreign("Prisma")),
    ("socket_timeout", Foreign("Prisma")),
    ("sslaccept", Foreign("Prisma")),
    ("statement_cache_size", Foreign("Prisma")),
    ("currentSchema", Foreign("JDBC")),
    ("prepareThreshold", Foreign("JDBC")),
    ("pool_max_conns", Foreign("pgx")),
    ("pool_min_conns", Foreign("pgx")),
    ("statement-cache-capacity", Foreign("sqlx")),
    ("serverVersion", Foreign("Doctrine")),
    ("charset", Foreign("Doctrine")),
    ("supa", Foreign("Supabase")),
    ("workaround", Foreign("Supabase")),
    (
        "replication",
        Refused("Name an ordinary connection, without `replication`."),
    ),
    (
        "require_auth",
        Refused("To keep the password from a false server, use channel_binding=require."),
    ),
    (
        "requirepeer",
        Refused("Use a socket in a folder that only the server may write to."),
    ),
    ("scram_client_key", Refused("Give the password instead.")),
    ("scram_server_key", Refused("Give the password instead.")),
    ("sslcrl", Refused(CRL)),
    ("sslcrldir", Refused(CRL)),
    (
        "sslidentity",
        Refused("Use sslcert and sslkey, as PEM files."),
    ),
    (
        "sslpassword",
        Refused("Give the key without a passphrase, readable by you alone."),
    ),
    ("oauth_issuer", Refused(OAUTH)),
    ("oauth_client_id", Refused(OAUTH)),
    ("oauth_client_secret", Refused(OAUTH)),
    ("oauth_scope", Refused(OAUTH)),
];

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
        let Some((key, meaning)) = KEYWORDS.iter().find(|(known, _)| *known == key) else {
            return Err(self.unknown(key));
        };
        match meaning {
            Used if self.get(key).is_some_and(|old| old != value) => {
                return Err(
                    Failure::new(format!("the parameter `{key}` is given twice"))
                        .hint("Give it once.")
                        .into(),
                );
            }
            Used => self.set(key, value),
            Harmless => {}
            Foreign(tool) => self.warnings.push(format!(
                "the parameter `{key}` is a setting of {tool} and is not used"
            )),
            Refused(hint) => {
                return Err(
                    Failure::new(format!("the parameter `{key}` is not supported"))
                        .hint(*hint)
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
        match nearest(key) {
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

fn nearest(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    KEYWORDS
        .iter()
        .map(|(known, _)| (strsim::damerau_levenshtein(&key, known), *known))
        .min()
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .map(|(_, known)| known)
}
