//! What a user reads when the server refuses.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::support::{Database, Project, Run, program};

/// Applies `sql` after a migration that makes schema `a`.
fn fails(sql: &str) -> (Run, Database) {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.t (x int PRIMARY KEY);",
            "DROP SCHEMA a;",
        )
        .migration("a/V2__two", sql, "SELECT 1;")
        .migration("a/V3__three", "SELECT 1;", "SELECT 1;");
    let run = project.run(&database, "migrate up").ends(2);
    assert_eq!(run.stdout.lines().count(), 1, "{run:#?}");
    (run, database)
}

#[test]
fn the_place_counts_characters_and_is_shown() {
    let (run, database) =
        fails("CREATE TABLE a.u (x int);\n\nSELECT 'žluťoučký', nothing\nFROM a.u;\n");
    run.says("error: schema/a/V2__two.sql:3:21: column \"nothing\" does not exist\n")
        .says(" 3 | SELECT 'žluťoučký', nothing\n")
        .says("\n   |                     ^^^^^^^\n")
        .says("\nsqlstate: 42703\n")
        .says("`V2__two` was rolled back whole.")
        .says("1 step before it is done: `V1__one`.")
        .says("Run the command again when that is mended: it goes on from there.");
    assert_eq!(database.value("SELECT to_regclass('a.u')"), "");
}

#[test]
fn the_servers_detail_and_hint_are_kept() {
    fails("INSERT INTO a.t VALUES (1);\nINSERT INTO a.t VALUES (1);")
        .0
        .says("schema/a/V2__two.sql:2:1: duplicate key value violates unique constraint \"t_pkey\"")
        .says("detail: Key (x)=(1) already exists.")
        .says("sqlstate: 23505");
    fails("SELECT no_such(1);")
        .0
        .says("schema/a/V2__two.sql:1:8: function no_such(integer) does not exist")
        .says("hint: No function matches");
    fails("DO $$ BEGIN RAISE 'own words' USING DETAIL = 'own detail', HINT = 'own hint'; END $$;")
        .0
        .says(": own words\n")
        .says("detail: own detail")
        .says("Context: PL/pgSQL function inline_code_block line 1 at RAISE")
        .says("hint: own hint");
}

#[test]
fn an_error_inside_a_function_shows_the_statement_and_the_context() {
    fails(
        "CREATE FUNCTION a.f() RETURNS int LANGUAGE plpgsql AS $$\n\
         BEGIN\n    RETURN (SELECT y FROM a.t);\nEND $$;\n\nSELECT a.f();",
    )
    .0
    .says("schema/a/V2__two.sql:6:1: column \"y\" does not exist")
    .says("In the query: (SELECT y FROM a.t)")
    .says("Context: PL/pgSQL function a.f() line 3 at RETURN");
}

#[test]
fn a_syntax_error_has_its_place() {
    fails("CREATE TABLE a.u (x int);\nCREATE TABEL a.v (x int);")
        .0
        .says("schema/a/V2__two.sql:2:8: syntax error at or near \"TABEL\"")
        .says("CREATE TABEL a.v (x int);\n   |        ^^^^^\n");
    fails("SELECT 1 +;").0.says("syntax error at");
}

#[test]
fn an_error_without_a_position_marks_its_statement() {
    fails("SELECT 1; DROP TABLE a.nothing; SELECT 2;")
        .0
        .says("schema/a/V2__two.sql:1:11: table \"nothing\" does not exist")
        .says("\n   |           ^^^^^^^^^^^^^^^^^^^^\n");
}

#[test]
fn an_error_at_commit_is_told_too() {
    fails(
        "CREATE TABLE a.u (t int REFERENCES a.t DEFERRABLE INITIALLY DEFERRED);\n\
         INSERT INTO a.u VALUES (7);",
    )
    .0
    .says("schema/a/V2__two.sql: insert or update on table \"u\" violates foreign key constraint")
    .says("Key (t)=(7) is not present in table \"t\".")
    .says("`V2__two` was rolled back whole.");
}

#[test]
fn a_no_transaction_file_has_its_place_too() {
    fails(
        "-- crmdb: no-transaction\nCREATE TABLE a.u (x int);\n\
         CREATE INDEX CONCURRENTLY i ON a.u (nothing);",
    )
    .0
    .says("schema/a/V2__two.sql:3:1: column \"nothing\" does not exist")
    .says("`V2__two` may be half done: its statements are in the journal.");
}

