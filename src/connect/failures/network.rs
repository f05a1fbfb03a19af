//! The network, and conversations that go wrong before the server says anything.

use std::io;

use super::{Place, causes};
use crate::error::Failure;

/// The operating system reports a failure.
pub(super) fn network_failure(
    place: &Place,
    error: &io::Error,
    whole: &tokio_postgres::Error,
) -> Failure {
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
        // What came is no message of PostgreSQL.
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
            failure("the conversation with the server failed")
                .hint("Is this a PostgreSQL server? Check host and port.")
        }
        _ => failure("the network failed").hint("Check host and port, and the network between."),
    }
}

/// tokio-postgres gives up.
pub(super) fn other_failure(place: &Place, error: &tokio_postgres::Error) -> Failure {
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
