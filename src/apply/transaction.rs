//! A step in a transaction: one message with all of it.

use tokio_postgres::error::{DbError, SqlState};

use super::failure::{self, DATA_LOSS, Place};
use super::loss::Guard;
use super::message::{self, Message};
use super::run::Run;
use super::send::Sent;
use super::trouble::Trouble;
use crate::error::Failure;
use crate::ledger::Head;
use crate::plan::Step;
use crate::sql;

impl Run<'_> {
    /// Does a step, and returns the new head of the history.
    pub(super) async fn transaction(
        &mut self,
        step: &Step,
        is_last: bool,
    ) -> Result<Head, Trouble> {
        let guard = Guard::of(step, self.ledger, self.conditions.allow_data_loss);
        let settings = message::set_statements(step, &self.conditions.settings, is_last);
        let seq = self.head.seq + 1;
        let message = Message::of(step, &settings, &guard, self.ledger, &self.facts, seq);
        let (error, completed) = match self.send(&message.sql).await {
            Sent::Done(last) => {
                let hash = last.unwrap_or_default();
                return Ok(Head { seq, hash });
            }
            Sent::Refused(error, completed) => (error, completed),
            Sent::Lost(error) => return Err(Trouble::Lost(error.into())),
            Sent::Interrupted => {
                self.roll_back().await;
                return Err(Trouble::Interrupted);
            }
            Sent::Abandoned => return Err(Trouble::abandoned()),
        };
        self.roll_back().await;
        let place = Place {
            sql: &message.sql,
            script: message.script.clone(),
            offset: 0,
            fallback: completed
                .checked_sub(message.statements_before)
                .and_then(|turn| sql::split(&step.script).ok()?.get(turn).cloned())
                .map(|statement| statement.range),
        };
        let failure = explain(step, &error, &place);
        Err(Trouble::Refused(error, failure))
    }
}

fn explain(step: &Step, error: &DbError, place: &Place<'_>) -> Failure {
    if error.code().code() == DATA_LOSS {
        return super::loss::refused(step, error);
    }
    if *error.code() == SqlState::UNIQUE_VIOLATION && error.constraint() == Some("history_pkey") {
        return Failure::new("another run wrote to the ledger at the same time")
            .at(&step.label)
            .hint("Run the command again: it goes on from what the ledger says.");
    }
    failure::of_step(step, error, place)
}
