//! `maintain run --metrics FILE`.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Database, Project};

const TASKS: &str = r#"
[[task]]
name = "good"
module = "a"
kind = "sql"
sql = "INSERT INTO a.t VALUES (1), (2)"
schedule = "0 0 1 1 *"
[[task]]
name = "bad"
kind = "sql"
sql = "SELECT 1 / 0"
retries = 0
[[task]]
name = "idle"
kind = "call"
call = "a.nothing()"
"#;

fn project() -> Project {
    let project = Project::new(&["a"]);
    let up = "CREATE SCHEMA a; CREATE TABLE a.t (x int);";
    project.migration("a/V1__a", up, "DROP SCHEMA a CASCADE;");
    project.manifest(TASKS);
    project
}

/// Reads a file of metrics: each sample with its value.
#[track_caller]
fn samples(project: &Project) -> BTreeMap<String, f64> {
    let text = std::fs::read_to_string(project.path("crmdb.prom")).unwrap();
    let mut samples = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (sample, value) = line.rsplit_once(' ').unwrap();
        let (name, _) = sample.split_once('{').unwrap();
        assert!(text.contains(&format!("# TYPE {name} gauge\n")), "{name}");
        assert!(text.contains(&format!("# HELP {name} ")), "{name}");
        let value = value.parse().unwrap();
        assert!(samples.insert(sample.to_owned(), value).is_none(), "{line}");
    }
    samples
}

const GOOD: &str = r#"{task="good",module="a",kind="sql"}"#;
const BAD: &str = r#"{task="bad",module="",kind="sql"}"#;

#[test]
fn all_tasks_are_in_it() {
    let (project, database) = (project(), Database::new());
    project.run(&database, "migrate up").ends(0);
    project
        .run(&database, "maintain run good bad --metrics crmdb.prom")
        .ends(1);
    let seen = samples(&project);
    let of = |name: &str, labels: &str| seen.get(&format!("crmdb_task_{name}{labels}")).copied();
    assert_eq!(of("last_rows", GOOD), Some(2.0));
    assert_eq!(of("last_rows", BAD), None);
    let last = |labels, outcome: &str| {
        let labels = format!("{},outcome=\"{outcome}\"}}", labels_open(labels));
        of("last_outcome", &labels)
    };
    assert_eq!(
        (last(GOOD, "done"), last(GOOD, "failed")),
        (Some(1.0), Some(0.0))
    );
    assert_eq!(
        (last(BAD, "done"), last(BAD, "failed")),
        (Some(0.0), Some(1.0))
    );
    assert!(of("last_success_timestamp_seconds", GOOD) >= of("last_run_timestamp_seconds", GOOD));
    assert_eq!(of("last_success_timestamp_seconds", BAD), None);
    assert!(of("last_run_timestamp_seconds", BAD).is_some());
    assert!(of("next_run_timestamp_seconds", GOOD) > of("last_run_timestamp_seconds", GOOD));
    assert_eq!(of("next_run_timestamp_seconds", BAD), None);
    assert_eq!(of("runs_lost", GOOD), Some(0.0));
    assert!(seen.keys().any(|sample| sample.contains("task=\"idle\"")));

    // With nothing due, too; a lost run counts, and a success of before stays one.
    database.execute(
        "INSERT INTO crmdb.task_runs (task, kind, attempt, outcome, ended_at, crmdb_version)
         VALUES ('good', 'sql', 1, 'lost', clock_timestamp(), '0')",
    );
    std::fs::write(project.path("crmdb.prom"), "old").unwrap();
    project
        .run(&database, "maintain run --due --metrics crmdb.prom")
        .ends(0);
    let anew = samples(&project);
    assert_eq!(anew[&format!("crmdb_task_runs_lost{GOOD}")], 1.0);
    let success = format!("crmdb_task_last_success_timestamp_seconds{GOOD}");
    assert_eq!(anew[&success], seen[&success]);
    let mode = std::fs::metadata(project.path("crmdb.prom")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o644);
    let files = std::fs::read_dir(project.folder()).unwrap();
    let names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".crmdb-"))
        .collect();
    assert_eq!(names, Vec::<String>::new());
}

fn labels_open(labels: &str) -> &str {
    labels.trim_end_matches('}')
}

#[test]
fn a_file_that_cannot_be_written() {
    let (project, database) = (project(), Database::new());
    project.run(&database, "migrate up").ends(0);
    project
        .run(&database, "maintain run good --metrics nowhere/crmdb.prom")
        .ends(2)
        .says("could not write `nowhere/crmdb.prom`");
    // The task was run all the same.
    assert_eq!(database.value("SELECT count(*) FROM a.t"), "2");
    project
        .run(&database, "maintain run good --dry-run --metrics x")
        .ends(2)
        .says("cannot be used with");
}
