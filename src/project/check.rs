//! Makes a [`Project`] of the files, or a list of everything that is wrong in them.

use std::collections::BTreeMap;
use std::io;

use super::manifest::{self, Manifest};
use super::names::{self, FileName, Role};
use super::script;
use super::seeds;
use super::unique;
use super::violations::{Place, Violations};
use super::{Migration, MigrationId, Origin, Project, Script, suggest};
use crate::error::Failure;

/// What `schema/` holds, without the contents.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Files directly in it.
    pub(super) files: Vec<String>,
    /// Folders with their entries.
    pub(super) folders: Vec<(String, Vec<Entry>)>,
    /// The `seeds` of those folders, each with its entries.
    pub(super) seeds: Vec<(String, Vec<Entry>)>,
}

/// A file or a folder in a module's folder.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) is_folder: bool,
}

impl Entry {
    /// Whether it is the folder of this name.
    pub(super) fn is(&self, folder: &str) -> bool {
        self.is_folder && self.name == folder
    }
}

/// Which violations count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// Each.
    All,
    /// Those in `migrations.toml`.
    Manifest,
}

/// Reads and checks everything. `read` gives the content of a path like `schema/users/R__x.sql`.
pub(super) fn project(
    origin: Origin,
    manifest: &str,
    mut listing: Listing,
    read: impl Fn(&str) -> io::Result<Vec<u8>> + Sync,
    rules: Rules,
) -> anyhow::Result<Project> {
    let mut violations = Violations::default();
    let manifest = manifest::read(manifest, &mut violations);
    if rules == Rules::Manifest
        && let Some(failure) = std::mem::take(&mut violations).into_failure()
    {
        return Err(failure.into());
    }
    let mut migrations = Vec::new();
    let mut seeds = Vec::new();
    // Of a file that cannot be read, nothing follows about the folders.
    if manifest.complete {
        let seed_files = std::mem::take(&mut listing.seeds);
        let seed_files = seeds::files(&manifest.modules, seed_files, &mut violations);
        seeds = seeds::read(seed_files, &read, &mut violations);
        let files = files(&manifest, listing, &mut violations);
        let scripts = script::read_all(&files, &read, &mut violations);
        migrations = pair(files, scripts, &mut violations);
        unique::versions(&migrations, &mut violations);
        unique::repeatables(&migrations, &mut violations);
    }
    if rules == Rules::All
        && let Some(failure) = violations.into_failure()
    {
        return Err(failure.into());
    }
    let order = |module: &str| {
        manifest
            .modules
            .iter()
            .position(|known| known.name == module)
    };
    migrations.sort_by_cached_key(|migration| match migration.id {
        MigrationId::Versioned(version) => (version, None, String::new()),
        MigrationId::Repeatable { .. } | MigrationId::Seed { .. } => {
            (i64::MAX, order(&migration.module), migration.name.clone())
        }
    });
    Ok(Project {
        origin,
        name: manifest.name,
        search_path: manifest.search_path,
        database: manifest.database,
        timeouts: manifest.timeouts,
        ledger_schema: manifest.ledger_schema,
        modules: manifest.modules,
        targets: manifest.targets,
        drift_ignores: manifest.drift_ignores,
        tasks: manifest.tasks,
        migrations,
        seeds,
    })
}

/// A migration file that is to be read.
#[derive(Debug)]
pub(super) struct File {
    pub(super) module: String,
    pub(super) path: String,
    pub(super) name: FileName,
}

