//! Takes a new password: from the environment, from a terminal without showing it, or from a pipe.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::os::fd::AsFd as _;

use anyhow::Context as _;
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use tokio::sync::oneshot;

use crate::commands::Context;
use crate::connect::Secret;
use crate::connect::environment::variable;
use crate::error::Failure;

/// More than this is no password, and is not read.
const LONGEST: u64 = 4096;

/// Returns the new password of a user.
pub(super) async fn take(context: &mut Context, email: &str) -> anyhow::Result<Secret> {
    const NAME: &str = variable::CRMDB_PASSWORD;
    let password = if context.environment.is_unreadable(NAME) {
        return Err(Failure::new(format!("{NAME} is not UTF-8")).into());
    } else if let Some(password) = context.environment.non_empty(NAME) {
        password.to_owned()
    } else if io::stdin().is_terminal() {
        let password = ask(context, &format!("New password for {email}: ")).await?;
        if password != ask(context, "The same again: ").await? {
            return Err(Failure::new("the two passwords differ")
                .hint("Run the command again; nothing was changed.")
                .into());
        }
        password
    } else {
        read(|| {
            let mut text = String::new();
            io::stdin().lock().take(LONGEST).read_to_string(&mut text)?;
            Ok(text)
        })
        .await?
    };
    let password = password.strip_suffix('\n').unwrap_or(&password);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        return Err(Failure::new("no password was given")
            .hint(format!(
                "Set {NAME}, or write the password to stdin; at a terminal it is asked for."
            ))
            .into());
    }
    if password.contains(|c: char| c.is_control()) {
        return Err(Failure::new("the password has a line break or a control character").into());
    }
    Ok(Secret::new(password))
}

/// Asks at the terminal.
async fn ask(context: &mut Context, prompt: &str) -> anyhow::Result<String> {
    let hidden = Hidden::begin().context("could not switch the echo of the terminal off")?;
    context.printer.prompt(prompt);
    let line = read(|| {
        let mut line = String::new();
        io::stdin().lock().take(LONGEST).read_line(&mut line)?;
        Ok(line)
    })
    .await;
    drop(hidden);
    // The line break that was typed was not shown either.
    context.printer.prompt("\n");
    line
}

/// Reads on a thread of its own: an interrupt does not wait for it.
async fn read(
    from_stdin: impl FnOnce() -> io::Result<String> + Send + 'static,
) -> anyhow::Result<String> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || drop(sender.send(from_stdin())));
    receiver
        .await
        .context("the reader of stdin has ended")?
        .context("could not read the password from stdin")
}

/// What is typed is not shown while this lives.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> nix::Result<Self> {
        let stdin = io::stdin();
        let before = tcgetattr(stdin.as_fd())?;
        let mut hidden = before.clone();
        hidden.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(stdin.as_fd(), SetArg::TCSAFLUSH, &hidden)?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // The terminal may be gone, and then nobody sees it.
        let _ = tcsetattr(io::stdin().as_fd(), SetArg::TCSAFLUSH, &self.0);
    }
}
