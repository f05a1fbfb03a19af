//! `maintain schedule`: definitions for other schedulers, shown to those that are here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crmdb::project::task::Schedule;
use jiff::{SignedDuration, Timestamp};

use crate::support::{Database, Project, Run, eventually, program};

/// Expressions of all forms, in zones of all kinds.
const SCHEDULES: [(&str, &str); 20] = [
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
fn project() -> Project {
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
fn run(project: &Project, arguments: &[&str]) -> Run {
    let mut command = program(project.folder());
    command.args(["maintain", "schedule"]).args(arguments);
    Run::of(&mut command)
}

/// Writes the definitions into a folder, and returns them by name.
#[track_caller]
fn written(project: &Project, arguments: &[&str]) -> BTreeMap<String, String> {
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

/// A tool that has to be here: `.ci/run` installs it.
#[track_caller]
fn tool(name: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(name);
    command.env("TZ", "UTC").env("LANG", "C.UTF-8");
    Run::of(command.args(arguments))
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
fn cron_takes_the_table() {
    let project = project();
    let command = "/opt/my\\ crm/crmdb --project '/srv/50% of it'";
    let files = written(&project, &["--format", "crontab", "--command", command]);
    let text = &files["crmdb.crontab"];
    let line =
        "7 * * * * '/opt/my crm/crmdb' --project '/srv/50\\% of it' maintain run --due task-1 -q";
    assert!(text.lines().any(|it| it == line), "{text}");
    // In another zone: at the minute, each hour.
    assert!(text.contains("\n17 * * * * "), "{text}");
    assert!(text.contains("\n47 * * * * "), "{text}");
    let path = project.path("definitions/crmdb.crontab");
    tool("crontab", &["-n", path.to_str().unwrap()]).ends(0);

    // In a file of /etc/cron.d there is a user.
    let text = run(&project, &["--format", "crontab", "--user", "crm"]).stdout;
    let folder = project.folder().canonicalize().unwrap();
    let line = format!(
        "7 * * * * crm crmdb --project {} maintain run --due task-1 -q",
        folder.display()
    );
    assert!(text.lines().any(|it| it == line), "{text}");
    assert!(text.contains("\nMAILTO=crm\n"), "{text}");
}

#[test]
fn systemd_takes_the_units() {
    let project = project();
    let own = env!("CARGO_BIN_EXE_crmdb");
    let command = format!("{own} --project '/srv/50% of \"it\" $x'");
    for user in [&[][..], &["--user", "root"]] {
        let arguments = ["--format", "systemd", "--command", &command];
        let files = written(&project, &[&arguments, user].concat());
        assert_eq!(files.len(), 2 * SCHEDULES.len());
        let folder = project.path("definitions");
        let paths: Vec<String> = files
            .keys()
            .map(|name| folder.join(name).to_str().unwrap().to_owned())
            .collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let checked = tool("systemd-analyze", &[&["verify"], &paths[..]].concat()).ends(0);
        let ours: Vec<&str> = checked
            .stderr
            .lines()
            .filter(|line| line.contains("crmdb"))
            .collect();
        assert_eq!(ours, Vec::<&str>::new());
        let service = &files["crmdb-task-1.service"];
        // Three attempts of an hour, the pauses between them, the wait for a migration.
        assert!(service.contains("\nTimeoutStartSec=11040\n"), "{service}");
    }
    let verified = tool("systemd-analyze", &["verify", "/dev/null/x.timer"]);
    assert_ne!(verified.code, Some(0), "verify can say no");
}

/// The times at which a timer goes off, as `systemd-analyze` says.
fn times_of(timer: &str, from: Timestamp, count: usize) -> Vec<Timestamp> {
    let mut times = Vec::new();
    let base = from.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    for event in timer
        .lines()
        .filter_map(|it| it.strip_prefix("OnCalendar="))
    {
        let (base, count) = (
            format!("--base-time={base}"),
            format!("--iterations={count}"),
        );
        let said = tool("systemd-analyze", &["calendar", &base, &count, event]).ends(0);
        let lines = said.stdout.lines().filter_map(|line| {
            let (label, time) = line.split_once(": ")?;
            let is_time = label.contains("Next elapse") || label.contains("Iter. #");
            is_time.then(|| time.trim())
        });
        times.extend(lines.filter(|it| *it != "never").map(|line| {
            // `Sun 2026-03-29 01:00:00 UTC`
            let words: Vec<&str> = line.split(' ').collect();
            format!("{}T{}Z", words[1], words[2])
                .parse::<Timestamp>()
                .unwrap()
        }));
    }
    times.sort();
    times.dedup();
    times
}

#[test]
fn timers_go_off_when_tasks_are_due() {
    let project = project();
    let files = written(&project, &["--format", "systemd"]);
    for start in ["2026-03-27T12:00:30Z", "2026-10-23T12:00:30Z"] {
        let start: Timestamp = start.parse().unwrap();
        for (at, (text, zone)) in SCHEDULES.iter().enumerate() {
            let schedule = Schedule::parse(text, zone).unwrap();
            let timer = &files[&format!("crmdb-task-{at}.timer")];
            let times = times_of(timer, start, 90);
            assert!(times.len() >= 40, "{text} {zone}: {timer}");
            let mut from = start;
            let wanted: Vec<Timestamp> = std::iter::from_fn(|| {
                from = schedule.after(from)?;
                Some(from)
            })
            .take(40)
            .collect();
            if *zone == "UTC" {
                assert_eq!(times[..40], wanted, "{text}: {timer}");
                continue;
            }
            // Where an hour is skipped, the timer comes within the hour after; other times are met.
            for due in &wanted {
                let within = *due..=*due + SignedDuration::from_hours(1);
                assert!(
                    times.iter().any(|time| within.contains(time)),
                    "{text} {zone}: {due} is not met by {timer}\n{times:?}"
                );
            }
        }
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

/// Tasks of all kinds, and functions for them to call.
fn for_pg_cron() -> Project {
    let project = Project::new(&["a"]);
    project.migration(
        "a/V1__a",
        "CREATE SCHEMA a; CREATE TABLE a.\"T's\" (x int); CREATE TABLE a.seen (what text);
         CREATE FUNCTION a.f() RETURNS int LANGUAGE sql AS
             $$ INSERT INTO a.seen VALUES ('f ' || current_setting('statement_timeout')); SELECT 1 $$;
         CREATE PROCEDURE a.p() LANGUAGE plpgsql AS
             $$ BEGIN INSERT INTO a.seen VALUES ('p'); COMMIT; END $$;
         CREATE MATERIALIZED VIEW a.one AS SELECT 1 AS x;
         CREATE MATERIALIZED VIEW a.two AS SELECT 1 AS x;
         CREATE UNIQUE INDEX ON a.two (x);",
        "DROP SCHEMA a CASCADE;",
    );
    let mut tasks = String::new();
    for (name, keys) in [
        ("function", "kind = \"call\"\ncall = \"a.f()\""),
        ("procedure", "kind = \"call\"\ncall = \"a.p()\""),
        (
            "text",
            "kind = \"sql\"\nsql = \"INSERT INTO a.seen VALUES ('it''s \\\\ $$ $crmdb$')\"",
        ),
        (
            "vacuum",
            "kind = \"vacuum\"\nalways = true\nmodule = \"a\"\ntables = [\"T's\", \"a.seen\"]",
        ),
        (
            "analyze",
            "kind = \"analyze\"\nalways = true\ntables = [\"a.seen\"]",
        ),
        (
            "one",
            "kind = \"refresh\"\nalways = true\nviews = [\"a.one\"]",
        ),
        (
            "two",
            "kind = \"refresh\"\nalways = true\nviews = [\"a.two\"]",
        ),
        ("by-need", "kind = \"vacuum\"\ntables = [\"a.seen\"]"),
        (
            "some",
            "kind = \"analyze\"\nalways = true\ntables = [\"a.*\"]",
        ),
        (
            "as-another",
            "kind = \"sql\"\nsql = \"SELECT 1\"\nrole = \"x\\ny\"",
        ),
        (
            "in-berlin",
            "kind = \"sql\"\nsql = \"SELECT 1\"\ntime_zone = \"Europe/Berlin\"",
        ),
        (
            "at-night",
            "kind = \"sql\"\nsql = \"SELECT 1\"\nwindow = \"22:00-05:00\"",
        ),
    ] {
        let _ = writeln!(
            tasks,
            "[[task]]\nname = \"{name}\"\nschedule = \"7 3 13 * 5\"\n{keys}\n"
        );
    }
    project.manifest(&tasks);
    project
}

#[test]
fn pg_cron_runs_the_jobs() {
    let database = Database::on_server_with(&[
        ("shared_preload_libraries", "pg_cron"),
        ("cron.database_name", "crmdb"),
        ("cron.use_background_workers", "on"),
    ]);
    database.execute("CREATE EXTENSION pg_cron");
    let project = for_pg_cron();
    project.run(&database, "migrate up").ends(0);
    let script = run(&project, &["--format", "pg_cron"]).ends(0).stdout;
    assert_eq!(script.matches("\n-- not here: ").count(), 5, "{script}");

    // Jobs of others stay, those of tasks that are gone do not.
    database.execute(
        "SELECT cron.schedule('other', '0 0 1 1 *', 'SELECT 1'),
                cron.schedule('crmdb:gone', '0 0 1 1 *', 'SELECT 1')",
    );
    for _ in 0..2 {
        database.execute(&script);
        let jobs = database.rows(
            "SELECT jobname, schedule, CASE WHEN jobname LIKE 'crmdb:%' AND command !~ '^SET'
             THEN command END FROM cron.job ORDER BY jobname COLLATE \"C\"",
        );
        let jobs: Vec<[&str; 3]> = jobs
            .iter()
            .map(|row| [&*row[0], &*row[1], &*row[2]])
            .collect();
        let at = "7 3 13 * 5";
        assert_eq!(
            jobs,
            [
                [
                    "crmdb:(job_run_details)",
                    "23 3 * * *",
                    "DELETE FROM cron.job_run_details WHERE end_time < now() - interval '14 days'"
                ],
                ["crmdb:analyze", at, r#"ANALYZE (SKIP_LOCKED) "a"."seen""#],
                ["crmdb:function", at, ""],
                ["crmdb:one", at, r#"REFRESH MATERIALIZED VIEW "a"."one""#],
                ["crmdb:procedure", at, "CALL a.p()"],
                ["crmdb:text", at, ""],
                [
                    "crmdb:two",
                    at,
                    r#"REFRESH MATERIALIZED VIEW CONCURRENTLY "a"."two""#
                ],
                [
                    "crmdb:vacuum",
                    at,
                    r#"VACUUM (SKIP_LOCKED) "a"."T's", "a"."seen""#
                ],
                ["other", "0 0 1 1 *", ""],
            ]
        );
    }

    // Each as pg_cron runs it, at once.
    database.execute("DELETE FROM cron.job WHERE jobname = 'other'");
    database.execute("UPDATE cron.job SET schedule = '@reboot'");
    database.restart();
    eventually("a run of each job, and its end", || {
        let left = database.value(
            "SELECT count(*) FROM cron.job AS j WHERE NOT EXISTS (
                 SELECT FROM cron.job_run_details AS d WHERE d.jobid = j.jobid
                 AND d.status IN ('succeeded', 'failed'))",
        );
        left == "0"
    });
    let failed = database
        .rows("SELECT command, return_message FROM cron.job_run_details WHERE status = 'failed'");
    assert_eq!(failed, Vec::<Vec<String>>::new());
    let seen = database.rows("SELECT what FROM a.seen GROUP BY what ORDER BY what COLLATE \"C\"");
    assert_eq!(seen.concat(), ["f 1h", "it's \\ $$ $crmdb$", "p"],);
}
