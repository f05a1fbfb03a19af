//! Which materialized views a task is about, in order.

use tokio_postgres::SimpleQueryRow;

use super::super::super::trouble::Trouble;
use super::super::super::worker::Worker;
use crate::error::Failure;
use crate::project::task::Refresh;
use crate::sql::quote_literal;

/// A materialized view.
#[derive(Debug)]
pub(super) struct View {
    /// Its number.
    pub(super) oid: String,
    /// Its name, qualified and quoted where it has to be.
    pub(super) name: String,
    /// It has rows, or was refreshed when there were none.
    pub(super) is_populated: bool,
    /// It has the index that `CONCURRENTLY` needs.
    has_key: bool,
    /// The materialized views that it reads, through others too.
    pub(super) reads: Vec<String>,
    /// Those of them that the task does not refresh.
    others: Vec<String>,
}

/// Returns the views of a task; each comes after those that it reads.
///
/// # Errors
///
/// When a view that is named is not there.
pub(super) async fn of(worker: &Worker<'_>, work: &Refresh) -> Result<Vec<View>, Trouble> {
    let rows = worker.ask(&statement(worker)).await?;
    let word = |row: &SimpleQueryRow, at| row.get(at).unwrap_or_default().to_owned();
    let mut unmet: Vec<&String> = work.views.iter().filter(|it| !it.contains('*')).collect();
    let mut views = Vec::new();
    for row in &rows {
        let (schema, bare) = (word(row, 1), word(row, 2));
        let full = format!("{schema}.{bare}");
        let is_named = |pattern: &str| {
            matches(pattern, &full) || worker.task.module.is_some() && matches(pattern, &bare)
        };
        unmet.retain(|pattern| !is_named(pattern));
        if !work.views.is_empty() && !work.views.iter().any(|pattern| is_named(pattern)) {
            continue;
        }
        views.push(View {
            oid: word(row, 0),
            name: word(row, 3),
            is_populated: row.get(4) == Some("t"),
            has_key: row.get(5) == Some("t"),
            reads: serde_json::from_str(row.get(6).unwrap_or("[]")).unwrap_or_default(),
            others: Vec::new(),
        });
    }
    if let Some(name) = unmet.first() {
        return Err(
            Failure::new(format!("there is no materialized view `{name}`"))
                .hint("It comes with a migration: `crmdb migrate status` says what is applied.")
                .into(),
        );
    }
    let names: Vec<String> = views.iter().map(|view| view.name.clone()).collect();
    for view in &mut views {
        let others = view.reads.iter().filter(|read| !names.contains(read));
        view.others = others.cloned().collect();
    }
    Ok(views)
}

/// A view reads more views than any of those that it reads: their number is an order.
fn statement(worker: &Worker<'_>) -> String {
    let of_scope = match &worker.task.module {
        Some(module) => format!("n.nspname = {}", quote_literal(module)),
        None => format!(
            "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
             AND '\"' || pg_catalog.replace(n.nspname, '\"', '\"\"') || '\"' <> {}",
            quote_literal(worker.ledger.schema())
        ),
    };
    format!(
        "WITH RECURSIVE edge (reader, source) AS ( \
             SELECT r.ev_class, d.refobjid FROM pg_catalog.pg_depend AS d \
             JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid \
             WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass \
                 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass \
                 AND d.refobjid <> r.ev_class), \
         reach (top, id) AS ( \
             SELECT c.oid, e.source FROM pg_catalog.pg_class AS c \
                 JOIN edge AS e ON e.reader = c.oid WHERE c.relkind = 'm' \
             UNION SELECT s.top, e.source FROM reach AS s JOIN edge AS e ON e.reader = s.id), \
         read AS (SELECT s.top, pg_catalog.count(*) AS number, \
                 pg_catalog.json_agg(pg_catalog.format('%I.%I', n.nspname, m.relname) \
                     ORDER BY n.nspname, m.relname) AS names \
             FROM reach AS s JOIN pg_catalog.pg_class AS m ON m.oid = s.id AND m.relkind = 'm' \
             JOIN pg_catalog.pg_namespace AS n ON n.oid = m.relnamespace GROUP BY s.top) \
         SELECT c.oid, n.nspname, c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname), \
             c.relispopulated, \
             EXISTS (SELECT FROM pg_catalog.pg_index AS i \
                 JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid \
                 JOIN pg_catalog.pg_am AS m ON m.oid = ic.relam AND m.amname = 'btree' \
                 WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid \
                     AND i.indpred IS NULL AND i.indexprs IS NULL), \
             coalesce(r.names, '[]') \
         FROM pg_catalog.pg_class AS c \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         LEFT JOIN read AS r ON r.top = c.oid \
         WHERE c.relkind = 'm' AND {of_scope} AND NOT EXISTS ( \
             SELECT FROM pg_catalog.pg_depend AS e WHERE e.objid = c.oid AND e.deptype = 'e' \
                 AND e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass) \
         ORDER BY coalesce(r.number, 0), n.nspname, c.relname"
    )
}

impl View {
    /// Whether those who read it go on meanwhile.
    pub(super) fn is_concurrent(&self) -> bool {
        self.is_populated && self.has_key
    }

    /// The statement. The counters of its own writes are flushed at once: views that read this one
    /// are decided on next.
    pub(super) fn statement(&self) -> String {
        let concurrently = if self.is_concurrent() {
            "CONCURRENTLY "
        } else {
            ""
        };
        format!(
            "REFRESH MATERIALIZED VIEW {concurrently}{}; \
             SELECT pg_catalog.pg_stat_force_next_flush()",
            self.name
        )
    }

    /// Says which views it reads that stay as they are.
    pub(super) fn tell_others(&self, worker: &mut Worker<'_>) {
        if !self.others.is_empty() {
            (worker.listen)(&format!(
                "{} reads {}, which this task does not refresh",
                self.name,
                self.others.join(", ")
            ));
        }
    }

    /// Says what is missing where the role may not.
    pub(super) fn explain(&self, trouble: Trouble) -> Trouble {
        match trouble {
            Trouble::Failed(failure)
                if failure.sqlstate.as_deref() == Some("42501") && failure.hint.is_none() =>
            {
                failure
                    .hint(
                        "Give the task the `role` that owns the view; from PostgreSQL 17, MAINTAIN \
                         on it is enough.",
                    )
                    .into()
            }
            other => other,
        }
    }
}

/// Whether a name is meant by a pattern, where `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(rest) = name.strip_prefix(head) else {
        return false;
    };
    rest.char_indices()
        .map(|(at, _)| at)
        .chain([rest.len()])
        .any(|at| matches(tail, &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("a.b", "a.b", true),
            ("a.b", "a.bc", false),
            ("*", "", true),
            ("a.*", "a.b", true),
            ("a.*", "ab.c", false),
            ("*.größe*", "x.größen", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcd", false),
            ("a_c", "abc", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
