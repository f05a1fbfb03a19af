//! Which migrations may not come after which.

use std::collections::BTreeSet;

use crate::project::Project;

/// Returns the modules that `module` may depend on or that may depend on it, itself included.
///
/// Migrations of modules that have nothing to do with each other may be applied in any order: a
/// module uses only what it requires.
pub(super) fn related(project: &Project, module: &str) -> BTreeSet<String> {
    let mut related: BTreeSet<String> = project.required_by(module).into_iter().collect();
    related.extend(project.requirements(module));
    related.insert(module.to_owned());
    related
}
