//! One migration up, down and up again.

use serde::Serialize;

use super::cluster::ClusterWide;
use super::rows;
use super::stage::Stage;
use crate::catalog::{Difference, Snapshot, compare};
use crate::error::Failure;
use crate::plan::{Step, way_back};

/// What a rehearsal found out about one migration.
#[derive(Debug)]
pub struct Proof {
    /// What is wrong; nothing when it comes back exactly.
    pub findings: Vec<Finding>,
    /// The catalog after it.
    pub after: Snapshot,
    /// It says that it cannot be taken back, so that was not tried.
    pub irreversible: bool,
    /// What of the whole server it leaves behind: roles may be in use by other databases, so that is
    /// not wrong.
    pub left: Vec<String>,
}

/// Something that a migration does not bring back.
#[derive(Debug, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// The way down fails, or the way up again does.
    Failed {
        /// `up`, `down`, or `up again`.
        on_the_way: &'static str,
        /// What went wrong.
        message: String,
        /// The same with its place and its hint.
        #[serde(skip)]
        failure: Box<Failure>,
    },
    /// The catalog is not as it was.
    Catalog {
        /// `down`: compared with before; `up again`: compared with the first time.
        after: &'static str,
        /// In what.
        differences: Vec<Difference>,
    },
    /// Something of the whole server that was there before is not as it was.
    Cluster {
        /// A role, a membership, a tablespace.
        object: String,
    },
    /// Rows that were there before are not.
    Rows {
        /// The table.
        table: String,
        /// How many there were, with a digest.
        before: Option<String>,
        /// How many there are.
        found: Option<String>,
    },
}

/// Applies a step, takes it back, applies it again, and compares; `before` is the catalog now.
///
/// # Errors
///
/// When the database cannot be looked at, or the connection is lost.
pub async fn prove(stage: &mut Stage<'_>, step: Step, before: &Snapshot) -> anyhow::Result<Proof> {
    let ledger = stage.ledger_schema();
    let cluster_before = stage.cluster_wide().await?;
    let rows_before = rows::read(stage.viewer().client(), ledger).await?;
    let mut proof = Proof {
        findings: Vec::new(),
        after: before.clone(),
        irreversible: false,
        left: Vec::new(),
    };
    if let Err(error) = stage.step(step.clone()).await {
        proof.findings.push(failed("up", error)?);
        return Ok(proof);
    }
    proof.after = stage.snapshot().await?;
    let Some(mut back) = way_back(&step)? else {
        proof.irreversible = true;
        return Ok(proof);
    };
    if let Some(path) = stage.down_path(&step.id) {
        back.source = path;
    }
    if let Err(error) = stage.step(back).await {
        proof.findings.push(failed("down", error)?);
        // Nothing was taken back: the next migration finds what it would have found.
        return Ok(proof);
    }
    proof.catalog("down", before, &stage.snapshot().await?);
    let rows_found = rows::read(stage.viewer().client(), ledger).await?;
    let tables: std::collections::BTreeSet<_> =
        rows_before.keys().chain(rows_found.keys()).collect();
    for table in tables {
        let (before, found) = (rows_before.get(table), rows_found.get(table));
        if before != found {
            proof.findings.push(Finding::Rows {
                table: table.clone(),
                before: before.cloned(),
                found: found.cloned(),
            });
        }
    }
    proof.cluster_wide(&cluster_before, &stage.cluster_wide().await?);
    match stage.step(step).await {
        Ok(()) => {
            let again = stage.snapshot().await?;
            let first = proof.after.clone();
            proof.catalog("up again", &first, &again);
            proof.after = again;
        }
        Err(error) => {
            proof.findings.push(failed("up again", error)?);
        }
    }
    Ok(proof)
}

impl Proof {
    fn catalog(&mut self, after: &'static str, expected: &Snapshot, found: &Snapshot) {
        let differences = compare(expected, found);
        if !differences.is_empty() {
            self.findings.push(Finding::Catalog { after, differences });
        }
    }

    fn cluster_wide(&mut self, before: &ClusterWide, found: &ClusterWide) {
        let new = found.keys().filter(|object| !before.contains_key(*object));
        self.left = new.cloned().collect();
        for (object, state) in before {
            if found.get(object) != Some(state) {
                let object = object.clone();
                self.findings.push(Finding::Cluster { object });
            }
        }
    }

    /// Whether the migration can no longer be gone on from.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        self.findings.iter().any(|finding| {
            matches!(finding, Finding::Failed { on_the_way, .. } if *on_the_way != "down")
        })
    }
}

/// Returns the finding of a step that failed; an error that is no failure of the step, such as a
/// lost connection, ends the rehearsal.
fn failed(on_the_way: &'static str, error: anyhow::Error) -> anyhow::Result<Finding> {
    let failure = error.downcast::<Failure>()?;
    if failure.interrupted {
        return Err(failure.into());
    }
    Ok(Finding::Failed {
        on_the_way,
        message: failure.to_string(),
        failure: Box::new(failure),
    })
}
