//! Reaches a server: the hosts in turn, each of their addresses, with or without TLS.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use tokio_postgres::config::SslMode as Negotiate;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};

use super::Endpoint;
use super::failures::{self, Place, Trouble};
use super::servers::Server;
use super::session::{OLDEST_MAJOR, Session, within};
use super::settings::SessionAttributes;
use super::ssl::SslMode;
use crate::error::Failure;

/// A server that was tried in vain.
struct Refusal {
    failure: Failure,
    /// Another server of the list may still do.
    go_on: bool,
}

/// Opens a connection to the first server that will do.
pub(super) async fn open(endpoint: &Endpoint) -> anyhow::Result<Session> {
    let wishes: &[SessionAttributes] = match endpoint.settings.session {
        SessionAttributes::PreferStandby => &[SessionAttributes::Standby, SessionAttributes::Any],
        ref one => std::slice::from_ref(one),
    };
    let mut refusals = Vec::new();
    for wish in wishes {
        refusals.clear();
        for server in order(endpoint) {
            match reach(endpoint, server, *wish).await {
                Ok(session) => return Ok(session),
                Err(refusal) => {
                    refusals.push(refusal.failure);
                    if !refusal.go_on {
                        return Err(failures::together(endpoint, refusals).into());
                    }
                }
            }
        }
    }
    Err(failures::together(endpoint, refusals).into())
}

/// The servers as listed, or shuffled (`load_balance_hosts=random`).
fn order(endpoint: &Endpoint) -> Vec<&Server> {
    let mut servers: Vec<(usize, &Server)> = endpoint.servers.iter().enumerate().collect();
    if endpoint.settings.shuffle {
        let hasher = RandomState::new();
        servers.sort_by_cached_key(|(at, _)| hasher.hash_one(at));
    }
    servers.into_iter().map(|(_, server)| server).collect()
}

/// Tries every address of a server.
async fn reach(
    endpoint: &Endpoint,
    server: &Server,
    wish: SessionAttributes,
) -> Result<Session, Refusal> {
    let mode = endpoint.settings.tls.mode_for(server);
    let place = Place { endpoint, server };
    let addresses = addresses(endpoint, server)
        .await
        .map_err(|trouble| Refusal {
            failure: failures::describe(&place, &trouble),
            go_on: true,
        })?;
    let mut last = None;
    for address in addresses {
        match negotiate(endpoint, server, address, mode).await {
            Ok(session) => return suits(&place, session, wish),
            Err(trouble) => {
                let go_on = trouble.is_of_the_network();
                let failure = failures::describe(&place, &trouble);
                if !go_on {
                    return Err(Refusal { failure, go_on });
                }
                last = Some(failure);
            }
        }
    }
    Err(Refusal {
        failure: last.unwrap_or_else(|| failures::describe(&place, &Trouble::NoAddress)),
        go_on: true,
    })
}

/// Looks a name up; `None` stands for a socket of the file system.
async fn addresses(endpoint: &Endpoint, server: &Server) -> Result<Vec<Option<IpAddr>>, Trouble> {
    if server.socket_folder().is_some() {
        return Ok(vec![None]);
    }
    if let Some(address) = server.address.or_else(|| server.host.parse().ok()) {
        return Ok(vec![Some(address)]);
    }
    let lookup = tokio::net::lookup_host((server.host.as_str(), server.port));
    match within(endpoint.settings.connect_timeout, lookup).await {
        Some(Ok(found)) => {
            let mut addresses: Vec<_> = found.map(|found| Some(found.ip())).collect();
            addresses.dedup();
            Ok(addresses)
        }
        Some(Err(error)) => Err(Trouble::Lookup(error)),
        None => Err(Trouble::TimeOut),
    }
}

/// Connects with or without TLS; `allow` and `prefer` have a second choice, as in libpq.
async fn negotiate(
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
    let attempt = async {
        let mut session = if negotiate == Negotiate::Disable {
            let (client, connection) = config.connect(NoTls).await?;
            Session::start(client, connection, None, place, timeout)
        } else {
            let tls = endpoint
                .tls
                .get(mode, &endpoint.settings.tls, endpoint.home.as_deref())
                .map_err(Trouble::Tls)?;
            let (client, connection) = config.connect(tls.clone()).await?;
            Session::start(client, connection, Some(tls), place, timeout)
        };
        session.complete().await?;
        Ok(session)
    };
    within(timeout, attempt)
        .await
        .unwrap_or(Err(Trouble::TimeOut))
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
        // The name is for TLS alone, and a folder is none.
        Some(address) if server.host.starts_with('/') => {
            config.host(address.to_string()).hostaddr(address);
        }
        Some(address) => {
            config.host(&server.host).hostaddr(address);
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

/// Whether the session is with a server of the right version and kind.
fn suits(place: &Place, session: Session, wish: SessionAttributes) -> Result<Session, Refusal> {
    let (major, version) = session.server_version();
    if major < OLDEST_MAJOR {
        return Err(Refusal {
            failure: failures::too_old(place, &version),
            go_on: false,
        });
    }
    let standby = session.is_standby();
    let read_only = standby || session.parameter("default_transaction_read_only") == Some("on");
    let asked = match wish {
        SessionAttributes::ReadWrite if read_only => "read-write",
        SessionAttributes::ReadOnly if !read_only => "read-only",
        SessionAttributes::Primary if standby => "primary",
        SessionAttributes::Standby if !standby => "standby",
        _ => return Ok(session),
    };
    Err(Refusal {
        failure: failures::other_kind(place, asked, standby),
        go_on: true,
    })
}
