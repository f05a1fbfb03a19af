//! The AI dialer: calls and their queue, credits, and what stands around them.

mod active_calls;
mod analytics;
mod calls;
mod credit_races;
mod credits;
mod fixture;
mod links;
mod others;
mod plans;
mod queue;
mod queue_races;
mod reports;
mod retries;
mod rights;
