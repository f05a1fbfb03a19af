//! A proxy between crmdb and the server that makes trouble at one message.
//!
//! It frames what the client sends, numbers the messages over all connections in the order in
//! which they come, and asks a rule about each. Nothing in it depends on time.

use std::io::{self, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Database;
use super::wire::{CANCEL_REQUEST, Message, read_start, socket_of, url_through};

/// What happens at a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It goes on to the server.
    Forward,
    /// The client gets kill -9, and the server never sees the message.
    KillBefore,
    /// The message goes on to the server, and the client gets kill -9; the connection ends when the
    /// server has answered.
    KillAfter,
    /// The connection is cut, and the server never sees the message.
    CutBefore,
    /// The message goes on to the server, and the connection is cut when it has answered.
    CutAfter,
    /// The connection is cut towards the client; the server sees the message when it is released.
    CutAndHold,
    /// The message goes on to the server when it is released.
    Hold,
    /// The message goes on to the server, and the client gets no answer any more.
    Swallow,
}

type Rule = Box<dyn FnMut(usize, &Message) -> Deed + Send>;

/// The proxy; it ends with the value, and all its connections with it.
pub struct Proxy {
    folder: tempfile::TempDir,
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    rule: Rule,
    messages: usize,
    victim: Option<Pid>,
    killed: bool,
    held: bool,
    released: bool,
    let_through: bool,
    cancelled: bool,
    over: bool,
    streams: Vec<UnixStream>,
}

impl Proxy {
    /// Stands before a database; the rule hears the number, from 1, and the message.
    pub fn new(
        database: &Database,
        rule: impl FnMut(usize, &Message) -> Deed + Send + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the proxy");
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).expect("a socket");
        let shared = Arc::new(Shared {
            upstream: socket_of(database.url()),
            state: Mutex::new(State {
                rule: Box::new(rule),
                messages: 0,
                victim: None,
                killed: false,
                held: false,
                released: false,
                let_through: false,
                cancelled: false,
                over: false,
                streams: Vec::new(),
            }),
            changed: Condvar::new(),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let shared = Arc::clone(&accepting);
                let Ok(client) = client else { return };
                if shared.state().over {
                    return;
                }
                std::thread::spawn(move || drop(shared.serve(client)));
            }
        });
        Self {
            url: url_through(database.url(), folder.path()),
            folder,
            shared,
        }
    }

    /// The database's address through the proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Says who gets kill -9; a deed of that kind waits for it.
    pub fn victim(&self, process: u32) {
        let pid = Pid::from_raw(i32::try_from(process).expect("a process id"));
        self.shared.set(|state| state.victim = Some(pid));
    }

    /// Whether the victim got its kill -9.
    pub fn has_killed(&self) -> bool {
        self.shared.state().killed
    }

    /// Waits until a message is held.
    pub fn wait_held(&self) {
        drop(self.shared.wait(|state| state.held));
    }

    /// Lets a held message go on, and all that come later.
    pub fn release(&self) {
        self.shared.set(|state| state.released = true);
    }

    /// Waits until the server has heard a request to cancel.
    pub fn wait_cancelled(&self) {
        drop(self.shared.wait(|state| state.cancelled));
    }

    /// Waits until the server has answered a message that was held behind a cut.
    pub fn wait_let_through(&self) {
        drop(self.shared.wait(|state| state.let_through));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.over = true;
        state.released = true;
        for stream in state.streams.drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
        drop(state);
        self.shared.changed.notify_all();
        // Wakes the listener, which then ends.
        drop(UnixStream::connect(
            self.folder.path().join(".s.PGSQL.5432"),
        ));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread of the proxy panics")
    }

    fn wait(&self, until: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        self.changed
            .wait_while(self.state(), |state| !until(state) && !state.over)
            .expect("no thread of the proxy panics")
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    fn serve(&self, mut client: UnixStream) -> io::Result<()> {
        let mut server = UnixStream::connect(&self.upstream)?;
        self.state()
            .streams
            .extend([client.try_clone()?, server.try_clone()?]);
        let answers = Answers::start(server.try_clone()?, client.try_clone()?);
        let mut next = read_start(&mut client);
        // The end of the client is the end of the server's connection, and the other way round.
        while let Ok(message) = next {
            if !self.pass(&message, &client, &mut server, &answers)? {
                break;
            }
            let is_cancel = message.tag == 0 && message.code() == CANCEL_REQUEST;
            next = Message::read(&mut client);
            if is_cancel {
                // The client hangs up when the server has, which has then heard.
                self.set(|state| state.cancelled = true);
            }
        }
        server.shutdown(Shutdown::Both)?;
        client.shutdown(Shutdown::Both)
    }

    /// Does with a message what the rule says; returns whether the connection goes on.
    fn pass(
        &self,
        message: &Message,
        client: &UnixStream,
        server: &mut UnixStream,
        answers: &Answers,
    ) -> io::Result<bool> {
        let deed = {
            let mut state = self.state();
            if state.killed || state.over {
                return Ok(false);
            }
            state.messages += 1;
            let number = state.messages;
            (state.rule)(number, message)
        };
        match deed {
            Deed::Forward => server.write_all(&message.bytes)?,
            Deed::KillBefore => self.kill(),
            Deed::KillAfter => {
                let before = answers.swallow();
                server.write_all(&message.bytes)?;
                self.kill();
                // The next run meets what the server made of it, whichever process is faster.
                answers.wait_past(before);
            }
            Deed::CutBefore => {}
            Deed::CutAfter => {
                let before = answers.swallow();
                server.write_all(&message.bytes)?;
                answers.wait_past(before);
                client.shutdown(Shutdown::Both)?;
            }
            Deed::CutAndHold => {
                let before = answers.swallow();
                client.shutdown(Shutdown::Both)?;
                self.hold();
                server.write_all(&message.bytes)?;
                answers.wait_past(before);
                self.set(|state| state.let_through = true);
            }
            Deed::Hold => {
                self.hold();
                server.write_all(&message.bytes)?;
            }
            Deed::Swallow => {
                answers.swallow();
                server.write_all(&message.bytes)?;
            }
        }
        Ok(matches!(deed, Deed::Forward | Deed::Hold | Deed::Swallow))
    }

    fn hold(&self) {
        self.set(|state| state.held = true);
        drop(self.wait(|state| state.released));
    }

    fn kill(&self) {
        let mut state = self.wait(|state| state.victim.is_some());
        let Some(victim) = state.victim else { return };
        kill(victim, Signal::SIGKILL).expect("the victim lives until then");
        state.killed = true;
    }
}

