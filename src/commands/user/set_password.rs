//! `crmdb user set-password`: the one way to give the administrator of the seeds a password.
//!
//! The password goes to the server as a parameter, never within a statement: so it is in no process
//! list and in no statistics, and in the log only where the server logs parameters, which is switched
//! off for the transaction or else refused. The database hashes it and says how long it may be.

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::password;
use crate::apply::Interrupt;
use crate::commands::{Context, Database, FORMAT_VERSION};
use crate::error::{Failure, Outcome};
use crate::printer::clean;
use crate::sql::quote_literal;

/// Arguments of `user set-password`.
#[derive(Args, Debug)]
#[command(
    after_help = "The password comes from CRMDB_PASSWORD, or from stdin; at a terminal it is asked \
                  for. A bcrypt hash in its place is stored as it is."
)]
pub struct SetPasswordArgs {
    /// Address that the user logs in with
    email: String,
}

#[derive(Serialize)]
struct UserDocument {
    format_version: u32,
    database: Database,
    user: User,
}

#[derive(Serialize)]
struct User {
    id: String,
    email: String,
}

/// Sets the password of a user.
///
/// # Errors
///
/// When there is no such user, or the database does not take the password.
pub async fn set_password(
    args: &SetPasswordArgs,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    let mut interrupt = Interrupt::listen()?;
    interrupt.or(work(args, context)).await?
}

async fn work(args: &SetPasswordArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let project = context.draft_project()?;
    let endpoint = context.endpoint(&project)?;
    let session = context.open(&endpoint, true).await?;
    let client = session.client();
    let user = find(client, &args.email).await?;
    let password = password::take(context, &user.email).await?;
    change(client, &user, password.reveal()).await?;
    session.close().await;
    context
        .printer
        .note(&format!("set the password of `{}`", clean(&user.email)));
    context.printer.json(&UserDocument {
        format_version: FORMAT_VERSION,
        database: Database::of(&endpoint),
        user,
    });
    Ok(Outcome::Clean)
}

/// Finds the user of this address, whatever its case.
async fn find(client: &Client, email: &str) -> anyhow::Result<User> {
    let there = "SELECT pg_catalog.to_regclass('users.users')";
    if cells(client, there).await?.iter().all(Option::is_none) {
        return Err(Failure::new("there is no table `users.users`")
            .detail("It belongs to the module `users` of the schema that crmdb ships.")
            .hint("Run `crmdb migrate up` first.")
            .into());
    }
    let sql = format!(
        "SELECT u.id, u.email FROM users.users AS u \
         WHERE pg_catalog.lower(u.email) = pg_catalog.lower({})",
        quote_literal(email)
    );
    match &cells(client, &sql).await?[..] {
        [Some(id), Some(email)] => Ok(User {
            id: id.clone(),
            email: email.clone(),
        }),
        _ => Err(Failure::new(format!("there is no user `{}`", clean(email)))
            .detail("Or the connecting role may not see it.")
            .hint("`crmdb seed` brings the administrator, `admin@ophir.dev`.")
            .into()),
    }
}

/// Returns the cells of the first row.
async fn cells(client: &Client, sql: &str) -> anyhow::Result<Vec<Option<String>>> {
    let messages = client
        .simple_query(sql)
        .await
        .context("could not look for the user")?;
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    Ok(row.map_or_else(Vec::new, |row| {
        (0..row.len())
            .map(|column| row.get(column).map(str::to_owned))
            .collect()
    }))
}

/// Settings that put parameters into the server's log, switched off where the role may do that. For
/// errors everyone may.
const SILENCE: &str = "\
    SELECT pg_catalog.set_config(p.name, p.value, true) \
    FROM (VALUES ('log_parameter_max_length', '0'), \
        ('auto_explain.log_parameter_max_length', '0'), ('pgaudit.log_parameter', 'off') \
    ) AS p (name, value) \
    WHERE pg_catalog.current_setting(p.name, true) IS NOT NULL \
        AND pg_catalog.has_parameter_privilege(p.name, 'SET')";

/// The first setting with which the password would come into the log all the same.
const LOUD: &str = "\
    SELECT p.name \
    FROM (VALUES \
        ('log_parameter_max_length', '0', \
            pg_catalog.current_setting('log_statement') IN ('mod', 'all') \
            OR pg_catalog.current_setting('log_min_duration_statement') <> '-1' \
            OR pg_catalog.current_setting('log_min_duration_sample') <> '-1' \
            OR pg_catalog.current_setting('log_transaction_sample_rate') <> '0'), \
        ('auto_explain.log_parameter_max_length', '0', \
            pg_catalog.current_setting('auto_explain.log_min_duration', true) <> '-1'), \
        ('pgaudit.log_parameter', 'off', true) \
    ) AS p (name, silent, is_used) \
    WHERE p.is_used AND pg_catalog.current_setting(p.name, true) <> p.silent";

/// Writes the password, in a transaction of its own.
async fn change(client: &Client, user: &User, password: &str) -> anyhow::Result<()> {
    let begin = format!(
        "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL search_path = ''; \
         SET LOCAL log_parameter_max_length_on_error = 0; {SILENCE}"
    );
    client
        .batch_execute(&begin)
        .await
        .context("could not begin")?;
    let is_hash = password.len() == 60 && password.starts_with("$2");
    if let Some(Some(setting)) = cells(client, LOUD).await?.first()
        && !is_hash
    {
        return Err(
            Failure::new("the server would write the password into its log")
                .detail(format!(
                    "It logs the parameters of statements ({setting}), and this role may not switch that off."
                ))
                .hint(format!(
                    "Let a superuser `GRANT SET ON PARAMETER {setting} TO …` for the role; or give \
                     the bcrypt hash of the password in its place."
                ))
                .into(),
        );
    }
    // No prepared statement stays behind: a pooler may give the connection to others.
    let stored = client
        .query_typed(
            "UPDATE users.users SET password_hash = $1 WHERE id = $2::text::uuid \
             RETURNING password_hash IS DISTINCT FROM $1 OR $1 LIKE '$2_$%'",
            &[(&password, Type::TEXT), (&user.id, Type::TEXT)],
        )
        .await
        .map_err(|error| refusal(error, user))?;
    match stored.first().map(|row| row.try_get(0)) {
        Some(Ok(true)) => {}
        Some(Ok(false)) => {
            return Err(
                Failure::new("the table `users.users` does not hash passwords")
                    .detail("The trigger `hash_user_password` is not there, or is switched off.")
                    .hint("`crmdb drift check` shows what differs; nothing was changed.")
                    .into(),
            );
        }
        _ => anyhow::bail!("the user `{}` is gone", clean(&user.email)),
    }
    client
        .batch_execute("COMMIT")
        .await
        .context("could not tell whether the password was set: the connection was lost")
}

/// The server's words, without the row that it may show.
fn refusal(error: tokio_postgres::Error, user: &User) -> anyhow::Error {
    let doing = format!("could not set the password of `{}`", clean(&user.email));
    let Some(said) = error.as_db_error() else {
        return anyhow::Error::new(error).context(doing);
    };
    let mut failure = Failure::new(format!("{doing}: {}", said.message()));
    failure.sqlstate = Some(said.code().code().to_owned());
    failure.hint = said.hint().map(str::to_owned);
    failure.into()
}
