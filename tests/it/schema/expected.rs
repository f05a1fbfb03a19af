//! What the documents ask for, object by object, against the catalog.
//!
//! The last cell of a line names the document that asks for it: 000 Thoughts, 001 contact
//! management, 002 Epic 3, 003 AI dialer, 004 OPhir; `ours` is what we added to it. The tables are
//! complete: what stands in no line must not be there.

use super::matches;
use crate::support::Database;

/// table | column | type | nullability | default | document
const COLUMNS: &str = r"
users.organizations  | id                 | uuid                     | not null | extensions.uuid_generate_v4() | 004
users.organizations  | name               | character varying(255)   | null     |                               | 004
users.organizations  | plan_type          | character varying(50)    | null     | 'free'::character varying     | 004
users.organizations  | settings           | jsonb                    | null     | '{}'::jsonb                   | 004
users.organizations  | created_at         | timestamp with time zone | not null | CURRENT_TIMESTAMP             | 004
users.organizations  | updated_at         | timestamp with time zone | not null | CURRENT_TIMESTAMP             | 004
users.users          | id                 | uuid                     | not null | extensions.uuid_generate_v4() | 003 004
users.users          | organization_id    | uuid                     | null     |                               | 004
users.users          | email              | character varying(255)   | not null |                               | 003 004
users.users          | name               | character varying(255)   | not null |                               | 003
users.users          | first_name         | character varying(100)   | null     |                               | 004
users.users          | last_name          | character varying(100)   | null     |                               | 004
users.users          | role               | character varying(50)    | not null | 'user'::character varying     | 003 004
users.users          | credits            | integer                  | not null | 15                            | 003
users.users          | is_active          | boolean                  | not null | true                          | 003
users.users          | auth_provider      | character varying(50)    | not null | 'email'::character varying    | 003
users.users          | stack_auth_user_id | character varying(255)   | null     |                               | 003
users.users          | email_verified     | boolean                  | not null | false                         | 003 004
users.users          | password_hash      | character varying(255)   | null     |                               | 003 004
users.users          | company            | character varying(255)   | null     |                               | 003
users.users          | website            | character varying(255)   | null     |                               | 003
users.users          | location           | character varying(255)   | null     |                               | 003
users.users          | bio                | text                     | null     |                               | 003
users.users          | phone              | character varying(50)    | null     |                               | 003
users.users          | settings           | jsonb                    | null     | '{}'::jsonb                   | 004
users.users          | created_at         | timestamp with time zone | not null | CURRENT_TIMESTAMP             | 003 004
users.users          | updated_at         | timestamp with time zone | not null | CURRENT_TIMESTAMP             | 003 004
users.refresh_tokens | id                 | uuid                     | not null | extensions.uuid_generate_v4() | 000
users.refresh_tokens | user_id            | uuid                     | not null |                               | 000
users.refresh_tokens | family_id          | uuid                     | not null | extensions.uuid_generate_v4() | 000
users.refresh_tokens | token_hash         | bytea                    | not null |                               | 000
users.refresh_tokens | expires_at         | timestamp with time zone | not null |                               | 000
users.refresh_tokens | used_at            | timestamp with time zone | null     |                               | 000
users.refresh_tokens | revoked_at         | timestamp with time zone | null     |                               | 000
users.refresh_tokens | ip_address         | inet                     | null     |                               | 000
users.refresh_tokens | user_agent         | text                     | null     |                               | 000
users.refresh_tokens | created_at         | timestamp with time zone | not null | CURRENT_TIMESTAMP             | 000
users.user_sessions  | id                 | uuid                     | not null | extensions.uuid_generate_v4() | 003
users.user_sessions  | user_id            | uuid                     | not null |                               | 003
users.user_sessions  | token              | character varying(500)   | not null |                               | 003
users.user_sessions  | refresh_token      | character varying(500)   | null     |                               | 003
users.user_sessions  | expires_at         | timestamp with time zone | not null |                               | 003
users.user_sessions  | refresh_expires_at | timestamp with time zone | null     |                               | 003
users.user_sessions  | last_used_at       | timestamp with time zone | not null | CURRENT_TIMESTAMP             | 003
users.user_sessions  | ip_address         | inet                     | null     |                               | 003
users.user_sessions  | user_agent         | text                     | null     |                               | 003
users.user_sessions  | created_at         | timestamp with time zone | not null | CURRENT_TIMESTAMP             | ours
users.login_attempts | id                 | uuid                     | not null | extensions.uuid_generate_v4() | 003
users.login_attempts | email              | character varying(255)   | not null |                               | 003
users.login_attempts | ip_address         | inet                     | not null |                               | 003
users.login_attempts | success            | boolean                  | not null | false                         | 003
users.login_attempts | attempted_at       | timestamp with time zone | not null | CURRENT_TIMESTAMP             | 003
";

