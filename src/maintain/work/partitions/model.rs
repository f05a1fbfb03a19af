//! What a new partition is like, beside what every partition takes from its table: the newest of
//! the others is the model for rights, row security, storage parameters and the replica identity.

use super::super::super::trouble::Trouble;
use super::super::super::worker::Worker;
use super::parent::Parent;
use super::plan::Child;
use crate::sql::quote_literal;

/// How new partitions are made.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// What follows the columns of `CREATE TABLE`.
    pub(super) clauses: String,
    /// Before the table is attached: text before its name, and after it.
    pub(super) before: Vec<(String, String)>,
    /// After it is attached.
    pub(super) after: Vec<(String, String)>,
    /// Around the move of rows out of the default partition.
    pub(super) quiet: Vec<String>,
    pub(super) loud: Vec<String>,
    /// The columns that are written.
    pub(super) columns: String,
    /// Why rows cannot be moved out of the default partition.
    pub(super) cannot_move: Option<String>,
    /// The index of the table whose part is the replica identity.
    pub(super) identity_index: Option<String>,
}

impl Model {
    /// Looks at the table and its newest partition.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(super) async fn look(
        worker: &mut Worker<'_>,
        parent: &Parent,
        children: &[Child],
    ) -> Result<Self, Trouble> {
        let sibling = children.iter().rev().find(|child| child.is_plain());
        let sibling = sibling.map_or("0", |child| &child.oid);
        let default = parent.default.as_ref().map_or("0", |(oid, _)| oid);
        let answer = worker
            .rehearse(&statement(&parent.oid, sibling, default))
            .await?;
        let mut model = Self::default();
        for row in &answer.rows {
            let word = |at| row.get(at).unwrap_or_default().to_owned();
            match row.get(0) {
                Some("clauses") => model.clauses += &word(1),
                Some("before") => model.before.push((word(1), word(2))),
                Some("after") => model.after.push((word(1), word(2))),
                Some("quiet") => {
                    model.quiet.push(word(1));
                    model.loud.push(word(2));
                }
                Some("columns") => model.columns = word(1),
                Some("cannot move") => model.cannot_move = Some(word(1)),
                Some("identity") => model.identity_index = Some(word(1)),
                Some("note") => (worker.listen)(&word(1)),
                _ => {}
            }
        }
        Ok(model)
    }
}

/// Numbers are 0 where there is none.
fn statement(parent: &str, sibling: &str, default: &str) -> String {
    let with_subquery = quote_literal(r"\{SUBLINK\M");
    format!(
        r#"WITH parent AS (SELECT c.* FROM pg_catalog.pg_class AS c WHERE c.oid = {parent}),
sibling AS (SELECT c.* FROM pg_catalog.pg_class AS c WHERE c.oid = {sibling}),
model AS (SELECT * FROM sibling UNION ALL SELECT * FROM parent WHERE NOT EXISTS (SELECT FROM sibling)),
rights AS (
    SELECT x.grantee, x.privilege_type, x.is_grantable, NULL::pg_catalog.name AS attname
    FROM sibling AS s CROSS JOIN LATERAL pg_catalog.aclexplode(s.relacl) AS x
    WHERE x.grantee <> s.relowner
    UNION ALL
    SELECT x.grantee, x.privilege_type, x.is_grantable, a.attname
    FROM sibling AS s JOIN pg_catalog.pg_attribute AS a ON a.attrelid = s.oid AND NOT a.attisdropped
    CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) AS x
    WHERE x.grantee <> s.relowner
),
given AS (
    SELECT DISTINCT x.grantee FROM pg_catalog.pg_default_acl AS d
    CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) AS x
    WHERE d.defaclobjtype = 'r' AND EXISTS (SELECT FROM sibling)
),
policy AS (
    SELECT p.polname, p.polrelid, p.polpermissive, p.polcmd, p.polroles, p.polqual, p.polwithcheck,
        pg_catalog.concat(p.polqual::pg_catalog.text, p.polwithcheck::pg_catalog.text)
            ~ {with_subquery} AS reads_more
    FROM sibling AS s JOIN pg_catalog.pg_policy AS p ON p.polrelid = s.oid
)
SELECT 'clauses', pg_catalog.format(' USING %I', m.amname), NULL
FROM parent AS p JOIN pg_catalog.pg_am AS m ON m.oid = p.relam
UNION ALL
SELECT 'clauses', ' WITH (' || (SELECT pg_catalog.string_agg(pg_catalog.format('%I = %L',
        pg_catalog.split_part(o, '=', 1), pg_catalog.substr(o, pg_catalog.strpos(o, '=') + 1)), ', ')
    FROM pg_catalog.unnest(s.reloptions) AS o) || ')', NULL
