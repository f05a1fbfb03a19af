//! The list of servers: hosts, addresses and ports, each a list with commas.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::parameters::Parameters;
use super::secret::Secret;
use crate::error::Failure;

const DEFAULT_PORT: u16 = 5432;

/// Where distributions, and PostgreSQL itself, put the socket.
pub(super) const SOCKET_FOLDERS: [&str; 3] = ["/var/run/postgresql", "/run/postgresql", "/tmp"];

/// One server of the list, in the order in which they are tried.
#[derive(Clone, Debug)]
pub(super) struct Server {
    /// A host name, a numeric address, or the folder of a socket.
    pub(super) host: String,
    /// Where to connect instead of looking the name up.
    pub(super) address: Option<IpAddr>,
    pub(super) port: u16,
    pub(super) password: Option<Secret>,
    /// Where the password came from, for people.
    pub(super) password_from: Option<String>,
}

impl Server {
    /// The folder, when it is reached by a socket.
    pub(super) fn socket_folder(&self) -> Option<&Path> {
        (self.address.is_none() && self.host.starts_with('/')).then(|| Path::new(&self.host))
    }

    /// Whether it is on this machine: a socket, or a loopback address.
    pub(super) fn is_local(&self) -> bool {
        match self.address.or_else(|| self.host.parse().ok()) {
            Some(address) => address.is_loopback(),
            None => self.host.starts_with('/') || self.host.eq_ignore_ascii_case("localhost"),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.socket_folder() {
            Some(folder) => write!(f, "{}", socket_file(folder, self.port).display()),
            None if self.host.contains(':') => write!(f, "[{}]:{}", self.host, self.port),
            None => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// The file of a server's socket.
pub(super) fn socket_file(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

/// Reads the list. Without a host it is the socket that is there, as with libpq.
pub(super) fn read(given: &Parameters) -> anyhow::Result<Vec<Server>> {
    let hosts = list(given, "host");
    let addresses = list(given, "hostaddr");
    let ports = list(given, "port");
    let count = hosts.len().max(addresses.len()).max(1);
    for (name, list) in [("host", &hosts), ("hostaddr", &addresses)] {
        if !list.is_empty() && list.len() != count {
            return Err(mismatch(name, list.len(), count));
        }
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(mismatch("port", ports.len(), count));
    }
    (0..count)
        .map(|at| {
            let port = match ports.get(at).or(ports.first()) {
                Some(text) => port(text, given)?,
                None => DEFAULT_PORT,
            };
            let address = addresses.get(at).filter(|text| !text.is_empty());
            let address = address.map(|text| numeric(text, given)).transpose()?;
            let host = match (hosts.get(at).filter(|text| !text.is_empty()), address) {
                (Some(host), _) => checked(host, given)?,
                (None, Some(address)) => address.to_string(),
                (None, None) => default_folder(port).to_owned(),
            };
            Ok(Server {
                host,
                address,
                port,
                password: None,
                password_from: None,
            })
        })
        .collect()
}

fn list<'a>(given: &'a Parameters, key: &str) -> Vec<&'a str> {
    match given.non_empty(key) {
        Some(text) => text.split(',').map(str::trim).collect(),
        None => Vec::new(),
    }
}

fn port(text: &str, given: &Parameters) -> anyhow::Result<u16> {
    match text.parse() {
        _ if text.is_empty() => Ok(DEFAULT_PORT),
        Ok(port @ 1..) => Ok(port),
        _ => {
            let label = given.label("port");
            Err(Failure::new(format!("{label} is not a number from 1 to 65535")).into())
        }
    }
}

fn numeric(text: &str, given: &Parameters) -> anyhow::Result<IpAddr> {
    text.parse().map_err(|_| {
        Failure::new(format!(
            "{} is not a numeric address",
            given.label("hostaddr")
        ))
        .hint("A name goes into `host`; `hostaddr` only saves looking it up.")
        .into()
    })
}

fn checked(host: &str, given: &Parameters) -> anyhow::Result<String> {
    if host.starts_with('@') {
        return Err(
            Failure::new("sockets of the abstract namespace are not supported")
                .hint("Name the folder of the server's socket.")
                .into(),
        );
    }
    if host.starts_with('/') {
        return Ok(host.to_owned());
    }
    let bare = host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'));
    let host = bare.unwrap_or(host);
    let is_name = host
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    if is_name || host.parse::<IpAddr>().is_ok() {
        return Ok(host.to_owned());
    }
    Err(Failure::new(format!(
        "{} has a character that no host name has",
        given.label("host")
    ))
    .hint("A host is a name, a numeric address, or the folder of a socket, beginning with `/`.")
    .into())
}

fn default_folder(port: u16) -> &'static str {
    let has_socket = |folder: &&&str| socket_file(Path::new(folder), port).exists();
    let is_there = |folder: &&&str| Path::new(folder).is_dir();
    let folders = &SOCKET_FOLDERS;
    let found = folders
        .iter()
        .find(has_socket)
        .or(folders.iter().find(is_there));
    found.copied().unwrap_or(SOCKET_FOLDERS[0])
}

fn mismatch(name: &str, found: usize, expected: usize) -> anyhow::Error {
    Failure::new(format!(
        "`{name}` lists {found}, but there are {expected} servers"
    ))
    .hint("Give one for each server, in the same order.")
    .into()
}
