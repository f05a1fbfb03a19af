//! What went wrong with single objects, in a run that went on with the others.

use super::super::trouble::{Stop, Trouble};
use crate::error::Failure;

/// Somebody else holds the lock that was needed.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// What a run could not do, and with which objects.
#[derive(Debug, Default)]
pub(super) struct Several {
    all: Vec<(&'static str, String, Failure)>,
}

impl Several {
    /// Notes what the server refused to do with an object; passes on what ends the whole run.
    ///
    /// # Errors
    ///
    /// What is not a refusal: an interrupt, the time limit, a migration, a lost connection.
    pub(super) fn note(
        &mut self,
        verb: &'static str,
        object: &str,
        trouble: Trouble,
    ) -> Result<(), Trouble> {
        match trouble {
            Trouble::Failed(failure) => {
                self.all.push((verb, object.to_owned(), failure));
                Ok(())
            }
            other => Err(other),
        }
    }

    /// Takes out the objects that somebody else had locked.
    pub(super) fn take_locked(&mut self) -> Vec<String> {
        let locked = self.all.extract_if(.., |(.., failure)| is_lock(failure));
        locked.map(|(_, object, _)| object).collect()
    }

    /// Ends the run. Where all that was in the way are locks of others, and all of it can wait,
    /// it stops, and the next run goes on.
    ///
    /// # Errors
    ///
    /// When something is noted.
    pub(super) fn end(self, can_wait: &[&str]) -> Result<(), Trouble> {
        let names: Vec<String> = self
            .all
            .iter()
            .map(|(verb, object, _)| thing(verb, object))
            .collect();
        let names = names.join(", ");
        let waits = |(verb, _, failure): &(&str, String, Failure)| {
            is_lock(failure) && can_wait.contains(verb)
        };
        match &*self.all {
            [] => Ok(()),
            all if all.iter().all(waits) => {
                let why = format!("could not {names}: locked by others");
                Err(Trouble::Stopped(Stop::Brake(why)))
            }
            [(_, _, failure)] => {
                let message = format!("could not {names}: {failure}");
                let failure = failure.clone();
                Err(Failure { message, ..failure }.into())
            }
            all => {
                let mut failure = Failure::new(format!("could not {names}"));
                let item = |(verb, object, cause): &(&str, String, Failure)| {
                    let message = format!("{}: {cause}", thing(verb, object));
                    let cause = cause.clone();
                    Failure { message, ..cause }
                };
                failure.items = all.iter().map(item).collect();
                Err(failure.into())
            }
        }
    }
}

fn is_lock(failure: &Failure) -> bool {
    failure.sqlstate.as_deref() == Some(LOCK_NOT_AVAILABLE)
}

fn thing(verb: &str, object: &str) -> String {
    format!("{verb} `{object}`")
}
