//! `maintain schedule`: definitions for other schedulers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::support::{Project, Run, program};

/// Expressions of all forms, in zones of all kinds.
pub(super) const SCHEDULES: [(&str, &str); 20] = [
    ("* * * * *", "UTC"),
    ("7 * * * *", "UTC"),
    ("*/5 * * * *", "UTC"),
    ("3-59/10 */6 * * *", "UTC"),
    ("0,30 8-18 * * 1-5", "UTC"),
    ("0 0 31 * *", "UTC"),
    ("0 0 29 2 *", "UTC"),
    ("30 2 * * 7", "UTC"),
    ("15 4 1,15 * MON", "UTC"),
    ("15 4 13 * 5", "UTC"),
    ("0 12 */2 * 1", "UTC"),
    ("5 4 * JAN-MAR,DEC sat", "UTC"),
    ("1 1 * 2-4 5-7", "UTC"),
    ("10 5,17 1-31 * 3", "UTC"),
    ("17 3 * * *", "Europe/Berlin"),
    ("30 2 * * *", "Europe/Berlin"),
    ("0 2 * * SUN", "America/New_York"),
    ("*/20 1-4 * * *", "Australia/Lord_Howe"),
    ("5 0 * * *", "America/Santiago"),
    ("17 3 * * *", "asia/kolkata"),
];

/// A project with a task for each schedule, and one that has none.
pub(super) fn project() -> Project {
    let project = Project::new(&["a"]);
    let mut tasks = String::new();
    for (at, (schedule, zone)) in SCHEDULES.iter().enumerate() {
        let _ = writeln!(
            tasks,
            "[[task]]\nname = \"task-{at}\"\ndescription = \"50 % of \\\"it\\\"\\nand more: $x #y\"\n\
             kind = \"sql\"\nsql = \"SELECT 1\"\nschedule = \"{schedule}\"\ntime_zone = \"{zone}\"\n"
        );
    }
    tasks += "[[task]]\nname = \"by-name\"\nkind = \"sql\"\nsql = \"SELECT 1\"\n";
    project.manifest(&tasks);
    project.migration("a/V1__a", "CREATE SCHEMA a;", "DROP SCHEMA a;");
    project
}

#[track_caller]
pub(super) fn run(project: &Project, arguments: &[&str]) -> Run {
    let mut command = program(project.folder());
    command.args(["maintain", "schedule"]).args(arguments);
    Run::of(&mut command)
}

/// Writes the definitions into a folder, and returns them by name.
#[track_caller]
pub(super) fn written(project: &Project, arguments: &[&str]) -> BTreeMap<String, String> {
    let folder = project.path("definitions");
    let output = folder.to_str().unwrap();
    run(project, &[arguments, &["--output", output]].concat()).ends(0);
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(&path).unwrap())
    });
    entries.collect()
}

#[test]
fn a_scheduler_has_to_be_named_and_only_here() {
    let project = project();
    for arguments in [&[][..], &["--format", "table"], &["--format", "json"]] {
        run(&project, arguments)
            .ends(2)
            .says("`--format crontab`, `systemd`, `kubernetes` or `pg_cron`");
    }
    for line in ["maintain list", "migrate status", "completions bash"] {
        let mut command = program(project.folder());
        command.args(line.split(' ')).args(["--format", "systemd"]);
        let run = Run::of(&mut command).ends(2).says("maintain schedule");
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn of_some_tasks() {
    let project = project();
    let all = run(&project, &["--format", "crontab"]).ends(0).stdout;
    assert_eq!(all.matches("maintain run --due").count(), SCHEDULES.len());
    let some = run(&project, &["--format", "crontab", "task-3"]).ends(0);
    assert_eq!(some.stdout.matches("--due task-3 -q").count(), 1);
    assert_eq!(some.stdout.matches("--due").count(), 1);
    run(&project, &["--format", "crontab", "by-name"])
        .ends(2)
        .says("`by-name` has no `schedule`");
    run(&project, &["--format", "crontab", "nobody"])
        .ends(2)
        .says("there is no task `nobody`");
    run(&project, &["--format", "crontab", "--module", "a"])
        .ends(0)
        .says("no task has a `schedule`");
}

#[test]
fn names_that_are_none_are_refused() {
    let project = project();
    for (arguments, said) in [
        (&["crontab", "--user", "a b"][..], "no name of a user"),
        (&["crontab", "--command", "a 'b"], "a quote without its end"),
        (&["systemd", "--command", "a\nb"], "a control character"),
        (&["kubernetes"], "`--image` names none"),
        (&["kubernetes", "--image", "a b"], "no name of an image"),
        (
            &["kubernetes", "--image", "i", "--secret", "A"],
            "no name of a secret",
        ),
    ] {
        run(&project, &[&["--format"], arguments].concat())
            .ends(2)
            .says(said);
    }
}

#[test]
fn kubernetes_gets_what_it_knows() {
    let project = project();
    let arguments = [
        "--format",
        "kubernetes",
        "--image",
        "registry.example/crmdb:1.0",
    ];
    let files = written(&project, &arguments);
    assert_eq!(files.len(), SCHEDULES.len());
    for (at, (_, zone)) in SCHEDULES.iter().enumerate() {
        let text = &files[&format!("crmdb-task-{at}.yaml")];
        let zone = match *zone {
            "UTC" => "Etc/UTC",
            "asia/kolkata" => "Asia/Kolkata",
            zone => zone,
        };
        assert!(
            text.contains(&format!("\n  timeZone: \"{zone}\"\n")),
            "{text}"
        );
    }
    // Seven is no day of a week there, and an hour that may be skipped has the next one with it.
    let text = &files["crmdb-task-7.yaml"];
    assert!(text.contains("\n  schedule: \"30 2 * * 0\"\n"), "{text}");
    let text = &files["crmdb-task-15.yaml"];
    assert!(text.contains("\n  schedule: \"30 2-3 * * *\"\n"), "{text}");
    let expected = include_str!("cron_job.yaml");
    assert_eq!(files["crmdb-task-15.yaml"], expected);
    let all = run(&project, &arguments).ends(0).stdout;
    assert_eq!(all.matches("\n---\n").count(), SCHEDULES.len() - 1);
}

#[test]
fn files_are_written_anew_as_a_whole() {
    let project = project();
    let arguments = ["--format", "systemd", "task-1"];
    let first = written(&project, &arguments);
    let path = project.path("definitions/crmdb-task-1.timer");
    std::fs::write(&path, "old").unwrap();
    assert_eq!(written(&project, &arguments), first);
    let mode = |path: &Path| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode(&path), 0o644);
    project.file("file", "");
    run(&project, &["--format", "systemd", "--output", "file"])
        .ends(2)
        .says("`file`");
}

#[test]
fn a_target_is_passed_on_and_an_address_is_not() {
    let project = project();
    project.manifest("[target.production]\nurl_env = \"PRODUCTION_URL\"\n");
    let text = run(&project, &["--format", "systemd", "--target", "production"])
        .ends(0)
        .stdout;
    assert!(text.contains(" --target production maintain run"), "{text}");
    run(&project, &["--format", "systemd", "--target", "nowhere"]).ends(2);
    let text = run(
        &project,
        &[
            "--format",
            "systemd",
            "--database-url",
            "postgres://a:secret@b/c",
        ],
    )
    .ends(0);
    assert!(!text.stdout.contains("secret"), "{text:#?}");
}
