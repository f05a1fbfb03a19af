//! The rules that every module keeps, asked of the catalog; each shown to catch who breaks it.

use super::properties::same;
use crate::support::{Database, catalog};

/// What the queries share: our schemas, and the relations and functions in them that belong to no
/// extension.
const OURS: &str = "
WITH ns AS (
    SELECT oid, nspname, nspacl, nspowner FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
    AND nspname NOT IN ('information_schema', 'public', 'extensions', 'crmdb')
), rel AS (
    SELECT c.*, c.oid::regclass::text AS fq FROM pg_class c JOIN ns ON ns.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), fn AS (
    SELECT p.*, p.oid::regprocedure::text AS fq FROM pg_proc p JOIN ns ON ns.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
), pinned AS (
    SELECT oid FROM fn
    WHERE EXISTS (SELECT FROM unnest(proconfig) s WHERE s ~ '^search_path=.*pg_temp$')
), con AS (
    SELECT k.*, c.relname, left(c.relname, 20) AS stem, (
        SELECT string_agg(a.attname, '_' ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY u(num, n)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num
    ) AS columns
    FROM pg_constraint k JOIN rel c ON c.oid = k.conrelid AND NOT c.relispartition
)
";

/// A rule: what it says, the query for the names of those that break it, who may, and an object
/// that does, in schema `bad`, which exists.
struct Rule {
    says: &'static str,
    offenders: &'static str,
    /// Each with its reason.
    excepted: &'static [(&'static str, &'static str)],
    bad: &'static str,
    caught: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        // A key that carries the tenant besides is served by an index on the rest of it.
        says: "a foreign key has an index that leads with its columns",
        offenders: "SELECT con.conname FROM con
            CROSS JOIN LATERAL (SELECT coalesce(
                    array_agg(a.attnum) FILTER (WHERE a.attname NOT IN ('organization_id', 'user_id')),
                    array_agg(a.attnum) FILTER (WHERE a.attname = 'user_id'),
                    con.conkey) AS nums
                FROM unnest(con.conkey) u(num)
                JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = u.num) want
            WHERE con.contype = 'f' AND NOT EXISTS (SELECT FROM pg_index i
                WHERE i.indrelid = con.conrelid AND i.indisvalid
                AND (i.indpred IS NULL
                    OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')
                AND want.nums <@ (i.indkey::int2[])[0:cardinality(con.conkey) - 1])",
        excepted: &[],
        bad: "CREATE TABLE bad.t (user_id uuid CONSTRAINT t_user_id_fkey REFERENCES users.users);
            CREATE INDEX ON bad.t ((1), user_id); CREATE INDEX ON bad.t (user_id) WHERE false",
        caught: "t_user_id_fkey",
    },
    Rule {
        says: "a foreign key says what a deletion does",
        offenders: "SELECT conname FROM con WHERE contype = 'f' AND confdeltype = 'a'",
        excepted: &[],
        bad: "CREATE TABLE bad.t (user_id uuid CONSTRAINT t_user_id_fkey REFERENCES users.users)",
        caught: "t_user_id_fkey",
    },
    Rule {
        says: "a constraint is validated",
        offenders: "SELECT conname FROM con WHERE NOT convalidated",
        excepted: &[],
        bad: "CREATE TABLE bad.t (a int);
            ALTER TABLE bad.t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID",
        caught: "t_a_check",
    },
    Rule {
        // NaN is above all numbers: a check from below lets it through, and sums with it are NaN.
        says: "a check that a number is not negative refuses NaN, too",
        offenders: "SELECT conname FROM con CROSS JOIN pg_get_constraintdef(con.oid) AS def
            WHERE contype = 'c' AND def ~ '>=? \\(0\\)::(numeric|double precision)'
            AND def !~ '<=? [('']*[1-9NI]'",
        excepted: &[],
        bad: "CREATE TABLE bad.t (a numeric CONSTRAINT t_a_not_negative_check CHECK (a >= 0))",
        caught: "t_a_not_negative_check",
    },
    Rule {
        says: "an index is valid",
        offenders: "SELECT indexrelid::regclass FROM pg_index JOIN rel ON rel.oid = indrelid
            WHERE NOT indisvalid",
        excepted: &[],
        bad: "CREATE TABLE bad.t (a int); CREATE INDEX t_a_idx ON bad.t (a);
            UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bad.t_a_idx'::regclass",
        caught: "bad.t_a_idx",
    },
    Rule {
        // A unique one may be the index that a document names.
        says: "a constraint has the name that the server would give it, a check one that says more",
        offenders: "SELECT conname FROM con WHERE NOT CASE contype
            WHEN 'p' THEN conname = relname || '_pkey'
            WHEN 'u' THEN conname = relname || '_' || columns || '_key'
                OR length(conname) > 50 AND conname LIKE stem || '%\\_key'
                OR conname LIKE 'idx\\_%'
            WHEN 'f' THEN conname = relname || '_' || columns || '_fkey'
                OR length(conname) > 50 AND conname LIKE stem || '%\\_fkey'
            WHEN 'c' THEN conname LIKE stem || '%\\_check'
            WHEN 'x' THEN conname LIKE stem || '%\\_excl'
            ELSE true END",
        excepted: &[],
        bad: "CREATE TABLE bad.t (a int CONSTRAINT pk_t PRIMARY KEY)",
        caught: "pk_t",
    },
    Rule {
        says: "an index has a name in the server's pattern, or the one that a document gives it",
        offenders: "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            JOIN rel ON rel.oid = i.indrelid AND NOT rel.relispartition
            WHERE NOT i.indisprimary AND NOT i.indisexclusion AND c.relname NOT LIKE 'idx\\_%'
            AND c.relname NOT LIKE left(rel.relname, 20)
                || CASE WHEN i.indisunique THEN '%\\_key' ELSE '%\\_idx' END",
        excepted: &[],
        bad: "CREATE TABLE bad.t (a int); CREATE UNIQUE INDEX t_a_idx ON bad.t (a)",
        caught: "t_a_idx",
    },
    Rule {
        says: "a table has a primary key",
        offenders: "SELECT fq FROM rel WHERE relkind IN ('r', 'p') AND NOT EXISTS (
            SELECT FROM pg_constraint k WHERE k.conrelid = rel.oid AND k.contype = 'p')",
        excepted: &[],
        bad: "CREATE TABLE bad.t (a int UNIQUE)",
        caught: "bad.t",
    },
    Rule {
        // A body that was parsed when it was made (RETURN, BEGIN ATOMIC) has no names left to
        // look up, and a SET clause would stop the planner from inlining it.
        says: "a function has a fixed search_path that ends in pg_temp, or a parsed body",
        offenders: "SELECT fq FROM fn WHERE prosqlbody IS NULL AND oid NOT IN (SELECT * FROM pinned)",
        excepted: &[(
            "utilities.purge_older_than(regclass,name,interval,integer,bigint)",
            "a procedure with a SET clause cannot commit; every name in it is qualified",
        )],
        bad: "CREATE FUNCTION bad.f() RETURNS int LANGUAGE sql
            SET search_path = pg_temp, pg_catalog AS 'SELECT 1'",
        caught: "bad.f()",
    },
    Rule {
        says: "a SECURITY DEFINER function has a fixed search_path",
        offenders: "SELECT fq FROM fn WHERE prosecdef AND oid NOT IN (SELECT * FROM pinned)",
        excepted: &[],
        bad: "CREATE FUNCTION bad.f() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1",
        caught: "bad.f()",
    },
    Rule {
        says: "nothing is granted to PUBLIC",
        offenders: "SELECT fq FROM fn
            WHERE has_function_privilege('public', oid, 'EXECUTE')
            UNION ALL SELECT fq FROM rel WHERE relkind <> 'S' AND has_any_column_privilege('public',
                oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                OR EXISTS (SELECT FROM aclexplode(relacl) WHERE grantee = 0)
            UNION ALL SELECT nspname FROM ns WHERE has_schema_privilege('public', oid, 'USAGE, CREATE')",
        excepted: &[],
        bad: "CREATE FUNCTION bad.f() RETURNS int LANGUAGE sql RETURN 1",
        caught: "bad.f()",
    },
    Rule {
        says: "no role of the application may create or truncate",
        offenders: "SELECT nspname FROM ns, pg_roles r WHERE r.rolname ~ '^crm_'
                AND has_schema_privilege(r.oid, ns.oid, 'CREATE')
            UNION ALL SELECT fq FROM rel, pg_roles r WHERE r.rolname ~ '^crm_' AND relkind <> 'S'
                AND has_table_privilege(r.oid, rel.oid, 'TRUNCATE, TRIGGER, REFERENCES')",
        excepted: &[],
        bad: "CREATE TABLE bad.t (a int); GRANT TRUNCATE ON bad.t TO crm_app",
        caught: "bad.t",
    },
    Rule {
        says: "a view works with the rights of its reader",
        offenders: "SELECT fq FROM rel WHERE relkind = 'v'
            AND reloptions @> '{security_invoker=true}' IS NOT TRUE",
        excepted: &[],
        bad: "CREATE VIEW bad.v WITH (security_barrier) AS SELECT 1 AS a",
        caught: "bad.v",
    },
    Rule {
        // It has no row policies: whoever may read it sees the rows of all organizations.
        says: "no role of the application reads a materialized view",
        offenders: "SELECT DISTINCT fq FROM rel, pg_roles r WHERE relkind = 'm' AND r.rolname ~ '^crm_'
            AND has_any_column_privilege(r.oid, rel.oid, 'SELECT')",
        excepted: &[],
        bad: "CREATE MATERIALIZED VIEW bad.m AS SELECT 1 AS a; GRANT SELECT ON bad.m TO crm_readonly",
        caught: "bad.m",
    },
    Rule {
        says: "a schema, table, view and function says in a comment what it is",
        offenders: "SELECT nspname FROM ns WHERE obj_description(oid, 'pg_namespace') IS NULL
            UNION ALL SELECT fq FROM rel WHERE relkind <> 'S' AND NOT relispartition
                AND coalesce(btrim(obj_description(oid, 'pg_class')), '') = ''
            UNION ALL SELECT fq FROM fn
                WHERE coalesce(btrim(obj_description(oid, 'pg_proc')), '') = ''",
        excepted: &[],
        bad: "CREATE VIEW bad.v AS SELECT 1 AS a; COMMENT ON VIEW bad.v IS ' '",
        caught: "bad.v",
    },
    Rule {
        says: "a table with organization_id has row security and a policy",
        offenders: "SELECT fq FROM rel WHERE relkind IN ('r', 'p') AND EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = rel.oid
                AND a.attname = 'organization_id' AND NOT a.attisdropped)
            AND (NOT relispartition OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname ~ '^crm_'
                AND has_any_column_privilege(r.oid, rel.oid, 'SELECT, INSERT, UPDATE')))
            AND NOT (relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = rel.oid))",
        excepted: &[],
        bad: "CREATE TABLE bad.t (organization_id uuid); ALTER TABLE bad.t ENABLE ROW LEVEL SECURITY;
            CREATE TABLE bad.open (organization_id uuid);
            CREATE POLICY open_policy ON bad.open USING (true)",
        caught: "bad.open",
    },
    Rule {
        says: "a table of `users` has row security, whatever its columns",
        offenders: "SELECT fq FROM rel WHERE relkind IN ('r', 'p') AND NOT relrowsecurity
            AND relnamespace = 'users'::regnamespace",
        excepted: &[],
        bad: "CREATE TABLE users.t (a int)",
        caught: "users.t",
    },
    Rule {
        says: "an enabled trigger is all there is",
        offenders: "SELECT tgname FROM pg_trigger t JOIN rel ON rel.oid = t.tgrelid
            WHERE tgenabled <> 'O'",
        excepted: &[],
        bad: "CREATE TABLE bad.t (updated_at timestamptz);
            CREATE TRIGGER off BEFORE UPDATE ON bad.t FOR EACH ROW
                EXECUTE FUNCTION triggers.update_updated_at_column();
            ALTER TABLE bad.t DISABLE TRIGGER off",
        caught: "off",
    },
];

