//! Says why a server could not be reached, and what to do about it.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};
use tokio_postgres::error::{DbError, SqlState};

use super::Endpoint;
use super::session::OLDEST_MAJOR;
use super::settings::Server;
use super::tls::root_file;
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

    /// Whether the TLS handshake failed.
    pub(super) fn is_of_tls(&self) -> bool {
        matches!(self, Self::Server(error) if tls_error(error).is_some())
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
                said_by_server(place, said)
            } else if let Some(found) = tls_error(error) {
                tls_failure(place, found, error)
            } else if let Some(found) = io_error(error) {
                network_failure(place, found, error)
            } else {
                other_failure(place, error)
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

fn network_failure(place: &Place, error: &io::Error, whole: &tokio_postgres::Error) -> Failure {
    let cause = causes(whole);
    let failure = |what| place.failure(what, Some(&cause));
    let on_socket = place.server.socket_folder().is_some();
    match error.kind() {
        io::ErrorKind::ConnectionRefused => failure("connection refused")
            .hint("Is the server running, and does it listen on this port? Check host and port."),
        io::ErrorKind::NotFound if on_socket => failure("there is no such socket").hint(
            "Is the server running on this machine? Check its port and unix_socket_directories, or name a host.",
        ),
        io::ErrorKind::PermissionDenied if on_socket => failure("no permission for the socket")
            .hint("Check the owner and mode of the socket's folder, or connect to localhost."),
        io::ErrorKind::TimedOut => failure("no answer in time").hint(
            "Check host and port, and the firewalls between; connect_timeout=SECONDS waits longer.",
        ),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            failure("there is no way to this host")
                .hint("Check the network, and whether this machine speaks the host's IPv6 or IPv4.")
        }
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
            failure("the other side closed the connection")
                .hint("Is this a PostgreSQL server? Its log, or that of a proxy between, says why.")
        }
        _ => failure("the network failed"),
    }
}

fn other_failure(place: &Place, error: &tokio_postgres::Error) -> Failure {
    let cause = causes(error);
    let failure = |what| place.failure(what, Some(&cause));
    if cause.contains("password missing") {
        failure("the server asks for a password, and none is given")
            .hint("Set PGPASSWORD, put a line into ~/.pgpass, or put the password into the URL.")
    } else if cause.contains("channel binding") {
        failure("channel binding is required, and was not possible").hint(
            "It needs TLS, SCRAM passwords, and a server certificate signed with RSA or ECDSA; \
             channel_binding=prefer does without.",
        )
    } else if cause.contains("server does not support TLS") {
        failure("the server does not speak TLS").hint(no_tls_hint(place))
    } else if cause.contains("unsupported authentication method") {
        failure("the server asks for a way of authentication that is not spoken")
            .hint("Use scram-sha-256 or a client certificate for this user in pg_hba.conf.")
    } else if error.is_closed() {
        failure("the other side closed the connection")
            .hint("Is this a PostgreSQL server? Its log, or that of a proxy between, says why.")
    } else {
        failure("the conversation with the server failed")
            .hint("Is this a PostgreSQL server? Check host and port.")
    }
}

fn no_tls_hint(place: &Place) -> &'static str {
    if place.endpoint.settings.tls.mode.is_none() {
        "crmdb insists on TLS for servers that are not local. On a network that you trust, \
         add sslmode=disable to the URL, or set PGSSLMODE=disable; or switch `ssl` on in the server."
    } else {
        "Switch `ssl` on in the server; on a network that you trust, sslmode=disable does without."
    }
}

