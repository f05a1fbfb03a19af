//! The program while it runs: what it has said so far, signals, its end.

use std::io::Read;
use std::process::{Child as Process, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Run;

/// How long to wait for what must come: only a failing test ever waits that long.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until something is so.
#[track_caller]
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A run of the program that goes on.
pub struct Child {
    process: Process,
    stdout: Listening,
    stderr: Listening,
}

struct Listening {
    text: Arc<Mutex<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    fn to(stream: Option<impl Read + Send + 'static>) -> Self {
        let text: Arc<Mutex<Vec<u8>>> = Arc::default();
        let written = Arc::clone(&text);
        let thread = stream.map(|mut stream| {
            std::thread::spawn(move || {
                let mut part = [0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut part) {
                    written.lock().expect("no panic").extend(&part[..length]);
                }
            })
        });
        Self { text, thread }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("no panic")).into_owned()
    }

    fn end(mut self) -> String {
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the reader does not panic");
        }
        self.text()
    }
}

impl Child {
    /// Starts a command.
    pub fn start(command: &mut Command) -> Self {
        command.stdout(Stdio::piped());
        Self::start_as_is(command)
    }

    /// Starts a command whose stdout goes where the test wants it.
    pub fn start_as_is(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("the program starts");
        Self {
            stdout: Listening::to(process.stdout.take()),
            stderr: Listening::to(process.stderr.take()),
            process,
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.id()).expect("a process id"));
        kill(pid, signal).expect("the process was not waited for yet");
    }

    /// Sends a signal again and again until it ends: those that wait together count once.
    #[track_caller]
    pub fn signal_until_end(mut self, signal: Signal) -> Run {
        eventually("the end of the program", || {
            let ended = self.process.try_wait().expect("its own child").is_some();
            if !ended {
                self.signal(signal);
            }
            ended
        });
        self.end()
    }

    /// What it has written to stderr so far.
    #[must_use]
    pub fn said(&self) -> String {
        self.stderr.text()
    }

    /// Waits until stderr has a text.
    #[track_caller]
    pub fn until_says(&self, text: &str) {
        eventually(text, || self.stderr.text().contains(text));
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end(mut self) -> Run {
        let mut status = None;
        eventually("the end of the program", || {
            status = self.process.try_wait().expect("its own child");
            status.is_some()
        });
        Run {
            code: status.and_then(|status| status.code()),
            stdout: self.stdout.end(),
            stderr: self.stderr.end(),
        }
    }
}
