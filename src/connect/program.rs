//! What a program of PostgreSQL needs to get to the server that a session is with.

use std::net::IpAddr;
use std::path::Path;

use super::Endpoint;
use super::cancel::Socket;
use super::secret::Secret;
use super::session::Session;
use super::ssl::{Roots, SslMode, TlsVersion};
use super::tls::root_file;

/// The first version whose libpq knows `sslrootcert=system`.
const SYSTEM_ROOTS_SINCE: u32 = 16;

/// Where systems keep their root certificates in one file.
const BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/ca-certificates/cert.pem",
];

/// Environment variables for a program, and the password, which is not among them.
#[derive(Clone, Debug)]
pub struct Access {
    /// Variables by their names; all other `PG*` are to be taken away.
    pub variables: Vec<(&'static str, String)>,
    /// The password, for a password file.
    pub password: Option<Secret>,
}

impl Endpoint {
    /// Returns what a program with the libpq of version `major` needs to get to the very server
    /// that `session` is with: of a list of servers, another one may be a standby, or behind.
    #[must_use]
    pub fn access(&self, session: &Session, major: u32) -> Access {
        let server = self
            .servers
            .iter()
            .find(|server| self.url_of(server) == session.place())
            .unwrap_or(&self.servers[0]);
        let settings = &self.settings;
        let mut variables = vec![
            ("PGHOST", server.host.clone()),
            ("PGPORT", server.port.to_string()),
            ("PGUSER", self.user.clone()),
            ("PGDATABASE", self.database.clone()),
            ("PGAPPNAME", settings.application_name.clone()),
            ("PGGSSENCMODE", "disable".to_owned()),
        ];
        if let Socket::Tcp(address) = session.socket()
            && server.host.parse::<IpAddr>().is_err()
        {
            variables.push(("PGHOSTADDR", address.ip().to_string()));
        }
        if let Some(timeout) = settings.connect_timeout {
            variables.push(("PGCONNECT_TIMEOUT", timeout.as_secs().max(1).to_string()));
        }
        if let Some(options) = &settings.options {
            variables.push(("PGOPTIONS", options.clone()));
        }
        let mode = settings.tls.mode_for(server);
        variables.push(("PGSSLMODE", word(mode).to_owned()));
        if mode != SslMode::Disable {
            let file = root_file(&settings.tls, self.home.as_deref());
            let wants_system = settings.tls.roots == Roots::System
                || matches!(mode, SslMode::VerifyCa | SslMode::VerifyFull);
            if let Some(file) = file {
                variables.push(("PGSSLROOTCERT", file.display().to_string()));
            } else if wants_system {
                variables.push(("PGSSLROOTCERT", system_roots(mode, major)));
            }
            if settings.tls.versions.0 == TlsVersion::V13 {
                variables.push(("PGSSLMINPROTOCOLVERSION", "TLSv1.3".to_owned()));
            }
            if settings.tls.versions.1 == TlsVersion::V12 {
                variables.push(("PGSSLMAXPROTOCOLVERSION", "TLSv1.2".to_owned()));
            }
            for (key, name) in [
                ("sslcert", "PGSSLCERT"),
                ("sslkey", "PGSSLKEY"),
                ("sslnegotiation", "PGSSLNEGOTIATION"),
                ("channel_binding", "PGCHANNELBINDING"),
            ] {
                let value = self.repeated.iter().find(|(known, _)| *known == key);
                variables.extend(value.map(|(_, value)| (name, value.clone())));
            }
        }
        Access {
            variables,
            password: server.password.clone(),
        }
    }
}

/// libpq takes `system` under `verify-full` only.
fn system_roots(mode: SslMode, major: u32) -> String {
    let bundle = BUNDLES.iter().find(|file| Path::new(file).exists());
    match bundle {
        Some(bundle) if major < SYSTEM_ROOTS_SINCE || mode != SslMode::VerifyFull => {
            (*bundle).to_owned()
        }
        _ => "system".to_owned(),
    }
}

fn word(mode: SslMode) -> &'static str {
    match mode {
        SslMode::Disable => "disable",
        SslMode::Allow => "allow",
        SslMode::Prefer => "prefer",
        SslMode::Require => "require",
        SslMode::VerifyCa => "verify-ca",
        SslMode::VerifyFull => "verify-full",
    }
}
