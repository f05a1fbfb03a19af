//! Whole projects, in folders of their own.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::violations::lines;
use super::*;
use crate::error::Failure;

const MANIFEST: &str = "[project]\nname = \"p\"\n[[module]]\nname = \"base\"\n\
                        [[module]]\nname = \"users\"\nrequires = [\"base\"]\n";

/// A project with two good migrations, to which a test adds.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(TempDir::new().unwrap());
        folder
            .with("migrations.toml", MANIFEST)
            .with("schema/base/V0101__a.sql", "CREATE TABLE base.a ();\n")
            .with("schema/base/V0101__a.down.sql", "DROP TABLE base.a;\n")
            .with(
                "schema/users/R__v.sql",
                "CREATE VIEW users.v AS SELECT 1;\n",
            )
            .with("schema/users/R__v.down.sql", "DROP VIEW users.v;\n");
        folder
    }

    fn with(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn pair(&self, stem: &str, up: &str) -> &Self {
        self.with(&format!("schema/{stem}.sql"), up)
            .with(&format!("schema/{stem}.down.sql"), "DROP TABLE base.x;")
    }

    fn without(&self, path: &str) -> &Self {
        fs::remove_file(self.path().join(path)).unwrap();
        self
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    #[track_caller]
    fn load(&self) -> Project {
        Project::load(self.path()).unwrap()
    }

    #[track_caller]
    fn violations(&self) -> Vec<String> {
        match Project::load(self.path()) {
            Ok(_) => Vec::new(),
            Err(error) => lines(error.downcast_ref::<Failure>().unwrap()),
        }
    }
}

fn labels(project: &Project) -> Vec<&str> {
    project
        .migrations
        .iter()
        .map(|migration| migration.label.as_str())
        .collect()
}

#[test]
fn order_and_content() {
    let folder = Folder::new();
    folder
        .pair(
            "users/V0099__first",
            "-- crmdb: no-transaction\r\nVACUUM;\r\n",
        )
        .pair("base/V0200__second", "CREATE TABLE base.x ();")
        .pair("base/R__z", "SELECT 1;")
        .pair("users/R__a", "SELECT 1;")
        .with("schema/README.md", "#")
        .with("schema/snapshot.sql", "not; looked at'")
        .with("schema/.gitkeep", "")
        .with("schema/base/README.md", "#")
        .with("schema/base/.V0101__a.sql.swp", "")
        .with("schema/base/.notes/any.thing", "'")
        .with("schema/base/seeds/.reference.sql.swp", "");
    let project = folder.load();
    assert_eq!(
        labels(&project),
        [
            "V0099__first",
            "V0101__a",
            "V0200__second",
            "R__z",
            "R__a",
            "R__v"
        ]
    );
    let first = &project.migrations[0];
    assert_eq!(first.id, MigrationId::Versioned(99));
    assert_eq!(
        (first.module.as_str(), first.name.as_str()),
        ("users", "first")
    );
    assert_eq!(first.up.path, "schema/users/V0099__first.sql");
    assert_eq!(&*first.up.text, "-- crmdb: no-transaction\nVACUUM;\n");
    assert!(first.up.directives.no_transaction);
    assert_eq!(&*first.down.as_ref().unwrap().text, "DROP TABLE base.x;");
    assert_eq!(project.origin, Origin::Folder(folder.path().to_owned()));

    assert_eq!(project.latest_version(), Some(200));
    assert_eq!(project.versioned().len(), 3);
    assert_eq!(project.repeatables().len(), 3);
    for migration in &project.migrations {
        assert_eq!(project.migration(&migration.id), Some(migration));
    }
    assert_eq!(project.migration(&MigrationId::Versioned(100)), None);
    assert_eq!(
        project.read_file("schema/base/.notes/any.thing").unwrap(),
        b"'"
    );
}

#[test]
fn modules() {
    let folder = Folder::new();
    folder
        .with(
            "migrations.toml",
            format!("{MANIFEST}[[module]]\nname = \"crm\"\nrequires = [\"users\"]\n[[module]]\nname = \"x\"\n"),
        )
        .pair("crm/V0900__a", "SELECT 1;")
        .pair("x/V1000__a", "SELECT 1;");
    let project = folder.load();
    assert_eq!(project.module_order("users"), Some(1));
    assert_eq!(project.module_order("nobody"), None);
    assert_eq!(
        project.closure(&["x", "crm"]).unwrap(),
        ["base", "users", "crm", "x"]
    );
    assert_eq!(project.closure(&["base"]).unwrap(), ["base"]);
    assert_eq!(project.dependents("users").unwrap(), ["users", "crm"]);
    let error = project.closure(&["user"]).unwrap_err();
    let failure = error.downcast_ref::<Failure>().unwrap();
    assert_eq!(
        lines(failure),
        ["no module `user` in this project | Did you mean `users`?"]
    );
}

#[test]
fn hashes() {
    let folder = Folder::new();
    let one = folder.load().migrations[0].clone();
    folder.with(
        "schema/base/V0101__a.sql",
        "\u{feff}CREATE TABLE base.a ();\r\n",
    );
    let same = folder.load().migrations[0].clone();
    assert_eq!(one.hash(), same.hash());
    folder.with(
        "schema/base/V0101__a.sql",
        "-- why\ncreate table base.a ();\n",
    );
    let comment = folder.load().migrations[0].clone();
    assert_ne!(one.hash(), comment.hash());
    assert_eq!(one.code_hash(), comment.code_hash());
    assert_eq!(one.down_hash(), comment.down_hash());
    let refinery = one.refinery().unwrap();
    assert_eq!((refinery.version(), refinery.name()), (101, "a"));
    assert_eq!(refinery.to_string(), "V101__a");
}

#[test]
fn irreversible() {
    let folder = Folder::new();
    folder.with(
        "schema/base/V0102__x.sql",
        "-- crmdb: irreversible \"rows are gone\"\nDELETE FROM base.a;",
    );
    assert_eq!(folder.load().migrations[1].down, None);
    folder.with("schema/base/V0102__x.down.sql", "SELECT 1;");
    assert_eq!(
        folder.violations(),
        [
            "schema/base/V0102__x.down.sql: `V0102__x` is irreversible, and has a down file | \
             Remove the directive from `schema/base/V0102__x.sql`, or this file."
        ]
    );
}

#[test]
fn files_that_do_not_belong() {
    let folder = Folder::new();
    folder
        .with("schema/V0001__x.sql", "SELECT 1;")
        .with("schema/user/V0102__x.sql", "SELECT 1;")
        .with("schema/other/x", "")
        .with("schema/base/notes.txt", "")
        .with("schema/base/old/V0001__x.sql", "")
        .with("schema/base/README.md/x", "")
        .with("schema/users/seeds", "")
        .with("schema/users/V0301_x.sql", "SELECT 1;")
        .with("schema/users/V0__x.sql", "SELECT 1;");
    assert_eq!(
        folder.violations(),
        [
            "schema/V0001__x.sql: stray file `V0001__x.sql` | Move it into the folder of a module, or remove it.",
            "schema/base/README.md: stray folder `README.md` | Remove it; a module's folder has no folder but `seeds`.",
            "schema/base/notes.txt: stray file `notes.txt` | Remove it, or put it elsewhere: a module's folder holds migrations, `README.md` and `seeds`.",
            "schema/base/old: stray folder `old` | Remove it; a module's folder has no folder but `seeds`.",
            "schema/other: the folder `other` is no module of `migrations.toml` | Add a `[[module]]` with the name `other`, or remove the folder.",
            "schema/user: the folder `user` is no module of `migrations.toml` | Did you mean `users`?",
            "schema/users/V0301_x.sql: `V0301_x.sql` is no name of a migration | Rename it to `V0301__x.sql`.",
            "schema/users/V0__x.sql: the version of the file name is out of range | ",
            "schema/users/seeds: stray file `seeds` | Remove it, or put it elsewhere: a module's folder holds migrations, `README.md` and `seeds`.",
        ]
    );
}

#[test]
fn seeds() {
    let insert = "INSERT INTO base.a DEFAULT VALUES ON CONFLICT DO NOTHING;";
    let folder = Folder::new();
    folder
        .with("schema/users/seeds/reference.sql", "SELECT 1;\r\n")
        .with(
            "schema/base/seeds/reference.sql",
            format!("-- crmdb: lock_timeout 2s\n{insert}"),
        );
    let project = folder.load();
    let labels: Vec<_> = project
        .seeds
        .iter()
        .map(|seed| format!("{} {} {}", seed.module, seed.set, seed.script.path))
        .collect();
    assert_eq!(
        labels,
        [
            "base reference schema/base/seeds/reference.sql",
            "users reference schema/users/seeds/reference.sql",
        ]
    );
    let directives = &project.seeds[0].script.directives;
    assert_eq!(directives.lock_timeout, Some(Duration::from_secs(2)));
    assert_eq!(&*project.seeds[1].script.text, "SELECT 1;\n");
    assert_eq!(project.migrations.len(), 2);
}

#[test]
fn seeds_that_break_the_rules() {
    let folder = Folder::new();
    folder
        .with(
            "schema/base/seeds/reference.sql",
            "-- crmdb: no-transaction\nSELECT 1;\n  UPDATE base.a SET x = 1;\nCOMMIT;",
        )
        .with("schema/base/seeds/references.sql", "SELECT 1;")
        .with("schema/base/seeds/other.sql", "SELECT 1;")
        .with("schema/base/seeds/notes.txt", "")
        .with("schema/base/seeds/old/reference.sql", "SELECT 1;")
        .with("schema/users/seeds/reference.sql", "-- nothing\n");
    let found: Vec<String> = folder
        .violations()
        .iter()
        .map(|line| line.split(" | ").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        found,
        [
            "schema/base/seeds/notes.txt: stray file `notes.txt`",
            "schema/base/seeds/old: stray folder `old`",
            "schema/base/seeds/other.sql: `other` is no set of seeds",
            "schema/base/seeds/reference.sql:1: the directive `no-transaction` in a seed",
            "schema/base/seeds/reference.sql:3:3: `UPDATE` in a seed",
            "schema/base/seeds/reference.sql:4:1: `COMMIT` in a seed",
            "schema/base/seeds/references.sql: `references` is no set of seeds",
            "schema/users/seeds/reference.sql: the file has no statement",
        ]
    );
}

#[test]
fn modules_without_files() {
    let folder = Folder::new();
    folder
        .with(
            "migrations.toml",
            format!("{MANIFEST}[[module]]\nname = \"crm\"\n[[module]]\nname = \"x\"\n"),
        )
        .with("schema/x/README.md", "");
    assert_eq!(
        folder.violations(),
        [
            "schema/crm: the module `crm` has no folder | Create `schema/crm/`, or remove `crm` from `migrations.toml`.",
            "schema/x: the module `x` has no migration | Write one with `crmdb migrate new x NAME`.",
        ]
    );
    fs::remove_dir_all(folder.path().join("schema")).unwrap();
    assert_eq!(folder.violations().len(), 4);
}

#[test]
fn pairs() {
    let folder = Folder::new();
    folder
        .with("schema/base/V0102__x.sql", "SELECT 1;")
        .with("schema/base/V0101__b.down.sql", "SELECT 1;")
        .with("schema/base/V0103__x.down.sql", "SELECT 1;")
        .without("schema/users/R__v.down.sql");
    assert_eq!(
        folder.violations(),
        [
            "schema/base/V0101__b.down.sql: `V0101__b.down.sql` has no up file | Did you mean `V0101__a.down.sql`?",
            "schema/base/V0102__x.sql: `V0102__x` has no down file | Write `V0102__x.down.sql`, or say `-- crmdb: irreversible \"why\"` at the top.",
            "schema/base/V0103__x.down.sql: `V0103__x.down.sql` has no up file | Write `V0103__x.sql`, or remove this file.",
            "schema/users/R__v.sql: `R__v` has no down file | Write `R__v.down.sql`, or say `-- crmdb: irreversible \"why\"` at the top.",
        ]
    );
}

#[test]
fn taken_twice() {
    let folder = Folder::new();
    folder
        .pair("users/V101__b", "SELECT 1;")
        .pair("base/V00101__c", "SELECT 1;")
        .pair("users/R__V", "SELECT 1;")
        .pair("base/R__v", "SELECT 1;");
    let hint = "Give one of them another version; versions are unique over all modules.";
    assert_eq!(
        folder.violations(),
        [
            format!("schema/base/V0101__a.sql: version 101 is taken | {hint}"),
            "schema/users/R__v.sql: `R__v` and `R__V` differ only by case | \
             Rename one of them: on many machines they are the same file."
                .to_owned(),
            format!("schema/users/V101__b.sql: version 101 is taken | {hint}"),
        ]
    );
    let error = Project::load(folder.path()).unwrap_err();
    let failure = error.downcast_ref::<Failure>().unwrap();
    assert_eq!(failure.message, "the project has 3 violations");
    assert_eq!(
        failure.items[0].detail.as_deref(),
        Some("`schema/base/V00101__c.sql` has it too")
    );
}

#[test]
fn texts() {
    for (up, expected) in [
        (
            &b""[..],
            ": the file has no statement | Write its statements, or remove it together with its down file.",
        ),
        (
            b"-- x\n/* y */;;\n",
            ": the file has no statement | Write its statements, or remove it together with its down file.",
        ),
        (
            b"SELECT 1;\n\xff",
            ":2:1: the text is not UTF-8 | Save the file as UTF-8; other encodings cannot be told apart.",
        ),
        (
            b"SELECT '\n",
            ":1:8: the string that begins here does not end | ",
        ),
        (
            b"SELECT 1\0;",
            ":1:9: the text holds a NUL byte | Remove it; PostgreSQL's texts cannot hold one.",
        ),
        (
            b"\\i x\n",
            ":1:1: `\\i` is a command of psql, not SQL | Remove it; a migration holds nothing but SQL statements.",
        ),
        (
            b"SELECT 1;\nCOMMIT;",
            ":2:1: `COMMIT` in a migration | Remove it: crmdb begins and ends the transactions.",
        ),
        (
            b"-- crmdb: no-transaction\nBEGIN;",
            ":2:1: `BEGIN` in a migration | Remove it: crmdb begins and ends the transactions.",
        ),
        (
            b"SELECT 1;\n  VACUUM;",
            ":2:3: `VACUUM` cannot run in a transaction | Put `-- crmdb: no-transaction` at the top of the file.",
        ),
        (
            b"-- crmdb: no-transaction\nCREATE INDEX CONCURRENTLY ON a.b (x);",
            ":2:1: `CREATE INDEX CONCURRENTLY` without a name | Name the index: what a killed run left of it is found by its name.",
        ),
        (
            b"-- crmdb: no-tx\nSELECT 1;",
            ":1: unknown directive `no-tx` | ",
        ),
        (
            b"SELECT 1;\n-- crmdb: no-transaction\n",
            ":2: a directive below the first statement | Move it to the top of the file.",
        ),
    ] {
        let folder = Folder::new();
        folder.with("schema/base/V0101__a.sql", up);
        let expected = format!("schema/base/V0101__a.sql{expected}");
        assert_eq!(folder.violations(), [expected]);
    }
    let folder = Folder::new();
    folder.with("schema/base/V0101__a.down.sql", "-- nothing");
    assert_eq!(
        folder.violations(),
        [
            "schema/base/V0101__a.down.sql: the file has no statement | Write what takes the up file back; where \
             nothing can, remove this file and say `-- crmdb: irreversible \"why\"` in the up file."
        ]
    );
}

#[test]
fn everything_at_once_in_the_order_of_the_files() {
    let folder = Folder::new();
    folder
        .with("migrations.toml", format!("{MANIFEST}[tasks]\n"))
        .with("schema/base/V0101__a.sql", "VACUUM;\nEND;\n-- crmdb: x")
        .with("schema/base/x", "")
        .with("schema/users/R__v.down.sql", "");
    // A key too many does not hide what is wrong in the files; a file that cannot be read would.
    let found = folder.violations();
    assert_eq!(found.len(), 1, "{found:?}");
    folder.with("migrations.toml", MANIFEST.replace("\"base\"]", "\"bas\"]"));
    let places: Vec<String> = folder
        .violations()
        .iter()
        .map(|line| line.split(": ").next().unwrap().to_owned())
        .collect();
    assert_eq!(
        places,
        [
            "migrations.toml:7:13",
            "schema/base/V0101__a.sql:1:1",
            "schema/base/V0101__a.sql:2:1",
            "schema/base/V0101__a.sql:3",
            "schema/base/x",
            "schema/users/R__v.down.sql",
        ]
    );
}

#[cfg(unix)]
#[test]
fn links() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let elsewhere = TempDir::new().unwrap();
    fs::write(elsewhere.path().join("up"), "SELECT 1;").unwrap();
    let base = folder.path().join("schema/base");
    symlink(elsewhere.path().join("up"), base.join("V0102__x.sql")).unwrap();
    symlink(elsewhere.path().join("up"), base.join("V0102__x.down.sql")).unwrap();
    fs::rename(
        folder.path().join("schema/users"),
        elsewhere.path().join("users"),
    )
    .unwrap();
    symlink(
        elsewhere.path().join("users"),
        folder.path().join("schema/users"),
    )
    .unwrap();
    assert_eq!(labels(&folder.load()), ["V0101__a", "V0102__x", "R__v"]);

    symlink("nowhere", base.join("V0103__x.sql")).unwrap();
    symlink(elsewhere.path(), base.join("V0104__x.sql")).unwrap();
    let found = folder.violations();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("schema/base/V0103__x.sql: the file cannot be read"));
    assert!(found[1].starts_with("schema/base/V0104__x.sql: stray folder"));
}

