//! What is refused, and changes nothing.

use std::fs::{self, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};

use super::{applied, contents, files, one};
use crate::support::{Client, Database, Pooler, Project, Run, catalog};

#[test]
fn a_changed_byte_a_cut_and_a_file_too_many() {
    let (project, source) = applied();
    project.run(&source, "backup x").ends(0);
    project.run(&source, "backup d --jobs 1").ends(0);
    let target = Database::new();
    let before = catalog(&target);
    let whole = fs::read(project.path("x")).unwrap();

    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    fs::write(project.path("x"), &changed).unwrap();
    project
        .run(&target, "restore x")
        .ends(2)
        .says("the backup `x` is damaged: 1 difference")
        .says("`x` has SHA-256 ");

    fs::write(project.path("x"), &whole[..whole.len() - 1]).unwrap();
    project.run(&target, "restore x").ends(2).says(&format!(
        "`x` has {} bytes, not {}",
        whole.len() - 1,
        whole.len()
    ));

    project.file("d/more", "");
    let toc = fs::read(project.path("d/toc.dat")).unwrap();
    let mut file = OpenOptions::new()
        .write(true)
        .open(project.path("d/toc.dat"))
        .unwrap();
    file.seek(SeekFrom::End(-1)).unwrap();
    file.write_all(&[!toc[toc.len() - 1]]).unwrap();
    project
        .run(&target, "restore d")
        .ends(2)
        .says("is damaged: 2 differences")
        .says("`toc.dat` has SHA-256 ")
        .says("`more` does not belong to it");
    fs::remove_file(project.path("d/more")).unwrap();
    fs::remove_file(project.path("d/toc.dat")).unwrap();
    project
        .run(&target, "restore d")
        .ends(2)
        .says("`toc.dat` is missing");
    assert_eq!(catalog(&target), before);

    fs::write(project.path("x"), whole).unwrap();
    project.run(&target, "restore x").ends(0);
}

#[test]
fn no_description_and_no_backup() {
    let (project, source) = applied();
    project.run(&source, "backup x").ends(0);
    fs::remove_file(project.path("x.json")).unwrap();
    let target = Database::new();
    project
        .run(&target, "restore x")
        .ends(2)
        .says("there is no `x.json` beside the backup")
        .says("--unverified");
    project
        .run(&target, "restore x --unverified")
        .ends(0)
        .says("no drift");
    let target = Database::new();
    project.file("x.json", "{}");
    project
        .run(&target, "restore x")
        .ends(2)
        .says("`x.json` is no description of a backup");
    project.file("x.json", "{\"format_version\": 99}");
    project
        .run(&target, "restore x")
        .ends(2)
        .says("Update crmdb.");
    project.file("script", "SELECT 1;");
    project
        .run(&target, "restore script --unverified")
        .ends(2)
        .says("`script` is no backup")
        .says("psql");
    project
        .run(&target, "restore schema --unverified")
        .ends(2)
        .says("the folder `schema` is no backup");
    project
        .run(&target, "restore nothing")
        .ends(2)
        .says("could not read `nothing`");
}

#[test]
fn a_target_that_is_not_empty_is_left_as_it_is() {
    let (project, source) = applied();
    project.run(&source, "backup x").ends(0);
    for sql in [
        "CREATE TABLE t (x int); INSERT INTO t VALUES (1)",
        "CREATE SCHEMA \"ein Schema\"",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE TYPE t AS ENUM ('a')",
        "CREATE EXTENSION pg_trgm",
        "SELECT lo_create(0)",
    ] {
        let target = Database::new();
        target.execute(sql);
        let before = (catalog(&target), contents(&target));
        let name = target.name();
        for line in ["restore x", "restore x --dry-run", "restore x --jobs 2"] {
            project
                .run(&target, line)
                .ends(2)
                .says(&format!("the database `{name}` is not empty"));
        }
        assert_eq!((catalog(&target), contents(&target)), before, "{sql}");
    }
    // Nor twice.
    project
        .run(&source, "restore x")
        .ends(2)
        .says("It has schema a, schema crmdb, table a.one, ")
        .says("Nothing was changed");
}

