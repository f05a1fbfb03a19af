//! Tests of what is pure: reading, precedence, secrets. Connections are tested against a server.

mod files;
mod precedence;
mod secrets;
mod urls;

use super::{CONNECT_TIMEOUT, Endpoint, Environment, Wanted, resolve};
use crate::error::Failure;
use crate::project::{Address, Target};

/// Nothing named, and the default time-out.
const NOTHING: Wanted<'static> = Wanted {
    flag: None,
    target: None,
    manifest: None,
    connect_timeout: CONNECT_TIMEOUT,
};

fn environment(pairs: &[(&str, &str)]) -> Environment {
    Environment::from_pairs(pairs.iter().copied()).with_os_user("ada")
}

#[track_caller]
fn endpoint(wanted: &Wanted, pairs: &[(&str, &str)]) -> Endpoint {
    resolve(wanted, &environment(pairs))
        .unwrap()
        .expect("a database is named")
}

#[track_caller]
fn failure(wanted: &Wanted, pairs: &[(&str, &str)]) -> Failure {
    match resolve(wanted, &environment(pairs)) {
        Ok(found) => panic!("{found:?} should have failed"),
        Err(error) => error.downcast().expect("a failure for people"),
    }
}

/// What a URL in `DATABASE_URL` leads to.
#[track_caller]
fn from_url(url: &str) -> Endpoint {
    endpoint(&NOTHING, &[("DATABASE_URL", url)])
}

#[track_caller]
fn url_failure(url: &str) -> Failure {
    failure(&NOTHING, &[("DATABASE_URL", url)])
}

fn target(address: Address) -> Target {
    Target {
        name: "prod".to_owned(),
        address,
        protected: false,
        modules: None,
    }
}