/// table | constraint | definition | document
const CONSTRAINTS: &str = r"
users.organizations | organizations_pkey | PRIMARY KEY (id) | 004
users.users | users_auth_provider_check | CHECK (((auth_provider)::text = ANY ((ARRAY['email'::character varying, 'google'::character varying, 'linkedin'::character varying, 'github'::character varying])::text[]))) | 003
users.users | users_credits_not_negative_check | CHECK ((credits >= 0)) | 003
users.users | users_email_format_check | CHECK (utilities.is_valid_email((email)::text)) | 000
users.users | users_password_hash_bcrypt_check | CHECK (triggers.is_bcrypt_hash((password_hash)::text)) | 000 004
users.users | users_role_check | CHECK (((role)::text = ANY ((ARRAY['user'::character varying, 'admin'::character varying, 'super_admin'::character varying])::text[]))) | 003
users.users | users_organization_id_fkey | FOREIGN KEY (organization_id) REFERENCES users.organizations(id) ON DELETE RESTRICT | 004
users.users | users_pkey | PRIMARY KEY (id) | 003 004
users.users | users_email_key | UNIQUE (email) | 003 004
users.users | users_id_organization_id_key | UNIQUE (id, organization_id) | ours
users.users | users_stack_auth_user_id_key | UNIQUE (stack_auth_user_id) | 003
users.refresh_tokens | refresh_tokens_expires_at_after_creation_check | CHECK ((expires_at > created_at)) | ours
users.refresh_tokens | refresh_tokens_token_hash_sha256_check | CHECK ((octet_length(token_hash) = 32)) | 000
users.refresh_tokens | refresh_tokens_user_id_fkey | FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE | 000
users.refresh_tokens | refresh_tokens_pkey | PRIMARY KEY (id) | 000
users.refresh_tokens | refresh_tokens_token_hash_key | UNIQUE (token_hash) | 000
users.user_sessions | user_sessions_refresh_token_sha256_check | CHECK (((refresh_token)::text ~ '^sha256:[0-9a-f]{64}$'::text)) | 000
users.user_sessions | user_sessions_token_sha256_check | CHECK (((token)::text ~ '^sha256:[0-9a-f]{64}$'::text)) | 000
users.user_sessions | user_sessions_user_id_fkey | FOREIGN KEY (user_id) REFERENCES users.users(id) ON DELETE CASCADE | 003
users.user_sessions | user_sessions_pkey | PRIMARY KEY (id) | 003
users.user_sessions | user_sessions_refresh_token_key | UNIQUE (refresh_token) | 003
users.user_sessions | user_sessions_token_key | UNIQUE (token) | 003
users.login_attempts | login_attempts_pkey | PRIMARY KEY (id) | 003
";

/// table | index | definition | document; those of constraints stand there.
const INDEXES: &str = r"
users.login_attempts | login_attempts_attempted_at_idx            | btree (attempted_at)                       | ours
users.login_attempts | login_attempts_email_attempted_at_idx      | btree (lower((email)::text), attempted_at) | ours
users.login_attempts | login_attempts_ip_address_attempted_at_idx | btree (ip_address, attempted_at)           | ours
users.refresh_tokens | refresh_tokens_expires_at_idx              | btree (expires_at)                         | ours
users.refresh_tokens | refresh_tokens_family_id_idx               | btree (family_id)                          | ours
users.refresh_tokens | refresh_tokens_user_id_idx                 | btree (user_id)                            | ours
users.user_sessions  | user_sessions_expires_at_idx               | btree (expires_at)                         | ours
users.user_sessions  | user_sessions_user_id_idx                  | btree (user_id)                            | ours
users.users          | users_organization_id_idx                  | btree (organization_id)                    | ours
users.users          | users_email_lower_key                      | unique btree (lower((email)::text))        | ours
";

