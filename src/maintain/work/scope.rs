//! Which objects a task works on.

use std::fmt;

use tokio_postgres::SimpleQueryRow;

use super::super::trouble::Trouble;
use super::super::worker::Worker;
use crate::error::Failure;
use crate::project::Task;
use crate::sql::{matches_pattern, quote_ident, quote_literal};

/// An object with a name in a schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    schema: String,
    name: String,
}

impl Named {
    /// Reads it from two columns of a row.
    pub(super) fn read(row: &SimpleQueryRow, column: usize) -> Self {
        Self {
            schema: text(row, column),
            name: text(row, column + 1),
        }
    }

    #[cfg(test)]
    pub(super) fn new(schema: &str, name: &str) -> Self {
        Self {
            schema: schema.to_owned(),
            name: name.to_owned(),
        }
    }

    /// The name as SQL.
    pub(super) fn quoted(&self) -> String {
        format!("{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
    }

    /// Whether one of the patterns is meant for it, or there are none.
    pub(super) fn is_one_of(&self, task: &Task, patterns: &[String]) -> bool {
        let mut any = patterns.iter();
        patterns.is_empty() || any.any(|pattern| self.is_meant(task, pattern))
    }

    /// The same for an index, and what a rebuild of it has left.
    pub(super) fn is_rebuild_of_one_of(&self, task: &Task, patterns: &[String]) -> bool {
        let end = self.name.rfind("_ccnew").or(self.name.rfind("_ccold"));
        let original = Self {
            schema: self.schema.clone(),
            name: self.name[..end.unwrap_or(self.name.len())].to_owned(),
        };
        self.is_one_of(task, patterns) || original.is_one_of(task, patterns)
    }

    /// Whether a pattern is meant for it; where the task has a module, the bare name is enough.
    fn is_meant(&self, task: &Task, pattern: &str) -> bool {
        matches_pattern(pattern, &self.to_string())
            || (task.module.is_some() && matches_pattern(pattern, &self.name))
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// A column as text, empty for null.
pub(super) fn text(row: &SimpleQueryRow, column: usize) -> String {
    row.get(column).unwrap_or_default().to_owned()
}

/// A column as a number; `None` for null.
pub(super) fn number(row: &SimpleQueryRow, column: usize) -> Option<f64> {
    row.get(column)?.parse().ok()
}

/// Whether a column is true.
pub(super) fn is_true(row: &SimpleQueryRow, column: usize) -> bool {
    row.get(column) == Some("t")
}

/// Returns the condition for a schema `n` and a table `c` that the task works on.
pub(super) fn condition(worker: &Worker<'_>) -> String {
    let schema = match &worker.task.module {
        Some(module) => format!("n.nspname = {}", quote_literal(module)),
        None => format!(
            "NOT pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_') \
             AND n.nspname <> 'information_schema' \
             AND '\"' || pg_catalog.replace(n.nspname::pg_catalog.text, '\"', '\"\"') || '\"' <> {}",
            quote_literal(worker.ledger.schema())
        ),
    };
    format!(
        "{schema} AND c.relpersistence <> 't' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e \
         WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid \
         AND e.deptype = 'e')"
    )
}

/// Returns the expression that says whether the current role may vacuum, analyze and reindex a
/// table `c` of the database `d`.
pub(super) fn permission(major: u32) -> &'static str {
    if major >= 17 {
        "(pg_catalog.has_table_privilege(c.oid, 'MAINTAIN') \
         OR pg_catalog.pg_has_role(d.datdba, 'USAGE'))"
    } else {
        "(pg_catalog.pg_has_role(c.relowner, 'USAGE') \
         OR pg_catalog.pg_has_role(d.datdba, 'USAGE'))"
    }
}

/// Keeps the objects that one of the patterns is meant for; all, where there are none.
///
/// # Errors
///
/// A whole name that nothing has: it is misspelt, or gone.
pub(super) fn select<T>(
    task: &Task,
    noun: &str,
    patterns: &[String],
    objects: Vec<T>,
    name: impl Fn(&T) -> &Named,
) -> Result<Vec<T>, Trouble> {
    if patterns.is_empty() {
        return Ok(objects);
    }
    for pattern in patterns.iter().filter(|pattern| !pattern.contains('*')) {
        if !objects.iter().any(|it| name(it).is_meant(task, pattern)) {
            return Err(Failure::new(format!("there is no {noun} `{pattern}`"))
                .hint(match &task.module {
                    Some(module) => format!("It is looked for in the schema `{module}`."),
                    None => "Write it as `schema.name`.".to_owned(),
                })
                .into());
        }
    }
    let is_wanted = |it: &T| name(it).is_one_of(task, patterns);
    Ok(objects.into_iter().filter(is_wanted).collect())
}
