//! Servers, databases and roles that nothing can be written to are refused before anything is done.

use crate::support::{Database, Project, Run};

fn one_table() -> Project {
    let project = Project::new(&["a"]);
    project.migration(
        "a/V1__one",
        "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
        "DROP TABLE a.one; DROP SCHEMA a;",
    );
    project
}

fn refused(run: Run) {
    run.ends(2)
        .says("transactions are read-only here: default_transaction_read_only is on")
        .says("hint:");
}

#[test]
fn a_read_only_database_is_refused_by_what_writes_and_read_by_what_reads() {
    let (project, database) = (one_table(), Database::new());
    database.execute(&format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        database.name()
    ));
    refused(project.run(&database, "migrate up"));
    for line in [
        "migrate status",
        "migrate plan",
        "migrate up --dry-run",
        "migrate verify",
    ] {
        project.run(&database, line).ends(0);
    }
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
}

#[test]
fn a_read_only_role_is_refused() {
    let (project, database) = (one_table(), Database::new());
    let role = format!("{}_reader", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN SUPERUSER; \
         ALTER ROLE {role} SET default_transaction_read_only = on"
    ));
    let url = database
        .url()
        .replace("user=postgres", &format!("user={role}"));
    assert!(url.contains(&role), "{url}");
    let mut command = project.command(&database, &["migrate", "up"]);
    refused(Run::of(command.env("DATABASE_URL", url)));
    assert_eq!(database.value("SELECT to_regnamespace('crmdb')"), "");
    database.execute(&format!("DROP ROLE {role}"));
}

#[test]
fn options_of_the_url_count_as_well() {
    let (project, database) = (one_table(), Database::new());
    let url = format!(
        "{}&options=-c%20default_transaction_read_only%3Don",
        database.url()
    );
    let mut command = project.command(&database, &["migrate", "up"]);
    refused(Run::of(command.env("DATABASE_URL", url)));
}
