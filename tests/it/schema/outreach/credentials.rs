//! What logs in to a provider is stored encrypted, and who only reads does not see it.

use super::{app, outreach, value};
use crate::schema::users::tenants::{A, acting};
use crate::schema::{holds, refuses};

#[test]
fn what_is_not_encrypted_is_not_stored() {
    let database = outreach();
    let set =
        |value: &str| format!("UPDATE outreach.email_accounts SET credentials_encrypted = {value}");
    let long = "Ab3+/xYz".repeat(8);
    for plain in [
        "'secret'".to_owned(),
        "''".to_owned(),
        r#"'{"user": "ada", "password": "correct horse battery staple, and more of it"}'"#
            .to_owned(),
        "'ya29.a0AfH6SMBx-an-access-token-of-a-provider-that-is-rather-long'".to_owned(),
        format!("'{long}'"),
        "'v1:key:c2hvcnQ='".to_owned(),
        format!("'v1::{long}'"),
        format!("E'v1:key:{long}\\nsecret'"),
        format!("E'secret\\nv1:key:{long}'"),
        r"E'-----BEGIN PGP MESSAGE-----\n\nsecret\n-----END PGP MESSAGE-----'".to_owned(),
    ] {
        refuses(&database, "", &[("23514", &set(&plain))]);
        // Not even while triggers are off.
        let off = format!("SET session_replication_role = replica; {}", set(&plain));
        refuses(&database, "", &[("23514", &off)]);
    }
    for encrypted in [
        format!("'v1:2026-01:{long}'"),
        format!("'v12:k_1.a:{long}=='"),
        "extensions.armor(extensions.pgp_sym_encrypt('secret', 'key'))".to_owned(),
        "NULL".to_owned(),
    ] {
        holds(
            &database,
            &format!("{}; {}", app(), set(&encrypted)),
            &["true"],
        );
    }
}

#[test]
fn only_who_writes_it_reads_it() {
    let database = outreach();
    database.execute(&format!(
        "{}; UPDATE outreach.email_accounts SET credentials_encrypted
            = extensions.armor(extensions.pgp_sym_encrypt('secret', 'key'))",
        app()
    ));
    let decrypted = "SELECT extensions.pgp_sym_decrypt(
        extensions.dearmor(credentials_encrypted), 'key') FROM outreach.email_accounts";
    assert_eq!(value(&database, decrypted), "secret");
    refuses(
        &database,
        &acting("crm_readonly", A, ""),
        &[
            (
                "42501",
                "SELECT credentials_encrypted FROM outreach.email_accounts",
            ),
            ("42501", "SELECT * FROM outreach.email_accounts"),
        ],
    );
    holds(
        &database,
        &acting("crm_readonly", A, ""),
        &["(SELECT email = 'from@a.io' FROM outreach.email_accounts)"],
    );
}
