//! Reads the SQL files, and checks each by itself.

use std::io;

use super::Script;
use super::check::File;
use super::directives;
use super::names::Role;
use super::seeds;
use super::violations::{Place, Violations};
use crate::error::Failure;
use crate::sql::{self, Kind};

/// From so many files on, another thread is worth its start.
const FILES_A_THREAD: usize = 128;

/// Reads the files, in their order; those that cannot be read are `None`.
pub(super) fn read_all(
    files: &[File],
    read: &(impl Fn(&str) -> io::Result<Vec<u8>> + Sync),
    violations: &mut Violations,
) -> Vec<Option<Script>> {
    let part = |files: &[File]| {
        let mut violations = Violations::default();
        let scripts: Vec<_> = files
            .iter()
            .map(|file| script(file, read(&file.path), &mut violations))
            .collect();
        (scripts, violations)
    };
    let mut scripts = Vec::with_capacity(files.len());
    let mut collect = |(part, found): (Vec<Option<Script>>, Violations)| {
        scripts.extend(part);
        violations.append(found);
    };
    if files.len() < 2 * FILES_A_THREAD {
        collect(part(files));
        return scripts;
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(threads).max(FILES_A_THREAD);
    std::thread::scope(|scope| {
        let (here, others) = files.split_at(share.min(files.len()));
        let workers: Vec<_> = others
            .chunks(share)
            .map(|files| scope.spawn(move || part(files)))
            .collect();
        collect(part(here));
        for worker in workers {
            match worker.join() {
                Ok(result) => collect(result),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    scripts
}

fn script(file: &File, bytes: io::Result<Vec<u8>>, violations: &mut Violations) -> Option<Script> {
    let path = file.path.as_str();
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            let failure = Failure::new("the file cannot be read").detail(error.to_string());
            violations.add(Place::file(path), failure);
            return None;
        }
    };
    let text = match sql::normalise(bytes) {
        Ok(text) => text,
        Err(error) => {
            violations.add_sql(path, error);
            return None;
        }
    };
    let directives = directives::read(path, &text, file.name.role, violations);
    match sql::split(&text) {
        Ok(statements) => {
            if statements.is_empty() {
                violations.add(Place::file(path), empty(file));
            }
            for statement in statements {
                let refusal = match file.name.role {
                    Role::Seed => seeds::refusal(statement.text(&text)),
                    Role::Up | Role::Down => refusal(&statement.kind, directives.no_transaction),
                };
                if let Some(failure) = refusal {
                    violations.add(Place::position(path, statement.position), failure);
                }
            }
        }
        Err(error) => violations.add_sql(path, error),
    }
    Some(Script {
        path: file.path.clone(),
        text: text.into(),
        directives,
    })
}

fn empty(file: &File) -> Failure {
    let failure = Failure::new("the file has no statement");
    match file.name.role {
        Role::Seed => failure.hint("Write its statements, or remove it."),
        Role::Up => failure.hint("Write its statements, or remove it together with its down file."),
        Role::Down => failure.hint(
            "Write what takes the up file back; where nothing can, remove this file and say \
             `-- crmdb: irreversible \"why\"` in the up file.",
        ),
    }
}

fn refusal(kind: &Kind, no_transaction: bool) -> Option<Failure> {
    if let Kind::TransactionControl(words) = kind {
        let failure = Failure::new(format!("`{words}` in a migration"))
            .hint("Remove it: crmdb begins and ends the transactions.");
        return Some(failure);
    }
    if let Kind::CreateIndexConcurrently { index: None, .. } = kind {
        let failure = Failure::new("`CREATE INDEX CONCURRENTLY` without a name")
            .hint("Name the index: what a killed run left of it is found by its name.");
        return Some(failure);
    }
    let words = kind.outside_transactions().filter(|_| !no_transaction)?;
    let failure = Failure::new(format!("`{words}` cannot run in a transaction"))
        .hint("Put `-- crmdb: no-transaction` at the top of the file.");
    Some(failure)
}
