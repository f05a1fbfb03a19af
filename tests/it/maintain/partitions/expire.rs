//! What becomes of old partitions.

use super::{DEFAULT, LOG, OLD, changed, partitions, run, start};
use crate::support::{Client, Pooler, Run};

#[test]
fn old_partitions_become_tables_of_their_own() {
    for default in ["", DEFAULT] {
        let (project, database) = start(
            "every = \"1 month\"\nahead = 0\nkeep = \"1 day\"",
            &format!(
                "{LOG}{default}{OLD}
                 CREATE TABLE a.log_p201001 PARTITION OF a.log
                     FOR VALUES FROM ('2100-01-01 00:00Z') TO ('2100-02-01 00:00Z');
                 CREATE TABLE a.more PARTITION OF a.log
                     FOR VALUES FROM ('2018-01-01 00:00Z') TO ('2018-02-01 00:00Z')
                     PARTITION BY LIST (x);"
            ),
        );
        project
            .run(&database, "maintain run parts --dry-run")
            .ends(0)
            .prints("would be detached, it ends 2020-01-01 00:00:00")
            .prints("would be left: it has partitions itself");
        run(&project, &database)
            .ends(0)
            .says("detached a.old1")
            .says("left a.more: it has partitions itself");
        assert_eq!(database.value("SELECT x FROM a.old1"), "1");
        assert_eq!(database.value("SELECT count(*) FROM a.log"), "0");
        let left = partitions(&database, "a.log");
        assert!(
            left.contains("log_p201001") && left.contains("more"),
            "{left}"
        );
        assert_eq!(changed(&project, &database), 0);
    }
}

#[test]
fn a_detach_that_was_left_half_done_is_brought_to_its_end() {
    let (project, database) = start(
        "every = \"1 month\"\nahead = 0\nkeep = \"1 year\"\nexpiry = \"drop\"",
        &format!("{LOG}{OLD}"),
    );
    let reader = Client::that(&database, "BEGIN; SELECT * FROM a.log;");
    run(&project, &database)
        .ends(1)
        .says("was stopped: could not drop `a.old1`: locked by others");
    let pending = "SELECT count(*) FROM pg_inherits WHERE inhdetachpending";
    assert_eq!(database.value(pending), "1");
    reader.execute("COMMIT");
    run(&project, &database)
        .ends(0)
        .says("detached a.old1, as was begun earlier")
        .says("dropped a.old1")
        .says("dropped a.old2");
    assert_eq!(database.value("SELECT to_regclass('a.old1')"), "");
    assert_eq!(changed(&project, &database), 0);
}

#[test]
fn a_run_that_died_before_the_drop() {
    let (project, database) = start(
        "every = \"1 month\"\nahead = 0\nkeep = \"1 year\"\nexpiry = \"drop\"",
        &format!("{LOG}{OLD}"),
    );
    changed(&project, &database);
    database.execute(
        "CREATE TABLE a.dead (x int); CREATE TABLE a.kept (x int);
         UPDATE crmdb.tasks SET memory = jsonb_build_object('dropping',
             jsonb_build_array(jsonb_build_array('a.kept'::regclass::oid::text, 'a.before')));",
    );
    run(&project, &database).ends(0);
    assert_eq!(
        database.value("SELECT to_regclass('a.kept')"),
        "a.kept",
        "renamed meanwhile"
    );
    database.execute(
        "UPDATE crmdb.tasks SET memory = jsonb_build_object('dropping',
             jsonb_build_array(jsonb_build_array('a.dead'::regclass::oid::text, 'a.dead')));
         CREATE VIEW a.needs AS SELECT * FROM a.dead;",
    );
    run(&project, &database)
        .ends(1)
        .says("could not drop `a.dead`: cannot drop table a.dead because other objects depend");
    database.execute("DROP VIEW a.needs");
    run(&project, &database).ends(0).says("dropped a.dead");
    assert_eq!(database.value("SELECT to_regclass('a.dead')"), "");
    assert_eq!(
        database.value("SELECT memory ->> 'dropping' FROM crmdb.tasks"),
        "[]"
    );
}

#[test]
fn what_others_need_is_not_dropped() {
    for default in ["", DEFAULT] {
        let (project, database) = start(
            "every = \"1 month\"\nahead = 0\nkeep = \"1 year\"\nexpiry = \"drop\"",
            &format!(
                "{LOG}{default}{OLD}
                 ALTER TABLE a.old1 ADD UNIQUE (x); CREATE TABLE a.refers (x int REFERENCES a.old1 (x));
                 CREATE TABLE a.told PARTITION OF a.log
                     FOR VALUES FROM ('2020-02-01 00:00Z') TO ('2020-03-01 00:00Z');
                 CREATE PUBLICATION p FOR TABLE a.told;"
            ),
        );
        run(&project, &database)
            .ends(1)
            .says("the foreign key refers_x_fkey of a.refers refers to it")
            .says("the publication p names it");
        let left = database.value(
            "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
             WHERE relname IN ('old1', 'old2', 'told') AND relispartition",
        );
        assert_eq!(left, "old1 told");
        database.execute("DROP TABLE a.refers; DROP PUBLICATION p");
        assert_eq!(changed(&project, &database), 2);
    }
}

#[test]
fn a_reader_makes_a_plain_detach_give_way() {
    let (project, database) = start(
        "every = \"1 month\"\nahead = 0\nkeep = \"1 year\"",
        &format!("{LOG}{DEFAULT}{OLD}"),
    );
    changed(&project, &database);
    database.execute(
        "ALTER TABLE a.log ATTACH PARTITION a.old1
        FOR VALUES FROM ('2019-12-01 00:00Z') TO ('2020-01-01 00:00Z')",
    );
    let reader = Client::that(&database, "BEGIN; SELECT * FROM a.log;");
    run(&project, &database)
        .ends(1)
        .says("was stopped: could not detach `a.old1`: locked by others");
    reader.execute("COMMIT");
    assert_eq!(changed(&project, &database), 1);
}

#[test]
fn through_a_transaction_pooler_partitions_are_made_but_not_detached_concurrently() {
    let (project, database) = start(
        "every = \"1 month\"\nkeep = \"1 year\"",
        &format!("{LOG}{OLD}"),
    );
    let pooler = Pooler::new(&database, 4);
    let mut command = project.command(&database, &["maintain", "run", "parts", "-v"]);
    Run::of(command.env("DATABASE_URL", pooler.url()))
        .ends(1)
        .says("the connection goes through a transaction pooler");
    let left = partitions(&database, "a.log");
    assert!(left.contains("log_p20") && left.contains("old1"), "{left}");
    assert_eq!(changed(&project, &database), 2);
}
