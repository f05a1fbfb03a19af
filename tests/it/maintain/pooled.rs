//! Through a transaction pooler.

use super::{events, outcomes};
use crate::support::{Pooler, Run};

const TASKS: &str = "
    [[task]]
    name = \"old\"
    kind = \"delete\"
    table = \"a.events\"
    column = \"at\"
    older_than = \"10 days\"
    duty = 1.0
    [[task]]
    name = \"call\"
    kind = \"call\"
    call = \"a.f()\"
    [[task]]
    name = \"procedure\"
    kind = \"call\"
    retries = 0
    call = \"a.p()\"
    [[task]]
    name = \"late\"
    kind = \"sql\"
    timeout = \"200ms\"
    sql = \"SELECT pg_sleep(600)\"
";

#[test]
fn what_is_transactions_works_and_what_is_none_is_refused() {
    let (project, database) = events(5000, TASKS);
    database.execute(
        "CREATE FUNCTION a.f() RETURNS int LANGUAGE sql AS 'SELECT 7'; \
         CREATE PROCEDURE a.p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'",
    );
    let pooler = Pooler::new(&database, 6);
    let run = |line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        Run::of(
            project
                .command(&database, &arguments)
                .env("DATABASE_URL", pooler.url()),
        )
    };
    run("maintain run old").ends(0);
    assert_eq!(database.value("SELECT count(*) < 10 FROM a.events"), "t");
    run("maintain run call").ends(0);
    run("maintain run late")
        .ends(1)
        .says("longer than its `timeout`");
    run("maintain run procedure")
        .ends(1)
        .says("transaction pooler");
    assert_eq!(outcomes(&database, "procedure"), "failed");
    run("maintain list").ends(0);
    // What one task has set is not left for the next client.
    let left = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(database.value(left), "0");
}