FROM sibling AS s
UNION ALL
SELECT 'clauses', pg_catalog.format(' TABLESPACE %I', t.spcname), NULL
FROM parent AS p JOIN pg_catalog.pg_tablespace AS t ON t.oid = p.reltablespace
UNION ALL
SELECT 'before', 'ALTER TABLE ', pg_catalog.format(' OWNER TO %I', r.rolname)
FROM parent AS p JOIN pg_catalog.pg_roles AS r ON r.oid = p.relowner
WHERE r.rolname <> current_user
UNION ALL
SELECT 'before', 'REVOKE ALL ON TABLE ', ' FROM ' || CASE g.grantee WHEN 0 THEN 'PUBLIC'
    ELSE pg_catalog.quote_ident(r.rolname) END
FROM given AS g CROSS JOIN parent AS p LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = g.grantee
WHERE g.grantee <> p.relowner AND (g.grantee = 0 OR r.oid IS NOT NULL)
UNION ALL
SELECT 'after', pg_catalog.format('GRANT %s%s ON TABLE ', g.privilege_type,
        ' (' || pg_catalog.quote_ident(g.attname) || ')'),
    ' TO ' || CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END
    || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM rights AS g LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = g.grantee
WHERE g.grantee = 0 OR r.oid IS NOT NULL
UNION ALL
SELECT 'after', 'ALTER TABLE ', ' ENABLE ROW LEVEL SECURITY' FROM model AS m WHERE m.relrowsecurity
UNION ALL
SELECT 'after', 'ALTER TABLE ', ' FORCE ROW LEVEL SECURITY' FROM sibling AS s WHERE s.relforcerowsecurity
UNION ALL
SELECT 'after', pg_catalog.format('CREATE POLICY %I ON ', p.polname),
    pg_catalog.format(' AS %s FOR %s TO %s',
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
            WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT pg_catalog.string_agg(CASE o WHEN 0 THEN 'PUBLIC'
            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o)) END, ', ')
         FROM pg_catalog.unnest(p.polroles) AS o))
    || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
    || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
FROM policy AS p WHERE NOT p.reads_more
UNION ALL
SELECT 'note', pg_catalog.format(
    'the policy %I reads other tables and is not copied: without it, less can be read', p.polname), NULL
FROM policy AS p WHERE p.reads_more
UNION ALL
SELECT 'after', 'ALTER TABLE ', ' REPLICA IDENTITY ' || CASE m.relreplident WHEN 'f' THEN 'FULL' ELSE 'NOTHING' END
FROM model AS m WHERE m.relreplident IN ('f', 'n')
UNION ALL
SELECT 'identity', coalesce(h.inhparent, i.indexrelid)::pg_catalog.text, NULL
FROM model AS m JOIN pg_catalog.pg_index AS i ON i.indrelid = m.oid AND i.indisreplident
LEFT JOIN pg_catalog.pg_inherits AS h ON h.inhrelid = i.indexrelid
WHERE m.relreplident = 'i'
UNION ALL
SELECT 'quiet', pg_catalog.format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', c.oid::pg_catalog.regclass),
    pg_catalog.format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', c.oid::pg_catalog.regclass)
FROM pg_catalog.pg_class AS c WHERE c.oid = {default} AND c.relforcerowsecurity
UNION ALL
SELECT 'quiet', pg_catalog.format('ALTER TABLE %s DISABLE TRIGGER %I', c.oid::pg_catalog.regclass, t.tgname),
    pg_catalog.format('ALTER TABLE %s ENABLE %sTRIGGER %I', c.oid::pg_catalog.regclass,
        CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END, t.tgname)
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = c.oid
WHERE c.oid = {default} AND NOT t.tgisinternal AND t.tgenabled <> 'D'
UNION ALL
SELECT 'columns', pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum), NULL
FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = {parent} AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
UNION ALL
SELECT 'cannot move', pg_catalog.min(pg_catalog.format('%I', f.conname)), NULL
FROM pg_catalog.pg_constraint AS f WHERE f.contype = 'f' AND f.confrelid IN ({parent}, {default})
HAVING pg_catalog.count(*) > 0"#
    )
}
