//! What `down` does, from the ledger alone: it needs no file.
//!
//! The versions that go decide the point to go back to, see [`super::point`]. First repeatables go
//! that were applied since, then versions in reverse; last, repeatables return with the texts that
//! they had at that point.

use std::collections::HashMap;
use std::sync::Arc;

use super::point;
use super::{Action, Plan, Reason, Scope, Step, label};
use crate::error::Failure;
use crate::ledger::{Event, EventKind, State, Texts};
use crate::project::{Directives, MigrationId, Project};

/// How far `down` goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Down {
    /// This many versioned migrations, the last ones applied first.
    Steps(usize),
    /// All versions above this one.
    To(i64),
    /// Everything.
    All,
}

/// Which events are taken back, and which come again. The texts are still to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Events to take back, in order.
    pub roll_back: Vec<Event>,
    /// Events of repeatables to bring back, in order.
    pub restore: Vec<Event>,
}

impl Selection {
    /// Returns the rows whose texts [`build`] needs.
    #[must_use]
    pub fn seqs(&self) -> Vec<i64> {
        let all = self.roll_back.iter().chain(&self.restore);
        all.map(|event| event.seq).collect()
    }
}

/// Selects what `down` takes back.
///
/// The project says only in which order modules stand; it need not know what is applied.
///
/// # Errors
///
/// When `down` names a version that is not applied.
pub fn select(
    project: &Project,
    state: &State,
    scope: &Scope,
    down: &Down,
) -> Result<Selection, Failure> {
    let applied: Vec<_> = state
        .in_order()
        .into_iter()
        .filter(|applied| scope.holds(&applied.event.module))
        .collect();
    let versioned = applied
        .iter()
        .rev()
        .filter_map(|applied| match applied.event.id {
            MigrationId::Versioned(version) => Some((version, applied)),
            MigrationId::Repeatable { .. } | MigrationId::Seed { .. } => None,
        });
    let versioned: Vec<_> = match down {
        Down::All => versioned.collect(),
        Down::Steps(steps) => versioned.take(*steps).collect(),
        Down::To(to) => {
            check_version(state, *to)?;
            versioned.filter(|(version, _)| version > to).collect()
        }
    };
    let versions: Vec<Event> = versioned
        .into_iter()
        .map(|(_, applied)| applied.event.clone())
        .collect();
    let point = match down {
        Down::All => 0,
        Down::Steps(_) if versions.is_empty() => return Ok(Selection::default()),
        Down::Steps(_) => point::before(state, |event| versions.iter().any(|v| v.id == event.id)),
        // All above count, applied or not: a run that was killed before its end is completed.
        Down::To(to) => point::before(state, |event| {
            scope.holds(&event.module)
                && matches!(event.id, MigrationId::Versioned(version) if version > *to)
        }),
    };
    let (gone, restore) = point::repeatables(project, state, scope, &versions, point);
    Ok(Selection {
        roll_back: gone.into_iter().chain(versions).collect(),
        restore,
    })
}

fn check_version(state: &State, to: i64) -> Result<(), Failure> {
    if state.applied(&MigrationId::Versioned(to)).is_some() {
        return Ok(());
    }
    Err(Failure::new(format!("version {to} is not applied"))
        .hint("`crmdb migrate status` lists what is; `--all` takes everything back."))
}

/// Makes the plan from a selection and the texts of its events, in the order of
/// [`Selection::seqs`].
///
/// # Errors
///
/// When a migration has no down text, or says that it is irreversible.
pub fn build(state: &State, selection: &Selection, texts: Vec<Texts>) -> Result<Plan, Failure> {
    let mut plan = Plan {
        head: state.head().clone(),
        ..Plan::default()
    };
    let mut texts = texts.into_iter();
    let mut next = || texts.next().unwrap_or_default();
    for event in &selection.roll_back {
        let (up, down) = both(event, next())?;
        let Some(down) = down else {
            return Err(irreversible(event, &up)?);
        };
        plan.steps.push(Step {
            action: Action::RollBack,
            reason: Reason::AfterThePoint,
            directives: Directives::of_applied(&down)?,
            script: down.clone(),
            ..step(event, up, Some(down))
        });
    }
    for event in &selection.restore {
        let (up, down) = both(event, next())?;
        plan.steps.push(Step {
            directives: Directives::of_applied(&up)?,
            ..step(event, up, down)
        });
    }
    Ok(plan)
}

/// Returns the step that takes an applied step back; nothing when it is irreversible.
///
/// # Errors
///
/// When the header of the down text has a directive that is unknown.
pub fn way_back(step: &Step) -> Result<Option<Step>, Failure> {
    let Some(down) = &step.down else {
        return Ok(None);
    };
    Ok(Some(Step {
        action: Action::RollBack,
        reason: Reason::AfterThePoint,
        directives: Directives::of_applied(down)?,
        script: down.clone(),
        ..step.clone()
    }))
}

fn both(event: &Event, texts: Texts) -> Result<(Arc<str>, Option<Arc<str>>), Failure> {
    let Some(up) = texts.up else {
        return Err(Failure::new(format!(
            "the ledger has no text for `{}`",
            label(&event.id, &event.name)
        )));
    };
    Ok((up.into(), texts.down.map(Arc::from)))
}

fn irreversible(event: &Event, up: &str) -> Result<Failure, Failure> {
    let failure = Failure::new(format!(
        "migration `{}` cannot be rolled back",
        label(&event.id, &event.name)
    ));
    let why = Directives::of_applied(up)?.irreversible;
    Ok(match why {
        Some(why) => failure.detail(format!("It is irreversible: {why}")),
        None => failure.detail("It was recorded without a down text."),
    }
    .hint("Go back to a point above it, or write a new migration that undoes what can be undone."))
}

fn step(event: &Event, up: Arc<str>, down: Option<Arc<str>>) -> Step {
    Step {
        action: Action::Apply,
        reason: Reason::Restored,
        id: event.id.clone(),
        module: event.module.clone(),
        name: event.name.clone(),
        label: label(&event.id, &event.name),
        source: format!("the ledger, row {}", event.seq),
        script: up.clone(),
        directives: Directives::default(),
        up,
        down,
        out_of_order: false,
    }
}

/// Returns the state after a plan is done, for a plan that follows it in the same run.
///
/// The new events have no times: they have not happened yet.
#[must_use]
pub fn state_after(state: &State, plan: &Plan) -> State {
    let events = state.events();
    let mut all = events.to_vec();
    let by_id: HashMap<&MigrationId, &Event> = events.iter().map(|e| (&e.id, e)).collect();
    let mut head = plan.head.clone();
    for step in &plan.steps {
        head.seq += 1;
        let Some(known) = by_id.get(&step.id) else {
            continue;
        };
        let kind = match step.action {
            Action::Apply => EventKind::Applied,
            Action::RollBack => EventKind::RolledBack,
            Action::Seed => EventKind::Seeded,
        };
        let mut event = Event {
            seq: head.seq,
            kind,
            begins_run: all.len() == events.len(),
            ..(*known).clone()
        };
        event.up_hash = Some(crate::sql::text_hash(&step.up));
        event.up_code_hash = Some(crate::sql::code_hash(&step.up));
        event.down_hash = step.down.as_deref().map(crate::sql::text_hash);
        all.push(event);
    }
    State::of(all, head)
}