#[test]
fn rows_for_another_schema_or_beside_other_rows() {
    let (project, source) = applied();
    project.run(&source, "backup s --schema-only").ends(0);
    project.run(&source, "backup d --data-only").ends(0);
    let target = Database::new();
    project
        .run(&target, "restore d")
        .ends(2)
        .says("of another schema than the database has")
        .says("that of the database with no row");
    // The same files are not the same history.
    project.run(&target, "migrate up").ends(0);
    target.execute("DELETE FROM a.one");
    project
        .run(&target, "restore d")
        .ends(2)
        .says("another schema");

    let target = Database::new();
    project.run(&target, "restore s").ends(0);
    target.execute("INSERT INTO a.one VALUES (5)");
    project
        .run(&target, "restore d")
        .ends(2)
        .says("is not empty")
        .says("It has table a.one.");
    target.execute("DELETE FROM a.one");
    project.run(&target, "restore d --dry-run").ends(0);
    project.run(&target, "restore d").ends(0);
    assert_eq!(target.value("SELECT x FROM a.one"), "1");
}

#[test]
fn a_trigger_that_fires_whatever_happens_is_named() {
    let (project, source) = applied();
    project.run(&source, "backup d --data-only").ends(0);
    source.execute(
        "CREATE FUNCTION a.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
         CREATE TRIGGER \"Immer\" BEFORE INSERT ON a.one FOR EACH ROW EXECUTE FUNCTION a.f();
         ALTER TABLE a.one ENABLE ALWAYS TRIGGER \"Immer\"; DELETE FROM a.one",
    );
    project
        .run(&source, "restore d")
        .ends(1)
        .says("1 trigger set to fire always")
        .says("\"Immer\" of a.one")
        .prints("table a.one: trigger");
    assert_eq!(source.value("SELECT x FROM a.one"), "1");
}

#[test]
fn a_role_that_the_server_lacks() {
    let source = Database::on_new_server();
    let project = one();
    source.execute("CREATE ROLE \"Über\"\"Rolle\"; CREATE ROLE \"the owner\"; CREATE ROLE unused");
    project.run(&source, "migrate up").ends(0);
    source.execute("CREATE SCHEMA b AUTHORIZATION \"the owner\"");
    source.execute("GRANT SELECT ON a.one TO \"Über\"\"Rolle\"");
    project.run(&source, "backup x").ends(0);

    let target = Database::on_new_server();
    let before = catalog(&target);
    for line in ["restore x", "restore x --dry-run"] {
        project
            .run(&target, line)
            .ends(2)
            .says("the server lacks 2 roles that the backup names: `the owner`, `Über\"Rolle`")
            .says("CREATE ROLE \"the owner\" NOLOGIN;\n")
            .says("CREATE ROLE \"Über\"\"Rolle\" NOLOGIN;");
    }
    // Without the list the server finds it, and takes all back.
    project
        .run(&target, "restore x --unverified")
        .ends(2)
        .says("does not exist")
        .says("Nothing was restored")
        .says("The role is made with `CREATE ROLE \"");
    assert_eq!(catalog(&target), before);
    project
        .run(&target, "restore x --unverified --jobs 2")
        .ends(2)
        .says("half restored");

    let target = Database::on_new_server();
    project
        .run(&target, "restore x --create-roles --dry-run")
        .ends(0)
        .prints("role the owner would be made");
    project
        .run(&target, "restore x --create-roles")
        .prints("role the owner made");
    let sql = "SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles
        WHERE oid >= 16384 AND NOT rolcanlogin AND NOT rolsuper";
    assert_eq!(target.value(sql), "the owner,Über\"Rolle");
    let sql = "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'b'";
    assert_eq!(target.value(sql), "\"the owner\"");
}

