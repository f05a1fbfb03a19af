//! What the server, or a pooler, says when it does not let someone in.

use tokio_postgres::error::{DbError, SqlState};

use super::Place;
use crate::error::Failure;

/// Keeps the words and the SQLSTATE of the server and adds a hint.
pub(super) fn said_by_server(place: &Place, said: &DbError) -> Failure {
    let mut cause = said.detail().map(str::to_owned);
    if let Some(hint) = said.hint() {
        cause = Some(cause.map_or(hint.to_owned(), |detail| format!("{detail}\n{hint}")));
    }
    let failure = place.failure(said.message(), cause.as_deref());
    let failure = Failure {
        sqlstate: Some(said.code().code().to_owned()),
        ..failure
    };
    let message = said.message();
    let hint = match *said.code() {
        SqlState::INVALID_PASSWORD => Some(wrong_password(place)),
        SqlState::INVALID_CATALOG_NAME => Some(no_database(place)),
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => Some(not_let_in(place, message)),
        SqlState::TOO_MANY_CONNECTIONS => Some(
            "Close other connections, wait, or raise max_connections; crmdb needs a few."
                .to_owned(),
        ),
        SqlState::CANNOT_CONNECT_NOW => {
            Some("Wait until the server is up, and try again.".to_owned())
        }
        SqlState::INSUFFICIENT_PRIVILEGE => {
            let (user, database) = (&place.endpoint.user, place.endpoint.database());
            Some(format!(
                "Grant it: GRANT CONNECT ON DATABASE {database} TO {user}."
            ))
        }
        // PgBouncer says everything under 08P01.
        _ if message.contains("unsupported startup parameter") => Some(
            "A pooler stands between: take `options` (and PGOPTIONS) away, or add it to \
             ignore_startup_parameters of PgBouncer, or connect to the server itself."
                .to_owned(),
        ),
        _ if message.contains("authentication failed") => Some(wrong_password(place)),
        _ if message.contains("no such database")
            || message.starts_with("database") && message.ends_with("does not exist") =>
        {
            Some(no_database(place))
        }
        _ => None,
    };
    Failure { hint, ..failure }
}

fn wrong_password(place: &Place) -> String {
    let user = &place.endpoint.user;
    match &place.server.password_from {
        Some(source) => format!("Check the password of `{user}`; it came from {source}."),
        None => format!("Check the password of `{user}`."),
    }
}

fn no_database(place: &Place) -> String {
    let name = place.endpoint.database();
    format!("Create it with `createdb {name}`, or name another database.")
}

/// Hints for 28000, which stands for many things.
fn not_let_in(place: &Place, message: &str) -> String {
    let user = &place.endpoint.user;
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
    }
}
