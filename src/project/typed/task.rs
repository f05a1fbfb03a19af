//! `[[task]]`, as it was typed. Which keys there may be depends on the kind.

use serde::Deserialize;
use toml::Spanned;

use super::Period;
use crate::project::keys::{Given, Keys};
use crate::project::task::{CatchUp, Expiry, Span, Window};

/// A `[[task]]`.
#[derive(Debug)]
pub(in crate::project) struct TypedTask {
    pub(in crate::project) start: usize,
    pub(in crate::project) name: Given<String>,
    pub(in crate::project) module: Given<String>,
    pub(in crate::project) description: Given<String>,
    pub(in crate::project) schedule: Given<String>,
    pub(in crate::project) time_zone: Given<String>,
    pub(in crate::project) role: Given<String>,
    pub(in crate::project) timeout: Given<Period>,
    pub(in crate::project) retries: Given<u32>,
    pub(in crate::project) window: Given<Window>,
    pub(in crate::project) catch_up: Given<CatchUp>,
    pub(in crate::project) catch_up_within: Given<Period>,
    pub(in crate::project) work: Option<TypedWork>,
}

/// The values of `kind`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Call,
    Sql,
    Delete,
    Vacuum,
    Analyze,
    Reindex,
    Refresh,
    Partitions,
}

/// The keys of each kind.
#[derive(Debug)]
pub(in crate::project) enum TypedWork {
    Call(Given<String>),
    Sql(Given<String>),
    Delete(TypedDelete),
    Vacuum(TypedTables),
    Analyze(TypedTables),
    Reindex {
        indexes: Given<Vec<String>>,
        bloat_over: Given<u32>,
        larger_than_mb: Given<u32>,
    },
    Refresh {
        views: Given<Vec<String>>,
        always: Given<bool>,
    },
    Partitions(TypedPartitions),
}

/// The keys of `vacuum` and `analyze`.
#[derive(Debug)]
pub(in crate::project) struct TypedTables {
    pub(in crate::project) tables: Given<Vec<String>>,
    pub(in crate::project) jobs: Given<u32>,
    pub(in crate::project) always: Given<bool>,
}

/// The keys of `delete`.
#[derive(Debug)]
pub(in crate::project) struct TypedDelete {
    pub(in crate::project) table: Given<String>,
    pub(in crate::project) column: Given<String>,
    pub(in crate::project) older_than: Given<Span>,
    pub(in crate::project) filter: Given<String>,
    pub(in crate::project) batch_time: Given<Period>,
    pub(in crate::project) duty: Given<f64>,
    pub(in crate::project) replication_lag: Given<Period>,
    pub(in crate::project) patience: Given<Period>,
}

/// The keys of `partitions`.
#[derive(Debug)]
pub(in crate::project) struct TypedPartitions {
    pub(in crate::project) table: Given<String>,
    pub(in crate::project) every: Given<Span>,
    pub(in crate::project) ahead: Given<u32>,
    pub(in crate::project) keep: Given<Span>,
    pub(in crate::project) expiry: Given<Expiry>,
}

impl TypedTask {
    pub(super) fn take(keys: &mut Keys<'_, '_, '_>, start: usize) -> Self {
        Self {
            start,
            name: keys.take("name"),
            module: keys.take("module"),
            description: keys.take("description"),
            schedule: keys.take("schedule"),
            time_zone: keys.take("time_zone"),
            role: keys.take("role"),
            timeout: keys.take("timeout"),
            retries: keys.take("retries"),
            window: keys.take("window"),
            catch_up: keys.take("catch_up"),
            catch_up_within: keys.take("catch_up_within"),
            work: TypedWork::take(keys),
        }
    }
}

impl TypedWork {
    fn take(keys: &mut Keys<'_, '_, '_>) -> Option<Self> {
        let Some(kind) = keys.take::<Kind>("kind").map(Spanned::into_inner) else {
            // Which of the others are right, the kind would say.
            keys.leave_the_rest();
            return None;
        };
        Some(match kind {
            Kind::Call => Self::Call(keys.take("call")),
            Kind::Sql => Self::Sql(keys.take("sql")),
            Kind::Delete => Self::Delete(TypedDelete {
                table: keys.take("table"),
                column: keys.take("column"),
                older_than: keys.take("older_than"),
                filter: keys.take("where"),
                batch_time: keys.take("batch_time"),
                duty: keys.take("duty"),
                replication_lag: keys.take("replication_lag"),
                patience: keys.take("patience"),
            }),
            Kind::Vacuum => Self::Vacuum(TypedTables::take(keys)),
            Kind::Analyze => Self::Analyze(TypedTables::take(keys)),
            Kind::Reindex => Self::Reindex {
                indexes: keys.take("indexes"),
                bloat_over: keys.take("bloat_over"),
                larger_than_mb: keys.take("larger_than_mb"),
            },
            Kind::Refresh => Self::Refresh {
                views: keys.take("views"),
                always: keys.take("always"),
            },
            Kind::Partitions => Self::Partitions(TypedPartitions {
                table: keys.take("table"),
                every: keys.take("every"),
                ahead: keys.take("ahead"),
                keep: keys.take("keep"),
                expiry: keys.take("expiry"),
            }),
        })
    }
}

impl TypedTables {
    fn take(keys: &mut Keys<'_, '_, '_>) -> Self {
        Self {
            tables: keys.take("tables"),
            jobs: keys.take("jobs"),
            always: keys.take("always"),
        }
    }
}
