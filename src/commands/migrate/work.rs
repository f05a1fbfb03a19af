//! Carries a goal out: plan, lock, plan again if the ledger moved, apply, report.

use std::time::{Duration, Instant};

use super::document::{RunDocument, StepDocument};
use super::goal::Goal;
use super::plan::{PlanFormat, print_plan};
use crate::apply::{Conditions, Gathering, Interrupt, Progress, Run, refuse_loss, refuse_pooler};
use crate::catalog;
use crate::commands::Opened;
use crate::commands::drift::is_ignored;
use crate::commands::{Context, Database, folder_of};
use crate::connect::Session;
use crate::error::Outcome;
use crate::ledger::{self, Holder, Ledger, RunLock};
use crate::plan::{Action, Plan, Settings, Step};
use crate::printer::{Printer, count, duration};
use crate::project::Project;

/// How a goal is carried out.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::commands) struct Manner {
    /// Show what would be done, and do nothing.
    pub dry_run: bool,
    /// Lose rows and values.
    pub allow_data_loss: bool,
    /// Say what each step did, but not how the whole ended: there is more to come.
    pub is_part: bool,
}

/// Brings the database to a goal.
pub(in crate::commands) async fn carry_out(
    goal: &Goal,
    manner: Manner,
    project: Project,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    let opened = Opened::open(project, context, !manner.dry_run).await?;
    carry_out_on(goal, manner, opened, context).await
}

/// Brings the database that is open to a goal.
pub(in crate::commands) async fn carry_out_on(
    goal: &Goal,
    manner: Manner,
    mut opened: Opened,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    let mut plan = goal.plan(&opened).await?;
    if manner.dry_run {
        print_plan(context, &opened, &plan, PlanFormat::Text);
        return Ok(Outcome::Clean);
    }
    let started = Instant::now();
    if plan.steps.is_empty() {
        for warning in &plan.warnings {
            context.printer.warning(warning);
        }
        let document = RunDocument::new(Database::of(&opened.endpoint), None);
        report(context, document, &plan, Vec::new(), started.elapsed());
        return Ok(Outcome::Clean);
    }
    let gathering = Gathering::start(folder_of(&opened.project));
    let mut interrupt = Interrupt::listen()?;
    let modules = plan.modules();
    let mut lock = lock(&opened, &modules, &mut interrupt, &mut context.printer).await?;
    if opened.reading.version < ledger::VERSION || lock.head() != Some(&plan.head) {
        plan = interrupt.or(prepare(goal, &mut opened)).await??;
        let now = plan.modules();
        if now != modules {
            let claim = claim(&mut lock, &opened, &now, &mut context.printer);
            interrupt.or(claim).await??;
        }
    }
    if plan.steps.iter().any(|step| step.directives.no_transaction) {
        interrupt
            .or(refuse_pooler(
                &opened.endpoint,
                opened.session.client(),
                "the plan has a file with `no-transaction`",
            ))
            .await??;
    }
    let settings = Settings::of(&opened.project);
    if !manner.allow_data_loss {
        interrupt
            .or(refuse_loss(opened.session.client(), &plan, &settings))
            .await??;
    }

    if let Ok(Some(warning)) = interrupt.or(drift_before(&opened)).await? {
        context.printer.warning(&warning);
    }

    let conditions = Conditions {
        settings,
        lock_retries: opened.project.timeouts.lock_retries,
        allow_data_loss: manner.allow_data_loss,
    };
    let facts = gathering.finish(lock.run_id());
    let document = RunDocument::new(Database::of(&opened.endpoint), Some(facts.run_id.clone()));
    let mut run = Run::new(
        &opened.endpoint,
        &opened.ledger,
        opened.session,
        lock,
        facts,
        conditions,
        interrupt,
    );
    let mut display = Display::new(&mut context.printer, &plan);
    let result = run
        .carry_out(&plan, &mut |progress| display.hear(&progress))
        .await;
    let done = display.finish();
    // A seed changes no catalog; what differs from the last snapshot is still to be found.
    let is_seed = matches!(goal, Goal::Seed(_));
    if !is_seed && run.head().seq > opened.reading.state.head().seq {
        let (ledger, project) = (&opened.ledger, &opened.project);
        let left = run.afterwards(async |session, head| {
            leave_snapshot(session, ledger, project, head.seq).await
        });
        if let Some(Err(error)) = left.await {
            context.printer.warning(&format!("{error:#}"));
        }
    }
    run.finish().await;
    result?;
    if !manner.is_part {
        report(context, document, &plan, done, started.elapsed());
    }
    Ok(Outcome::Clean)
}

/// Says what was changed past crmdb since the last run: the snapshot that this run leaves will have
/// it, and no later check will find it.
async fn drift_before(opened: &Opened) -> anyhow::Result<Option<String>> {
    let client = opened.session.client();
    if opened.reading.version < ledger::SNAPSHOTS_SINCE {
        return Ok(None);
    }
    let Some(last) = ledger::remembered(client, &opened.ledger).await? else {
        return Ok(None);
    };
    if catalog::token(client).await? == last.token {
        return Ok(None);
    }
    let text = ledger::snapshot_text(client, &opened.ledger, last.seq).await?;
    let found = catalog::read(client, &opened.project.ledger_schema).await?;
    let drift: Vec<_> = catalog::compare(&catalog::parse(&text)?, &found)
        .into_iter()
        .filter(|one| !is_ignored(&opened.project.drift_ignores, one))
        .collect();
    let Some(first) = drift.first() else {
        return Ok(None);
    };
    Ok(Some(format!(
        "the database was changed past crmdb since the run of {} UTC: {}, the first {} {}; \
         what this run leaves will hold them",
        last.taken_at,
        count(drift.len(), "difference"),
        first.subject(),
        first.change()
    )))
}

