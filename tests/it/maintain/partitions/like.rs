//! What a new partition is like.

use super::{BY_MONTH, DEFAULT, LOG, OLD, changed, run, start};
use crate::support::{Database, Project};

/// All that the catalog says of a partition, without its name and bounds.
fn looks(database: &Database, name: &str) -> Vec<Vec<String>> {
    let p = format!("(SELECT * FROM pg_class WHERE oid = 'a.{name}'::regclass) AS p");
    let sql = format!(
        "SELECT 'class', relam, relpersistence, relchecks, relrowsecurity, reloptions, relreplident,
             relowner, relacl, reltablespace, relhastriggers, relhasindex FROM {p};
         SELECT 'column', a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity,
             a.attgenerated, a.attstorage, a.attcompression, a.attislocal, a.attinhcount,
             a.attcollation, a.attacl, a.attnum, pg_get_expr(d.adbin, d.adrelid)
         FROM {p} JOIN pg_attribute AS a ON a.attrelid = p.oid AND a.attnum > 0
         LEFT JOIN pg_attrdef AS d ON d.adrelid = p.oid AND d.adnum = a.attnum ORDER BY a.attnum;
         SELECT 'constraint', replace(c.conname, '{name}', 'p'), c.contype, c.conislocal,
             c.coninhcount, c.convalidated, c.connoinherit, c.conparentid,
             pg_get_constraintdef(c.oid)
         FROM {p} JOIN pg_constraint AS c ON c.conrelid = p.oid ORDER BY 2, 3;
         SELECT 'index', replace(pg_get_indexdef(i.indexrelid), '{name}', 'p'), h.inhparent,
             i.indisprimary, i.indisvalid
         FROM {p} JOIN pg_index AS i ON i.indrelid = p.oid
         LEFT JOIN pg_inherits AS h ON h.inhrelid = i.indexrelid ORDER BY 2;
         SELECT 'trigger', CASE WHEN t.tgisinternal THEN '' ELSE t.tgname END, t.tgfoid, t.tgtype,
             t.tgenabled, t.tgisinternal, t.tgconstrrelid, t.tgdeferrable,
             t.tgparentid <> 0
         FROM {p} JOIN pg_trigger AS t ON t.tgrelid = p.oid ORDER BY 2, 3, 4;
         SELECT 'referring', count(*), c.confdeltype FROM {p}
         JOIN pg_constraint AS c ON c.confrelid = p.oid GROUP BY 3;
         SELECT 'more', (SELECT count(*) FROM pg_policy WHERE polrelid = p.oid),
             (SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = p.oid),
             (SELECT count(*) FROM pg_description WHERE objoid = p.oid) FROM {p}"
    );
    database.rows(&sql)
}

#[test]
fn a_partition_is_what_the_server_itself_would_make() {
    let (project, database) = start(
        BY_MONTH,
        "CREATE TABLE a.other (id int PRIMARY KEY);
         CREATE COLLATION a.c (locale = 'C');
         CREATE FUNCTION a.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TABLE a.log (
             gone int, at timestamptz NOT NULL DEFAULT now(), id int GENERATED ALWAYS AS IDENTITY,
             n int NOT NULL CHECK (n > 0), twice int GENERATED ALWAYS AS (n * 2) STORED,
             t text COMPRESSION pglz COLLATE a.c, other int REFERENCES a.other ON DELETE CASCADE,
             named int CONSTRAINT small CHECK (named < 10), PRIMARY KEY (id, at)
         ) PARTITION BY RANGE (at);
         ALTER TABLE a.log DROP COLUMN gone;
         ALTER TABLE a.log ALTER COLUMN t SET STORAGE EXTERNAL, ALTER COLUMN n SET STATISTICS 50;
         CREATE TABLE a.refers (id int, at timestamptz, FOREIGN KEY (id, at) REFERENCES a.log);
         CREATE INDEX ON a.log (n) INCLUDE (t) WHERE n > 5;
         CREATE UNIQUE INDEX ON a.log (at, lower(t));
         CREATE STATISTICS a.s ON n, other FROM a.log;
         COMMENT ON COLUMN a.log.n IS 'N';
         CREATE TRIGGER noted BEFORE INSERT ON a.log FOR EACH ROW EXECUTE FUNCTION a.noted();
         CREATE TRIGGER never AFTER UPDATE ON a.log FOR EACH ROW WHEN (new.n > 3)
             EXECUTE FUNCTION a.noted();
         ALTER TABLE a.log DISABLE TRIGGER never;
         CREATE TABLE a.served PARTITION OF a.log
             FOR VALUES FROM ('2100-01-01 00:00Z') TO ('2100-02-01 00:00Z');",
    );
    assert_eq!(changed(&project, &database), 3);
    let month = database.value("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')");
    let (ours, servers) = (format!("log_p{month}"), "served");
    let (ours, servers) = (looks(&database, &ours), looks(&database, servers));
    assert!(servers.len() > 20, "{servers:#?}");
    for (ours, servers) in ours.iter().zip(&servers) {
        assert_eq!(ours.join(" "), servers.join(" "));
    }
    assert_eq!(ours.len(), servers.len());
    database.execute("INSERT INTO a.log (n) VALUES (7)");
}

