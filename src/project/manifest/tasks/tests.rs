use super::super::read;
use super::*;
use crate::project::task::{CatchUp, Expiry, Span};
use crate::project::violations::Violations;

const HEAD: &str = "project.name = \"p\"\n[[module]]\nname = \"a\"\n";

fn tasks(text: &str) -> Vec<Task> {
    let mut violations = Violations::default();
    let manifest = read(&format!("{HEAD}{text}"), &mut violations);
    assert_eq!(violations.lines(), Vec::<String>::new());
    manifest.tasks
}

/// What is told of a task with these lines.
fn told(lines: &str) -> Vec<String> {
    let mut violations = Violations::default();
    read(&format!("{HEAD}[[task]]\n{lines}\n"), &mut violations);
    violations.lines()
}

#[test]
fn defaults() {
    let tasks = tasks("[[task]]\nname = \"t\"\nkind = \"call\"\ncall = \"a.f()\"");
    assert_eq!(
        tasks,
        [Task {
            name: "t".to_owned(),
            module: None,
            description: String::new(),
            work: Work::Call("a.f()".to_owned()),
            schedule: None,
            time_zone: TimeZone::UTC,
            role: None,
            timeout: TIMEOUT,
            retries: 2,
            window: None,
            catch_up: CatchUp::Latest,
            catch_up_within: CATCH_UP_WITHIN,
        }]
    );
}

#[test]
fn everything() {
    let tasks = tasks(
        r#"
        [[task]]
        name = "old-calls"
        module = "a"
        description = "Deletes old calls"
        kind = "delete"
        table = "a.calls"
        column = "ended_at"
        older_than = "90 days"
        where = "kept IS NULL"
        batch_time = "100ms"
        duty = 0.25
        replication_lag = "5s"
        patience = "1m"
        schedule = "0 3 * * *"
        time_zone = "Europe/Berlin"
        role = "cleaner"
        timeout = "2h"
        retries = 0
        window = "22:00-05:00"
        catch_up = "all"
        catch_up_within = "12h"
        [[task]]
        name = "months"
        kind = "partitions"
        table = "a.calls"
        every = "1 month"
        ahead = 2
        keep = "24 months"
        expiry = "drop"
        [[task]]
        name = "vacuum"
        kind = "vacuum"
        tables = ["a.*"]
        jobs = 4
        always = true
        "#,
    );
    let Work::Delete(delete) = &tasks[0].work else {
        panic!("{tasks:?}");
    };
    assert_eq!(delete.older_than.to_string(), "90 days");
    assert_eq!(delete.duty, 0.25);
    assert_eq!(delete.filter.as_deref(), Some("kept IS NULL"));
    assert_eq!(
        tasks[0].schedule.as_ref().map(Schedule::zone),
        Some("Europe/Berlin")
    );
    assert_eq!(tasks[0].catch_up, CatchUp::All);
    let Work::Partitions(partitions) = &tasks[1].work else {
        panic!("{tasks:?}");
    };
    assert_eq!(partitions.keep, Span::parse("24 months"));
    assert_eq!(partitions.expiry, Expiry::Drop);
    assert!(matches!(&tasks[2].work, Work::Vacuum(tables) if tables.jobs == 4 && tables.always));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (lines, part) in [
        (
            "kind = \"call\"\ncall = \"f()\"",
            "`[[task]]` has no `name`",
        ),
        ("name = \"t\"", "has no `kind`"),
        ("name = \"t\"\nkind = \"calls\"", "`kind` in `[[task]]`"),
        (
            "name = \"T t\"\nkind = \"call\"\ncall = \"f()\"",
            "name of a task is not plain",
        ),
        (
            "name = \"t\"\nkind = \"call\"",
            "the task `t` has no `call`",
        ),
        (
            "name = \"t\"\nkind = \"call\"\ncall = \"f\"",
            "`f` is no call",
        ),
        (
            "name = \"t\"\nkind = \"call\"\ncall = \"f()\"\nmodule = \"b\"",
            "unknown module `b`",
        ),
        (
            "name = \"t\"\nkind = \"call\"\ncall = \"f()\"\nschedule = \"x\"",
            "five fields",
        ),
        (
            "name = \"t\"\nkind = \"call\"\ncall = \"f()\"\nwindow = \"9-5\"",
            "no time of day",
        ),
        (
            "name = \"t\"\nkind = \"call\"\ncall = \"f()\"\ntable = \"x\"",
            "unknown key `table`",
        ),
        (
            "name = \"t\"\nkind = \"call\"\ncall = \"f()\"\nretrys = 1",
            "Did you mean `retries`?",
        ),
        (
            "name = \"t\"\nkind = \"call\"\ncall = \"f(); g()\"",
            "`f(); g()` is no call",
        ),
        (
            "name = \"t\"\nkind = \"call\"\ncall = \"f()\"\ntime_zone = \"Europe/X\"",
            "no time zone",
        ),
        (
            "name = \"t\"\nkind = \"delete\"\ntable = \"a\"\ncolumn = \"b\"\nolder_than = \"1 day\"\nwhere = \"true) OR (true\"",
            "`where` is no condition",
        ),
        ("name = \"t\"\nkind = \"sql\"", "the task `t` has no `sql`"),
        (
            "name = \"t\"\nkind = \"sql\"\nsql = \"SELECT 1; COMMIT\"",
            "`COMMIT`",
        ),
        (
            "name = \"t\"\nkind = \"delete\"\ntable = \"a\"\ncolumn = \"b\"",
            "no `older_than`",
        ),
        (
            "name = \"t\"\nkind = \"delete\"\ntable = \"a\"\ncolumn = \"b\"\nolder_than = \"1d\"",
            "no length of time like",
        ),
        (
            "name = \"t\"\nkind = \"delete\"\ntable = \"a\"\ncolumn = \"b\"\nolder_than = \"1 day\"\nduty = 1.5",
            "`duty` is not above 0",
        ),
        (
            "name = \"t\"\nkind = \"vacuum\"\njobs = 0",
            "`jobs` is not from 1 to 64",
        ),
        (
            "name = \"t\"\nkind = \"reindex\"\nbloat_over = 100",
            "no percentage below 100",
        ),
        (
            "name = \"t\"\nkind = \"partitions\"\ntable = \"a\"\nevery = \"2 days\"",
            "`every` is `2 days`",
        ),
    ] {
        let told = told(lines);
        assert!(
            told.iter().any(|line| line.contains(part)),
            "{lines}\n{told:?} has no {part:?}"
        );
    }
}

#[test]
fn two_of_one_name() {
    let one = "name = \"t\"\nkind = \"call\"\ncall = \"f()\"";
    let told = told(&format!("{one}\n[[task]]\n{one}"));
    assert!(
        told[0].contains("the task `t` stands here twice"),
        "{told:?}"
    );
}
