//! What `maintain schedule` writes, shown to the schedulers themselves: they have to be installed.

use std::fmt::Write as _;
use std::process::Command;

use crmdb::project::task::Schedule;
use jiff::{SignedDuration, Timestamp};

use super::schedule::{SCHEDULES, project, run, written};
use crate::support::{Database, Project, Run, eventually};

/// A tool that has to be here: `.ci/run` installs it.
#[track_caller]
fn tool(name: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(name);
    command.env("TZ", "UTC").env("LANG", "C.UTF-8");
    Run::of(command.args(arguments))
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