#[test]
fn discovery() {
    let folder = Folder::new();
    let deep = folder.path().join("schema/base");
    let origin = |start: &Path, explicit: Option<&Path>| {
        Project::discover(start, explicit).map(|project| project.origin)
    };
    let here = Origin::Folder(folder.path().to_owned());
    assert_eq!(origin(&deep, None).unwrap(), here);
    let elsewhere = TempDir::new().unwrap();
    assert_eq!(origin(elsewhere.path(), Some(folder.path())).unwrap(), here);
    let file = folder.path().join("migrations.toml");
    assert_eq!(origin(elsewhere.path(), Some(&file)).unwrap(), here);
    for (explicit, message) in [
        (elsewhere.path().to_owned(), "no `migrations.toml` in"),
        (elsewhere.path().join("migrations.toml"), "no file"),
        (deep.join("R__v.sql"), "no `migrations.toml` in"),
    ] {
        let error = origin(folder.path(), Some(&explicit)).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

/// What is inside the binary is what the files are, good or bad.
#[test]
fn the_copy_inside_the_binary() {
    let disk = Project::load(Path::new(env!("CARGO_MANIFEST_DIR")));
    match (disk, Project::embedded()) {
        (Ok(disk), Ok(embedded)) => {
            assert_eq!(disk.migrations, embedded.migrations);
            assert_eq!(disk.modules, embedded.modules);
            assert_eq!(disk.seeds, embedded.seeds);
            assert!(!disk.seeds.is_empty());
            assert_eq!(embedded.origin, Origin::Embedded);
        }
        (Err(disk), Err(embedded)) => {
            assert_eq!(disk.downcast_ref::<Failure>(), embedded.downcast_ref());
        }
        (disk, embedded) => panic!("{disk:?}\n{embedded:?}"),
    }
}

#[test]
fn many_files_keep_their_order() {
    let folder = Folder::new();
    for version in 1000..1200 {
        folder.pair(
            &format!("base/V{version}__x"),
            &format!("SELECT {version};"),
        );
    }
    let project = folder.load();
    for migration in &project.versioned()[1..] {
        assert_eq!(
            *migration.up.text,
            *format!("SELECT {};", migration.version().unwrap())
        );
    }
    folder.pair("base/V1100__x", "'");
    assert_eq!(folder.violations().len(), 1);
}

#[test]
fn drafts() {
    let folder = Folder::new();
    let project = folder.load();
    let now = std::time::UNIX_EPOCH + Duration::from_secs(1_795_203_000);
    let draft = Draft::versioned(&project, "users", "Add e-mail", now).unwrap();
    assert_eq!(draft.up.0, "schema/users/V20261120193000__add_e_mail.sql");
    assert_eq!(
        draft.down.0,
        "schema/users/V20261120193000__add_e_mail.down.sql"
    );
    assert!(draft.up.1.starts_with("-- add e mail: "));
    draft.write(folder.path()).unwrap();
    assert!(draft.write(folder.path()).is_err());
    // The drafts hold no statement yet, which every command says.
    assert_eq!(folder.violations().len(), 2);

    folder
        .with(&draft.up.0, "SELECT 1;")
        .with(&draft.down.0, "SELECT 1;");
    let project = folder.load();
    let next = Draft::versioned(&project, "users", "x", now).unwrap();
    assert_eq!(next.up.0, "schema/users/V20261120193001__x.sql");
    let views = Draft::repeatable(&project, "users", "views").unwrap();
    assert_eq!(views.up.0, "schema/users/R__views.sql");
    assert!(Draft::repeatable(&project, "nobody", "views").is_err());

    fs::remove_file(folder.path().join(&draft.up.0)).unwrap();
    assert!(draft.write(folder.path()).is_err());
    assert!(
        !folder.path().join(&draft.up.0).exists(),
        "half a pair is left"
    );
}
