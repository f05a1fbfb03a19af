//! Which tasks a command is about, and what the ledger says of them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;

use crate::commands::{Context, Opened};
use crate::error::Failure;
use crate::ledger::{self, Standing, State, TASKS_SINCE};
use crate::project::{Project, Task, suggest};

/// Returns the tasks of these names, or of these modules; all, where there are none.
///
/// # Errors
///
/// A name or a module that the project does not have.
pub(super) fn tasks<'p>(
    project: &'p Project,
    names: &[String],
    modules: &[String],
) -> anyhow::Result<Vec<&'p Task>> {
    for name in names {
        if project.tasks.iter().all(|task| task.name != *name) {
            let failure = Failure::new(format!("there is no task `{name}` in migrations.toml"));
            let known = project.tasks.iter().map(|task| &task.name);
            return Err(match suggest(name, known) {
                Some(known) => failure.hint(format!("Did you mean `{known}`?")),
                None => failure.hint("`crmdb maintain list` shows the tasks."),
            }
            .into());
        }
    }
    for module in modules {
        project.closure(&[module])?;
    }
    let is_wanted = |task: &&Task| {
        let of_module = |module: &String| task.module.as_ref() == Some(module);
        (names.is_empty() || names.contains(&task.name))
            && (modules.is_empty() || modules.iter().any(of_module))
    };
    Ok(project.tasks.iter().filter(is_wanted).collect())
}

/// Returns the tasks that a command is about, and that belong to the modules of its target.
///
/// # Errors
///
/// A name or a module that the project does not have.
pub(super) fn chosen<'p>(
    context: &Context,
    project: &'p Project,
    names: &[String],
    modules: &[String],
) -> anyhow::Result<Vec<&'p Task>> {
    let mut chosen = tasks(project, names, modules)?;
    let target = context.target(project)?;
    if let Some(modules) = target.and_then(|target| target.modules.as_ref()) {
        let modules = project.closure(modules)?;
        chosen.retain(|task| {
            task.module
                .as_deref()
                .is_none_or(|name| modules.contains(&name))
        });
    }
    Ok(chosen)
}

/// Reads how the tasks stand; nothing is known where the ledger has no tasks yet.
///
/// # Errors
///
/// When the ledger cannot be read.
pub(super) async fn standings(opened: &Opened) -> anyhow::Result<BTreeMap<String, Standing>> {
    if opened.reading.version < TASKS_SINCE {
        return Ok(BTreeMap::new());
    }
    ledger::standings(opened.session.client(), &opened.ledger).await
}

/// Returns why a task cannot run in this database, when that is so.
pub(super) fn missing(task: &Task, state: &State) -> Option<String> {
    let applied: BTreeSet<&str> = state
        .in_order()
        .iter()
        .map(|one| one.event.module.as_str())
        .collect();
    match &task.module {
        _ if applied.is_empty() => Some("nothing is applied".to_owned()),
        Some(module) if !applied.contains(module.as_str()) => {
            Some(format!("the module `{module}` is not applied"))
        }
        _ => None,
    }
}

/// Makes the ledger able to hold tasks, where an older crmdb has made it.
///
/// # Errors
///
/// When nothing was ever applied, or the ledger cannot be upgraded.
pub(super) async fn upgrade(
    opened: &mut Opened,
    context: &mut Context,
    interrupt: &mut crate::apply::Interrupt,
) -> anyhow::Result<()> {
    if opened.reading.version == 0 {
        return Err(Failure::new("nothing is applied to this database")
            .hint("Run `crmdb migrate up` first: tasks work on what migrations make.")
            .into());
    }
    if opened.reading.version >= TASKS_SINCE {
        return Ok(());
    }
    let lock =
        crate::commands::migrate::work::lock(opened, &[], interrupt, &mut context.printer).await?;
    let work = async {
        opened.read_again().await?;
        let (client, version) = (opened.session.client(), opened.reading.version);
        ledger::create(client, &opened.ledger, version).await
    };
    let result = interrupt.or(work).await?;
    lock.release().await;
    result.context("the ledger was made by an older crmdb; its owner has to upgrade it once")
}
