//! What the parameters say about TLS: `sslmode` and its relatives.

use std::path::PathBuf;

use tokio_postgres::config::SslNegotiation;

use super::parameters::Parameters;
use super::servers::Server;
use super::settings::choice;
use crate::error::Failure;

/// libpq's TLS modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// The certificates to believe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Roots {
    /// `~/.postgresql/root.crt` if it is there, else the system's.
    Default,
    /// `sslrootcert=system`.
    System,
    /// `sslrootcert=FILE`.
    File(PathBuf),
}

/// What the parameters say about TLS.
#[derive(Clone, Debug)]
pub(super) struct TlsSettings {
    /// `None`: `verify-full` for a server that is not local, `prefer` for one that is.
    pub(super) mode: Option<SslMode>,
    pub(super) roots: Roots,
    /// `sslcert` and `sslkey`.
    pub(super) identity: Option<(PathBuf, PathBuf)>,
    /// `sslcertmode=disable`: not even the certificate of the home folder is sent.
    pub(super) no_identity: bool,
    pub(super) negotiation: SslNegotiation,
    pub(super) send_name: bool,
    /// Oldest and newest of TLS 1.2 and 1.3.
    pub(super) versions: (TlsVersion, TlsVersion),
}

/// The versions of TLS that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TlsVersion {
    V12,
    V13,
}

impl TlsSettings {
    pub(super) fn read(given: &Parameters) -> anyhow::Result<Self> {
        let modes = [
            ("disable", SslMode::Disable),
            ("allow", SslMode::Allow),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-ca", SslMode::VerifyCa),
            ("verify-full", SslMode::VerifyFull),
        ];
        let mode = match choice(given, "sslmode", &modes)? {
            Some(mode) => Some(mode),
            None => choice(given, "ssl", &modes)?,
        };
        let roots = match given.non_empty("sslrootcert") {
            None => Roots::Default,
            Some("system") => Roots::System,
            Some(file) => Roots::File(PathBuf::from(file)),
        };
        let weak = mode.is_some_and(|mode| mode != SslMode::VerifyFull);
        if roots == Roots::System && weak {
            return Err(
                Failure::new("`sslrootcert=system` goes with `sslmode=verify-full` only")
                    .hint("Anyone can get a certificate from a public authority: the name must be checked. Use sslmode=verify-full.")
                    .into(),
            );
        }
        let mode = if roots == Roots::System {
            Some(SslMode::VerifyFull)
        } else {
            mode
        };
        let negotiations = [
            ("postgres", SslNegotiation::Postgres),
            ("direct", SslNegotiation::Direct),
        ];
        let negotiation = choice(given, "sslnegotiation", &negotiations)?;
        let optional = matches!(
            mode,
            Some(SslMode::Disable | SslMode::Allow | SslMode::Prefer)
        );
        if negotiation == Some(SslNegotiation::Direct) && optional {
            return Err(Failure::new(
                "`sslnegotiation=direct` needs TLS, and `sslmode` leaves it open",
            )
            .hint("Use sslmode=require, verify-ca or verify-full.")
            .into());
        }
        let no_identity = choice(given, "sslcertmode", &[("disable", true), ("allow", false)])?;
        Ok(Self {
            mode,
            roots,
            identity: identity(given)?,
            no_identity: no_identity.unwrap_or(false),
            negotiation: negotiation.unwrap_or(SslNegotiation::Postgres),
            send_name: choice(given, "sslsni", &[("1", true), ("0", false)])?.unwrap_or(true),
            versions: versions(given)?,
        })
    }

    /// The mode for a server, when the parameters leave it open.
    ///
    /// libpq's `prefer` falls back to plain text without a word. Over a network that gives the
    /// data to whoever listens, so the default there is `verify-full`.
    pub(super) fn mode_for(&self, server: &Server) -> SslMode {
        match self.mode {
            // libpq never encrypts a socket of the file system.
            _ if server.socket_folder().is_some() => SslMode::Disable,
            Some(mode) => mode,
            // Direct negotiation cannot fall back.
            None if self.negotiation == SslNegotiation::Direct && server.is_local() => {
                SslMode::Require
            }
            None if server.is_local() => SslMode::Prefer,
            None => SslMode::VerifyFull,
        }
    }
}

fn identity(given: &Parameters) -> anyhow::Result<Option<(PathBuf, PathBuf)>> {
    match (given.non_empty("sslcert"), given.non_empty("sslkey")) {
        (Some(certificate), Some(key)) => Ok(Some((certificate.into(), key.into()))),
        (None, None) => Ok(None),
        _ => Err(Failure::new("of `sslcert` and `sslkey` only one is given")
            .hint("A client certificate needs both, as PEM files.")
            .into()),
    }
}

fn versions(given: &Parameters) -> anyhow::Result<(TlsVersion, TlsVersion)> {
    let known = |key: &str, from_old: bool| {
        let choices = [
            ("TLSv1", TlsVersion::V12),
            ("TLSv1.1", TlsVersion::V12),
            ("TLSv1.2", TlsVersion::V12),
            ("TLSv1.3", TlsVersion::V13),
        ];
        choice(given, key, if from_old { &choices } else { &choices[2..] })
    };
    let oldest = known("ssl_min_protocol_version", true)?.unwrap_or(TlsVersion::V12);
    let newest = known("ssl_max_protocol_version", false)?.unwrap_or(TlsVersion::V13);
    if oldest > newest {
        return Err(
            Failure::new("`ssl_min_protocol_version` is above `ssl_max_protocol_version`").into(),
        );
    }
    Ok((oldest, newest))
}
