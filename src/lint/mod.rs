//! What is against the rules although PostgreSQL takes it: modules that use what they do not
//! require.

use std::collections::{HashMap, HashSet};

use anyhow::Context as _;
use serde::Serialize;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::error::Failure;
use crate::project::Project;
use crate::sql::qualified_names;

/// An object that uses one of a module that its own does not require.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Crossing {
    /// The module that uses.
    pub module: String,
    /// Its object, in PostgreSQL's words.
    pub object: String,
    /// The module that is used.
    pub uses_module: String,
    /// What is used.
    pub uses: String,
}

/// Finds what crosses the boundaries of modules: in the dependencies that PostgreSQL keeps, and in
/// the bodies of functions, which it does not read.
///
/// # Errors
///
/// When the database has nothing of the project; when the server refuses.
pub async fn crossings(client: &Client, project: &Project) -> anyhow::Result<Vec<Crossing>> {
    let mut allowed: HashMap<&str, HashSet<&str>> = HashMap::new();
    for module in &project.modules {
        let closure = project.closure(&[&module.name])?;
        allowed.insert(&module.name, closure.into_iter().collect());
    }
    let crosses = |from: &str, to: &str| {
        allowed.contains_key(to) && allowed.get(from).is_some_and(|known| !known.contains(to))
    };
    let names: HashSet<Vec<String>> = rows(client, include_str!("names.sql"))
        .await?
        .into_iter()
        .collect();
    if !names.iter().any(|name| allowed.contains_key(&*name[0])) {
        return Err(Failure::new("nothing of this project is in the database")
            .hint("The dependencies are read from the catalog: `crmdb migrate up` first.")
            .into());
    }
    let mut found = Vec::new();
    for row in rows(client, include_str!("dependencies.sql")).await? {
        if let [module, object, uses_module, uses, is_trigger] = &row[..]
            && crosses(module, uses_module)
            && (is_trigger == "f" || crosses(uses_module, module))
        {
            found.push(Crossing {
                module: module.clone(),
                object: object.clone(),
                uses_module: uses_module.clone(),
                uses: uses.clone(),
            });
        }
    }
    for row in rows(client, include_str!("bodies.sql")).await? {
        let [module, object, body] = &row[..] else {
            continue;
        };
        for (schema, name) in qualified_names(body) {
            // An alias may be called like a module; what is there under that name is meant.
            if crosses(module, &schema) && names.contains(&vec![schema.clone(), name.clone()]) {
                found.push(Crossing {
                    module: module.clone(),
                    object: object.clone(),
                    uses: format!("{schema}.{name}"),
                    uses_module: schema,
                });
            }
        }
    }
    found.dedup();
    Ok(found)
}

async fn rows(client: &Client, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let messages = client
        .simple_query(sql)
        .await
        .context("could not read the dependencies of the modules")?;
    Ok(messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|index| row.get(index).unwrap_or_default().to_owned())
                    .collect(),
            ),
            _ => None,
        })
        .collect())
}
