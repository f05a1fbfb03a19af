//! Says why a server could not be reached, and what to do about it.

mod handshake;
mod network;
mod server;

use std::error::Error;
use std::io;

use tokio_postgres::error::SqlState;

use super::Endpoint;
use super::servers::Server;
use super::session::OLDEST_MAJOR;
use crate::error::Failure;

/// Where an attempt was made.
pub(super) struct Place<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) server: &'a Server,
}

/// Why an attempt failed.
pub(super) enum Trouble {
    /// The name could not be looked up.
    Lookup(io::Error),
    /// The name has no address.
    NoAddress,
    /// It took too long.
    TimeOut,
    /// TLS could not be set up on this side: a file is missing or wrong.
    Tls(anyhow::Error),
    /// The network, TLS, or the server itself.
    Server(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl Trouble {
    /// Whether another address or server may do better; a wrong password is wrong everywhere.
    pub(super) fn is_of_the_network(&self) -> bool {
        match self {
            Self::Lookup(_) | Self::NoAddress | Self::TimeOut => true,
            Self::Tls(_) => false,
            Self::Server(error) => match error.code() {
                Some(code) => *code == SqlState::CANNOT_CONNECT_NOW,
                None => error.is_closed() || !self.is_of_tls() && io_error(error).is_some(),
            },
        }
    }

    /// Whether TLS could not be had.
    pub(super) fn is_of_tls(&self) -> bool {
        match self {
            Self::Tls(_) => true,
            Self::Server(error) => tls_error(error).is_some(),
            _ => false,
        }
    }
}

/// The text of an error with all its causes; tokio-postgres leaves them out of its own.
#[must_use]
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

/// One failure of several: that of the only server, or all of them as items.
pub(super) fn together(endpoint: &Endpoint, mut failures: Vec<Failure>) -> Failure {
    if failures.len() == 1 {
        return failures.remove(0);
    }
    let hint = failures
        .iter()
        .rev()
        .find_map(|failure| failure.hint.clone());
    let failure = Failure::new(format!("none of {} servers could be used", failures.len()))
        .detail(format!("{endpoint}, from {}", endpoint.source()));
    Failure {
        hint,
        items: failures,
        ..failure
    }
}

/// The failure of one attempt.
pub(super) fn describe(place: &Place, trouble: &Trouble) -> Failure {
    match trouble {
        Trouble::Lookup(error) => place
            .failure("the host name is not known", Some(&error.to_string()))
            .hint("Check the spelling of the host, and that this machine can look names up."),
        Trouble::NoAddress => place.failure("the host name has no address", None),
        Trouble::TimeOut => place.failure("no answer in time", None).hint(
            "Check host and port, and the firewalls between; connect_timeout=SECONDS waits longer.",
        ),
        Trouble::Tls(error) => match error.downcast_ref::<Failure>() {
            Some(failure) => failure.clone(),
            None => place.failure("TLS could not be set up", Some(&format!("{error:#}"))),
        },
        Trouble::Server(error) => {
            if let Some(said) = error.as_db_error() {
                server::said_by_server(place, said)
            } else if let Some(found) = tls_error(error) {
                handshake::tls_failure(place, found, error)
            } else if let Some(found) = io_error(error) {
                network::network_failure(place, found, error)
            } else {
                network::other_failure(place, error)
            }
        }
    }
}

/// The server is older than the oldest that is supported.
pub(super) fn too_old(place: &Place, version: &str) -> Failure {
    let failure = place.failure(
        &format!("the server is version {version}, and {OLDEST_MAJOR} is the oldest supported"),
        None,
    );
    if version.contains("bouncer") {
        return failure.hint("This is the console of PgBouncer: name the database itself.");
    }
    failure.hint(format!(
        "Upgrade the server to PostgreSQL {OLDEST_MAJOR} or later."
    ))
}

/// The server is a primary where a standby is wanted, or the like.
pub(super) fn other_kind(place: &Place, asked: &str, standby: bool) -> Failure {
    let kind = if standby { "a standby" } else { "a primary" };
    place
        .failure(
            &format!("it is {kind}, and target_session_attrs={asked} asks for another"),
            None,
        )
        .hint("List all the servers in the URL: postgres://USER@HOST1,HOST2/DATABASE.")
}

impl Place<'_> {
    fn failure(&self, what: &str, cause: Option<&str>) -> Failure {
        let mut detail = format!(
            "{}, from {}",
            self.endpoint.url_of(self.server),
            self.endpoint.source()
        );
        if let Some(cause) = cause {
            detail.push('\n');
            detail.push_str(cause);
        }
        Failure::new(format!("could not connect to `{}`: {what}", self.server)).detail(detail)
    }
}

/// The error of rustls in the chain; an `io::Error` hides it from `source()`.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    find(error, &|one| {
        one.downcast_ref::<rustls::Error>().or_else(|| {
            let inner = one.downcast_ref::<io::Error>()?.get_ref()?;
            inner.downcast_ref::<rustls::Error>()
        })
    })
}

fn io_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a io::Error> {
    find(error, &|one| one.downcast_ref::<io::Error>())
}

fn find<'a, T>(
    error: &'a (dyn Error + 'static),
    wanted: &dyn Fn(&'a (dyn Error + 'static)) -> Option<&'a T>,
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(one) = next {
        if let Some(found) = wanted(one) {
            return Some(found);
        }
        next = one.source();
    }
    None
}
