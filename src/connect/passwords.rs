//! Gives each server its password: the one that is named, or the password file's.

use std::path::PathBuf;

use super::environment::Environment;
use super::parameters::Parameters;
use super::passfile::{self, Entry};
use super::secret::Secret;
use super::servers::{SOCKET_FOLDERS, Server};

/// Fills the password of every server.
pub(super) fn supply(
    servers: &mut [Server],
    given: &mut Parameters,
    user: &str,
    database: &str,
    env: &Environment,
) {
    if let Some(password) = given.non_empty("password") {
        for server in servers {
            server.password = Some(Secret::new(password));
            server.password_from = given.place("password");
        }
        return;
    }
    let named = given.non_empty("passfile").map(PathBuf::from);
    let is_named = named.is_some();
    let Some(path) = named.or_else(|| env.home().map(|home| home.join(".pgpass"))) else {
        return;
    };
    let entries = match passfile::read(&path) {
        Ok(Some(entries)) => entries,
        Ok(None) if is_named => {
            let warning = format!("the password file `{}` does not exist", path.display());
            given.warnings.push(warning);
            return;
        }
        Ok(None) => return,
        Err(warning) => {
            given.warnings.push(warning);
            return;
        }
    };
    for server in servers {
        let port = server.port.to_string();
        let wanted = [host_in_file(server), &port, database, user];
        if let Some(entry) = entries.iter().find(|entry: &&Entry| entry.matches(wanted)) {
            server.password = Some(entry.password.clone());
            server.password_from = Some(path.display().to_string());
        }
    }
}

/// The default socket goes by the name `localhost` in a password file.
fn host_in_file(server: &Server) -> &str {
    if SOCKET_FOLDERS.contains(&server.host.as_str()) {
        "localhost"
    } else {
        &server.host
    }
}
