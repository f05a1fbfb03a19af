//! Shows differences, in the form that was asked for.

use clap::{Args, ValueEnum};
use serde::Serialize;
use similar::TextDiff;

use super::{github, ignore, sarif};
use crate::catalog::{Difference, Snapshot, compare};
use crate::commands::{Context, FORMAT_VERSION};
use crate::error::Outcome;
use crate::printer::{Align, Column, count};
use crate::project::{Ignore, Project};

/// How differences are shown, and which are not.
#[derive(Args, Debug)]
pub(super) struct ReportArgs {
    /// Leave out a class, or what a pattern such as "table crm.*" names; may be given several times
    #[arg(long = "ignore", value_name = "CLASS|PATTERN")]
    ignore: Vec<String>,
    /// Form of the result
    #[arg(long, value_name = "FORM", default_value = "table")]
    output: Output,
}

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A line for each difference.
    Table,
    /// A unified diff of the definitions.
    Diff,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
}

#[derive(Serialize)]
struct DriftDocument<'a> {
    format_version: u32,
    expected: &'a str,
    found: &'a str,
    differences: &'a [Difference],
    ignored: usize,
}

/// Compares two snapshots and shows what differs; `names` says what each is.
pub(super) fn report(
    args: &ReportArgs,
    project: &Project,
    context: &mut Context,
    names: (&str, &str),
    snapshots: (&Snapshot, &Snapshot),
) -> Outcome {
    let mut rules: Vec<Ignore> = project.drift_ignores.clone();
    rules.extend(args.ignore.iter().map(|text| ignore::from_argument(text)));
    let (ignored, differences): (Vec<Difference>, Vec<Difference>) =
        compare(snapshots.0, snapshots.1)
            .into_iter()
            .partition(|one| ignore::is_ignored(&rules, one));
    let mut summary = if differences.is_empty() {
        let objects = count(snapshots.1.objects.len(), "object");
        format!("no drift: {objects} compared")
    } else {
        let number = count(differences.len(), "difference");
        format!("{number}: {} differs from {}", names.1, names.0)
    };
    if !ignored.is_empty() {
        summary += &format!("; {} ignored", ignored.len());
    }
    show(args, context, names, &differences, &summary);
    context.printer.json(&DriftDocument {
        format_version: FORMAT_VERSION,
        expected: names.0,
        found: names.1,
        differences: &differences,
        ignored: ignored.len(),
    });
    if differences.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Findings
    }
}

/// Says that nothing has touched the catalog since; there was nothing to compare.
pub(super) fn untouched(args: &ReportArgs, context: &mut Context, names: (&str, &str)) -> Outcome {
    let summary = format!("no drift: nothing has changed since {}", names.0);
    show(args, context, names, &[], &summary);
    context.printer.json(&DriftDocument {
        format_version: FORMAT_VERSION,
        expected: names.0,
        found: names.1,
        differences: &[],
        ignored: 0,
    });
    Outcome::Clean
}

/// Writes the differences in the form that was asked for; a document has them all by itself.
fn show(
    args: &ReportArgs,
    context: &mut Context,
    names: (&str, &str),
    differences: &[Difference],
    summary: &str,
) {
    let printer = &mut context.printer;
    match args.output {
        _ if printer.is_json() => {}
        Output::Table if differences.is_empty() => {}
        Output::Table => printer.table(&COLUMNS, &rows(differences)),
        Output::Diff => {
            for difference in differences {
                printer.diff(&unified(difference, names));
            }
        }
        Output::Sarif => printer.raw(&sarif::document(differences)),
        Output::Github => {
            for difference in differences {
                printer.line(&github::annotation(difference));
            }
        }
    }
    printer.note(summary);
}

const COLUMNS: [Column; 3] = [
    ("CLASS", Align::Left),
    ("CHANGE", Align::Left),
    ("OBJECT", Align::Left),
];

fn rows(differences: &[Difference]) -> Vec<Vec<String>> {
    differences
        .iter()
        .map(|one| {
            vec![
                one.class.to_string(),
                one.change().to_owned(),
                one.subject(),
            ]
        })
        .collect()
}

/// Writes a difference as a unified diff of what is said of it.
pub(in crate::commands) fn unified(
    difference: &Difference,
    (expected, found): (&str, &str),
) -> String {
    let subject = difference.subject();
    let text = |side: &Option<String>| {
        side.as_ref().map_or_else(String::new, |text| {
            format!("{}\n", text.trim_end_matches('\n'))
        })
    };
    TextDiff::from_lines(text(&difference.expected), text(&difference.found))
        .unified_diff()
        .context_radius(3)
        .header(
            &format!("{subject} ({expected})"),
            &format!("{subject} ({found})"),
        )
        .to_string()
}
