//! Connections: what the user named, how it is reached, and one session with it.
//!
//! [`resolve`] turns flags, targets, environment variables and `migrations.toml` into an
//! [`Endpoint`]; [`Endpoint::open`] makes a [`Session`] of it. URLs, connection strings, `.pgpass`
//! and service files follow libpq's rules; TLS is rustls, with the modes of libpq. No message
//! shows a password. What is done with a session is left to others: nothing is `SET`, nothing is
//! prepared, so that a transaction pooler may stand between.

pub mod environment;

mod attempt;
mod cancel;
mod conninfo;
mod dial;
mod driver;
mod endpoint;
mod failures;
mod keywords;
mod parameters;
mod passfile;
mod passwords;
mod percent;
mod program;
mod resolve;
mod secret;
mod servers;
mod service;
mod session;
mod settings;
mod ssl;
#[cfg(test)]
mod tests;
mod tls;
mod url;
mod verifier;

use std::fmt;

pub use driver::Notice;
pub use endpoint::Endpoint;
pub use environment::Environment;
pub use failures::causes;
pub use program::Access;
pub use resolve::{CONNECT_TIMEOUT, Wanted, resolve};
pub use secret::Secret;
pub use session::Session;

/// What named a database, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `--database-url`.
    Flag,
    /// `--target`, by its name.
    Target(String),
    /// The variable `DATABASE_URL`.
    DatabaseUrl,
    /// `PG*` or `DB_*` variables; those that name the server or the database.
    Environment(String),
    /// `[project]` of `migrations.toml`.
    Manifest,
    /// Nothing: the server that crmdb runs itself.
    Embedded,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("--database-url"),
            Self::Target(name) => write!(f, "target `{name}`"),
            Self::DatabaseUrl => f.write_str("DATABASE_URL"),
            Self::Environment(names) => f.write_str(names),
            Self::Manifest => f.write_str("migrations.toml"),
            Self::Embedded => f.write_str("the embedded server"),
        }
    }
}
