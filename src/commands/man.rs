//! `crmdb man`: the manual pages.

use std::path::Path;

use anyhow::Context as _;
use clap::CommandFactory as _;

use super::Context;
use crate::cli::Cli;
use crate::error::Outcome;

/// Prints the page of `crmdb`, or writes a page for each command into `folder`.
///
/// # Errors
///
/// When the folder cannot be written to.
pub fn man(folder: Option<&Path>, context: &mut Context) -> anyhow::Result<Outcome> {
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("could not make the folder `{}`", folder.display()))?;
        clap_mangen::generate_to(Cli::command(), folder)
            .with_context(|| format!("could not write to `{}`", folder.display()))?;
        context
            .printer
            .note(&format!("manual pages written to {}", folder.display()));
        return Ok(Outcome::Clean);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .context("could not render the manual page")?;
    context.printer.raw(&String::from_utf8_lossy(&page));
    Ok(Outcome::Clean)
}
