//! Rows and rights that somebody gets who should not.

use serde::Deserialize;

use super::{Area, Check, row};
use crate::inspect::finding::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "row-security-off",
        area: Area::Health,
        needs: &[],
        sql: include_str!("policies.sql"),
        judge: |text, _| row(text, |table| off(&table)),
    },
    Check {
        id: "row-security-missing",
        area: Area::Health,
        needs: &[],
        sql: include_str!("policies.sql"),
        judge: |text, _| row(text, |table| missing(&table)),
    },
    Check {
        id: "row-security-without-policy",
        area: Area::Health,
        needs: &[],
        sql: include_str!("policies.sql"),
        judge: |text, _| row(text, |table| without_policy(&table)),
    },
    Check {
        id: "row-security-not-forced",
        area: Area::Health,
        needs: &[],
        sql: include_str!("policies.sql"),
        judge: |text, _| row(text, |table| not_forced(&table)),
    },
    Check {
        id: "security-definer-search-path",
        area: Area::Health,
        needs: &[],
        sql: include_str!("definer.sql"),
        judge: |text, _| row(text, |function| unpinned(&function)),
    },
    Check {
        id: "security-definer-public",
        area: Area::Health,
        needs: &[],
        sql: include_str!("definer.sql"),
        judge: |text, _| row(text, |function| public(&function)),
    },
    Check {
        id: "view-bypasses-row-security",
        area: Area::Health,
        needs: &[],
        sql: include_str!("views.sql"),
        judge: |text, _| row(text, |view| Some(bypass(&view))),
    },
];

#[derive(Deserialize)]
struct Policies {
    object: String,
    name: String,
    is_on: bool,
    is_forced: bool,
    policies: i64,
    tenant: Option<String>,
    is_partition: bool,
}

fn off(table: &Policies) -> Option<Finding> {
    (!table.is_on && table.policies > 0).then(|| {
        Finding::new(
            Severity::Warning,
            &*table.object,
            format!(
                "{} policies do nothing: row security is off",
                table.policies
            ),
            "Enable row security, or drop the policies.",
        )
        .sql(format!(
            "ALTER TABLE {} ENABLE ROW LEVEL SECURITY",
            table.name
        ))
    })
}

fn missing(table: &Policies) -> Option<Finding> {
    let tenant = table.tenant.as_deref()?;
    // Who reads a partition by its own name needs a right on it, which nobody gets by itself.
    (!table.is_on && table.policies == 0 && !table.is_partition).then(|| {
        Finding::new(
            Severity::Warning,
            &*table.object,
            format!("it has `{tenant}`, by which other tables of its schema part rows, and no row security"),
            "Add a policy, and enable row security.",
        )
    })
}

fn without_policy(table: &Policies) -> Option<Finding> {
    (table.is_on && table.policies == 0).then(|| {
        Finding::new(
            Severity::Info,
            &*table.object,
            "row security is on without a policy: nobody but the owner sees a row",
            "Add a policy, unless that is meant.",
        )
    })
}

fn not_forced(table: &Policies) -> Option<Finding> {
    (table.is_on && !table.is_forced).then(|| {
        Finding::new(
            Severity::Info,
            &*table.object,
            "row security does not hold for the owner",
            "Force it where the application connects as the owner.",
        )
        .sql(format!(
            "ALTER TABLE {} FORCE ROW LEVEL SECURITY",
            table.name
        ))
    })
}

#[derive(Deserialize)]
struct Definer {
    object: String,
    name: String,
    schema: String,
    owner: String,
    is_trigger: bool,
    is_pinned: bool,
    is_public: bool,
}

fn unpinned(function: &Definer) -> Option<Finding> {
    (!function.is_pinned).then(|| {
        Finding::new(
            Severity::Warning,
            &*function.object,
            format!(
                "it runs with the rights of {}, and the caller's search_path decides what its names mean",
                function.owner
            ),
            "Fix its search_path, pg_temp last.",
        )
        .sql(format!(
            "ALTER ROUTINE {} SET search_path = pg_catalog, {}, pg_temp",
            function.name, function.schema
        ))
    })
}

fn public(function: &Definer) -> Option<Finding> {
    // A trigger function cannot be called.
    (function.is_public && !function.is_trigger).then(|| {
        Finding::new(
            Severity::Warning,
            &*function.object,
            format!(
                "everybody may call it, with the rights of {}",
                function.owner
            ),
            "Take the right from PUBLIC, and grant it to those who need it.",
        )
        .sql(format!(
            "REVOKE EXECUTE ON ROUTINE {} FROM PUBLIC",
            function.name
        ))
    })
}

#[derive(Deserialize)]
struct View {
    name: String,
    table: String,
    is_materialized: bool,
}

fn bypass(view: &View) -> Finding {
    if view.is_materialized {
        return Finding::new(
            Severity::Info,
            format!("materialized view {}", view.name),
            format!(
                "it holds rows of {}, whose policies do not hold for it",
                view.table
            ),
            "Grant it only to roles that may see all rows.",
        );
    }
    Finding::new(
        Severity::Warning,
        format!("view {}", view.name),
        format!(
            "it reads {} as its owner, whom the policies there do not bind",
            view.table
        ),
        "Let it run with the rights of the reader.",
    )
    .sql(format!(
        "ALTER VIEW {} SET (security_invoker = true)",
        view.name
    ))
}
