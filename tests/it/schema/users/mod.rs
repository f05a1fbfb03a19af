//! Organizations, users, tokens, sessions, log-ins.

mod accounts;
mod logins;
mod passwords;
mod rights;
mod roles;
mod sessions;
mod settings;
pub mod tenants;
mod token_races;
mod tokens;
