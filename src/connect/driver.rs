//! Runs a connection, and keeps what the server says beside the results.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Connection, Socket};

use super::failures::causes;

/// How many notices are kept until someone takes them; a loop may raise millions.
const NOTICES_KEPT: usize = 1_000;

/// Something that the server said beside the results (`RAISE NOTICE`, a warning).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `NOTICE`, `WARNING`, `INFO`…
    pub severity: String,
    /// SQLSTATE.
    pub code: String,
    /// What it is about.
    pub message: String,
    /// More about it.
    pub detail: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// Where it was raised: the call stack of PL/pgSQL.
    pub r#where: Option<String>,
}

impl Notice {
    /// Whether it is a warning, in whichever language the server speaks (`01` is the class of
    /// warnings, and a successful completion `00` that of notices).
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.code.starts_with("01")
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        for more in [&self.detail, &self.hint].into_iter().flatten() {
            write!(f, "\n{more}")?;
        }
        Ok(())
    }
}

impl From<DbError> for Notice {
    fn from(error: DbError) -> Self {
        Self {
            severity: error.severity().to_owned(),
            code: error.code().code().to_owned(),
            message: error.message().to_owned(),
            detail: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
            r#where: error.where_().map(str::to_owned),
        }
    }
}

/// What the driver leaves for the owner of the session.
#[derive(Default)]
pub(super) struct Inbox {
    notices: Vec<Notice>,
    dropped: usize,
    pub(super) end: Option<End>,
}

impl Inbox {
    fn put(&mut self, notice: DbError) {
        if self.notices.len() < NOTICES_KEPT {
            self.notices.push(notice.into());
        } else {
            self.dropped += 1;
        }
    }

    /// Takes the notices; the last one says how many are missing, if any are.
    pub(super) fn take(&mut self) -> Vec<Notice> {
        let mut notices = std::mem::take(&mut self.notices);
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            notices.push(Notice {
                severity: "WARNING".to_owned(),
                code: "01000".to_owned(),
                message: format!("{dropped} more notices were not kept"),
                detail: None,
                hint: None,
                r#where: None,
            });
        }
        notices
    }
}

/// Why a connection ended.
pub(super) struct End {
    pub(super) sqlstate: Option<String>,
    pub(super) cause: String,
}

/// Runs the connection to its end.
pub(super) async fn drive<T>(mut connection: Connection<Socket, T>, inbox: Arc<Mutex<Inbox>>)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) => lock(&inbox).put(notice),
            Ok(_) => {}
            Err(error) => {
                lock(&inbox).end = Some(End {
                    sqlstate: error.code().map(|code| code.code().to_owned()),
                    cause: causes(&error),
                });
                return;
            }
        }
    }
}

/// The holder of the lock only moves values, so a poisoned one is as good as any.
pub(super) fn lock(inbox: &Mutex<Inbox>) -> MutexGuard<'_, Inbox> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner)
}