/// The way from the server to the client.
struct Answers {
    shared: Arc<(Mutex<AnswersState>, Condvar)>,
}

#[derive(Default)]
struct AnswersState {
    swallow: bool,
    /// How many times the server said that it is ready; `None` when it has gone.
    ready: Option<usize>,
}

impl Answers {
    fn start(mut server: UnixStream, mut client: UnixStream) -> Self {
        let shared = Arc::new((
            Mutex::new(AnswersState {
                swallow: false,
                ready: Some(0),
            }),
            Condvar::new(),
        ));
        let writer = Arc::clone(&shared);
        std::thread::spawn(move || {
            let (state, changed) = &*writer;
            while let Ok(message) = Message::read(&mut server) {
                let swallow = state.lock().expect("no panic").swallow;
                if !swallow && client.write_all(&message.bytes).is_err() {
                    break;
                }
                if message.tag == b'Z' {
                    let mut state = state.lock().expect("no panic");
                    state.ready = state.ready.map(|count| count + 1);
                    drop(state);
                    changed.notify_all();
                }
            }
            state.lock().expect("no panic").ready = None;
            changed.notify_all();
            drop(client.shutdown(Shutdown::Both));
        });
        Self { shared }
    }

    /// Keeps the answers from the client; returns how often the server was ready so far.
    fn swallow(&self) -> Option<usize> {
        let mut state = self.shared.0.lock().expect("no panic");
        state.swallow = true;
        state.ready
    }

    /// Waits until the server is ready once more, or has gone.
    fn wait_past(&self, before: Option<usize>) {
        let (state, changed) = &*self.shared;
        let state = state.lock().expect("no panic");
        let waited = changed.wait_while(state, |state| {
            state.ready.is_some() && state.ready == before
        });
        drop(waited.expect("no panic"));
    }
}
