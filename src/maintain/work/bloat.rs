//! How much of an index is wasted: measured by `pgstattuple` where that extension is there, and
//! estimated from the planner's statistics otherwise.

use super::super::trouble::Trouble;
use super::super::worker::Worker;
use super::scope::{self, Named, is_true, number, text};
use crate::project::task::Reindex;
use crate::sql::quote_ident;

/// An index of which too much is wasted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bloated {
    pub(super) name: Named,
    /// Its size, in bytes.
    pub(super) size: f64,
    /// What it needs, in bytes.
    pub(super) needed: f64,
    /// It belongs to an exclusion constraint.
    pub(super) is_exclusion: bool,
}

impl Bloated {
    /// How much is wasted, in percent.
    pub(super) fn wasted(&self) -> f64 {
        (100.0 * (1.0 - self.needed / self.size)).max(0.0)
    }
}

/// What was found out about the indexes.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Smallest first.
    pub(super) bloated: Vec<Bloated>,
    /// It was measured, not estimated.
    pub(super) is_measured: bool,
    /// Of these nothing is known: the tables were never analyzed, or are not readable.
    pub(super) unknown: Vec<Named>,
}

/// A whole name that no index has is misspelt, or gone; large or small, bloated or not.
async fn refuse_unknown(worker: &mut Worker<'_>, work: &Reindex) -> Result<(), Trouble> {
    if work.indexes.iter().all(|name| name.contains('*')) {
        return Ok(());
    }
    let sql = format!(
        "SELECT n.nspname, i.relname FROM pg_catalog.pg_class AS i \
         JOIN pg_catalog.pg_index AS x ON x.indexrelid = i.oid \
         JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace WHERE {}",
        scope::condition(worker)
    );
    let rows = worker.ask(&sql).await?;
    let all: Vec<Named> = rows.iter().map(|row| Named::read(row, 0)).collect();
    scope::select(worker.task, "index", &work.indexes, all, |name| name).map(drop)
}

/// Looks for indexes of which too much is wasted.
pub(super) async fn look(worker: &mut Worker<'_>, work: &Reindex) -> Result<Findings, Trouble> {
    refuse_unknown(worker, work).await?;
    let least = u64::from(work.larger_than_mb) * 1024 * 1024;
    let sql = include_str!("bloat.sql")
        .replace("{least}", &least.to_string())
        .replace("{scope}", &scope::condition(worker));
    let rows = worker.rehearse(&sql).await?.rows;
    let measure = measure(worker).await?;
    let mut findings = Findings {
        is_measured: measure.is_some(),
        ..Findings::default()
    };
    for row in rows {
        let name = Named::read(&row, 1);
        if !name.is_one_of(worker.task, &work.indexes) {
            continue;
        }
        let block = number(&row, 4).unwrap_or_default();
        let mut needed = number(&row, 7);
        if let Some(measure) = &measure {
            worker.pause_point().await?;
            let fill = number(&row, 5).unwrap_or_default();
            needed = measured(worker, measure, &text(&row, 0), fill).await?;
        }
        let Some(needed) = needed else {
            findings.unknown.push(name);
            continue;
        };
        let index = Bloated {
            name,
            size: number(&row, 3).unwrap_or_default() * block,
            needed: needed * block,
            is_exclusion: is_true(&row, 6),
        };
        if index.size > 0.0 && index.wasted() > f64::from(work.bloat_over) {
            findings.bloated.push(index);
        }
    }
    Ok(findings)
}

/// Returns the function that measures, where there is one that the role may call.
async fn measure(worker: &mut Worker<'_>) -> Result<Option<String>, Trouble> {
    let sql = "SELECT n.nspname FROM pg_catalog.pg_extension AS e \
               JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace \
               JOIN pg_catalog.pg_proc AS p ON p.pronamespace = n.oid \
               WHERE e.extname = 'pgstattuple' AND p.proname = 'pgstatindex' \
               AND p.proargtypes[0] = 'pg_catalog.regclass'::pg_catalog.regtype \
               AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE') \
               AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')";
    let rows = worker.rehearse(sql).await?.rows;
    let schema = rows.first().map(|row| text(row, 0));
    Ok(schema.map(|schema| format!("{}.pgstatindex", quote_ident(&schema))))
}

/// Measures how many pages an index needs; `None` when it is locked, or gone.
async fn measured(
    worker: &mut Worker<'_>,
    measure: &str,
    oid: &str,
    fill: f64,
) -> Result<Option<f64>, Trouble> {
    let sql = format!(
        "SELECT s.internal_pages, s.leaf_pages, \
         CASE WHEN s.leaf_pages > 0 THEN s.avg_leaf_density ELSE 0 END \
         FROM {measure}({oid}::pg_catalog.oid::pg_catalog.regclass) AS s"
    );
    match worker.rehearse(&sql).await {
        Ok(answer) => Ok(answer.rows.first().and_then(|row| {
            let (inner, leaves, density) = (number(row, 0)?, number(row, 1)?, number(row, 2)?);
            // Fuller than it would be made: nothing is wasted there.
            let filled = (density / fill).min(1.0);
            Some(2.0 + inner * filled + (leaves * filled).ceil())
        })),
        Err(Trouble::Failed(failure)) if failure.sqlstate.is_some() => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasted() {
        let mut index = Bloated {
            name: Named::new("a", "b"),
            size: 100.0,
            needed: 40.0,
            is_exclusion: false,
        };
        assert!((index.wasted() - 60.0).abs() < 1e-9);
        // Duplicates are stored once: such an index is smaller than estimated.
        index.needed = 300.0;
        assert!(index.wasted() < 1e-9);
    }
}
