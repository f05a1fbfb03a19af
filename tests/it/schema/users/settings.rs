//! The settings that say who a transaction works for.

use super::tenants::{A, B, acting, seen, tenants};
use crate::schema::{holds, refuses};
use crate::support::Database;

#[test]
fn a_setting_that_is_no_id_shows_an_error_and_no_rows() {
    let database = tenants();
    for acting in [
        acting("crm_app", "no id", ""),
        acting("crm_app", A, "no id"),
    ] {
        refuses(
            &database,
            &acting,
            &[("22P02", "SELECT count(*) FROM users.users")],
        );
    }
}

#[test]
fn settings_are_what_the_documents_call_them() {
    let database = Database::shipped();
    for (setting, function) in [
        ("app.current_org_id", "current_organization_id"),
        ("app.current_tenant_id", "current_tenant_id"),
        ("app.current_user_id", "current_user_id"),
    ] {
        holds(&database, "", &[&format!("users.{function}() IS NULL")]);
        holds(
            &database,
            &format!("SET {setting} = '{A}'"),
            &[&format!("users.{function}() = '{A}'")],
        );
        holds(
            &database,
            &format!("BEGIN; SET LOCAL {setting} = '{A}'; COMMIT"),
            &[
                &format!("users.{function}() IS NULL"),
                // What a pooled connection has after its first transaction.
                &format!("current_setting('{setting}') = ''"),
            ],
        );
    }
}

/// One of them is left over from other work, and must not open a second organization.
#[test]
fn a_tenant_is_an_organization_and_two_that_disagree_are_none() {
    let database = tenants();
    let set = |organization: &str, tenant: &str| {
        format!(
            "{}; SET app.current_tenant_id = '{tenant}'",
            acting("crm_app", organization, "")
        )
    };
    for (organization, tenant, current) in [
        (A, "", format!("'{A}'")),
        ("", A, format!("'{A}'")),
        (A, A, format!("'{A}'")),
        (A, B, "NULL".to_owned()),
        ("", "", "NULL".to_owned()),
    ] {
        let set = set(organization, tenant);
        let is = format!("users.current_organization_id() IS NOT DISTINCT FROM {current}");
        holds(&database, &set, &[&is]);
        let expected = if current == "NULL" { "0" } else { "1" };
        assert_eq!(seen(&database, &set)[..2], [expected; 2], "{set}");
    }
    refuses(
        &database,
        &set(A, "no id"),
        &[("22P02", "SELECT FROM users.users")],
    );
}

#[test]
fn an_organization_and_a_user_sign_up_by_setting_their_id_first() {
    let database = tenants();
    let new = "eeeeeeee-0000-0000-0000-000000000000";
    let organization = "INSERT INTO users.organizations (id, name)
        VALUES (users.current_organization_id(), 'E')";
    let member = "INSERT INTO users.users (organization_id, email, password_hash)
        VALUES (users.current_organization_id(), 'eve@e.io', 'long enough')";
    let alone = "INSERT INTO users.users (id, email) VALUES (users.current_user_id(), 'dan@d.io')";
    for statement in [organization, member, alone] {
        let unset = acting("crm_app", "", "");
        let state = database.refusal(&format!("{unset}; {statement}"));
        assert!(
            ["42501", "23502"].contains(&state.as_str()),
            "{state}: {statement}"
        );
    }
    database.execute(&format!(
        "{}; {organization}; {member}",
        acting("crm_app", new, "")
    ));
    database.execute(&format!("{}; {alone}", acting("crm_app", "", new)));
    assert_eq!(
        seen(&database, &acting("crm_app", new, ""))[..2],
        ["1", "1"]
    );
    assert_eq!(
        seen(&database, &acting("crm_app", "", new))[..2],
        ["0", "1"]
    );
}
