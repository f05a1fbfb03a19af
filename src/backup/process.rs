//! Runs `pg_dump` and `pg_restore`: their environment, what they say, their end.

use std::ffi::OsString;
use std::fs::File;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::passwords::Passwords;
use super::watch::Watch;
use crate::apply::{Interrupt, interrupted};
use crate::connect::Access;
use crate::error::Failure;
use crate::server::Client;

/// How long an interrupted program may take to say goodbye to its server.
const FAREWELL: Duration = Duration::from_secs(10);

/// How many of its lines are kept.
const KEPT: usize = 500;

/// A program with its arguments. Neither they nor its environment have the password.
pub struct Call<'a> {
    /// The program.
    pub client: &'a Client,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Where it connects.
    pub access: &'a Access,
    /// More settings of its sessions, as in `PGOPTIONS`.
    pub options: Option<&'a str>,
    /// What it inherits as its input, and so holds while it lives.
    pub held: Option<File>,
}

impl Call<'_> {
    /// The program's name.
    fn name(&self) -> String {
        let name = self.client.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    fn command(&self, passwords: &Passwords) -> Command {
        let mut command = Command::new(&self.client.path);
        command
            .args(&self.arguments)
            .env_clear()
            .env("LC_ALL", "C")
            .env("PGPASSFILE", passwords.path());
        for name in ["PATH", "HOME", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        for (name, value) in &self.access.variables {
            command.env(name, value);
        }
        if let Some(more) = self.options {
            let known = self.access.variables.iter();
            let given = known.clone().find(|(name, _)| *name == "PGOPTIONS");
            let given = given.map_or("", |(_, value)| value);
            command.env("PGOPTIONS", format!("{given} {more}"));
        }
        command
    }
}

/// Runs a program to its end, and returns what it said, by line.
///
/// # Errors
///
/// When it cannot be run or fails, with what it said as detail; when an interrupt came: it has
/// ended then, too.
pub async fn run(mut call: Call<'_>, interrupt: &mut Interrupt) -> anyhow::Result<Vec<String>> {
    // Before the password is there, which it need not have.
    let watch = Watch::start()?;
    let passwords = Passwords::write(call.access.password.as_ref())
        .context("could not write the password for the program into a file")?;
    let mut command = call.command(&passwords);
    command
        .stdin(call.held.take().map_or_else(Stdio::null, Stdio::from))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // Ctrl-C of a terminal is for crmdb, which ends the program in order.
        .process_group(watch.group)
        .kill_on_drop(true);
    let mut child = command
        .spawn()
        .with_context(|| format!("could not run `{}`", call.client.path.display()))?;
    let ended = to_its_end(&mut child, &watch, &call, interrupt).await;
    watch.end().await;
    ended
}

async fn to_its_end(
    child: &mut Child,
    watch: &Watch,
    call: &Call<'_>,
    interrupt: &mut Interrupt,
) -> anyhow::Result<Vec<String>> {
    let mut said = Vec::new();
    tokio::select! {
        status = listen(child, &mut said) => {
            let status = status.with_context(|| format!("could not wait for `{}`", call.name()))?;
            if status.success() {
                return Ok(said);
            }
        }
        () = interrupt.wait() => {
            end(child, watch).await;
            return Err(interrupted().into());
        }
    }
    let failure = Failure::new(format!("`{}` failed", call.name()));
    Err(if said.is_empty() {
        failure
    } else {
        failure.detail(said.join("\n"))
    }
    .into())
}

async fn listen(child: &mut Child, said: &mut Vec<String>) -> std::io::Result<ExitStatus> {
    if let Some(stderr) = child.stderr.take() {
        let mut reader = BufReader::new(stderr);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).await? > 0 {
            if said.len() < KEPT {
                said.push(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            line.clear();
        }
    }
    child.wait().await
}

/// Ends a program and those that it started; it cancels what the server does for it.
async fn end(child: &mut Child, watch: &Watch) {
    let Some(pid) = child.id().and_then(|id| i32::try_from(id).ok()) else {
        return;
    };
    // One that has ended since is as good.
    kill(Pid::from_raw(pid), Signal::SIGTERM).ok();
    if tokio::time::timeout(FAREWELL, child.wait()).await.is_err() {
        killpg(Pid::from_raw(watch.group), Signal::SIGKILL).ok();
        child.wait().await.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::Secret;
    use crate::server::Version;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_password_is_in_its_file_and_nowhere_else() {
        let secret = Secret::new(r"p:w\canary");
        let file = Passwords::write(Some(&secret)).unwrap();
        assert_eq!(
            std::fs::read_to_string(file.path()).unwrap(),
            "*:*:*:*:p\\:w\\\\canary\n"
        );
        let mode = file.path().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let access = Access {
            variables: vec![("PGOPTIONS", "-c a=b".to_owned())],
            password: Some(secret),
        };
        let client = Client {
            path: "/bin/true".into(),
            version: Version {
                major: 15,
                full: "15.1".to_owned(),
            },
        };
        let call = Call {
            client: &client,
            arguments: vec!["--no-password".into()],
            access: &access,
            options: Some("-c c=d"),
            held: None,
        };
        let command = call.command(&file);
        assert!(!format!("{command:?}").contains("canary"));
        let command = command.as_std();
        for (name, value) in command.get_envs() {
            let value = value.unwrap_or_default().to_string_lossy();
            assert!(!value.contains("canary"), "{}", name.display());
            if name == "PGOPTIONS" {
                assert_eq!(value, "-c a=b -c c=d");
            }
        }
    }
}
