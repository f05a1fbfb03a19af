//! Statements for the extension pg_cron.

use std::fmt::Write as _;

use super::fields::{Fields, Zone};
use super::{Definition, Wanted, title};
use crate::project::Task;
use crate::project::task::Work;
use crate::sql::{quote_ident, quote_literal};

/// What names of jobs begin with.
const PREFIX: &str = "crmdb:";

/// The job that keeps pg_cron's own notes short.
const PURGE: &str = "crmdb:(job_run_details)";

/// Writes one script, which may be run again and again.
pub(super) fn definition(wanted: &Wanted<'_>) -> Definition {
    let mut jobs = vec![PURGE.to_owned()];
    let mut body = String::new();
    for task in &wanted.tasks {
        let Some(schedule) = &task.schedule else {
            continue;
        };
        let _ = writeln!(body, "\n-- {}", title(task));
        let command = if Zone::of(schedule).is_utc() {
            command(wanted, task)
        } else {
            Err(format!("its times are those of {}", schedule.zone()))
        };
        match command {
            Ok(command) => {
                let job = format!("{PREFIX}{}", task.name);
                let _ = writeln!(
                    body,
                    "SELECT cron.schedule({}, '{}', {command});",
                    quote_literal(&job),
                    Fields::of(schedule).cron()
                );
                jobs.push(job);
            }
            Err(why) => {
                let _ = writeln!(body, "-- not here: {why}.");
            }
        }
    }
    let jobs: Vec<String> = jobs.iter().map(|job| quote_literal(job)).collect();
    let text = format!(
        "-- Tasks of crmdb, by `crmdb maintain schedule --format pg_cron`. Run it with psql in the\n\
         -- database that has pg_cron, as the role that the jobs are to run as; again after a change.\n\
         -- pg_cron knows nothing of crmdb's ledger: what was missed is not made up for, nothing is\n\
         -- tried again, and a migration does not hold a job off. `cron.timezone` has to be GMT.\n\
         BEGIN;\n\
         \n\
         -- What is no task any more.\n\
         SELECT cron.unschedule(jobid) FROM cron.job\n\
         WHERE pg_catalog.starts_with(jobname::text, '{PREFIX}') AND database = current_database()\n\
         AND username = current_user\n\
         AND jobname::text <> ALL (ARRAY[{}]);\n\
         \n\
         -- Notes of runs would stay for ever.\n\
         SELECT cron.schedule('{PURGE}', '23 3 * * *',\n\
             'DELETE FROM cron.job_run_details WHERE end_time < now() - interval ''14 days''');\n\
         {body}\n\
         COMMIT;\n",
        jobs.join(", ")
    );
    Definition {
        name: "crmdb.sql".to_owned(),
        text,
    }
}

/// Returns an expression for the statement of a job, or why there is none.
fn command(wanted: &Wanted<'_>, task: &Task) -> Result<String, String> {
    if let Some(role) = &task.role {
        return Err(format!("it runs as the role {role:?}"));
    }
    if task.window.is_some() {
        return Err("pg_cron does not stop it when its `window` is over".to_owned());
    }
    let names = |patterns: &[String]| {
        let names = patterns.iter().map(|pattern| qualified(task, pattern));
        names
            .collect::<Option<Vec<_>>>()
            .filter(|names| !names.is_empty())
            .ok_or("what it works on is found out each time".to_owned())
    };
    let by_need = "it looks first what needs it".to_owned();
    match &task.work {
        Work::Call(call) => Ok(of_call(&settings(wanted, task), call)),
        Work::Sql(sql) => Ok(quote_literal(&format!("{}{sql}", settings(wanted, task)))),
        Work::Vacuum(work) if work.always => {
            let names = names(&work.tables)?.join(", ");
            Ok(quote_literal(&format!("VACUUM (SKIP_LOCKED) {names}")))
        }
        Work::Analyze(work) if work.always => {
            let names = names(&work.tables)?.join(", ");
            Ok(quote_literal(&format!("ANALYZE (SKIP_LOCKED) {names}")))
        }
        Work::Refresh(work) if work.always => match names(&work.views)?.as_slice() {
            [view] => Ok(of_view(view)),
            _ => Err("it is more than one statement".to_owned()),
        },
        Work::Vacuum(_) | Work::Analyze(_) | Work::Reindex(_) | Work::Refresh(_) => Err(by_need),
        Work::Delete(_) => Err("it works in batches, and gives way to others".to_owned()),
        Work::Partitions(_) => Err("it is more than SQL can say in one statement".to_owned()),
    }
}

/// The server says, when the script is run, whether a function or a procedure is called.
fn of_call(settings: &str, call: &str) -> String {
    let name = call.split_once('(').map_or(call, |(name, _)| name).trim();
    format!(
        "CASE WHEN EXISTS (\n    \
             SELECT FROM pg_catalog.pg_proc AS p\n    \
             JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace,\n    \
             pg_catalog.parse_ident({}) AS name\n    \
             WHERE p.prokind = 'p' AND p.proname = name[pg_catalog.cardinality(name)]::pg_catalog.name\n    \
             AND (pg_catalog.cardinality(name) = 1 OR n.nspname = name[1]::pg_catalog.name)\n\
         ) THEN {}\n  ELSE {} END",
        quote_literal(name),
        quote_literal(&format!("CALL {call}")),
        quote_literal(&format!("{settings}SELECT * FROM {call}"))
    )
}

/// Readers of a view wait while it is refreshed, unless it has a unique index.
fn of_view(view: &str) -> String {
    format!(
        "CASE WHEN EXISTS (\n    \
             SELECT FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid\n    \
             WHERE i.indrelid = {}::pg_catalog.regclass AND i.indisunique AND i.indisvalid\n    \
             AND i.indpred IS NULL AND i.indexprs IS NULL AND c.relispopulated\n\
         ) THEN {}\n  ELSE {} END",
        quote_literal(view),
        quote_literal(&format!("REFRESH MATERIALIZED VIEW CONCURRENTLY {view}")),
        quote_literal(&format!("REFRESH MATERIALIZED VIEW {view}"))
    )
}

/// The settings that a task has under crmdb.
fn settings(wanted: &Wanted<'_>, task: &Task) -> String {
    let path = &wanted.project.search_path;
    let path: Vec<String> = path.iter().map(|name| quote_ident(name)).collect();
    let path = if path.is_empty() {
        "''".to_owned()
    } else {
        path.join(", ")
    };
    format!(
        "SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}; \
         SET LOCAL search_path = {path}; ",
        wanted.project.timeouts.lock.as_millis(),
        task.timeout.as_millis()
    )
}

/// The quoted name of one object; `None` where a pattern may mean several.
fn qualified(task: &Task, pattern: &str) -> Option<String> {
    if pattern.contains('*') {
        return None;
    }
    let (schema, name) = match pattern.split_once('.') {
        Some((schema, name)) => (schema, name),
        None => (task.module.as_deref()?, pattern),
    };
    Some(format!("{}.{}", quote_ident(schema), quote_ident(name)))
}
