//! What a command wants, and the plan that it comes to.

use std::collections::BTreeSet;

use crate::commands::Opened;
use crate::error::Failure;
use crate::ledger;
use crate::plan::{self, Action, Down, Plan, Scope, Up};
use crate::project::{MigrationId, Project, Target};
use crate::seed::{self, Seeding};

/// What a command wants.
#[derive(Clone, Debug)]
pub(in crate::commands) enum Goal {
    Up(Up),
    Down { scope: Scope, down: Down },
    Redo { scope: Scope, down: Down },
    Seed(Seeding),
}

impl Goal {
    /// Decides what is to be done from what the ledger says now.
    pub async fn plan(&self, opened: &Opened) -> anyhow::Result<Plan> {
        match self {
            Self::Seed(seeding) => Ok(seed::plan(
                &opened.project,
                &opened.reading.state,
                &opened.reading.extensions,
                seeding,
            )?),
            Self::Up(up) => Ok(plan_up(opened, &opened.reading.state, up)?),
            Self::Down { scope, down } => roll_back(opened, scope, down).await,
            Self::Redo { scope, down } => {
                let back = roll_back(opened, scope, down).await?;
                redo(opened, scope, back)
            }
        }
    }
}

fn plan_up(opened: &Opened, state: &ledger::State, up: &Up) -> Result<Plan, Failure> {
    plan::plan_up(&opened.project, state, &opened.reading.extensions, up)
}

async fn roll_back(opened: &Opened, scope: &Scope, down: &Down) -> anyhow::Result<Plan> {
    let state = &opened.reading.state;
    let selection = plan::select_down(&opened.project, state, scope, down)?;
    refuse_half_done(opened, scope).await?;
    let texts = ledger::texts(opened.session.client(), &opened.ledger, &selection.seqs()).await?;
    let mut plan = plan::build_down(state, &selection, texts)?;
    plan.label_as_in(&opened.project);
    Ok(plan)
}

/// Refuses to roll back over a file that stopped half-way up: what it left would be taken along, or
/// left behind, and the journal would be wrong about it.
async fn refuse_half_done(opened: &Opened, scope: &Scope) -> anyhow::Result<()> {
    if opened.reading.version == 0 {
        return Ok(());
    }
    let all = ledger::half_done(opened.session.client(), &opened.ledger).await?;
    let Some((module, name, id)) = all.iter().find(|(module, ..)| scope.holds(module)) else {
        return Ok(());
    };
    let label = match opened.project.migration(id) {
        Some(migration) => migration.label.clone(),
        None => plan::label(id, name),
    };
    Err(
        Failure::new(format!("migration `{module}/{label}` is half done"))
        .detail("Some of its statements ran, outside a transaction; the journal has them.")
        .hint(format!(
            "Finish it with `crmdb migrate up`; or clear away by hand what it left, then close it: \
             `crmdb migrate repair {module}/{label} --mark pending --reason \"…\"`."
        ))
        .into(),
    )
}

/// Appends to a way back the way forth, for the same migrations, as their files are now.
fn redo(opened: &Opened, scope: &Scope, mut back: Plan) -> anyhow::Result<Plan> {
    if let Some(lost) = back
        .steps
        .iter()
        .find(|step| opened.project.migration(&step.id).is_none())
    {
        return Err(Failure::new(format!(
            "migration `{}/{}` has no file to be applied from again",
            lost.module, lost.label
        ))
        .hint("Restore its files, or take it back for good with `crmdb migrate down`.")
        .into());
    }
    let gone: BTreeSet<MigrationId> = back
        .steps
        .iter()
        .filter(|step| step.action == Action::RollBack)
        .map(|step| step.id.clone())
        .collect();
    let up = Up {
        scope: scope.clone(),
        to: None,
        allow_out_of_order: true,
        allow_missing: true,
    };
    let forth = plan_up(
        opened,
        &plan::state_after(&opened.reading.state, &back),
        &up,
    )?;
    back.steps.extend(
        forth
            .steps
            .into_iter()
            .filter(|step| gone.contains(&step.id)),
    );
    back.deferred = forth.deferred;
    Ok(back)
}

/// Returns the modules of `up`: those named and all that they require, within the target's.
pub(in crate::commands) fn scope_up(
    project: &Project,
    target: Option<&Target>,
    modules: &[String],
) -> anyhow::Result<Scope> {
    let of_target = match target.and_then(|target| target.modules.as_ref()) {
        Some(names) => Some(project.closure(names)?),
        None => None,
    };
    if modules.is_empty() {
        return Ok(of_target.map_or(Scope::All, |names| Scope::modules(&names)));
    }
    let named = project.closure(modules)?;
    if let Some(of_target) = &of_target
        && let Some(outside) = named.iter().find(|name| !of_target.contains(name))
    {
        return Err(
            Failure::new(format!("module `{outside}` is not one of the target's"))
                .hint("`modules` of the target in migrations.toml says which it has.")
                .into(),
        );
    }
    Ok(Scope::modules(&named))
}

/// Returns the modules of `down`: those named and all that require them.
pub(super) fn scope_down(project: &Project, modules: &[String]) -> anyhow::Result<Scope> {
    if modules.is_empty() {
        return Ok(Scope::All);
    }
    let mut all = Vec::new();
    for name in modules {
        all.extend(project.dependents(name)?);
    }
    Ok(Scope::modules(&all))
}
