//! A crontab.

use std::fmt::Write as _;

use super::fields::{Fields, Zone};
use super::{Definition, Wanted, title, words};

/// Writes all tasks into one table; with a user, as a file of `/etc/cron.d`.
pub(super) fn definition(wanted: &Wanted<'_>) -> Definition {
    let place = match &wanted.user {
        Some(_) => "For /etc/cron.d: the sixth field is the user.",
        None => "For `crontab FILE`, which replaces the whole table of a user.",
    };
    let user = wanted.user.as_deref().unwrap_or_default();
    let mailto = if user.is_empty() { "root" } else { user };
    let mut text = format!(
        "# Tasks of crmdb, by `crmdb maintain schedule --format crontab`.\n\
         # {place}\n\
         # Times are UTC, and so has to be the clock of the machine. A task in another zone is\n\
         # called in each hour, and the ledger says when its time has come.\n\
         # What goes wrong is mailed, and nothing else. The database: a line such as\n\
         # DATABASE_URL=postgres://crmdb@db.example/crm\n\
         # without the password, which belongs into ~/.pgpass.\n\
         SHELL=/bin/sh\n\
         PATH=/usr/local/bin:/usr/bin:/bin\n\
         MAILTO={mailto}\n"
    );
    for task in &wanted.tasks {
        let Some(schedule) = &task.schedule else {
            continue;
        };
        let (mut fields, zone) = (Fields::of(schedule), Zone::of(schedule));
        let mut note = String::new();
        if !zone.is_utc() {
            fields = fields.each_hour(&zone);
            note = format!(" ({schedule})");
        }
        let user = wanted.user.iter().map(|user| format!("{user} "));
        let _ = writeln!(
            text,
            "\n# {}{note}\n{} {}{}",
            title(task),
            fields.cron(),
            user.collect::<String>(),
            words::for_crontab(&wanted.call(task))
        );
    }
    Definition {
        name: "crmdb.crontab".to_owned(),
        text,
    }
}
