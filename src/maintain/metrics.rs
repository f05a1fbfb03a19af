//! What the ledger knows of the tasks, as a text that Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;

use super::due::due;
use crate::ledger::{RunOutcome, Standing, TaskFigures};
use crate::project::Task;

/// The outcomes that a run may have.
const OUTCOMES: [RunOutcome; 6] = [
    RunOutcome::Running,
    RunOutcome::Done,
    RunOutcome::Failed,
    RunOutcome::TimedOut,
    RunOutcome::Stopped,
    RunOutcome::Lost,
];

/// Writes the metrics of tasks. A sample is left out where nothing is known.
#[must_use]
pub fn metrics(
    tasks: &[&Task],
    figures: &BTreeMap<String, TaskFigures>,
    standings: &BTreeMap<String, Standing>,
    now: Timestamp,
) -> String {
    let (no_figures, no_standing) = (TaskFigures::default(), Standing::default());
    let seen: Vec<(&Task, &TaskFigures)> = tasks
        .iter()
        .map(|task| (*task, figures.get(&task.name).unwrap_or(&no_figures)))
        .collect();
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, value: &dyn Fn(&TaskFigures) -> Option<String>| {
        head(&mut text, name, help);
        for (task, figures) in &seen {
            if let Some(value) = value(figures) {
                let _ = writeln!(text, "{name}{{{}}} {value}", labels(task));
            }
        }
    };
    let moment = |value: Option<f64>| value.map(|value| format!("{value:.3}"));
    gauge(
        "crmdb_task_last_run_timestamp_seconds",
        "When the newest run of the task began.",
        &|it| moment(it.last_run),
    );
    gauge(
        "crmdb_task_last_success_timestamp_seconds",
        "When the last run ended that did all there was to do.",
        &|it| moment(it.last_success),
    );
    gauge(
        "crmdb_task_last_duration_seconds",
        "How long the newest run took that is over.",
        &|it| it.last_duration.map(|value| format!("{value:.6}")),
    );
    gauge(
        "crmdb_task_last_rows",
        "How many rows the newest run changed that is over.",
        &|it| it.last_rows.map(|rows| rows.to_string()),
    );
    gauge(
        "crmdb_task_runs_lost",
        "How many of the runs that the ledger keeps lost their runner.",
        &|it| Some(it.lost.to_string()),
    );

    let name = "crmdb_task_last_outcome";
    head(
        &mut text,
        name,
        "1 for how the newest run of the task went.",
    );
    for (task, figures) in &seen {
        let Some(last) = figures.last_outcome else {
            continue;
        };
        for outcome in OUTCOMES {
            let _ = writeln!(
                text,
                "{name}{{{},outcome=\"{}\"}} {}",
                labels(task),
                escaped(outcome.word()),
                u8::from(outcome == last)
            );
        }
    }
    let name = "crmdb_task_next_run_timestamp_seconds";
    head(
        &mut text,
        name,
        "When the task is run next by its schedule; in the past where it is due.",
    );
    for (task, _) in &seen {
        let due = due(task, standings.get(&task.name).unwrap_or(&no_standing), now);
        let first = due.slots.iter().chain(&due.waiting).map(|slot| slot.at);
        if let Some(next) = first.min().or(due.next) {
            let _ = writeln!(text, "{name}{{{}}} {}", labels(task), next.as_second());
        }
    }
    text
}

fn head(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
}

fn labels(task: &Task) -> String {
    format!(
        "task=\"{}\",module=\"{}\",kind=\"{}\"",
        escaped(&task.name),
        escaped(task.module.as_deref().unwrap_or_default()),
        task.work.kind()
    )
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    text.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn labels_are_escaped() {
        assert_eq!(escaped("a\"b\\c\nd é"), "a\\\"b\\\\c\\nd é");
    }
}
