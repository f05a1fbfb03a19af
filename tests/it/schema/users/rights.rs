//! Whose rights count: before a log-in, under a hostile search path, without a superuser.

use super::tenants::{A, ALICE, acting, tenants};
use crate::schema::{holds, refuses};
use crate::support::{Database, Run};

/// Who logs in has neither organization nor user yet.
#[test]
fn a_log_in_works_before_anything_is_set() {
    let database = tenants();
    let issue = format!("SELECT users.issue_refresh_token('{ALICE}')");
    let token = database.value(&issue);
    database
        .execute("UPDATE users.users SET password_hash = 'long enough' WHERE email = 'alice@a.io'");
    let unset = acting("crm_app", "", "");
    holds(
        &database,
        &format!(
            "{unset}; INSERT INTO users.login_attempts (email, ip_address) VALUES ('x', '::1')"
        ),
        &[
            &format!("users.verify_password('alice@a.io', 'long enough') = '{ALICE}'"),
            "NOT users.is_login_blocked('alice@a.io', '10.9.9.9')",
            &format!(
                "(SELECT (user_id, organization_id) = ('{ALICE}', '{A}')
                FROM users.touch_session('tok alice@a.io'))"
            ),
            &format!(
                "(SELECT (outcome, user_id, organization_id) = ('rotated', '{ALICE}', '{A}')
                FROM users.rotate_refresh_token('{token}'))"
            ),
        ],
    );
    refuses(&database, &unset, &[("P0002", &issue)]);
    holds(
        &database,
        &acting("crm_app", "", ALICE),
        &[&format!("users.issue_refresh_token('{ALICE}') <> ''")],
    );
}

/// Functions and an operator of the names that ours use, in schemas that the caller may write to.
const TRAPS: &str = r"
    CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.trap VALUES ('lower'); RETURN $1; END $$;
    CREATE FUNCTION public.btrim(text) RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.trap VALUES ('btrim'); RETURN $1; END $$;
    CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.trap VALUES ('sha256'); RETURN $1; END $$;
    CREATE FUNCTION public.equal(text, text) RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.trap VALUES ('='); RETURN true; END $$;
    CREATE OPERATOR public.= (leftarg = text, rightarg = text, function = public.equal);
    CREATE TEMP TABLE users (id uuid, email text, password_hash text, is_active boolean);
    SET search_path = pg_temp, public, pg_catalog";

#[test]
fn a_callers_search_path_changes_no_function() {
    let database = tenants();
    database.execute(
        "CREATE TABLE public.trap (what text); GRANT INSERT ON public.trap TO crm_app;
        GRANT USAGE, CREATE ON SCHEMA public TO crm_app;
        UPDATE users.users SET password_hash = 'long enough' WHERE email = 'alice@a.io'",
    );
    let hostile = format!("SET ROLE crm_app; {TRAPS}");
    database.execute(&format!(
        "{hostile}; INSERT INTO users.login_attempts (email, ip_address) VALUES ('x', '::1');
        SELECT users.verify_password('alice@a.io', 'wrong one') OPERATOR(pg_catalog.=) '{ALICE}',
            users.verify_password('alice@a.io', 'long enough'), users.touch_session('x'),
            users.rotate_refresh_token('x'), users.revoke_refresh_token('x'),
            users.is_login_blocked('a', '::1'), users.hash_token('x'), utilities.generate_ulid(),
            utilities.is_valid_email('a@b.co'), utilities.clean_text(' x '),
            utilities.normalize_email('A@b.co'), utilities.normalize_phone_e164('1', '44')"
    ));
    assert_eq!(
        database.value("SELECT string_agg(what, ',') FROM public.trap"),
        ""
    );
    // The traps do work.
    database.execute(
        "SET ROLE crm_app; SET search_path = pg_temp, public, pg_catalog;
        SELECT lower('X'::text) = 'x'::text",
    );
    assert_eq!(
        database.value("SELECT string_agg(what, ',') FROM public.trap"),
        "lower,="
    );
}

/// Managed servers give no superuser: the owner of the database is enough where the roles exist.
#[test]
fn the_owner_of_a_database_needs_no_superuser() {
    drop(Database::shipped()); // by now the roles exist
    let database = Database::new();
    let owner = format!("owner_of_{}", database.name());
    database.execute(&format!("CREATE ROLE {owner} LOGIN"));
    database.execute(&format!(
        "ALTER DATABASE {} OWNER TO {owner}",
        database.name()
    ));
    let url = database.url_as(&owner);
    let offered = "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'";
    if database.value(offered) == "1" {
        // Not a trusted extension: the hint says what to have done.
        let create = "CREATE EXTENSION vector SCHEMA extensions;";
        Run::shipped_at(&url, "migrate up").ends(2).says(create);
        database.execute(create);
    }
    Run::shipped_at(&url, "migrate up").ends(0);
    holds(
        &database,
        &format!(
            "SET SESSION AUTHORIZATION {owner};
            INSERT INTO users.users (email, password_hash) VALUES ('a@b.co', 'long enough');
            INSERT INTO users.user_sessions (user_id, token, expires_at)
                SELECT id, 'tok', now() + interval '1 hour' FROM users.users;
            RESET SESSION AUTHORIZATION; SET ROLE crm_app"
        ),
        &[
            "users.verify_password('a@b.co', 'long enough') IS NOT NULL",
            "(SELECT count(*) FROM users.touch_session('tok')) = 1",
            "(SELECT count(*) FROM users.users) = 0",
        ],
    );
    Run::shipped_at(&url, "migrate down --all --allow-data-loss").ends(0);
    assert_eq!(database.value("SELECT to_regnamespace('users')"), "");
    database.execute(&format!(
        "ALTER DATABASE {} OWNER TO postgres; DROP OWNED BY {owner} CASCADE; DROP ROLE {owner}",
        database.name()
    ));
}
