//! Asterisk: call logs and their partitions, voicemail, IVR menus, extensions.

mod call_logs;
mod ivr;
mod partition_races;
mod partitions;
mod reports;
mod retention;
mod tenants;
mod voicemail;

use super::users::tenants::{A, ALICE, B, BOB, tenants};
use crate::support::Database;

/// How Asterisk works: with its own role, the schema in its search path, and times in UTC.
const ASTERISK: &str = "SET ROLE crm_asterisk; SET search_path = telephony; SET timezone = 'UTC'";

/// Two organizations, each with an account, an extension 1001 of its user, a box of that in a
/// context of its own, a menu.
fn with_telephony() -> Database {
    let database = tenants();
    for (organization, user, name) in [(A, ALICE, "a"), (B, BOB, "b")] {
        database.execute(&format!(
            "INSERT INTO telephony.accounts (accountcode, organization_id)
                VALUES ('acc-{name}', '{organization}');
            INSERT INTO telephony.extensions (organization_id, user_id, number, accountcode)
                VALUES ('{organization}', '{user}', '1001', 'acc-{name}');
            INSERT INTO telephony.voicemail_contexts VALUES ('{name}', '{organization}');
            INSERT INTO telephony.voicemail_boxes
                (organization_id, extension_id, context, mailbox, password)
                SELECT organization_id, id, '{name}', '1001', '4711' FROM telephony.extensions
                WHERE organization_id = '{organization}';
            INSERT INTO telephony.ivr_menus (organization_id, name)
                VALUES ('{organization}', 'Main {name}')"
        ));
    }
    database
}