/// Leaves in the ledger what the catalog is like now, for drift checks. To be called under the run
/// lock.
pub(super) async fn leave_snapshot(
    session: &Session,
    ledger: &Ledger,
    project: &Project,
    seq: i64,
) -> anyhow::Result<()> {
    let client = session.client();
    // The token first: a change in between makes the next check look closer than it needs to.
    let token = catalog::token(client).await?;
    let snapshot = catalog::read(client, &project.ledger_schema).await?;
    ledger::remember(client, ledger, seq, &token, &catalog::write(&snapshot)).await
}

/// Takes the run lock, saying who holds it if it has to wait, also for tasks of `modules`.
pub(in crate::commands) async fn lock(
    opened: &Opened,
    modules: &[String],
    interrupt: &mut Interrupt,
    printer: &mut Printer,
) -> anyhow::Result<RunLock> {
    let mut on_wait = |holder: &Holder| printer.note(&format!("waiting for {holder}"));
    let acquired = RunLock::acquire(
        &opened.endpoint,
        &opened.ledger,
        opened.reading.version > 0,
        modules,
        opened.project.timeouts.run_lock,
        &mut on_wait,
    );
    interrupt.or(acquired).await?
}

/// Announces the modules of a plan that was made anew under the lock.
async fn claim(
    lock: &mut RunLock,
    opened: &Opened,
    modules: &[String],
    printer: &mut Printer,
) -> anyhow::Result<()> {
    let patience = opened.project.timeouts.run_lock;
    let mut on_wait = |holder: &Holder| printer.note(&format!("waiting for {holder}"));
    lock.claim(&opened.ledger, modules, patience, &mut on_wait)
        .await
}

/// Reads the ledger again under the lock, makes or upgrades it, and plans anew.
async fn prepare(goal: &Goal, opened: &mut Opened) -> anyhow::Result<Plan> {
    opened.read_again().await?;
    ledger::create(
        opened.session.client(),
        &opened.ledger,
        opened.reading.version,
    )
    .await?;
    goal.plan(opened).await
}

/// Shows a run on the terminal: a line for each step done, and a bar.
struct Display<'a> {
    printer: &'a mut Printer,
    done: Vec<StepDocument>,
}

impl<'a> Display<'a> {
    fn new(printer: &'a mut Printer, plan: &Plan) -> Self {
        for warning in &plan.warnings {
            printer.warning(warning);
        }
        printer.start_progress(plan.steps.len());
        Self {
            printer,
            done: Vec::new(),
        }
    }

    fn hear(&mut self, progress: &Progress<'_>) {
        match progress {
            Progress::Started(step) => self.printer.progress(self.done.len(), &step.label),
            Progress::Retrying {
                step,
                attempt,
                attempts,
                pause,
                message,
            } => self.printer.note(&format!(
                "`{}` gave way ({message}), attempt {attempt} of {attempts}; again in {}",
                step.label,
                duration(*pause)
            )),
            Progress::Resumed { step, what } => {
                self.printer.note(&format!("`{}`: {what}", step.label));
            }
            Progress::Reconnecting(step) => self.printer.note(&format!(
                "the connection was lost during `{}`; looking in the ledger",
                step.label
            )),
            Progress::Noticed(notice) if notice.is_warning() => {
                self.printer.warning(&notice.to_string());
            }
            Progress::Noticed(notice) => self.printer.detail(&notice.to_string()),
            Progress::Done(step, took) => {
                self.done.push(StepDocument::done(step, *took));
                let line = done_line(step, *took);
                self.printer.line(&line);
                self.printer.progress(self.done.len(), &step.label);
            }
        }
    }

    fn finish(self) -> Vec<StepDocument> {
        self.printer.end_progress();
        self.done
    }
}

fn done_line(step: &Step, took: Duration) -> String {
    let verb = match step.action {
        Action::Apply => "applied",
        Action::RollBack => "rolled back",
        Action::Seed => "seeded",
    };
    let place = format!("{}/{}", step.module, step.label);
    format!("{verb:<11}  {place:<48}  {:>8}", duration(took))
}

/// Says how a run ended.
fn report(
    context: &mut Context,
    mut document: RunDocument,
    plan: &Plan,
    done: Vec<StepDocument>,
    took: Duration,
) {
    say_deferred(&mut context.printer, plan);
    let of = |action: Action| {
        plan.steps
            .iter()
            .filter(|step| step.action == action)
            .count()
    };
    let (applied, back) = (of(Action::Apply), of(Action::RollBack));
    let summary = match (applied, back) {
        (0, 0) if plan.steps.is_empty() => "nothing to do".to_owned(),
        (0, 0) => format!(
            "{} run in {}",
            count(of(Action::Seed), "seed"),
            duration(took)
        ),
        (_, 0) => format!(
            "{} applied in {}",
            count(applied, "migration"),
            duration(took)
        ),
        (0, _) => format!(
            "{} rolled back in {}",
            count(back, "migration"),
            duration(took)
        ),
        _ => format!(
            "{} rolled back and {applied} applied in {}",
            count(back, "migration"),
            duration(took)
        ),
    };
    context.printer.note(&summary);
    document.close(plan, done, took);
    context.printer.json(&document);
}

/// Says what waits for an extension.
pub(super) fn say_deferred(printer: &mut Printer, plan: &Plan) {
    for deferred in &plan.deferred {
        printer.note(&format!(
            "deferred `{}`: the server does not have {}",
            deferred.label,
            deferred.missing.join(", ")
        ));
    }
}
