//! stdout that nobody reads.

use std::fs::File;
use std::io::Write as _;
use std::process::Stdio;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::Signal;

use crate::support::{Child, Database, Project, eventually};

fn two_tables() -> Project {
    let project = Project::new(&["a"]);
    project
        .migration(
            "a/V1__one",
            "CREATE SCHEMA a; CREATE TABLE a.one (x int);",
            "DROP TABLE a.one; DROP SCHEMA a;",
        )
        .migration(
            "a/V2__two",
            "CREATE TABLE a.two (y int);",
            "DROP TABLE a.two;",
        );
    project
}

/// A pipe that is full: its read end, to be kept open, and its write end.
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let set = |flags| fcntl(&writer, FcntlArg::F_SETFL(flags)).expect("flags of a pipe");
    set(OFlag::O_NONBLOCK);
    while writer.write(&[b'.'; 4096]).is_ok() {}
    while writer.write(b".").is_ok() {}
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::empty())).expect("flags of a pipe");
    (reader, writer)
}

#[test]
fn a_full_pipe_does_not_keep_a_run_from_being_ended() {
    let (project, database) = (two_tables(), Database::new());
    let (reader, writer) = full_pipe();
    let mut command = project.command(&database, &["migrate", "up"]);
    let child = Child::start_as_is(
        command.stdout(Stdio::from(File::from(std::os::fd::OwnedFd::from(writer)))),
    );
    // The first migration is done, and the line about it cannot be written.
    eventually("the first migration", || {
        database.value("SELECT to_regclass('a.one') IS NOT NULL") == "t"
    });
    child.signal_until_end(Signal::SIGINT).ends(130);
    drop(reader);
    let said =
        "SELECT string_agg(name, ' ' ORDER BY seq) FROM crmdb.history WHERE event = 'applied'";
    assert_eq!(database.value(said), "one");
    assert_eq!(database.value("SELECT to_regclass('a.two') IS NULL"), "t");
    project.run(&database, "migrate up").ends(0);
    project.run(&database, "migrate verify").ends(0);
}

#[test]
fn a_reader_that_has_gone_does_not_stop_the_work() {
    let (project, database) = (two_tables(), Database::new());
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = project.command(&database, &["migrate", "up"]);
    let child = Child::start_as_is(
        command.stdout(Stdio::from(File::from(std::os::fd::OwnedFd::from(writer)))),
    );
    child.end().ends(0).says("2 migrations applied");
    assert_eq!(database.value("SELECT count(*) FROM crmdb.history"), "2");
    for line in ["migrate status", "migrate plan"] {
        project.run(&database, line).ends(0);
    }
}
