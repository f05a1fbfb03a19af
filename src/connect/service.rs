//! Reads service files (`pg_service.conf`): named sets of connection parameters.

use std::path::{Path, PathBuf};

use super::environment::{Environment, variable};
use super::parameters::{Origin, Parameters};
use super::resolve::unusable;
use crate::error::Failure;

/// Where the system's file may be, when `PGSYSCONFDIR` does not say.
const SYSTEM_FOLDERS: [&str; 2] = ["/etc/postgresql-common", "/etc"];

/// Fills what is missing from the service that is named, if one is.
///
/// As in libpq, a service ranks above the other `PG*` variables.
pub(super) fn fill(given: &mut Parameters, env: &Environment) -> anyhow::Result<()> {
    let name = given
        .non_empty("service")
        .or_else(|| env.non_empty(variable::PGSERVICE));
    let Some(name) = name.map(str::to_owned) else {
        return Ok(());
    };
    let own = given
        .non_empty("servicefile")
        .or_else(|| env.non_empty(variable::PGSERVICEFILE));
    let own = own.map(PathBuf::from);
    let mut files: Vec<PathBuf> = own.clone().into_iter().collect();
    if own.is_none() {
        files.extend(env.home().map(|home| home.join(".pg_service.conf")));
    }
    match env.non_empty(variable::PGSYSCONFDIR) {
        Some(folder) => files.push(Path::new(folder).join("pg_service.conf")),
        None => {
            files.extend(SYSTEM_FOLDERS.map(|folder| Path::new(folder).join("pg_service.conf")))
        }
    }
    for file in &files {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error)
                if error.kind() == std::io::ErrorKind::NotFound && own.as_ref() != Some(file) =>
            {
                continue;
            }
            Err(error) => {
                let file = file.display();
                let message = format!("the service file `{file}` cannot be read: {error}");
                return Err(Failure::new(message).into());
            }
        };
        let place = format!("service `{name}` of {}", file.display());
        if let Some(mut found) = parse(&text, &name).map_err(|error| unusable(&place, error))? {
            found.come_from(&Origin::Text(place));
            given.fill(found);
            return Ok(());
        }
    }
    let files: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    Err(
        Failure::new(format!("the service `{name}` is in no service file"))
            .detail(format!("looked at: {}", files.join(", ")))
            .hint(format!(
                "Add a section [{name}] with host=, dbname=, user= to one of them."
            ))
            .into(),
    )
}

/// Reads the section of a service; `None` when the file has none of that name.
pub(super) fn parse(text: &str, name: &str) -> anyhow::Result<Option<Parameters>> {
    let mut found: Option<Parameters> = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if section.strip_suffix(']') == Some(name) {
                found = Some(Parameters::default());
            }
            continue;
        }
        let Some(parameters) = &mut found else {
            continue;
        };
        let wrong = |message: &str| Failure::new(format!("line {}: {message}", at + 1));
        if line.starts_with("ldap") {
            return Err(wrong("LDAP look-ups are not supported").into());
        }
        let Some((key, value)) = line.split_once('=') else {
            return Err(wrong("there is no `=`").hint("Write key=value.").into());
        };
        if key == "service" || key == "servicefile" {
            return Err(wrong("a service cannot refer to a service").into());
        }
        parameters.add(key, value)?;
    }
    Ok(found)
}