/// Sorts out which files are migrations, and which should not be there.
fn files(manifest: &Manifest, listing: Listing, violations: &mut Violations) -> Vec<File> {
    let hidden = |name: &str| name.starts_with('.');
    for name in listing.files {
        if !hidden(&name) && !matches!(name.as_str(), "README.md" | "snapshot.sql") {
            let failure = Failure::new(format!("stray file `{name}`"))
                .hint("Move it into the folder of a module, or remove it.");
            violations.add(Place::file(format!("schema/{name}")), failure);
        }
    }
    let mut files = Vec::new();
    for module in &manifest.modules {
        if !listing
            .folders
            .iter()
            .any(|(folder, _)| *folder == module.name)
        {
            let failure =
                Failure::new(format!("the module `{}` has no folder", module.name)).hint(format!(
                    "Create `schema/{0}/`, or remove `{0}` from `migrations.toml`.",
                    module.name
                ));
            violations.add(Place::file(format!("schema/{}", module.name)), failure);
        }
    }
    for (folder, entries) in listing.folders {
        let place = format!("schema/{folder}");
        if hidden(&folder) {
            continue;
        }
        if !manifest.modules.iter().any(|module| module.name == folder) {
            let failure = Failure::new(format!(
                "the folder `{folder}` is no module of `migrations.toml`"
            ));
            let known = manifest.modules.iter().map(|module| &module.name);
            let hint = match suggest(&folder, known) {
                Some(module) => format!("Did you mean `{module}`?"),
                None => {
                    format!("Add a `[[module]]` with the name `{folder}`, or remove the folder.")
                }
            };
            violations.add(Place::file(place), failure.hint(hint));
            continue;
        }
        let before = (files.len(), violations.len());
        for Entry { name, is_folder } in entries {
            let path = format!("{place}/{name}");
            if hidden(&name)
                || name == "README.md" && !is_folder
                || name == seeds::FOLDER && is_folder
            {
                continue;
            }
            if is_folder {
                let failure = Failure::new(format!("stray folder `{name}`"))
                    .hint("Remove it; a module's folder has no folder but `seeds`.");
                violations.add(Place::file(path), failure);
                continue;
            }
            match names::parse(&name) {
                Ok(name) => files.push(File {
                    module: folder.clone(),
                    path,
                    name,
                }),
                Err(failure) => violations.add(Place::file(path), *failure),
            }
        }
        if before == (files.len(), violations.len()) {
            let failure = Failure::new(format!("the module `{folder}` has no migration"))
                .hint(format!("Write one with `crmdb migrate new {folder} NAME`."));
            violations.add(Place::file(place), failure);
        }
    }
    files
}

/// The files of one migration, as far as they are there; a file that could not be read has no
/// script.
#[derive(Default)]
struct Pair {
    up: Option<(File, Option<Script>)>,
    down: Option<(File, Option<Script>)>,
}

/// Puts up and down files together.
fn pair(
    files: Vec<File>,
    scripts: Vec<Option<Script>>,
    violations: &mut Violations,
) -> Vec<Migration> {
    let mut pairs: BTreeMap<(String, String), Pair> = BTreeMap::new();
    for (file, script) in files.into_iter().zip(scripts) {
        let key = (file.module.clone(), file.name.label.clone());
        let pair = pairs.entry(key).or_default();
        match file.name.role {
            Role::Up => pair.up = Some((file, script)),
            Role::Down => pair.down = Some((file, script)),
            Role::Seed => {}
        }
    }
    for ((module, label), pair) in &pairs {
        if let (None, Some((down, _))) = (&pair.up, &pair.down) {
            let other = pairs.iter().find(|((other, _), pair)| {
                let up = pair.up.as_ref().and_then(|(up, _)| up.name.version);
                other == module && up.is_some() && up == down.name.version
            });
            let hint = match other {
                Some(((_, other), _)) => format!("Did you mean `{other}.down.sql`?"),
                None => format!("Write `{label}.sql`, or remove this file."),
            };
            let failure = Failure::new(format!("`{label}.down.sql` has no up file")).hint(hint);
            violations.add(Place::file(&down.path), failure);
        }
    }
    let mut migrations = Vec::with_capacity(pairs.len());
    for ((module, label), Pair { up, down }) in pairs {
        let Some((up, up_script)) = up else { continue };
        let Some(up_script) = up_script else { continue };
        let irreversible = up_script.directives.irreversible.is_some();
        let down_script = match down {
            None if irreversible => None,
            None => {
                let failure = Failure::new(format!("`{label}` has no down file")).hint(format!(
                    "Write `{label}.down.sql`, or say `-- crmdb: irreversible \"why\"` at the top."
                ));
                violations.add(Place::file(up.path), failure);
                continue;
            }
            Some((down, _)) if irreversible => {
                let failure =
                    Failure::new(format!("`{label}` is irreversible, and has a down file")).hint(
                        format!("Remove the directive from `{}`, or this file.", up.path),
                    );
                violations.add(Place::file(down.path), failure);
                continue;
            }
            Some((_, None)) => continue,
            Some((_, script)) => script,
        };
        let id = match up.name.version {
            Some(version) => MigrationId::Versioned(version),
            None => MigrationId::Repeatable {
                module: module.clone(),
                name: up.name.name.clone(),
            },
        };
        migrations.push(Migration {
            id,
            module,
            name: up.name.name,
            label,
            up: up_script,
            down: down_script,
        });
    }
    migrations
}
