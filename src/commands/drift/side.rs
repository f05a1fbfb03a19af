//! One side of a comparison: a database, or a snapshot that was kept.

use std::io;
use std::path::Path;

use anyhow::Context as _;

use crate::catalog::{self, Snapshot};
use crate::commands::Context;
use crate::connect::{Endpoint, Source, Wanted, resolve};
use crate::error::Failure;
use crate::project::Project;

/// The snapshot in the repository, relative to the project's folder.
pub(super) const GOLDEN: &str = "schema/snapshot.sql";

/// Takes the snapshot of a side (the name of a target, a URL, or a file), with what it is called in
/// messages.
pub(super) async fn take(
    side: &str,
    project: &Project,
    context: &Context,
) -> anyhow::Result<(String, Snapshot)> {
    let endpoint = if let Some(target) = project.targets.get(side) {
        let wanted = Wanted {
            flag: None,
            target: Some(target),
            manifest: None,
            connect_timeout: project.timeouts.connect,
        };
        resolve(&wanted, &context.environment)?
    } else if side.contains("://") {
        Some(Endpoint::from_url(
            side,
            Source::Flag,
            &context.environment,
        )?)
    } else {
        None
    };
    let Some(endpoint) = endpoint else {
        return Ok((side.to_owned(), from_file(Path::new(side))?));
    };
    let session = context.open(&endpoint, false).await?;
    let snapshot = catalog::read(session.client(), &project.ledger_schema)
        .await
        .with_context(|| format!("could not take a snapshot of {endpoint}"))?;
    Ok((endpoint.to_string(), snapshot))
}

/// Reads a snapshot from its file.
pub(super) fn from_file(path: &Path) -> anyhow::Result<Snapshot> {
    let shown = path.display().to_string();
    parse(&shown, std::fs::read_to_string(path))
}

/// Reads the snapshot in the repository, or the one in the binary.
pub(super) fn golden(project: &Project) -> anyhow::Result<Snapshot> {
    let bytes = project.read_file(GOLDEN);
    parse(
        GOLDEN,
        bytes.and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
        }),
    )
}

fn parse(shown: &str, text: io::Result<String>) -> anyhow::Result<Snapshot> {
    let text = text.map_err(|error| {
        Failure::new(format!("could not read the snapshot `{shown}`"))
            .detail(error.to_string())
            .hint("`crmdb drift snapshot` writes one; `drift diff` also takes a target or a URL.")
    })?;
    Ok(catalog::parse(&text).map_err(|failure| Failure {
        message: format!("{shown}, {}", failure.message),
        ..failure
    })?)
}
