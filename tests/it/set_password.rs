//! `user set-password`: the password gets to the database, and nowhere else.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use nix::pty::openpty;

use crate::support::{Database, Pooler, Project, Run, program};

const ADMIN: &str = "admin@ophir.dev";
const PASSWORD: &str = "correct horse";

/// A database with the shipped schema and its seeds.
fn database() -> Database {
    let database = Database::shipped();
    Run::shipped(&database, "seed").ends(0);
    database
}

/// A command that sets the administrator's password, in an empty folder.
fn command(url: &str, email: &str) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    command
        .env("DATABASE_URL", url)
        .args(["user", "set-password", email])
        .stdin(Stdio::null());
    (folder, command)
}

fn from_environment(url: &str, password: &str) -> Run {
    let (_folder, mut command) = command(url, ADMIN);
    Run::of(command.env("CRMDB_PASSWORD", password))
}

fn from_pipe(database: &Database, text: &str) -> Run {
    let (_folder, mut command) = command(database.url(), ADMIN);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[track_caller]
fn is_set(database: &Database, password: &str) {
    let sql = format!("SELECT users.verify_password('{ADMIN}', '{password}') IS NOT NULL");
    assert_eq!(database.value(&sql), "t");
}

#[track_caller]
fn is_not_set(database: &Database) {
    let sql = format!("SELECT password_hash IS NULL FROM users.users WHERE email = '{ADMIN}'");
    assert_eq!(database.value(&sql), "t");
}

#[test]
fn from_a_variable_or_a_pipe() {
    let database = database();
    from_environment(database.url(), PASSWORD)
        .ends(0)
        .says("set the password of `admin@ophir.dev`");
    is_set(&database, PASSWORD);
    for text in [
        "from a pipe",
        "with a line break\n",
        "of another system\r\n",
    ] {
        from_pipe(&database, text).ends(0);
        is_set(&database, text.trim_end());
    }
    let (_folder, mut in_capitals) = command(database.url(), "ADMIN@ophir.dev");
    let run = Run::of(
        in_capitals
            .env("CRMDB_PASSWORD", PASSWORD)
            .args(["--format", "json"]),
    )
    .ends(0);
    assert_eq!(run.json()["user"]["email"], ADMIN);
    is_set(&database, PASSWORD);
}

#[test]
fn at_a_terminal_it_is_asked_for_twice_and_not_shown() {
    let database = database();
    for (lines, code) in [([PASSWORD, PASSWORD], 0), ([PASSWORD, "another one"], 2)] {
        let pty = openpty(None, None).unwrap();
        let (_folder, mut command) = command(database.url(), ADMIN);
        command
            .stdin(pty.slave.try_clone().unwrap())
            .stdout(Stdio::piped())
            .stderr(pty.slave);
        let mut child = command.spawn().unwrap();
        drop(command);
        let mut terminal = std::fs::File::from(pty.master);
        let mut shown = String::new();
        for (prompt, line) in ["New password for admin@ophir.dev: ", "The same again: "]
            .iter()
            .zip(lines)
        {
            let mut part = [0; 1024];
            while !shown.ends_with(prompt) {
                let length = terminal.read(&mut part).unwrap();
                shown += &String::from_utf8_lossy(&part[..length]);
            }
            terminal.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        let status = child.wait().unwrap();
        // Ends with an error where the other side is closed.
        let mut rest = Vec::new();
        drop(terminal.read_to_end(&mut rest));
        shown += &String::from_utf8_lossy(&rest);
        assert_eq!(status.code(), Some(code), "{shown}");
        assert!(
            !shown.contains("horse") && !shown.contains("another"),
            "{shown}"
        );
        assert_eq!(
            shown.contains("the two passwords differ"),
            code == 2,
            "{shown}"
        );
        is_set(&database, PASSWORD);
    }
}

#[test]
fn the_database_says_how_long_it_may_be() {
    let database = database();
    for (password, message, hint) in [
        (
            "secret".to_owned(),
            "password is too short",
            "at least 8 characters",
        ),
        ("é".repeat(37), "password is too long", "at most 72 bytes"),
    ] {
        let run = from_environment(database.url(), &password)
            .ends(2)
            .says(message)
            .says(hint);
        assert!(!run.stderr.contains(&password), "{run:#?}");
        is_not_set(&database);
    }
    from_environment(database.url(), &"é".repeat(36)).ends(0);
}

#[test]
fn what_is_no_password() {
    let database = database();
    let (_folder, mut nothing) = command(database.url(), ADMIN);
    Run::of(&mut nothing)
        .ends(2)
        .says("no password was given")
        .says("CRMDB_PASSWORD");
    from_pipe(&database, "two\nlines of text\n")
        .ends(2)
        .says("has a line break");
    is_not_set(&database);
}

#[test]
fn nobody_and_no_table() {
    let database = database();
    let (_folder, mut nobody) = command(database.url(), "no'body@example.org");
    Run::of(nobody.env("CRMDB_PASSWORD", PASSWORD))
        .ends(2)
        .says("there is no user `no'body@example.org`");

    let (project, empty) = (Project::new(&["a"]), Database::new());
    let mut command = project.command(&empty, &["user", "set-password", ADMIN]);
    Run::of(command.env("CRMDB_PASSWORD", PASSWORD))
        .ends(2)
        .says("there is no table `users.users`")
        .says("crmdb migrate up");
}

#[test]
fn through_a_transaction_pooler() {
    let database = database();
    let pooler = Pooler::new(&database, 1);
    for password in [PASSWORD, "another one"] {
        from_environment(pooler.url(), password).ends(0);
        is_set(&database, password);
    }
}

#[test]
fn a_hash_is_stored_as_it_is() {
    let database = database();
    let hash = database.value(&format!(
        "SELECT extensions.crypt('{PASSWORD}', extensions.gen_salt('bf', 4))"
    ));
    from_environment(database.url(), &hash).ends(0);
    is_set(&database, PASSWORD);
}

/// Otherwise the plain password would stand in the table.
#[test]
fn a_table_that_does_not_hash_is_left_alone() {
    let database = database();
    database.execute(
        "ALTER TABLE users.users DISABLE TRIGGER hash_user_password;
         ALTER TABLE users.users DROP CONSTRAINT users_password_hash_bcrypt_check",
    );
    from_environment(database.url(), PASSWORD)
        .ends(2)
        .says("does not hash passwords");
    is_not_set(&database);
}

/// With all statements logged, and parameters too, the password is not: parameters are switched off
/// where the role may do that, and the password is refused where it may not.
#[test]
fn the_log_does_not_have_it() {
    const UNHEARD_OF: &str = "unheard of in any log";
    let database = database();
    let role = format!("setter_{}", database.name());
    database.execute(&format!(
        "ALTER DATABASE {} SET log_statement = 'all'; CREATE ROLE {role} LOGIN BYPASSRLS;
         GRANT crm_app TO {role}; GRANT ALL ON users.users TO {role}",
        database.name()
    ));
    let as_role = database.url_as(&role);
    from_environment(&as_role, UNHEARD_OF)
        .ends(2)
        .says("the server would write the password into its log")
        .says("GRANT SET ON PARAMETER log_parameter_max_length");
    is_not_set(&database);
    database.execute(&format!(
        "GRANT SET ON PARAMETER log_parameter_max_length TO {role}"
    ));
    for url in [&as_role, database.url()] {
        from_environment(url, UNHEARD_OF).ends(0);
    }
    let data = PathBuf::from(database.value("SHOW data_directory"));
    let log = std::fs::read(data.with_file_name("server.log")).unwrap();
    let log = String::from_utf8_lossy(&log);
    assert!(log.contains("UPDATE users.users SET password_hash = $1"));
    assert!(!log.contains(UNHEARD_OF));
    is_set(&database, UNHEARD_OF);
    database.execute(&format!(
        "REVOKE SET ON PARAMETER log_parameter_max_length FROM {role};
         DROP OWNED BY {role}; DROP ROLE {role}"
    ));
}
