//! What one organization sees of another's marketing, which is nothing, and what each role may.

use crate::schema::users::tenants::{A, ALICE, B, BOB, acting, tenants};
use crate::schema::{holds, refuses};
use crate::support::Database;

/// A vendor and a campaign of each organization.
pub const ACME: &str = "aaaaaaaa-5000-0000-0000-000000000001";
pub const BOLT: &str = "bbbbbbbb-5000-0000-0000-000000000001";
pub const SPRING: &str = "aaaaaaaa-5000-0000-0000-000000000003";
pub const BARGAIN: &str = "bbbbbbbb-5000-0000-0000-000000000003";

const RELATIONS: [&str; 8] = [
    "vendors",
    "campaigns",
    "sources",
    "budgets",
    "targets",
    "achievements",
    "retainer_fees",
    "target_progress",
];

/// One row of each kind for each organization, with no more columns than are needed.
pub fn marketing() -> Database {
    let database = tenants();
    for (organization, vendor, campaign, name) in
        [(A, ACME, SPRING, "Spring"), (B, BOLT, BARGAIN, "Bargain")]
    {
        database.execute(&format!(
            "SET search_path = marketing, users, utilities, triggers, extensions, public;
            INSERT INTO vendors (id, organization_id, name)
                VALUES ('{vendor}', '{organization}', 'Vendor of {name}');
            INSERT INTO sources (organization_id, name) VALUES ('{organization}', 'Web');
            INSERT INTO campaigns (id, organization_id, vendor_id, source_id, name)
                SELECT '{campaign}', '{organization}', '{vendor}', id, '{name}'
                FROM sources WHERE organization_id = '{organization}';
            INSERT INTO budgets (organization_id, campaign_id, starts_on, ends_on, planned)
                VALUES ('{organization}', '{campaign}', '2020-03-01', '2020-03-31', 100);
            INSERT INTO targets
                (organization_id, campaign_id, metric, starts_on, ends_on, target_value)
                VALUES ('{organization}', '{campaign}', 'leads', '2020-03-01', '2020-03-31', 50);
            INSERT INTO achievements
                (organization_id, campaign_id, metric, achieved_on, achieved_value)
                VALUES ('{organization}', '{campaign}', 'leads', '2020-03-31', 20);
            INSERT INTO retainer_fees (organization_id, vendor_id, amount, starts_on)
                VALUES ('{organization}', '{vendor}', 900, '2020-01-01')"
        ));
    }
    database
}

/// How many rows each of the relations shows.
#[track_caller]
fn seen(database: &Database, acting: &str) -> Vec<String> {
    let counts = RELATIONS.map(|name| format!("(SELECT count(*) FROM marketing.{name})"));
    let rows = database.rows(&format!("{acting}; SELECT {}", counts.join(", ")));
    rows.into_iter().next().expect("a row")
}

#[test]
fn each_sees_its_own_and_without_a_setting_there_is_nothing() {
    let database = marketing();
    assert_eq!(seen(&database, ""), ["2"; 8], "the owner sees all");
    for role in ["crm_app", "crm_readonly"] {
        assert_eq!(seen(&database, &acting(role, "", "")), ["0"; 8], "{role}");
        let mixed = format!("{}; SET app.current_tenant_id = '{B}'", acting(role, A, ""));
        assert_eq!(seen(&database, &mixed), ["0"; 8], "{role}");
        assert_eq!(
            seen(&database, &acting(role, "", ALICE)),
            ["0"; 8],
            "{role}, a user alone"
        );
        for (organization, name) in [(A, "Spring"), (B, "Bargain")] {
            let acting = acting(role, organization, "");
            assert_eq!(seen(&database, &acting), ["1"; 8], "{role}, {name}");
            holds(
                &database,
                &acting,
                &[
                    &format!("(SELECT name = '{name}' FROM marketing.campaigns)"),
                    &format!("(SELECT name = 'Vendor of {name}' FROM marketing.vendors)"),
                    &format!("(SELECT campaign_name = '{name}' FROM marketing.target_progress)"),
                ],
            );
        }
    }
}

#[test]
fn what_is_anothers_is_neither_changed_nor_added_to() {
    let database = marketing();
    let app = acting("crm_app", A, ALICE);
    for table in &RELATIONS[..7] {
        for (statement, expected) in [
            (
                format!("UPDATE marketing.{table} SET created_at = now()"),
                "1",
            ),
            (
                format!(
                    "UPDATE marketing.{table} SET created_at = now() WHERE organization_id = '{B}'"
                ),
                "0",
            ),
            (
                format!("DELETE FROM marketing.{table} WHERE organization_id = '{B}'"),
                "0",
            ),
        ] {
            let sql = format!("{app}; WITH x AS ({statement} RETURNING 1) SELECT count(*) FROM x");
            assert_eq!(database.value(&sql), expected, "{statement}");
        }
        let given = format!("UPDATE marketing.{table} SET organization_id = '{B}'");
        refuses(&database, &app, &[("42501", &given)]);
    }
    // Without a name for it, the organization is the session's.
    let insert = "INSERT INTO marketing.sources (name) VALUES ('x') RETURNING organization_id";
    assert_eq!(database.value(&format!("{app}; {insert}")), A);
    refuses(
        &database,
        &app,
        &[
            (
                "42501",
                &format!(
                    "INSERT INTO marketing.vendors (organization_id, name) VALUES ('{B}', 'x')"
                ),
            ),
            (
                "42501",
                &format!(
                    "INSERT INTO marketing.campaigns (organization_id, name) VALUES ('{B}', 'x')"
                ),
            ),
            (
                "42501",
                &format!(
                    "INSERT INTO marketing.budgets
                        (organization_id, campaign_id, starts_on, ends_on, planned)
                    VALUES ('{B}', '{BARGAIN}', '2027-01-01', '2027-01-31', 1)"
                ),
            ),
        ],
    );
}

