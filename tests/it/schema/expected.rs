//! What the documents ask for, object by object, against the catalog.
//!
//! The tables are `expected/<module>/<kind>.txt`, cells parted by `|`. The last cell of a line names
//! the document that asks for it: 000 Thoughts, 001 contact management, 002 Epic 3, 003 AI dialer,
//! 004 OPhir; `ours` is what we added to it. The tables are complete: what stands in no line must
//! not be there. Partitions are left out: their names depend on the day. `<module>+<extension>` holds
//! what is deferred where the server does not have the extension.

use std::path::Path;

use super::{lines, matches};
use crate::support::Database;

/// The schemas of the modules, as a condition on a column.
const OURS: &str = "IN (SELECT oid FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
    AND nspname NOT IN ('information_schema', 'public', 'extensions', 'crmdb'))";

/// Returns the lines of one kind, of all modules.
fn expected(database: &Database, kind: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/schema/expected");
    let modules = std::fs::read_dir(&folder).expect("the folder of expectations");
    let mut all = Vec::new();
    for module in modules {
        let module = module.expect("an entry");
        // A module without a file of a kind has nothing of that kind.
        let text = std::fs::read_to_string(module.path().join(format!("{kind}.txt")));
        let folder = module.file_name().into_string().expect("a name");
        let (name, extension) = folder.split_once('+').unwrap_or((&folder, "plpgsql"));
        let offered =
            format!("SELECT count(*) FROM pg_available_extensions WHERE name = '{extension}'");
        if database.value(&offered) == "0" {
            continue;
        }
        for line in lines(&text.unwrap_or_default()) {
            assert!(line.starts_with(&format!("{name}.")), "in {name}: {line}");
            all.push(line);
        }
    }
    assert!(!all.is_empty(), "no expectations in {}", folder.display());
    all
}

/// Asserts that a query returns exactly what is expected.
#[track_caller]
fn complete(kind: &str, query: &str) {
    let database = Database::shipped();
    let table = expected(&database, kind).join("\n");
    matches(&database, &query.replace("{ours}", OURS), &table);
}

/// The same without the last cell of a line, which says where it comes from.
#[track_caller]
fn documented(kind: &str, query: &str) {
    const SOURCES: [&str; 6] = ["000", "001", "002", "003", "004", "ours"];
    let database = Database::shipped();
    let lines = expected(&database, kind).into_iter().map(|line| {
        let (rest, source) = line.rsplit_once(" | ").expect("cells");
        let known = source.split(' ').all(|source| SOURCES.contains(&source));
        assert!(known, "no source: {line}");
        rest.to_owned()
    });
    let table = lines.collect::<Vec<_>>().join("\n");
    matches(&database, &query.replace("{ours}", OURS), &table);
}

/// table | column | type | nullability | default | document
#[test]
fn columns() {
    documented(
        "columns",
        "SELECT c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN 'not null' ELSE 'null' END,
            CASE a.attgenerated WHEN 's' THEN 'generated ' ELSE '' END
                || CASE a.attidentity WHEN '' THEN '' ELSE 'identity' END
                || coalesce(regexp_replace(replace(pg_get_expr(d.adbin, d.adrelid), '|', '¦'),
                    '\\s+', ' ', 'g'), '')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace {ours} AND relkind IN ('r', 'p') AND NOT relispartition",
    );
}

/// table | constraint | definition | document
#[test]
fn constraints_and_what_deletions_do() {
    // PostgreSQL 18 also has a constraint for each NOT NULL, of type n.
    documented(
        "constraints",
        "SELECT conrelid::regclass, conname,
            regexp_replace(replace(pg_get_constraintdef(k.oid), '|', '¦'), '\\s+', ' ', 'g')
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid AND NOT relispartition
        WHERE connamespace {ours} AND contype IN ('p', 'u', 'f', 'c', 'x')",
    );
}

