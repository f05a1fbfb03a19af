//! One attempt at one address, with or without TLS.

use std::net::IpAddr;
use std::path::Path;

use tokio_postgres::config::SslMode as Negotiate;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};

use super::Endpoint;
use super::cancel::{Line, Socket};
use super::failures::Trouble;
use super::servers::{Server, socket_file};
use super::session::{Session, within};
use super::ssl::SslMode;

/// Connects with or without TLS; `allow` and `prefer` have a second choice, as in libpq.
pub(super) async fn negotiate(
    endpoint: &Endpoint,
    server: &Server,
    address: Option<IpAddr>,
    mode: SslMode,
) -> Result<Session, Trouble> {
    let once = |negotiate| connect(endpoint, server, address, mode, negotiate);
    match mode {
        SslMode::Disable => once(Negotiate::Disable).await,
        SslMode::Allow => match once(Negotiate::Disable).await {
            Err(trouble) if is_not_let_in(&trouble) => once(Negotiate::Require).await,
            result => result,
        },
        SslMode::Prefer => match once(Negotiate::Prefer).await {
            Err(first) if is_not_let_in(&first) || first.is_of_tls() => {
                match once(Negotiate::Disable).await {
                    // What was said to the encrypted connection is nearer to the cause.
                    Err(second) if is_not_let_in(&second) => Err(first),
                    result => result,
                }
            }
            result => result,
        },
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => {
            once(Negotiate::Require).await
        }
    }
}

/// Whether `pg_hba.conf` may let the other kind of connection in.
fn is_not_let_in(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Server(error)
        if error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION))
}

async fn connect(
    endpoint: &Endpoint,
    server: &Server,
    address: Option<IpAddr>,
    mode: SslMode,
    negotiate: Negotiate,
) -> Result<Session, Trouble> {
    let config = config(endpoint, server, address, negotiate);
    let timeout = endpoint.settings.connect_timeout;
    let place = endpoint.url_of(server);
    let line = |tls| Line {
        place: match address {
            Some(address) => Socket::Tcp((address, server.port).into()),
            None => Socket::Unix(socket_file(Path::new(&server.host), server.port)),
        },
        tls,
    };
    let attempt = async {
        let mut session = if negotiate == Negotiate::Disable {
            let (client, connection) = config.connect(NoTls).await?;
            Session::start(client, connection, line(None), place, timeout)
        } else {
            let tls = endpoint
                .tls
                .get(mode, &endpoint.settings.tls, endpoint.home.as_deref())
                .map_err(Trouble::Tls)?;
            let (client, connection) = config.connect(tls.clone()).await?;
            let line = line(Some((tls, tls_name(server, address))));
            Session::start(client, connection, line, place, timeout)
        };
        session.complete().await?;
        Ok(session)
    };
    within(timeout, attempt)
        .await
        .unwrap_or(Err(Trouble::TimeOut))
}

/// The name that the certificate must bear. A folder, beside a `hostaddr`, is none.
fn tls_name(server: &Server, address: Option<IpAddr>) -> String {
    match address {
        Some(address) if server.host.starts_with('/') => address.to_string(),
        _ => server.host.clone(),
    }
}

fn config(
    endpoint: &Endpoint,
    server: &Server,
    address: Option<IpAddr>,
    negotiate: Negotiate,
) -> Config {
    let settings = &endpoint.settings;
    let mut config = Config::new();
    match address {
        Some(address) => {
            config
                .host(tls_name(server, Some(address)))
                .hostaddr(address);
        }
        None => {
            config.host_path(&server.host);
        }
    }
    config
        .port(server.port)
        .user(&endpoint.user)
        .dbname(&endpoint.database)
        .application_name(&settings.application_name)
        .ssl_mode(negotiate)
        .ssl_negotiation(settings.tls.negotiation)
        .channel_binding(settings.channel_binding)
        .keepalives(settings.keepalive.on)
        .keepalives_idle(settings.keepalive.idle)
        .keepalives_interval(settings.keepalive.interval)
        .keepalives_retries(settings.keepalive.count);
    if !settings.keepalive.user_timeout.is_zero() {
        config.tcp_user_timeout(settings.keepalive.user_timeout);
    }
    if let Some(timeout) = settings.connect_timeout {
        config.connect_timeout(timeout);
    }
    if let Some(password) = &server.password {
        config.password(password.reveal());
    }
    // Poolers refuse this parameter, so it goes only if someone gave it.
    if let Some(options) = &settings.options {
        config.options(options);
    }
    config
}