#[test]
fn a_role_without_the_rights_that_a_restore_takes() {
    let source = Database::on_new_server();
    let project = one();
    source.execute(
        "CREATE ROLE \"the Owner\"; CREATE ROLE app LOGIN; CREATE ROLE named;
         GRANT pg_read_all_data TO app",
    );
    source.execute(&format!(
        "GRANT CREATE ON DATABASE {} TO app WITH GRANT OPTION",
        source.name()
    ));
    let at = |database: &Database, line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(database, &arguments);
        Run::of(command.env("DATABASE_URL", database.url_as("app")))
    };
    at(&source, "migrate up").ends(0);
    source.execute(
        "CREATE SCHEMA b AUTHORIZATION \"the Owner\"; GRANT USAGE ON SCHEMA b TO named;
         CREATE EXTENSION pg_trgm SCHEMA public",
    );
    project.run(&source, "backup x").ends(0);

    source.execute("CREATE DATABASE target");
    let target = source.url_as("app").replace(source.name(), "target");
    let at = |line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(&source, &arguments);
        Run::of(command.env("DATABASE_URL", &target))
    };
    for line in ["restore x --dry-run", "restore x"] {
        at(line)
            .ends(2)
            .says("`app` has not the rights that the restore takes")
            .says("CREATE on database target, membership in role \"the Owner\".");
    }
    source.execute("GRANT CREATE ON DATABASE target TO app");
    at("restore x --dry-run")
        .ends(2)
        .says("It lacks membership in role \"the Owner\".");
    source.execute("GRANT \"the Owner\" TO app");
    at("restore x --dry-run").ends(0);
    // What was made without a migration is drift.
    at("restore x").ends(1).says("full backup restored");
}

#[test]
fn a_ledger_that_may_not_be_read() {
    let source = Database::on_new_server();
    let project = one();
    project.run(&source, "migrate up").ends(0);
    source.execute("CREATE ROLE nobody LOGIN");
    let mut command = project.command(&source, &["backup", "x"]);
    Run::of(command.env("DATABASE_URL", source.url_as("nobody")))
        .ends(2)
        .says("could not read the ledger")
        .says("permission denied for schema crmdb")
        .says("GRANT USAGE ON SCHEMA");
    assert!(files(&project).is_empty());
}

#[test]
fn a_table_that_stays_locked() {
    let (project, database) = applied();
    database.execute("CREATE TABLE a.\"Tür zu\" ()");
    project.manifest("[timeouts]\nrun_lock = \"1s\"");
    let _holder = Client::that(
        &database,
        "SET application_name = 'the holder'; BEGIN; LOCK TABLE a.\"Tür zu\"",
    );
    for line in ["backup x", "backup x --jobs 2"] {
        project
            .run(&database, line)
            .ends(2)
            .says("a table is locked, and 1 s did not free it")
            .says("`a.\"Tür zu\"` is locked by server process ")
            .says("user postgres (the holder), from local")
            .says("run_lock");
    }
    assert!(files(&project).is_empty());
}

