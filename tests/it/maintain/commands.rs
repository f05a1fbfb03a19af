//! `maintain list`, `due` and `history`.

use super::{backdate, project};

const TASKS: &str = "
    [[task]]
    name = \"hourly\"
    module = \"a\"
    description = \"Does nothing\"
    kind = \"sql\"
    sql = \"SELECT 1\"
    schedule = \"0 * * * *\"
    [[task]]
    name = \"berlin\"
    kind = \"sql\"
    sql = \"SELECT 1\"
    schedule = \"30 2 * * *\"
    time_zone = \"Europe/Berlin\"
    [[task]]
    name = \"by-name\"
    kind = \"sql\"
    sql = \"SELECT 1\"
";

#[test]
fn list_shows_next_and_last() {
    let (project, database) = project("", TASKS);
    let run = project.run(&database, "maintain list").ends(0);
    assert!(run.stdout.lines().count() == 4, "{run:?}");
    assert!(run.stdout.contains("30 2 * * * Europe/Berlin"), "{run:?}");
    assert!(run.stdout.contains("by name"), "{run:?}");
    for _ in 0..6 {
        project.run(&database, "maintain run hourly").ends(0);
    }
    let json = project.run(&database, "maintain list --format json").json();
    assert_eq!(json["tasks"][0]["name"], "hourly");
    assert_eq!(json["tasks"][0]["last_outcome"], "done");
    assert!(
        json["tasks"][0]["next"]
            .as_str()
            .expect("a time")
            .ends_with(":00:00Z")
    );
    assert!(
        json["tasks"][0]["median_duration_ms"]
            .as_f64()
            .expect("a number")
            > 0.0
    );
    assert_eq!(json["tasks"][1]["time_zone"], "Europe/Berlin");
    assert_eq!(json["tasks"][2]["next"], serde_json::Value::Null);
    let list = project.run(&database, "maintain list").ends(0);
    assert!(
        list.stdout.contains(" %"),
        "a trend after six runs: {list:?}"
    );
    let of_module = project.run(&database, "maintain list --module a").ends(0);
    assert_eq!(of_module.stdout.lines().count(), 2);
}

#[test]
fn due_says_what_and_for_when() {
    let (project, database) = project("", TASKS);
    project
        .run(&database, "maintain due --check")
        .ends(0)
        .says("nothing is due");
    backdate(&database, "hourly");
    let json = project
        .run(&database, "maintain due --format json")
        .ends(0)
        .json();
    assert_eq!(json["due"][0]["task"], "hourly");
    let missed = json["due"][0]["missed"].as_i64().expect("a number");
    assert!((22..=23).contains(&missed), "{json}");
    assert_eq!(
        database.value("SELECT count(*) FROM crmdb.task_runs"),
        "0",
        "it only looks"
    );
}

#[test]
fn history_shows_the_newest_first() {
    let (project, database) = project("", TASKS);
    project
        .run(&database, "maintain history")
        .ends(0)
        .says("no task was run yet");
    for task in ["hourly", "berlin", "hourly"] {
        project
            .run(&database, &format!("maintain run {task}"))
            .ends(0);
    }
    let json = project
        .run(&database, "maintain history --format json")
        .json();
    let tasks: Vec<&str> = json["runs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|run| run["task"].as_str().expect("a name"))
        .collect();
    assert_eq!(tasks, ["hourly", "berlin", "hourly"]);
    let one = project
        .run(&database, "maintain history hourly --limit 1")
        .ends(0);
    assert_eq!(one.stdout.lines().count(), 2);
}

#[test]
fn a_project_without_tasks() {
    let (project, database) = project("", "");
    project
        .run(&database, "maintain list")
        .ends(0)
        .says("no tasks");
    project.run(&database, "maintain run --due").ends(0);
    project.run(&database, "maintain run --all").ends(0);
}
