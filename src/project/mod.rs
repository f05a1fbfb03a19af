//! The project: `migrations.toml` and the SQL files of `schema/`, read and checked.

mod check;
mod create;
mod directives;
mod duration;
mod embedded;
mod keys;
mod load;
mod lookup;
mod manifest;
mod names;
mod script;
mod seeds;
mod suggest;
pub mod task;
mod typed;
mod unique;
mod violations;

pub use create::Draft;
pub use seeds::REFERENCE;
pub use suggest::suggest;
pub use task::Task;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::Class;

/// Everything the files say, checked against the rules.
#[derive(Clone, Debug)]
pub struct Project {
    /// Where the files come from.
    pub origin: Origin,
    /// `[project] name`.
    pub name: String,
    /// `[project] search_path`, set for each migration; empty: every name is qualified.
    pub search_path: Vec<String>,
    /// `[project] url` or `url_env`: the last source of a connection before the embedded server.
    pub database: Option<Address>,
    /// `[timeouts]`.
    pub timeouts: Timeouts,
    /// `[ledger] schema`.
    pub ledger_schema: String,
    /// `[[module]]`, in the order of the file.
    pub modules: Vec<Module>,
    /// `[target.NAME]`.
    pub targets: BTreeMap<String, Target>,
    /// `[[drift.ignore]]`: differences that are none.
    pub drift_ignores: Vec<Ignore>,
    /// `[[task]]`, in the order of the file.
    pub tasks: Vec<Task>,
    /// Versioned files in version order, then repeatables in module order, then by name.
    pub migrations: Vec<Migration>,
    /// Seed files, in module order, then by set.
    pub seeds: Vec<Seed>,
}

/// Where a project's files come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A folder with a `migrations.toml`.
    Folder(PathBuf),
    /// The copy inside the binary.
    Embedded,
}

/// A database address as `migrations.toml` gives it.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A URL, in the file itself.
    Url(String),
    /// The name of an environment variable that holds the URL.
    Variable(String),
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Url(_) => f.write_str("Url(..)"),
            Self::Variable(name) => write!(f, "Variable({name})"),
        }
    }
}

/// `[timeouts]` of `migrations.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To reach the server.
    pub connect: Duration,
    /// One wait for a lock on a table, before the migration gives way.
    pub lock: Duration,
    /// How often a migration that met a lock time-out is tried again.
    pub lock_retries: u32,
    /// One statement; zero is no limit.
    pub statement: Duration,
    /// How long to wait for another run to finish.
    pub run_lock: Duration,
}

/// A `[[module]]`: a folder of `schema/` that owns the PostgreSQL schema of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Name of the folder and of the PostgreSQL schema.
    pub name: String,
    /// Modules that it may use.
    pub requires: Vec<String>,
    /// One line for people.
    pub description: String,
}

/// A `[target.NAME]`: a named database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// Rolling back and seeding ask for `--yes` as well.
    pub protected: bool,
    /// Only these modules, and what they require; `None` is all.
    pub modules: Option<Vec<String>>,
}

/// A `[[drift.ignore]]`: differences that are not reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// Those of this class; `None` is any.
    pub class: Option<Class>,
    /// Those about what this names, `*` for any characters; `None` is anything.
    pub pattern: Option<String>,
    /// Why.
    pub reason: String,
}

/// Which migration: the name that the ledger, the plan and the reports share.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MigrationId {
    /// A versioned migration; versions are unique over the project.
    Versioned(i64),
    /// A repeatable migration.
    Repeatable {
        /// Its module.
        module: String,
        /// Its name.
        name: String,
    },
    /// A seed file. It is no migration, and nothing takes it back; the ledger keeps its events too.
    Seed {
        /// Its module.
        module: String,
        /// Its set.
        set: String,
    },
}

/// One migration: a pair of files of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Which one.
    pub id: MigrationId,
    /// The module that owns it.
    pub module: String,
    /// What stands after `V0101__` or `R__`.
    pub name: String,
    /// The file name without `.sql`: `V0101__schema`, `R__views`. What people read.
    pub label: String,
    /// What `up` runs.
    pub up: Script,
    /// What `down` runs; `None` only where `up` says `irreversible`.
    pub down: Option<Script>,
}

/// Rows of a module: a file `seeds/<set>.sql`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The module that owns it.
    pub module: String,
    /// The set that it belongs to.
    pub set: String,
    /// What people read, after the module: `seeds/reference`.
    pub label: String,
    /// What is run.
    pub script: Script,
}

/// A SQL file, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Relative to the project's folder, with `/`: `schema/users/V0301__users.sql`.
    pub path: String,
    /// The text without a byte-order mark, with LF.
    pub text: Arc<str>,
    /// What its header says.
    pub directives: Directives,
}

/// The `-- crmdb:` lines at the top of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// `no-transaction`.
    pub no_transaction: bool,
    /// `requires extension NAME`, each.
    pub extensions: Vec<String>,
    /// `lock_timeout 2s`.
    pub lock_timeout: Option<Duration>,
    /// `irreversible "why"`.
    pub irreversible: Option<String>,
}

#[cfg(test)]
mod tests;
