//! Finds a server that will do: the hosts in turn, and each of their addresses.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use super::Endpoint;
use super::attempt::negotiate;
use super::failures::{self, Place, Trouble};
use super::servers::Server;
use super::session::{OLDEST_MAJOR, Session, within};
use super::settings::SessionAttributes;
use crate::error::Failure;

/// A server that was tried in vain.
struct Refusal {
    failure: Box<Failure>,
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
                    refusals.push(*refusal.failure);
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
            failure: Box::new(failures::describe(&place, &trouble)),
            go_on: true,
        })?;
    let mut last = None;
    for address in addresses {
        match negotiate(endpoint, server, address, mode).await {
            Ok(session) => return suits(&place, session, wish),
            Err(trouble) => {
                let go_on = trouble.is_of_the_network();
                let failure = Box::new(failures::describe(&place, &trouble));
                if !go_on {
                    return Err(Refusal { failure, go_on });
                }
                last = Some(failure);
            }
        }
    }
    Err(Refusal {
        failure: last.unwrap_or_else(|| Box::new(failures::describe(&place, &Trouble::NoAddress))),
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

/// Whether the session is with a server of the right version and kind.
fn suits(place: &Place, session: Session, wish: SessionAttributes) -> Result<Session, Refusal> {
    let (major, version) = session.server_version();
    if major < OLDEST_MAJOR {
        return Err(Refusal {
            failure: Box::new(failures::too_old(place, &version)),
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
        failure: Box::new(failures::other_kind(place, asked, standby)),
        go_on: true,
    })
}