#[test]
fn rights_and_the_like_are_those_of_the_newest_partition() {
    let project = Project::new(&["a"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .manifest(&format!(
            "[[task]]\nname = \"parts\"\nkind = \"partitions\"\ntable = \"a.log\"\n{BY_MONTH}"
        ));
    let database = Database::on_new_server();
    project.run(&database, "migrate up").ends(0);
    database.execute(
        "CREATE ROLE owner; CREATE ROLE \"Le''ser\"; CREATE ROLE everybody; CREATE ROLE heir;
         GRANT ALL ON SCHEMA a TO owner;
         ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO everybody;
         CREATE TABLE a.log (at timestamptz NOT NULL, x int, who name, PRIMARY KEY (x, at))
             PARTITION BY RANGE (at);
         ALTER TABLE a.log OWNER TO owner; ALTER TABLE a.log ENABLE ROW LEVEL SECURITY;
         CREATE TABLE a.model PARTITION OF a.log
             FOR VALUES FROM ('2100-01-01 00:00Z') TO ('2100-02-01 00:00Z')
             WITH (fillfactor = 70, autovacuum_vacuum_threshold = 7);
         ALTER TABLE a.model OWNER TO owner; REVOKE ALL ON a.model FROM everybody;
         GRANT SELECT ON a.model TO \"Le''ser\" WITH GRANT OPTION;
         GRANT UPDATE (x, who) ON a.model TO PUBLIC;
         ALTER TABLE a.model ENABLE ROW LEVEL SECURITY; ALTER TABLE a.model FORCE ROW LEVEL SECURITY;
         CREATE POLICY \"Die \"\"eine\" ON a.model AS RESTRICTIVE FOR UPDATE TO \"Le''ser\", owner
             USING (who = CURRENT_USER) WITH CHECK (x > 0);
         CREATE POLICY other ON a.model USING (x IN (SELECT m.x FROM a.log AS m));
         ALTER TABLE a.model REPLICA IDENTITY USING INDEX model_pkey;",
    );
    run(&project, &database)
        .ends(0)
        .says("the policy other reads other tables and is not copied");
    let month = database.value("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')");
    let of = |name: &str| {
        database.rows(&format!(
            "SELECT relowner, relacl::text, reloptions, relrowsecurity, relforcerowsecurity,
                 relreplident, (SELECT c.relname FROM pg_index AS i JOIN pg_inherits AS h
                     ON h.inhrelid = i.indexrelid JOIN pg_class AS c ON c.oid = h.inhparent
                     WHERE i.indrelid = p.oid AND i.indisreplident),
                 (SELECT string_agg(attname || attacl::text, ' ') FROM pg_attribute
                     WHERE attrelid = p.oid AND attacl IS NOT NULL)
             FROM pg_class AS p WHERE oid = 'a.{name}'::regclass;
             SELECT polname, polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid),
                 pg_get_expr(polwithcheck, polrelid)
             FROM pg_policy WHERE polrelid = 'a.{name}'::regclass AND polname <> 'other'"
        ))
    };
    assert_eq!(of("model")[0][5], "i");
    assert_eq!(of(&format!("log_p{month}")), of("model"));
    // Without another one, what everybody may by default is behind the table's row security.
    database.execute("DROP TABLE a.model");
    let table = format!("a.log_p{month}");
    database.execute(
        "DO $$ DECLARE p regclass; BEGIN
             FOR p IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'a.log'::regclass
             LOOP EXECUTE format('DROP TABLE %s', p); END LOOP; END $$",
    );
    assert_eq!(changed(&project, &database), 3);
    let security = format!(
        "SELECT relrowsecurity, relacl::text LIKE '%everybody%' FROM pg_class
         WHERE oid = '{table}'::regclass"
    );
    assert_eq!(database.rows(&security), [["t", "t"]]);
}

#[test]
fn the_owner_is_enough() {
    let project = Project::new(&["a"]);
    project
        .migration("a/V1__one", "CREATE SCHEMA a;", "DROP SCHEMA a;")
        .manifest(&format!(
            "[[task]]\nname = \"parts\"\nkind = \"partitions\"\ntable = \"log\"\nmodule = \"a\"\n\
             role = \"Der Besitzer\"\nkeep = \"1 year\"\n{BY_MONTH}"
        ));
    let database = Database::on_new_server();
    project.run(&database, "migrate up").ends(0);
    database.execute(&format!(
        "CREATE ROLE \"Der Besitzer\"; GRANT ALL ON SCHEMA a TO \"Der Besitzer\";
         SET ROLE \"Der Besitzer\"; {LOG}{DEFAULT}{OLD}
         INSERT INTO a.log VALUES (now(), 3);
         ALTER TABLE a.rest ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
    ));
    assert_eq!(changed(&project, &database), 5);
    let owners = "SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ',') FROM pg_class
        WHERE relispartition AND relkind = 'r'";
    assert_eq!(database.value(owners), "Der Besitzer");
    assert_eq!(database.value("SELECT count(*) FROM a.rest"), "0");
}