fn tls_failure(place: &Place, error: &rustls::Error, whole: &tokio_postgres::Error) -> Failure {
    let cause = causes(whole);
    let failure = |what| place.failure(what, Some(&cause));
    let settings = &place.endpoint.settings.tls;
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::UnknownIssuer => {
                let known = match root_file(settings, place.endpoint.home.as_deref()) {
                    Some(file) => format!("`{}`", file.display()),
                    None => "the system's certificates".to_owned(),
                };
                failure("its certificate is from an authority that is not trusted").hint(format!(
                    "It was checked against {known}. Name the authority's certificate with sslrootcert=FILE \
                     (Supabase, RDS and others offer it for download); sslmode=require encrypts \
                     without checking who answers."
                ))
            }
            CertificateError::NotValidForName
            | CertificateError::NotValidForNameContext { .. } => failure(
                "its certificate is for another name",
            )
            .hint(
                "Connect by a name that is in the certificate; hostaddr=ADDRESS leads such a name \
                 elsewhere. sslmode=verify-ca does not check the name.",
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                failure("its certificate has expired")
                    .hint("Renew the server's certificate; check the clock of this machine.")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                failure("its certificate is not valid yet").hint("Check the clock of this machine.")
            }
            _ => failure("its certificate is not valid")
                .hint("Check the server's certificate; sslmode=require encrypts without checking it."),
        },
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown,
        ) => failure("the server did not accept the client certificate")
            .hint("Give a certificate that the server's authority has signed: sslcert and sslkey."),
        _ => failure("the TLS handshake failed")
            .hint("Does the server speak TLS 1.2 or 1.3 on this port?"),
    }
}

fn said_by_server(place: &Place, said: &DbError) -> Failure {
    let user = &place.endpoint.user;
    let mut cause = said.detail().map(str::to_owned);
    if let Some(hint) = said.hint() {
        cause = Some(cause.map_or(hint.to_owned(), |detail| format!("{detail}\n{hint}")));
    }
    let failure = place.failure(said.message(), cause.as_deref());
    let failure = Failure {
        sqlstate: Some(said.code().code().to_owned()),
        ..failure
    };
    let hint = match *said.code() {
        SqlState::INVALID_PASSWORD => Some(match &place.server.password_from {
            Some(source) => format!("Check the password of `{user}`; it came from {source}."),
            None => format!("Check the password of `{user}`."),
        }),
        SqlState::INVALID_CATALOG_NAME => {
            let name = place.endpoint.database();
            Some(format!(
                "Create it with `createdb {name}`, or name another database."
            ))
        }
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => not_let_in(place, said.message()),
        SqlState::TOO_MANY_CONNECTIONS => Some(
            "Close other connections, wait, or raise max_connections; crmdb needs a few."
                .to_owned(),
        ),
        SqlState::CANNOT_CONNECT_NOW => {
            Some("Wait until the server is up, and try again.".to_owned())
        }
        SqlState::INSUFFICIENT_PRIVILEGE => {
            Some(format!("Grant it: GRANT CONNECT ON DATABASE … TO {user}."))
        }
        _ if said.message().contains("unsupported startup parameter") => Some(
            "A pooler stands between: take `options` (and PGOPTIONS) away, or add it to \
             ignore_startup_parameters of PgBouncer, or connect to the server itself."
                .to_owned(),
        ),
        _ => None,
    };
    Failure { hint, ..failure }
}

/// Hints for 28000, which stands for many things.
fn not_let_in(place: &Place, message: &str) -> Option<String> {
    let user = &place.endpoint.user;
    Some(
        if message.contains("pg_hba.conf") && message.contains("no encryption") {
            "The server may let in only what is encrypted: use sslmode=require or better; or add a \
         line to its pg_hba.conf."
                .to_owned()
        } else if message.contains("pg_hba.conf") {
            format!(
                "Add a line for `{user}`, this database and this machine to the server's pg_hba.conf."
            )
        } else if message.contains("Peer") || message.contains("Ident") {
            format!(
                "Run as the operating-system user `{user}`, or connect to localhost with a password."
            )
        } else if message.contains("client certificate") {
            "Give a client certificate: sslcert and sslkey.".to_owned()
        } else {
            format!("Check that the role exists and may log in: CREATE ROLE {user} LOGIN.")
        },
    )
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
