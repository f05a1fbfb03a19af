//! The functions that the documents ask for, and who may call them; sources as in `expected`.

use super::expected::documented;
use super::matches;
use crate::support::Database;

/// signature | result | volatility | whose rights | document
const FUNCTIONS: &str = r"
triggers.hash_password() | trigger | volatile | invoker | 000
triggers.is_bcrypt_hash(text) | boolean | immutable | invoker | ours
triggers.update_updated_at_column() | trigger | volatile | invoker | 000 004
users.cleanup_expired_refresh_tokens() | integer | volatile | definer | 000
users.cleanup_expired_sessions() | integer | volatile | definer | 003
users.cleanup_old_login_attempts() | integer | volatile | definer | 003
users.current_organization_id() | uuid | stable | invoker | 002
users.current_tenant_id() | uuid | stable | invoker | 002
users.current_user_id() | uuid | stable | invoker | ours
users.fill_user_name() | trigger | volatile | invoker | ours
users.hash_session_tokens() | trigger | volatile | invoker | ours
users.hash_token(text) | text | immutable | invoker | ours
users.is_login_blocked(text,inet) | boolean | stable | definer | ours
users.issue_refresh_token(uuid,interval,text,inet,text) | text | volatile | invoker | 000
users.renew_session(text,text,text,timestamptz,timestamptz) | TABLE(session_id uuid, user_id uuid, organization_id uuid, expires_at timestamptz) | volatile | definer | ours
users.revoke_refresh_token(text) | boolean | volatile | definer | 000
users.revoke_refresh_tokens(uuid) | integer | volatile | invoker | 000
users.rotate_refresh_token(text,interval,text,inet,text) | record | volatile | definer | 000
users.token_or_random(text) | text | volatile | invoker | ours
users.touch_session(text) | TABLE(session_id uuid, user_id uuid, organization_id uuid, expires_at timestamptz) | volatile | definer | ours
users.update_session_last_used() | trigger | volatile | invoker | 003
users.verify_password(text,text) | uuid | stable | definer | ours
utilities.analyze_tables(name) | integer | volatile | definer | 000
utilities.clean_text(text) | text | immutable | invoker | ours
utilities.delete_older_than(regclass,name,interval,integer) | bigint | volatile | invoker | 000
utilities.generate_ulid() | text | volatile | invoker | 000
utilities.generate_ulid(timestamptz) | text | volatile | invoker | 000
utilities.index_usage(name) | TABLE(schema_name name, table_name name, index_name name, scans bigint, index_bytes bigint, index_size text, is_valid boolean, is_unused boolean) | stable | invoker | 001
utilities.install_extension(text) | procedure | volatile | invoker | ours
utilities.is_e164(text) | boolean | immutable | invoker | ours
utilities.is_valid_email(text) | boolean | immutable | invoker | ours
utilities.is_valid_ulid(text) | boolean | immutable | invoker | 000
utilities.maintenance_candidates(name) | TABLE(schema_name name, table_name name, live_rows bigint, dead_rows bigint, changed_rows bigint, last_vacuum timestamptz, last_analyze timestamptz, needs_vacuum boolean, needs_analyze boolean) | stable | invoker | 001
utilities.normalize_email(text) | text | immutable | invoker | ours
utilities.normalize_phone_e164(text,text) | text | immutable | invoker | ours
utilities.purge_older_than(regclass,name,interval,integer,bigint) | procedure | volatile | invoker | 000
utilities.remove_extension(text) | procedure | volatile | invoker | ours
utilities.table_sizes(name) | TABLE(schema_name name, table_name name, estimated_rows bigint, table_bytes bigint, index_bytes bigint, total_bytes bigint, total_size text) | stable | invoker | 001
utilities.ulid_timestamp(text) | timestamptz | immutable | invoker | 000
utilities.ulid_to_uuid(text) | uuid | immutable | invoker | 000
utilities.uuid_to_ulid(uuid) | text | immutable | invoker | 000
";

/// signature | roles that may call it; the rest only the owner may.
const CALLERS: &str = r"
triggers.is_bcrypt_hash(text)                                     | app
users.cleanup_expired_refresh_tokens()                            | maintenance
users.cleanup_expired_sessions()                                  | maintenance
users.cleanup_old_login_attempts()                                | maintenance
users.current_organization_id()                                   | app maintenance readonly
users.current_tenant_id()                                         | app maintenance readonly
users.current_user_id()                                           | app maintenance readonly
users.hash_token(text)                                            | app
users.is_login_blocked(text,inet)                                 | app
users.issue_refresh_token(uuid,interval,text,inet,text)           | app
users.renew_session(text,text,text,timestamptz,timestamptz)       | app
users.revoke_refresh_token(text)                                  | app
users.revoke_refresh_tokens(uuid)                                 | app
users.rotate_refresh_token(text,interval,text,inet,text)          | app
users.token_or_random(text)                                       | app
users.touch_session(text)                                         | app
users.verify_password(text,text)                                  | app
utilities.analyze_tables(name)                                    | maintenance
utilities.clean_text(text)                                        | app maintenance readonly
utilities.delete_older_than(regclass,name,interval,integer)       | maintenance
utilities.generate_ulid()                                         | app
utilities.generate_ulid(timestamptz)                              | app
utilities.index_usage(name)                                       | maintenance readonly
utilities.is_e164(text)                                           | app maintenance readonly
utilities.is_valid_email(text)                                    | app maintenance readonly
utilities.is_valid_ulid(text)                                     | app maintenance readonly
utilities.maintenance_candidates(name)                            | maintenance readonly
utilities.normalize_email(text)                                   | app maintenance readonly
utilities.normalize_phone_e164(text,text)                         | app maintenance readonly
utilities.purge_older_than(regclass,name,interval,integer,bigint) | maintenance
utilities.table_sizes(name)                                       | maintenance readonly
utilities.ulid_timestamp(text)                                    | app maintenance readonly
utilities.ulid_to_uuid(text)                                      | app maintenance readonly
utilities.uuid_to_ulid(uuid)                                      | app maintenance readonly
";

const SIGNATURE: &str =
    "replace(p.oid::regprocedure::text, 'timestamp with time zone', 'timestamptz')";

#[test]
fn functions() {
    let query = format!(
        "SELECT {SIGNATURE}, replace(coalesce(pg_get_function_result(p.oid), 'procedure'),
                'timestamp with time zone', 'timestamptz'),
            CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
            CASE WHEN prosecdef THEN 'definer' ELSE 'invoker' END
        FROM pg_proc p WHERE p.pronamespace = ANY ({{ours}})"
    );
    documented(&Database::shipped(), &query, FUNCTIONS);
}

#[test]
fn callers() {
    let query = format!(
        "SELECT {SIGNATURE}, string_agg(substr(rolname, 5), ' ' ORDER BY rolname)
        FROM pg_proc p JOIN pg_roles r ON r.rolname ~ '^crm_'
            AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
        WHERE p.pronamespace IN ('utilities'::regnamespace, 'triggers'::regnamespace,
            'users'::regnamespace)
        GROUP BY p.oid"
    );
    matches(&Database::shipped(), &query, CALLERS);
}
