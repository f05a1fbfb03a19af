//! What others ask of a project.

use std::collections::BTreeSet;
use std::fmt;

use super::{Migration, MigrationId, Project, suggest};
use crate::error::Failure;
use crate::sql;

impl Project {
    /// Returns the place of a module in `migrations.toml`, from zero.
    #[must_use]
    pub fn module_order(&self, name: &str) -> Option<usize> {
        self.modules.iter().position(|module| module.name == name)
    }

    /// Returns the names of all modules, in the order of `migrations.toml`.
    #[must_use]
    pub fn module_names(&self) -> Vec<String> {
        self.modules
            .iter()
            .map(|module| module.name.clone())
            .collect()
    }

    /// Returns these modules and all that they require, in the order of `migrations.toml`.
    ///
    /// # Errors
    ///
    /// A name is no module.
    pub fn closure<S: AsRef<str>>(&self, names: &[S]) -> anyhow::Result<Vec<&str>> {
        let mut wanted = BTreeSet::new();
        for name in names {
            wanted.insert(self.known_module(name.as_ref())?);
        }
        // A module stands below those that it requires: upward, each is seen before them.
        for (order, module) in self.modules.iter().enumerate().rev() {
            if wanted.contains(&order) {
                wanted.extend(
                    module
                        .requires
                        .iter()
                        .filter_map(|name| self.module_order(name)),
                );
            }
        }
        Ok(self.in_order(&wanted))
    }

    /// Returns a module and all that require it, in the order of `migrations.toml`.
    ///
    /// # Errors
    ///
    /// The name is no module.
    pub fn dependents(&self, name: &str) -> anyhow::Result<Vec<&str>> {
        let mut wanted = BTreeSet::from([self.known_module(name)?]);
        for (order, module) in self.modules.iter().enumerate() {
            let required = module
                .requires
                .iter()
                .filter_map(|name| self.module_order(name));
            if required
                .into_iter()
                .any(|required| wanted.contains(&required))
            {
                wanted.insert(order);
            }
        }
        Ok(self.in_order(&wanted))
    }

    /// Returns a migration.
    #[must_use]
    pub fn migration(&self, id: &MigrationId) -> Option<&Migration> {
        let versioned = self.versioned();
        match id {
            MigrationId::Versioned(_) => versioned
                .binary_search_by(|migration| migration.id.cmp(id))
                .ok()
                .map(|at| &versioned[at]),
            MigrationId::Repeatable { .. } => self
                .repeatables()
                .iter()
                .find(|migration| migration.id == *id),
            MigrationId::Seed { .. } => None,
        }
    }

    /// Returns the extensions that some file requires, each once.
    #[must_use]
    pub fn extension_names(&self) -> BTreeSet<&str> {
        self.migrations
            .iter()
            .flat_map(|migration| &migration.up.directives.extensions)
            .map(String::as_str)
            .collect()
    }

    /// Returns the versioned migrations, in version order.
    #[must_use]
    pub fn versioned(&self) -> &[Migration] {
        &self.migrations[..self.repeatables_start()]
    }

    /// Returns the repeatable migrations, in module order, then by name.
    #[must_use]
    pub fn repeatables(&self) -> &[Migration] {
        &self.migrations[self.repeatables_start()..]
    }

    /// Returns the highest version.
    #[must_use]
    pub fn latest_version(&self) -> Option<i64> {
        self.versioned().last().and_then(Migration::version)
    }

    fn repeatables_start(&self) -> usize {
        self.migrations
            .partition_point(|migration| migration.version().is_some())
    }

    fn known_module(&self, name: &str) -> anyhow::Result<usize> {
        if let Some(order) = self.module_order(name) {
            return Ok(order);
        }
        let failure = Failure::new(format!("no module `{name}` in this project"));
        let known = self.modules.iter().map(|module| module.name.as_str());
        let failure = match suggest(name, known.clone()) {
            Some(known) => failure.hint(format!("Did you mean `{known}`?")),
            None => failure.detail(format!(
                "modules are {}",
                known.collect::<Vec<_>>().join(", ")
            )),
        };
        Err(failure.into())
    }

    fn in_order(&self, wanted: &BTreeSet<usize>) -> Vec<&str> {
        wanted
            .iter()
            .map(|order| self.modules[*order].name.as_str())
            .collect()
    }
}

impl Migration {
    /// Returns the version; `None` for a repeatable.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        match self.id {
            MigrationId::Versioned(version) => Some(version),
            MigrationId::Repeatable { .. } | MigrationId::Seed { .. } => None,
        }
    }

    /// Returns the extensions that it requires and that are not among these.
    #[must_use]
    pub fn missing_extensions(&self, have: &[String]) -> Vec<String> {
        let wanted = self.up.directives.extensions.iter();
        wanted
            .filter(|name| !have.contains(name))
            .cloned()
            .collect()
    }

    /// Returns the hash of the up text, `sha256-1:<hex>`.
    #[must_use]
    pub fn hash(&self) -> String {
        sql::text_hash(&self.up.text)
    }

    /// Returns the hash of the down text, when there is one.
    #[must_use]
    pub fn down_hash(&self) -> Option<String> {
        Some(sql::text_hash(&self.down.as_ref()?.text))
    }

    /// Returns the hash of the up text's code, without comments and space.
    #[must_use]
    pub fn code_hash(&self) -> String {
        sql::code_hash(&self.up.text)
    }

    /// Returns the migration as refinery has it, with refinery's own checksum: what a database
    /// holds that refinery has migrated. `None` for a repeatable, which refinery has not.
    #[must_use]
    pub fn refinery(&self) -> Option<refinery_core::Migration> {
        self.version()?;
        refinery_core::Migration::unapplied(&self.label, &self.up.text).ok()
    }
}

/// For messages: `version 101`, `triggers/R__views`.
impl fmt::Display for MigrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Versioned(version) => write!(f, "version {version}"),
            Self::Repeatable { module, name } => write!(f, "{module}/R__{name}"),
            Self::Seed { module, set } => write!(f, "{module}/seeds/{set}"),
        }
    }
}