/// Returns who breaks a rule and is not excepted.
fn offenders(database: &Database, rule: &Rule, before: &str) -> Vec<String> {
    let rows = database.rows(&format!(
        "BEGIN; {before}; {OURS} {}; ROLLBACK",
        rule.offenders
    ));
    rows.into_iter()
        .map(|mut row| row.swap_remove(0))
        .filter(|name| rule.excepted.iter().all(|(excepted, _)| excepted != name))
        .collect()
}

#[test]
fn every_module_keeps_the_rules() {
    let database = Database::shipped();
    for rule in RULES {
        let broken = offenders(&database, rule, "");
        assert!(broken.is_empty(), "{}: {broken:#?}", rule.says);
    }
}

#[test]
fn each_rule_catches_who_breaks_it() {
    let database = Database::shipped();
    let before = catalog(&database);
    for rule in RULES {
        let bad = format!("CREATE SCHEMA bad; {}", rule.bad);
        let broken = offenders(&database, rule, &bad);
        assert!(
            broken.iter().any(|name| name == rule.caught),
            "{}: not caught: {}, but {broken:#?}",
            rule.says,
            rule.bad
        );
    }
    same(&catalog(&database), &before, "nothing of it stays");
}

#[test]
fn an_exception_is_still_needed() {
    let database = Database::shipped();
    for rule in RULES {
        let rows = database.rows(&format!("{OURS} {}", rule.offenders));
        for (name, why) in rule.excepted {
            assert!(
                rows.iter().any(|row| row[0] == *name),
                "{}: {name} ({why}) keeps it",
                rule.says
            );
        }
    }
}
