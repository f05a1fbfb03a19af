//! Reads `postgres://` URLs, as providers hand them out.
//!
//! Strict where a mistake would otherwise send a part of a password somewhere (an unencoded `@`,
//! `#`, `/` or `?`), and silent about the text itself: no error shows a part of the URL other than
//! the name of an unknown parameter.

use std::net::Ipv6Addr;

use super::parameters::Parameters;
use super::percent;
use crate::error::Failure;

/// Whether a text is meant to be a URL.
pub(super) fn is_url(text: &str) -> bool {
    text.contains("://")
}

/// Reads a URL.
pub(super) fn parse(text: &str) -> anyhow::Result<Parameters> {
    let rest = without_scheme(text)?;
    if rest.contains('#') {
        return Err(special("it has a `#`"));
    }
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(special("it has a space or a line break inside"));
    }
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if tail.contains('@') {
        return Err(special("it has an `@` behind its host"));
    }
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, _)) if user.contains('@') => return Err(special("it has an `@` too many")),
        Some((user, hosts)) => (user, hosts),
        None => ("", authority),
    };
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));

    let mut parameters = Parameters::default();
    read_query(query, &mut parameters)?;
    read_user(user, &mut parameters)?;
    read_hosts(hosts, &mut parameters)?;
    read_path(path, &mut parameters)?;
    Ok(parameters)
}

fn without_scheme(text: &str) -> anyhow::Result<&str> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let lower = scheme.to_ascii_lowercase();
    if matches!(lower.as_str(), "postgres" | "postgresql") {
        return Ok(rest);
    }
    let failure = Failure::new("it does not begin with postgres:// or postgresql://");
    let variant = lower.starts_with("postgresql+") || lower.starts_with("postgres+");
    Err(if variant || lower == "jdbc:postgresql" {
        failure.hint("Write postgresql:// alone: what stands with it names a driver.")
    } else {
        failure.hint("Write postgres://USER:PASSWORD@HOST:PORT/DATABASE.")
    }
    .into())
}

/// What stands in the query replaces what stands before it, as in libpq.
fn put(parameters: &mut Parameters, key: &'static str, value: String) {
    if !value.is_empty() && parameters.get(key).is_none() {
        parameters.set(key, value);
    }
}

fn read_user(text: &str, parameters: &mut Parameters) -> anyhow::Result<()> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    if password == "[YOUR-PASSWORD]" {
        return Err(
            Failure::new("it still has the placeholder for the password")
                .hint("Put the password in place of [YOUR-PASSWORD].")
                .into(),
        );
    }
    put(parameters, "user", percent::decode(user, "user name")?);
    put(
        parameters,
        "password",
        percent::decode(password, "password")?,
    );
    Ok(())
}

fn read_hosts(text: &str, parameters: &mut Parameters) -> anyhow::Result<()> {
    let mut hosts = Vec::new();
    let mut ports = Vec::new();
    for one in text.split(',') {
        let (host, port) = split_port(one)?;
        hosts.push(host);
        ports.push(port);
    }
    if hosts.iter().any(|host| !host.is_empty()) {
        put(parameters, "host", hosts.join(","));
    }
    if ports.iter().any(|port| !port.is_empty()) {
        put(parameters, "port", ports.join(","));
    }
    Ok(())
}

fn split_port(text: &str) -> anyhow::Result<(String, &str)> {
    let (host, port) = match text
        .strip_prefix('[')
        .and_then(|inner| inner.split_once(']'))
    {
        Some((address, rest)) => {
            if address.parse::<Ipv6Addr>().is_err() {
                return Err(special("what its brackets hold is no IPv6 address"));
            }
            if !rest.is_empty() && !rest.starts_with(':') {
                return Err(special(
                    "something other than a port follows its IPv6 address",
                ));
            }
            (address.to_owned(), rest.strip_prefix(':').unwrap_or(""))
        }
        None => {
            let (host, port) = text.split_once(':').unwrap_or((text, ""));
            if port.contains(':') {
                return Err(Failure::new("its host has too many colons")
                    .hint("An IPv6 address stands in brackets: postgres://[::1]:5432/DATABASE.")
                    .into());
            }
            let host = percent::decode(host, "host")?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            if host.contains(',') || !host.starts_with('/') && !host.chars().all(is_name) {
                return Err(special("its host has a character that no host name has"));
            }
            (host, port)
        }
    };
    if !port.is_empty() && port.parse::<u16>().map_or(true, |port| port == 0) {
        return Err(special("its port is not a number from 1 to 65535"));
    }
    Ok((host, port))
}

fn read_path(text: &str, parameters: &mut Parameters) -> anyhow::Result<()> {
    let name = text.strip_prefix('/').unwrap_or(text);
    if name.contains('/') {
        return Err(Failure::new("its database name has a `/`")
            .hint("A `/` in a name or a password is written %2F.")
            .into());
    }
    put(
        parameters,
        "dbname",
        percent::decode(name, "database name")?,
    );
    Ok(())
}

fn read_query(text: &str, parameters: &mut Parameters) -> anyhow::Result<()> {
    for one in text.split('&').filter(|one| !one.is_empty()) {
        let Some((key, value)) = one.split_once('=') else {
            return Err(special("a parameter behind its `?` has no value"));
        };
        let key = percent::decode(key, "parameter name")?;
        parameters.add(&key, &percent::decode(value, "parameter")?)?;
    }
    Ok(())
}

/// The mistake of a special character that stands as it is.
fn special(message: &str) -> anyhow::Error {
    Failure::new(message).hint(percent::HINT).into()
}