/// view | column | type | document
const VIEWS: &str = r"
users.user_login_stats | user_id             | uuid                     | 003
users.user_login_stats | email               | character varying(255)   | ours
users.user_login_stats | name                | character varying(255)   | ours
users.user_login_stats | login_count         | bigint                   | 003
users.user_login_stats | login_count_30_days | bigint                   | ours
users.user_login_stats | failed_count        | bigint                   | ours
users.user_login_stats | last_login          | timestamp with time zone | 003
users.user_login_stats | last_failure        | timestamp with time zone | ours
";

/// table | trigger | when | function | document
const TRIGGERS: &str = r"
users.users         | fill_user_name                  | BEFORE INSERT OR UPDATE OF name, first_name, last_name | users.fill_user_name              | ours
users.user_sessions | hash_session_tokens             | BEFORE INSERT OR UPDATE OF token, refresh_token        | users.hash_session_tokens         | 000
users.users         | hash_user_password              | BEFORE INSERT OR UPDATE OF password_hash               | triggers.hash_password            | 000
users.organizations | update_organizations_updated_at | BEFORE UPDATE                                          | triggers.update_updated_at_column | 000 004
users.user_sessions | update_session_last_used        | BEFORE UPDATE                                          | users.update_session_last_used    | 003
users.users         | update_users_updated_at         | BEFORE UPDATE                                          | triggers.update_updated_at_column | 000 004
";

/// The schemas of these modules.
const SCHEMAS: &str = "ARRAY['utilities', 'triggers', 'users']::regnamespace[]::oid[]";

/// Compares without the last cell, which says where a line comes from.
#[track_caller]
pub fn documented(database: &Database, query: &str, table: &str) {
    const SOURCES: [&str; 6] = ["000", "001", "002", "003", "004", "ours"];
    let lines = super::lines(table).into_iter().map(|line| {
        let (rest, source) = line.rsplit_once(" | ").expect("cells");
        let known = source.split(' ').all(|source| SOURCES.contains(&source));
        assert!(known, "no source: {line}");
        rest.to_owned()
    });
    let table: Vec<String> = lines.collect();
    matches(
        database,
        &query.replace("{ours}", SCHEMAS),
        &table.join("\n"),
    );
}

#[test]
fn columns() {
    documented(
        &Database::shipped(),
        "SELECT c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN 'not null' ELSE 'null' END,
            pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = ANY ({ours}) AND relkind IN ('r', 'p')",
        COLUMNS,
    );
}

#[test]
fn constraints_and_what_deletions_do() {
    // PostgreSQL 18 also has a constraint for each NOT NULL, of type n.
    documented(
        &Database::shipped(),
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = ANY ({ours}) AND contype IN ('p', 'u', 'f', 'c', 'x')",
        CONSTRAINTS,
    );
}

#[test]
fn indexes() {
    documented(
        &Database::shipped(),
        "SELECT i.indrelid::regclass, c.relname, CASE WHEN i.indisunique THEN 'unique ' ELSE '' END
            || substring(pg_get_indexdef(c.oid) FROM ' USING (.*)')
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relnamespace = ANY ({ours})
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND contype <> 'f')",
        INDEXES,
    );
}

#[test]
fn views() {
    documented(
        &Database::shipped(),
        "SELECT c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0
        WHERE c.relnamespace = ANY ({ours}) AND relkind IN ('v', 'm')",
        VIEWS,
    );
}

#[test]
fn triggers() {
    documented(
        &Database::shipped(),
        "SELECT t.tgrelid::regclass, t.tgname,
            substring(pg_get_triggerdef(t.oid) FROM 'TRIGGER \\S+ (.*) ON \\S+ FOR EACH ROW'),
            t.tgfoid::regproc
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = ANY ({ours}) AND NOT t.tgisinternal",
        TRIGGERS,
    );
}