/// table | index | definition | document; those of constraints stand there
#[test]
fn indexes() {
    documented(
        "indexes",
        "SELECT i.indrelid::regclass, c.relname, CASE WHEN i.indisunique THEN 'unique ' ELSE '' END
            || regexp_replace(replace(substring(pg_get_indexdef(c.oid) FROM ' USING (.*)'), '|', '¦'),
                '\\s+', ' ', 'g')
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid AND NOT c.relispartition
        WHERE c.relnamespace {ours}
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND contype <> 'f')",
    );
}

/// view | column | type | document; materialized ones too
#[test]
fn views() {
    documented(
        "views",
        "SELECT c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0
        WHERE c.relnamespace {ours} AND relkind IN ('v', 'm')",
    );
}

/// table | trigger | when, and for each what, unless it is a row | function | document
#[test]
fn triggers() {
    documented(
        "triggers",
        "SELECT t.tgrelid::regclass, t.tgname,
            replace(replace(regexp_replace(
                substring(pg_get_triggerdef(t.oid) FROM 'TRIGGER \\S+ (.*) EXECUTE FUNCTION'),
                ' ON ' || t.tgrelid::regclass, ''), ' FOR EACH ROW', ''), '|', '¦'),
            t.tgfoid::regproc
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid AND NOT relispartition
        WHERE c.relnamespace {ours} AND NOT t.tgisinternal",
    );
}

/// table | policy | roles | command | using | with check
#[test]
fn policies() {
    complete(
        "policies",
        "SELECT p.polrelid::regclass, p.polname,
            CASE WHEN p.polroles = '{0}' THEN 'all' ELSE (SELECT string_agg(substr(rolname, 5), ' '
                ORDER BY rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles)) END,
            CASE p.polcmd WHEN '*' THEN 'all' WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert'
                WHEN 'w' THEN 'update' ELSE 'delete' END,
            coalesce(regexp_replace(replace(pg_get_expr(p.polqual, p.polrelid), '|', '¦'),
                '\\s+', ' ', 'g'), ''),
            coalesce(regexp_replace(replace(pg_get_expr(p.polwithcheck, p.polrelid), '|', '¦'),
                '\\s+', ' ', 'g'), '')
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid AND NOT relispartition
        WHERE c.relnamespace {ours}",
    );
}

const SIGNATURE: &str =
    "replace(p.oid::regprocedure::text, 'timestamp with time zone', 'timestamptz')";

/// signature | result | volatility | whose rights | document
#[test]
fn functions() {
    documented(
        "functions",
        &format!(
            "SELECT {SIGNATURE}, replace(coalesce(pg_get_function_result(p.oid), 'procedure'),
                    'timestamp with time zone', 'timestamptz'),
                CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
                CASE WHEN prosecdef THEN 'definer' ELSE 'invoker' END
            FROM pg_proc p WHERE p.pronamespace {{ours}}"
        ),
    );
}

/// signature | roles that may call it; the rest only the owner may
#[test]
fn callers() {
    complete(
        "callers",
        &format!(
            "SELECT {SIGNATURE}, string_agg(substr(rolname, 5), ' ' ORDER BY rolname)
            FROM pg_proc p JOIN pg_roles r ON r.rolname ~ '^crm_'
                AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
            WHERE p.pronamespace {{ours}}
            GROUP BY p.oid"
        ),
    );
}

/// relation | role | on the whole of it | columns that it may read; * is all of them
#[test]
fn grants() {
    complete(
        "grants",
        "SELECT c.oid::regclass, substr(r.rolname, 5),
            (SELECT string_agg(p, ' ' ORDER BY n)
                FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES',
                    'TRIGGER']) WITH ORDINALITY AS u (p, n)
                WHERE has_table_privilege(r.oid, c.oid, p)),
            '*' || coalesce((SELECT ' but ' || string_agg(attname, ', ' ORDER BY attnum)
                FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
                AND NOT has_column_privilege(r.oid, c.oid, attnum, 'SELECT')), '')
        FROM pg_class AS c, pg_roles AS r
        WHERE c.relnamespace {ours} AND NOT relispartition
            AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND r.rolname ~ '^crm_'
            AND (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                OR has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE, TRIGGER'))",
    );
}
