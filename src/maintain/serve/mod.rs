//! What a long-running service shows of itself: its health, and the metrics of all tasks.

mod http;

pub use http::Http;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A service that has not seen the database for so long is not well.
const STALE: Duration = Duration::from_secs(120);

/// How a service does.
#[derive(Debug, Default)]
pub struct State {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    looked: Option<Instant>,
    leads: bool,
    metrics: String,
}

impl State {
    /// Notes that the database has answered, and whether the service leads.
    pub fn looked(&self, leads: bool) {
        let mut inner = self.lock();
        inner.looked = Some(Instant::now());
        inner.leads = leads;
    }

    /// Notes that the lead is lost, or may be.
    pub fn lost(&self) {
        self.lock().leads = false;
    }

    /// Takes over how the tasks stand.
    pub fn show(&self, metrics: String) {
        self.lock().metrics = metrics;
    }

    /// Whether the database has answered lately, and a line about it.
    fn health(&self, now: Instant) -> (bool, String) {
        let inner = self.lock();
        let Some(looked) = inner.looked else {
            return (false, "the database has not answered yet\n".to_owned());
        };
        let since = now.saturating_duration_since(looked);
        if since >= STALE {
            let text = format!("the database has not answered for {} s\n", since.as_secs());
            return (false, text);
        }
        let role = if inner.leads { "leads" } else { "stands by" };
        (true, format!("ok: {role}\n"))
    }

    /// The metrics of all tasks, and of the service.
    fn metrics(&self) -> String {
        let inner = self.lock();
        let name = "crmdb_serve_leader";
        format!(
            "{}# HELP {name} 1 where this service runs the tasks, 0 where it stands by.\n\
             # TYPE {name} gauge\n{name} {}\n",
            inner.metrics,
            u8::from(inner.leads)
        )
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_while_the_database_answers() {
        let state = State::default();
        let now = Instant::now();
        assert!(!state.health(now).0);
        state.looked(true);
        assert_eq!(state.health(now), (true, "ok: leads\n".to_owned()));
        let later = Instant::now() + STALE;
        assert!(!state.health(later).0);
        state.lost();
        assert_eq!(state.health(now), (true, "ok: stands by\n".to_owned()));
    }
}
