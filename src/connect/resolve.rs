//! Finds out which database the user means.

use std::fmt;
use std::time::Duration;

use super::endpoint::Endpoint;
use super::environment::{Environment, variable};
use super::parameters::{Origin, Parameters};
use super::{Source, conninfo, service, url};
use crate::error::Failure;
use crate::project::{Address, Target};

/// How long an attempt to reach a server may take, unless someone says otherwise.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What the user named, in order of precedence; the environment stands between the target and
/// the manifest.
pub struct Wanted<'a> {
    /// `--database-url`.
    pub flag: Option<&'a str>,
    /// `--target`, already looked up.
    pub target: Option<&'a Target>,
    /// `[project] url` or `url_env` of `migrations.toml`.
    pub manifest: Option<&'a Address>,
    /// For each address of a server; `connect_timeout` in a URL or `PGCONNECT_TIMEOUT` wins.
    pub connect_timeout: Duration,
}

impl fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted")
            .field("flag", &self.flag.map(|_| ".."))
            .field("target", &self.target.map(|target| &target.name))
            .field("manifest", &self.manifest)
            .field("connect_timeout", &self.connect_timeout)
            .finish()
    }
}

/// Finds the database that is meant; `None` when nothing at all is configured, and then the
/// caller uses the embedded server.
///
/// The first that is there counts: `--database-url`, `--target`, `DATABASE_URL`, the `PG*` and
/// `DB_*` variables, `migrations.toml`. One that is there but cannot be used is an error and never
/// gives way to the next; so is a variable that is set but empty. Only the variable that
/// `migrations.toml` names for the project may be unset.
///
/// Of the `PG*` and `DB_*` variables, those of [`variable::NAMING`] mean a database (host,
/// address, port, database, service); a user, a password or a TLS mode alone means none. Where
/// both kinds name the same thing, `PG*` wins. A URL's missing parts come from the service file,
/// then from `PG*`, as in libpq; never from `DB_*`, which belong together. `DB_*` variables without
/// a host mean `localhost`.
pub fn resolve(wanted: &Wanted, env: &Environment) -> anyhow::Result<Option<Endpoint>> {
    let read = |text: &str, source| from_text(text, source, env, wanted.connect_timeout).map(Some);
    if let Some(text) = wanted.flag {
        return read(text, Source::Flag);
    }
    if let Some(target) = wanted.target {
        let source = Source::Target(target.name.clone());
        return match &target.address {
            Address::Url(text) => read(text, source),
            Address::Variable(name) => match variable_of(name, &source, env)? {
                Some(text) => read(text, source),
                None => Err(
                    Failure::new(format!("{source} is in `{name}`, which is not set"))
                        .hint(format!("Set {name} to the URL of the database."))
                        .into(),
                ),
            },
        };
    }
    if let Some(text) = variable_of(variable::DATABASE_URL, &Source::DatabaseUrl, env)? {
        return read(text, Source::DatabaseUrl);
    }
    if let Some(source) = environment_source(env)? {
        return from_environment(source, env, wanted.connect_timeout).map(Some);
    }
    match wanted.manifest {
        Some(Address::Url(text)) => read(text, Source::Manifest),
        Some(Address::Variable(name)) => match variable_of(name, &Source::Manifest, env)? {
            Some(text) => read(text, Source::Manifest),
            None => Ok(None),
        },
        None => Ok(None),
    }
}

/// Reads a URL or a connection string and fills what it leaves out.
pub(super) fn from_text(
    text: &str,
    source: Source,
    env: &Environment,
    connect_timeout: Duration,
) -> anyhow::Result<Endpoint> {
    let mut given = parse(text.trim()).map_err(|error| unusable(&source.to_string(), error))?;
    given.come_from(&Origin::Text(source.to_string()));
    if source == Source::Flag && given.non_empty("password").is_some() {
        given.warnings.push(
            "the password in --database-url can be read in the process list; \
             use DATABASE_URL, PGPASSWORD or ~/.pgpass"
                .to_owned(),
        );
    }
    if source != Source::Embedded {
        service::fill(&mut given, env)?;
        given.fill(read_variables(variable::LIBPQ, env)?);
    }
    Endpoint::build(given, source, env, connect_timeout)
}