/// Not even the owner can: the keys carry the organization.
#[test]
fn rows_of_two_organizations_are_never_linked() {
    let database = marketing();
    let of_b =
        |table: &str| format!("(SELECT id FROM marketing.{table} WHERE organization_id = '{B}')");
    for (table, column, value) in [
        ("campaigns", "vendor_id", format!("'{BOLT}'")),
        ("campaigns", "source_id", of_b("sources")),
        ("campaigns", "created_by", format!("'{BOB}'")),
        ("budgets", "campaign_id", format!("'{BARGAIN}'")),
        ("targets", "campaign_id", format!("'{BARGAIN}'")),
        ("achievements", "campaign_id", format!("'{BARGAIN}'")),
        ("retainer_fees", "vendor_id", format!("'{BOLT}'")),
    ] {
        // Without the other's row no period and no name is in the way.
        let free = match table {
            "campaigns" => String::new(),
            _ => format!("DELETE FROM marketing.{table} WHERE organization_id = '{B}'; "),
        };
        let link = format!(
            "{free}UPDATE marketing.{table} SET {column} = {value} WHERE organization_id = '{A}'"
        );
        refuses(&database, "", &[("23503", &link)]);
    }
}

/// A key without the organization would be checked before the foreign key, and tell that a row is
/// there.
#[test]
fn what_another_has_planned_is_not_found_out() {
    let database = marketing();
    for row in [
        format!(
            "budgets (organization_id, campaign_id, starts_on, ends_on, planned)
            VALUES ('{A}', '{BARGAIN}', '2020-03-01', '2020-03-31', 1)"
        ),
        format!(
            "targets (organization_id, campaign_id, metric, starts_on, ends_on, target_value)
            VALUES ('{A}', '{BARGAIN}', 'leads', '2020-03-01', '2020-03-31', 1)"
        ),
        format!(
            "achievements (organization_id, campaign_id, metric, achieved_on, achieved_value)
            VALUES ('{A}', '{BARGAIN}', 'leads', '2020-03-31', 1)"
        ),
        format!(
            "retainer_fees (organization_id, vendor_id, amount, starts_on)
            VALUES ('{A}', '{BOLT}', 1, '2020-01-01')"
        ),
    ] {
        let insert = format!("INSERT INTO marketing.{row}");
        let app = acting("crm_app", A, ALICE);
        refuses(&database, &app, &[("23503", &insert)]);
    }
}

#[test]
fn the_login_of_a_vendor_is_for_the_owner_to_set() {
    let database = marketing();
    let app = acting("crm_app", A, ALICE);
    refuses(
        &database,
        &app,
        &[
            ("42501", "UPDATE marketing.vendors SET login_role = 'x'"),
            (
                "42501",
                &format!(
                    "INSERT INTO marketing.vendors (organization_id, name, login_role)
                    VALUES ('{A}', 'x', 'x')"
                ),
            ),
        ],
    );
    database.execute(&format!(
        "{app}; UPDATE marketing.vendors SET name = 'Acme', status = 'suspended';
        INSERT INTO marketing.vendors (organization_id, name) VALUES ('{A}', 'Another')"
    ));
    database.execute(&format!(
        "UPDATE marketing.vendors SET login_role = 'one' WHERE id = '{ACME}'"
    ));
    let taken = format!("UPDATE marketing.vendors SET login_role = 'one' WHERE id = '{BOLT}'");
    refuses(&database, "", &[("23505", &taken)]);
}

#[test]
fn a_role_that_reads_only_reads_and_the_others_do_not_even_that() {
    let database = marketing();
    for table in &RELATIONS[..7] {
        let update = format!("UPDATE marketing.{table} SET created_at = now()");
        let delete = format!("DELETE FROM marketing.{table}");
        let insert = format!("INSERT INTO marketing.{table} DEFAULT VALUES");
        refuses(
            &database,
            &acting("crm_readonly", A, ALICE),
            &[("42501", &update), ("42501", &delete), ("42501", &insert)],
        );
    }
    for relation in RELATIONS {
        let select = format!("SELECT count(*) FROM marketing.{relation}");
        for role in ["crm_vendor", "crm_maintenance"] {
            refuses(&database, &acting(role, A, ALICE), &[("42501", &select)]);
        }
    }
}
