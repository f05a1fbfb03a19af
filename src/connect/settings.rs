//! Gives connection parameters their types, and checks them.

use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::config::ChannelBinding;

use super::parameters::Parameters;
use super::ssl::TlsSettings;
use crate::error::Failure;

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
pub(super) fn choice<T: Copy>(
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
