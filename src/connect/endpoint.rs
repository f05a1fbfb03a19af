//! A database that may be connected to.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::environment::Environment;
use super::parameters::Parameters;
use super::percent;
use super::resolve;
use super::servers::Server;
use super::session::Session;
use super::settings::Settings;
use super::tls::Connectors;
use super::{Source, dial, passwords, servers};
use crate::error::Failure;

/// What of the parameters a URL of this endpoint repeats, so that another program gets there too.
const REPEATED: &[&str] = &[
    "hostaddr",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslnegotiation",
    "channel_binding",
    "target_session_attrs",
    "options",
];

/// A database that may be connected to.
///
/// `Display` and `Debug` show `postgres://user@host:port/database`, never the password.
///
/// # TLS
///
/// `sslmode` means what it means to libpq, but for its default: without one, a server that is
/// not local is only spoken to under `verify-full`, with the system's certificates or those of
/// `~/.postgresql/root.crt`; a local one (a socket, a loopback address, `localhost`) under
/// `prefer`. `sslmode=disable`, `require` (encrypted, not verified) or `sslrootcert=FILE` say
/// otherwise. Nothing is ever weakened without being told to.
#[derive(Clone)]
pub struct Endpoint {
    pub(super) source: Source,
    pub(super) servers: Vec<Server>,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) settings: Settings,
    pub(super) home: Option<PathBuf>,
    /// Made when first needed: reading the system's certificates takes time.
    pub(super) tls: Arc<Connectors>,
    pub(super) repeated: Vec<(&'static str, String)>,
    warnings: Vec<String>,
}

impl Endpoint {
    /// Reads a URL or a connection string, with nothing filled in from `PG*` variables when the
    /// source is [`Source::Embedded`].
    pub fn from_url(url: &str, source: Source, env: &Environment) -> anyhow::Result<Self> {
        resolve::from_text(url, source, env, resolve::CONNECT_TIMEOUT)
    }

    /// Gives the parameters their types; they are complete but for the defaults.
    pub(super) fn build(
        mut given: Parameters,
        source: Source,
        env: &Environment,
        connect_timeout: Duration,
    ) -> anyhow::Result<Self> {
        let settings = Settings::read(&given, connect_timeout)?;
        let mut servers = servers::read(&given)?;
        let user = match given.non_empty("user").or_else(|| env.os_user()) {
            Some(user) => user.to_owned(),
            None => {
                return Err(Failure::new(
                    "no user is named, and the system knows no name for this one",
                )
                .hint("Name the user in the URL, or set PGUSER.")
                .into());
            }
        };
        let database = given.non_empty("dbname").unwrap_or(&user).to_owned();
        if source != Source::Embedded {
            passwords::supply(&mut servers, &mut given, &user, &database, env);
        }
        let repeated = REPEATED
            .iter()
            .filter_map(|key| Some((*key, given.non_empty(key)?.to_owned())))
            .collect();
        Ok(Self {
            source,
            servers,
            user,
            database,
            settings,
            home: env.home(),
            tls: Arc::default(),
            repeated,
            warnings: given.warnings,
        })
    }

    /// Opens a connection. Its driver is a task of the current runtime, which must have its I/O
    /// and time drivers enabled.
    pub async fn open(&self) -> anyhow::Result<Session> {
        dial::open(self).await
    }

    /// The same server, user and settings with another database.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        Self {
            database: database.to_owned(),
            ..self.clone()
        }
    }

    /// What named it.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The name of the database.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The name of the user.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether every server of the list is on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.servers.iter().all(Server::is_local)
    }

    /// What a user should know, though it stops nothing: a readable password file, a password on
    /// the command line, a parameter of another tool.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A URL by which another program gets to the same place, but for the password.
    #[must_use]
    pub fn url_without_password(&self) -> String {
        self.url(&self.servers, &self.repeated)
    }

    /// The URL of one server of the list, for people.
    pub(super) fn url_of(&self, server: &Server) -> String {
        self.url(std::slice::from_ref(server), &[])
    }

    fn url(&self, servers: &[Server], parameters: &[(&'static str, String)]) -> String {
        let mut parameters = parameters.to_vec();
        let places: Vec<String> = match servers {
            [server] if server.socket_folder().is_some() => {
                parameters.insert(0, ("host", server.host.clone()));
                if server.port != 5432 {
                    parameters.insert(1, ("port", server.port.to_string()));
                }
                Vec::new()
            }
            _ => servers.iter().map(place).collect(),
        };
        let mut url = format!(
            "postgres://{}@{}/{}",
            percent::encode(&self.user),
            places.join(","),
            percent::encode(&self.database)
        );
        for (at, (key, value)) in parameters.iter().enumerate() {
            url.push(if at == 0 { '?' } else { '&' });
            url.push_str(key);
            url.push('=');
            url.push_str(&percent::encode_value(value));
        }
        url
    }
}

/// A server in the authority of a URL.
fn place(server: &Server) -> String {
    match server.socket_folder() {
        Some(_) => format!("{}:{}", percent::encode(&server.host), server.port),
        None => server.to_string(),
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url(&self.servers, &[]))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self}, from {})", self.source)
    }
}
