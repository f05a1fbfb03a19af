//! `psql` on the embedded server.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::env::{Env, names};
use super::install;
use super::search::Search;
use crate::error::Failure;

/// What would turn `psql` away from the server that the address names.
const CONNECTION_VARIABLES: [&str; 16] = [
    "PGCHANNELBINDING",
    "PGDATABASE",
    "PGGSSENCMODE",
    "PGHOST",
    "PGHOSTADDR",
    "PGOPTIONS",
    "PGPASSFILE",
    "PGPASSWORD",
    "PGPORT",
    "PGREQUIREAUTH",
    "PGREQUIREPEER",
    "PGSERVICE",
    "PGSSLMODE",
    "PGSSLNEGOTIATION",
    "PGTARGETSESSIONATTRS",
    "PGUSER",
];

/// Returns the command that opens `psql` on an address of [`Cluster::url`](super::Cluster::url),
/// to be replaced with (`exec`) or waited for.
///
/// # Errors
/// When there is no `psql`; downloaded server programs come without it.
pub fn psql(env: &Env, url: &str) -> anyhow::Result<Command> {
    let program = find(env)?;
    let mut command = Command::new(program);
    command.arg(url);
    for name in CONNECTION_VARIABLES {
        command.env_remove(name);
    }
    Ok(command)
}

fn find(env: &Env) -> anyhow::Result<PathBuf> {
    let in_folder = |folder: &Path| Some(folder.join("psql")).filter(|file| file.is_file());
    let configured = env.path(names::PG_BIN);
    let found = configured
        .as_deref()
        .and_then(in_folder)
        .or_else(|| env.program("psql"));
    if let Some(program) = found {
        return Ok(program);
    }
    Search::new(env)?
        .candidates()
        .iter()
        .find_map(|folder| in_folder(folder))
        .ok_or_else(|| {
            Failure::new("no `psql` on this machine")
                .detail("crmdb needs only the server's programs; `psql` is for people")
                .hint(hint(env))
                .into()
        })
}

fn hint(env: &Env) -> String {
    if env.program("apt-get").is_some() {
        return "Install it: `sudo apt-get install postgresql-client`.".to_owned();
    }
    install::hint(env, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_decides_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("psql"), "").unwrap();
        let bin = folder.path().to_path_buf();
        let env = Env::from_lookup(|name| (name == names::PATH).then(|| bin.clone().into()));
        let command = psql(&env, "postgres:///crmdb").unwrap();
        assert_eq!(command.get_program(), folder.path().join("psql"));
        assert!(command.get_args().eq(["postgres:///crmdb"]));
        let removed: Vec<_> = command.get_envs().map(|(name, _)| name).collect();
        assert!(removed.contains(&"PGHOSTADDR".as_ref()));
    }
}
