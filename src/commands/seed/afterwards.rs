//! What `seed dev` runs when all rows are there.

use anyhow::Context as _;

use super::prepare::Recipes;
use crate::commands::Opened;
use crate::error::Failure;
use crate::ledger::finished_statements;
use crate::printer::{Printer, clean};
use crate::project::Module;
use crate::seed::recipe::Recipe;
use crate::seed::tables::Table;

/// Runs what the recipes of these tables' modules want run, in the order of the modules: all of it, or
/// nothing.
///
/// # Errors
///
/// When a statement fails; nothing of it is done then.
pub(super) async fn afterwards(
    opened: &Opened,
    recipes: &Recipes,
    tables: &[&Table],
    printer: &mut Printer,
) -> anyhow::Result<()> {
    let client = opened.session.client();
    client
        .batch_execute("BEGIN; SET LOCAL search_path = ''")
        .await?;
    let is_due = |module: &&Module| tables.iter().any(|table| table.schema == module.name);
    let modules = opened.project.modules.iter().filter(is_due);
    let due: Vec<(&String, &Recipe)> = modules
        .filter_map(|module| recipes.wanted.get_key_value(&module.name))
        .collect();
    printer.start_progress(due.iter().map(|(_, recipe)| recipe.after.len()).sum());
    let mut done = 0;
    for (module, recipe) in due {
        for statement in &recipe.after {
            printer.progress(done, &format!("`after` of {module}"));
            done += 1;
            if let Err(error) = client.batch_execute(statement).await {
                client.batch_execute("ROLLBACK").await.ok();
                return Err(refused_after(module, statement, &error).into());
            }
        }
    }
    printer.end_progress();
    let relations: Vec<&str> = tables.iter().map(|table| &*table.relation).collect();
    client
        .batch_execute(&format!(
            "{}; COMMIT",
            finished_statements(&opened.ledger, &relations)
        ))
        .await
        .context("could not end what is to be done after the rows")
}

fn refused_after(module: &str, statement: &str, error: &tokio_postgres::Error) -> Failure {
    let words: Vec<&str> = statement.split_whitespace().take(12).collect();
    let why = error
        .as_db_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned());
    Failure::new(format!(
        "a statement of `after` in the dev.toml of `{module}` failed"
    ))
    .detail(format!("{} …\n{why}", clean(&words.join(" "))))
    .hint("All rows are there. Correct the statement, `crmdb seed clear`, and generate again.")
}