#[test]
fn a_role_that_may_not_read_or_put_off() {
    let source = Database::on_new_server();
    let project = one();
    project.run(&source, "migrate up").ends(0);
    source.execute("CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader");
    source.execute("ALTER TABLE a.one ENABLE ROW LEVEL SECURITY");
    let at = |database: &Database, role: &str, line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(database, &arguments);
        Run::of(command.env("DATABASE_URL", database.url_as(role)))
    };
    at(&source, "reader", "backup x")
        .ends(2)
        .says("`pg_dump` failed")
        .says("row-level security")
        .says("BYPASSRLS");
    assert!(files(&project).is_empty());
    source.execute("ALTER ROLE reader BYPASSRLS");
    at(&source, "reader", "backup x").ends(0);
    at(&source, "reader", "backup s --schema-only").ends(0);
    at(&source, "reader", "backup d --data-only").ends(0);

    let target = Database::on_new_server();
    project.run(&target, "restore s").ends(1); // The policy is drift.
    target.execute(
        "CREATE ROLE writer LOGIN BYPASSRLS; GRANT pg_read_all_data, pg_write_all_data TO writer",
    );
    at(&target, "writer", "restore d")
        .ends(2)
        .says("`writer` may not put off triggers and foreign keys");
    target.execute("GRANT SET ON PARAMETER session_replication_role TO writer");
    // The rows are there; the ledger is not for everybody to check.
    at(&target, "writer", "restore d")
        .ends(1)
        .prints("the ledger could not be checked");
    assert_eq!(target.value("SELECT x FROM a.one"), "1");
}

#[test]
fn a_name_that_is_taken() {
    let (project, database) = applied();
    project
        .file("x", "mine")
        .file("y.json", "{}")
        .file("z/mine", "");
    for (name, taken) in [("x", "x"), ("y", "y.json"), ("z", "z")] {
        project
            .run(&database, &format!("backup {name}"))
            .ends(2)
            .says(&format!("`{taken}` exists"));
        // What is no backup is never replaced.
        project
            .run(&database, &format!("backup {name} --overwrite"))
            .ends(2);
    }
    assert_eq!(files(&project), ["x", "y.json", "z"]);
    for line in [
        "backup b",
        "backup b --jobs 1",
        "backup b --jobs 1",
        "backup b",
    ] {
        project
            .run(&database, &format!("{line} --overwrite"))
            .ends(0);
        assert_eq!(
            files(&project),
            ["b", "b.json", "x", "y.json", "z"],
            "{line}"
        );
        let target = Database::new();
        project.run(&target, "restore b").ends(0);
    }
    project
        .run(&database, "backup nowhere/b")
        .ends(2)
        .says("could not make `nowhere/b.part`");
}

#[test]
fn a_protected_target() {
    let (project, source) = applied();
    project.run(&source, "backup x").ends(0);
    let target = Database::new();
    project.manifest(&format!(
        "[target.production]\nurl = \"{}\"\nprotected = true",
        target.url()
    ));
    let run = |line: &str| project.run(&target, &format!("{line} --target production"));
    run("restore x")
        .ends(2)
        .says("target `production` is protected");
    run("restore x --dry-run").ends(0);
    run("restore x --yes").ends(0);
    run("backup y").ends(0);
}

#[test]
fn a_transaction_pooler() {
    let (project, source) = applied();
    project.run(&source, "backup x").ends(0);
    let target = Database::new();
    for (database, line, program) in [
        (&source, "backup y", "pg_dump"),
        (&target, "restore x", "pg_restore"),
    ] {
        let pooler = Pooler::new(database, 3);
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(database, &arguments);
        Run::of(command.env("DATABASE_URL", pooler.url()))
            .ends(2)
            .says(&format!(
                "a transaction pooler, and `{program}` needs a session"
            ));
    }
    assert_eq!(files(&project), ["x", "x.json"]);
}

#[test]
fn arguments_that_exclude_each_other() {
    let (project, database) = (Project::new(&[]), Database::new());
    project
        .run(&database, "backup --schema-only --data-only")
        .ends(2)
        .says("cannot be used with");
    project.run(&database, "backup x --jobs 0").ends(2);
    project
        .run(&database, "backup x --compress nonsense")
        .ends(2)
        .says("does not know the compression `nonsense`");
    project
        .run(&database, "restore x --unverified --create-roles")
        .ends(2)
        .says("cannot be used with");
    for line in ["backup -", "backup - --jobs 2", "backup - --overwrite"] {
        project
            .run(&database, line)
            .ends(2)
            .says("a backup is not written to stdout");
    }
    assert!(files(&project).is_empty());
}