#[test]
fn control_characters_of_a_name_do_not_reach_the_terminal() {
    let (run, _) = fails("DO $$ BEGIN RAISE '%', 'red ' || chr(27) || '[31m'; END $$;");
    assert!(!run.stderr.contains('\x1b'), "{run:#?}");
    run.says("red \u{fffd}[31m");
}

#[test]
fn the_json_object_has_the_same_facts() {
    let (project, database) = (Project::new(&["a"]), Database::new());
    project.migration("a/V1__one", "SELECT 1;\nSELECT nothing;", "SELECT 1;");
    let run = project.run(&database, "migrate up --format json").ends(2);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr.lines().count(), 1, "{run:#?}");
    let document: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    let error = &document["error"];
    assert_eq!(error["location"], "schema/a/V1__one.sql:2:8");
    assert_eq!(error["sqlstate"], "42703");
    assert_eq!(error["message"], "column \"nothing\" does not exist");
    assert_eq!(error["interrupted"], false);
    assert!(error["hint"].is_string() && error["detail"].is_string());
}

/// What no output may hold.
const CANARY: &str = "canary-Pa55word";

/// A server that asks for the password in the clear, and says that it is wrong.
fn that_refuses_the_password() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut message = [0; 1024];
            // The start-up message, answered by AuthenticationCleartextPassword.
            let _ = stream.read(&mut message);
            let _ = stream.write_all(b"R\0\0\0\x08\0\0\0\x03");
            let length = stream.read(&mut message).unwrap_or(0);
            let sent = String::from_utf8_lossy(&message[..length]).into_owned();
            assert!(sent.contains(CANARY) || length == 0, "{sent:?}");
            let fields =
                "SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"u\"\0\0";
            let mut answer = vec![b'E'];
            answer.extend(u32::try_from(fields.len() + 4).unwrap().to_be_bytes());
            answer.extend(fields.as_bytes());
            let _ = stream.write_all(&answer);
        }
    });
    address
}

#[test]
fn a_password_is_never_shown() {
    let project = Project::new(&["a"]);
    project.migration("a/V1__one", "SELECT 1;", "SELECT 1;");
    let server = that_refuses_the_password();
    let urls = [
        format!("postgres://u:{CANARY}@{server}/d?sslmode=disable"),
        format!("postgres://u@{server}/d?sslmode=disable&password={CANARY}"),
        format!(
            "host=127.0.0.1 port={} user=u password={CANARY} sslmode=disable",
            server.port()
        ),
        format!("postgres://u:{CANARY}@127.0.0.1:1/d"),
        format!("postgres://u:{CANARY}@no.such.host.invalid/d"),
        format!("postgres://u:{CANARY}@{server}/d?sslmode=require"),
        format!("postgres://u:{CANARY}@{server}/d?sslmode=nonsense"),
        format!("postgres://u:{CANARY}@host:port/d"),
        format!("mysql://u:{CANARY}@host/d"),
        format!("postgres://u:{CANARY}%zz@host/d"),
    ];
    let mut refused = 0;
    for url in &urls {
        for more in [&[][..], &["-v"], &["--format", "json"]] {
            for by_flag in [false, true] {
                let mut command = program(project.folder());
                command.args(["migrate", "up"]).args(more);
                if by_flag {
                    command.args(["--database-url", url]);
                } else {
                    command.env("DATABASE_URL", url);
                }
                let run = Run::of(&mut command).ends(2);
                let all = format!("{}{}", run.stdout, run.stderr);
                assert!(!all.contains(CANARY), "{url}: {run:#?}");
                refused += usize::from(all.contains("password authentication failed"));
            }
        }
    }
    assert!(refused >= 12, "the server was asked: {refused}");
    let mut command = program(project.folder());
    command
        .args(["migrate", "status"])
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", server.port().to_string())
        .env("PGUSER", "u")
        .env("PGSSLMODE", "disable")
        .env("PGPASSWORD", CANARY);
    let run = Run::of(&mut command)
        .ends(2)
        .says("password authentication failed");
    assert!(
        !run.stderr.contains(CANARY) && !run.stdout.contains(CANARY),
        "{run:#?}"
    );
}
