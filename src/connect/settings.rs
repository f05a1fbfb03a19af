//! Gives connection parameters their types, and checks them.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::config::{ChannelBinding, SslNegotiation};

use super::parameters::Parameters;
use super::secret::Secret;
use crate::error::Failure;

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

/// Which server of the list will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionAttributes {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
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

/// Keepalive packets, and how long unacknowledged data may wait.
#[derive(Clone, Debug)]
pub(super) struct Keepalive {
    pub(super) on: bool,
    pub(super) idle: Duration,
    pub(super) interval: Duration,
    pub(super) count: u32,
    /// Zero: as the system does.
    pub(super) user_timeout: Duration,
}

/// Everything but the servers, the user and the database.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) tls: TlsSettings,
    pub(super) channel_binding: ChannelBinding,
    pub(super) session: SessionAttributes,
    pub(super) shuffle: bool,
    /// For each address of a server; `None` waits as long as it takes.
    pub(super) connect_timeout: Option<Duration>,
    pub(super) keepalive: Keepalive,
    pub(super) application_name: String,
    pub(super) options: Option<String>,
}

impl Settings {
    /// Reads the parameters; `connect_timeout` holds when they say nothing.
    pub(super) fn read(given: &Parameters, connect_timeout: Duration) -> anyhow::Result<Self> {
        refuse_what_cannot_be(given)?;
        let application_name = given
            .non_empty("application_name")
            .or_else(|| given.non_empty("fallback_application_name"));
        let connect_timeout = match given.non_empty("connect_timeout") {
            Some(_) => match number::<i32>(given, "connect_timeout", 0)? {
                seconds @ 1.. => Some(Duration::from_secs(seconds.unsigned_abs().into())),
                _ => None,
            },
            None => Some(connect_timeout),
        };
        Ok(Self {
            tls: TlsSettings::read(given)?,
            channel_binding: choice(
                given,
                "channel_binding",
                &[
                    ("prefer", ChannelBinding::Prefer),
                    ("disable", ChannelBinding::Disable),
                    ("require", ChannelBinding::Require),
                ],
            )?
            .unwrap_or(ChannelBinding::Prefer),
            session: choice(
                given,
                "target_session_attrs",
                &[
                    ("any", SessionAttributes::Any),
                    ("read-write", SessionAttributes::ReadWrite),
                    ("read-only", SessionAttributes::ReadOnly),
                    ("primary", SessionAttributes::Primary),
                    ("standby", SessionAttributes::Standby),
                    ("prefer-standby", SessionAttributes::PreferStandby),
                ],
            )?
            .unwrap_or(SessionAttributes::Any),
            shuffle: choice(
                given,
                "load_balance_hosts",
                &[("disable", false), ("random", true)],
            )?
            .unwrap_or(false),
            connect_timeout,
            keepalive: Keepalive {
                on: number::<u8>(given, "keepalives", 1)? != 0,
                idle: Duration::from_secs(number::<u32>(given, "keepalives_idle", 60)?.into()),
                interval: Duration::from_secs(
                    number::<u32>(given, "keepalives_interval", 10)?.into(),
                ),
                count: number(given, "keepalives_count", 3)?,
                user_timeout: Duration::from_millis(
                    number::<u32>(given, "tcp_user_timeout", 60_000)?.into(),
                ),
            },
            application_name: application_name.unwrap_or("crmdb").to_owned(),
            options: given.non_empty("options").map(str::to_owned),
        })
    }
}

impl TlsSettings {
    fn read(given: &Parameters) -> anyhow::Result<Self> {
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

/// Parameters that are fine as long as they ask for nothing special.
fn refuse_what_cannot_be(given: &Parameters) -> anyhow::Result<()> {
    choice(given, "gssencmode", &[("disable", ()), ("prefer", ())])?;
    choice(given, "min_protocol_version", &[("3.0", ())])?;
    if let Some(encoding) = given.non_empty("client_encoding") {
        let plain: String = encoding
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        if !["utf8", "unicode", "auto"].contains(&plain.to_ascii_lowercase().as_str()) {
            return Err(Failure::new(format!(
                "{} can only be UTF8",
                given.label("client_encoding")
            ))
            .hint("Take it away; the server converts on its side.")
            .into());
        }
    }
    Ok(())
}

/// Reads one of several words. The word itself is not shown: it may be a misplaced secret.
fn choice<T: Copy>(
    given: &Parameters,
    key: &str,
    known: &[(&str, T)],
) -> anyhow::Result<Option<T>> {
    let Some(text) = given.non_empty(key) else {
        return Ok(None);
    };
    match known.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => Ok(Some(*value)),
        None => {
            let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            Err(Failure::new(format!(
                "the value of {} is not supported",
                given.label(key)
            ))
            .hint(format!("Use one of: {}.", words.join(", ")))
            .into())
        }
    }
}

fn number<T: FromStr>(given: &Parameters, key: &str, default: T) -> anyhow::Result<T> {
    match given.non_empty(key) {
        None => Ok(default),
        Some(text) => text.trim().parse().map_err(|_| {
            let label = given.label(key);
            Failure::new(format!(
                "the value of {label} is not a whole number in its range"
            ))
            .into()
        }),
    }
}