fn from_environment(
    source: Source,
    env: &Environment,
    connect_timeout: Duration,
) -> anyhow::Result<Endpoint> {
    let mut given = Parameters::default();
    service::fill(&mut given, env)?;
    given.fill(read_variables(variable::LIBPQ, env)?);
    given.fill(read_variables(variable::APPLICATION, env)?);
    let only_application = variable::NAMING
        .iter()
        .all(|name| name.starts_with("DB_") || env.non_empty(name).is_none());
    if only_application && !given.has_server() {
        given.set("host", "localhost");
    }
    Endpoint::build(given, source, env, connect_timeout)
}

fn parse(text: &str) -> anyhow::Result<Parameters> {
    if text.is_empty() {
        return Err(Failure::new("it is empty")
            .hint("Give a URL, as postgres://USER:PASSWORD@HOST:PORT/DATABASE.")
            .into());
    }
    if text.starts_with(['"', '\'']) {
        return Err(Failure::new("it begins with a quote")
            .hint("Take the quotes away: they have become a part of the value.")
            .into());
    }
    if url::is_url(text)
        && !text
            .split("://")
            .next()
            .is_some_and(|key| key.contains('='))
    {
        url::parse(text)
    } else if text.contains('=') {
        conninfo::parse(text)
    } else {
        Err(Failure::new("it is neither a URL nor a key=value string")
            .hint("Write postgres://USER:PASSWORD@HOST:PORT/DATABASE, or name a target with --target.")
            .into())
    }
}

/// The value of a variable that holds a URL; set but empty is a mistake, not an absence.
fn variable_of<'a>(
    name: &str,
    source: &Source,
    env: &'a Environment,
) -> anyhow::Result<Option<&'a str>> {
    if env.is_unreadable(name) {
        return Err(not_unicode(name));
    }
    match env.get(name) {
        Some(text) if text.trim().is_empty() => {
            let failure = match source {
                Source::DatabaseUrl => Failure::new(format!("`{name}` is set but empty")),
                _ => Failure::new(format!("{source} is in `{name}`, which is empty")),
            };
            Err(failure
                .hint(format!(
                    "Set {name} to the URL of the database, or unset it."
                ))
                .into())
        }
        other => Ok(other),
    }
}

/// The variables that name a server or a database, when there are any.
fn environment_source(env: &Environment) -> anyhow::Result<Option<Source>> {
    let named: Vec<&str> = variable::NAMING
        .iter()
        .copied()
        .filter(|name| env.non_empty(name).is_some() || env.is_unreadable(name))
        .collect();
    if !named.is_empty() {
        return Ok(Some(Source::Environment(named.join(", "))));
    }
    match variable::NAMING.iter().find(|name| env.get(name).is_some()) {
        Some(name) => Err(Failure::new(format!("`{name}` is set but empty"))
            .hint(format!("Set {name} to what it should name, or unset it."))
            .into()),
        None => Ok(None),
    }
}

fn read_variables(table: &[(&'static str, &str)], env: &Environment) -> anyhow::Result<Parameters> {
    let mut given = Parameters::default();
    for (name, key) in table {
        if env.is_unreadable(name) {
            return Err(not_unicode(name));
        }
        if let Some(value) = env.non_empty(name) {
            given
                .add(key, value)
                .map_err(|error| unusable(name, error))?;
            given.come_from(&Origin::Variable(name));
        }
    }
    Ok(given)
}

fn not_unicode(name: &str) -> anyhow::Error {
    Failure::new(format!("`{name}` is not valid UTF-8"))
        .hint(format!(
            "Set {name} again, in UTF-8, or percent-encode it in a URL."
        ))
        .into()
}

/// Puts the place in front of what is wrong there.
pub(super) fn unusable(place: &str, error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) => {
            let message = format!("{place} cannot be used: {}", failure.message);
            Failure { message, ..failure }.into()
        }
        Err(other) => other,
    }
}
