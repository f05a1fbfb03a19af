//! A small transaction pooler: clients share connections to the server, and give them back when
//! the server says that it is idle.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use super::Database;
use super::wire::{CANCEL_REQUEST, Message, read_start, socket_of, url_through};

/// Type of ReadyForQuery, and its state outside a transaction.
const READY: u8 = b'Z';
const IDLE: u8 = b'I';

/// The pooler; it ends with the value.
pub struct Pooler {
    folder: tempfile::TempDir,
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: PathBuf,
    size: usize,
    state: Mutex<State>,
    returned: Condvar,
    next_key: AtomicI32,
}

#[derive(Default)]
struct State {
    /// Free connections; the last one given back is the first to be taken.
    free: Vec<Server>,
    open: usize,
    /// The key of the server's process that works for a client, by the client's own key.
    keys: HashMap<[u8; 8], Option<[u8; 8]>>,
    over: bool,
}

/// A connection to the server, with what it said at its start.
struct Server {
    stream: UnixStream,
    greeting: Vec<Message>,
    key: [u8; 8],
}

impl Pooler {
    /// Stands before a database with at most `size` connections to the server.
    pub fn new(database: &Database, size: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the pooler");
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).expect("a socket");
        let shared = Arc::new(Shared {
            upstream: socket_of(database.url()),
            size,
            state: Mutex::default(),
            returned: Condvar::new(),
            next_key: AtomicI32::new(1),
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

    /// The database's address through the pooler.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.over = true;
        state.free.clear();
        drop(state);
        self.shared.returned.notify_all();
        drop(UnixStream::connect(
            self.folder.path().join(".s.PGSQL.5432"),
        ));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread of the pooler panics")
    }

    fn serve(&self, mut client: UnixStream) -> io::Result<()> {
        let start = read_start(&mut client)?;
        if start.code() == CANCEL_REQUEST {
            return self.cancel(&start);
        }
        let key = self.next_key.fetch_add(1, Ordering::Relaxed);
        let key: [u8; 8] = (i64::from(key) << 32).to_be_bytes();
        let server = self.take(&start)?;
        for message in &server.greeting {
            client.write_all(&message.bytes)?;
        }
        self.give(server);
        self.state().keys.insert(key, None);
        client.write_all(&[b'K', 0, 0, 0, 12])?;
        client.write_all(&key)?;
        client.write_all(&[READY, 0, 0, 0, 5, IDLE])?;

        let mut mine: Option<Server> = None;
        let served = self.talk(&mut client, &start, key, &mut mine);
        self.state().keys.remove(&key);
        if let Some(server) = mine {
            // In the midst of a transaction: the server's connection is of no use any more.
            drop(server.stream.shutdown(Shutdown::Both));
            self.state().open -= 1;
            self.returned.notify_all();
        }
        served
    }

    fn talk(
        &self,
        client: &mut UnixStream,
        start: &Message,
        key: [u8; 8],
        mine: &mut Option<Server>,
    ) -> io::Result<()> {
        loop {
            let message = Message::read(client)?;
            if message.tag == b'X' {
                return Ok(());
            }
            if mine.is_none() {
                *mine = Some(self.take(start)?);
            }
            let Some(server) = mine.as_mut() else {
                continue;
            };
            self.state().keys.insert(key, Some(server.key));
            server.stream.write_all(&message.bytes)?;
            // Only these are answered with ReadyForQuery.
            if !matches!(message.tag, b'Q' | b'S') {
                continue;
            }
            let mut answer = Message::read(&mut server.stream)?;
            while answer.tag != READY {
                client.write_all(&answer.bytes)?;
                answer = Message::read(&mut server.stream)?;
            }
            self.state().keys.insert(key, None);
            if answer.bytes.last() == Some(&IDLE)
                && let Some(server) = mine.take()
            {
                self.give(server);
            }
            client.write_all(&answer.bytes)?;
        }
    }

    fn take(&self, start: &Message) -> io::Result<Server> {
        let mut state = self
            .returned
            .wait_while(self.state(), |state| {
                state.free.is_empty() && state.open >= self.size && !state.over
            })
            .expect("no thread of the pooler panics");
        if state.over {
            return Err(io::Error::other("the pooler has ended"));
        }
        if let Some(server) = state.free.pop() {
            return Ok(server);
        }
        state.open += 1;
        drop(state);
        self.connect(start)
    }

    fn give(&self, server: Server) {
        self.state().free.push(server);
        self.returned.notify_all();
    }

    fn connect(&self, start: &Message) -> io::Result<Server> {
        let mut stream = UnixStream::connect(&self.upstream)?;
        stream.write_all(&start.bytes)?;
        let mut server = Server {
            stream,
            greeting: Vec::new(),
            key: [0; 8],
        };
        loop {
            let message = Message::read(&mut server.stream)?;
            match message.tag {
                READY => return Ok(server),
                b'K' => server.key.copy_from_slice(&message.bytes[5..13]),
                _ if reports_state(&message) => {}
                _ => server.greeting.push(message),
            }
        }
    }

    fn cancel(&self, request: &Message) -> io::Result<()> {
        let key: [u8; 8] = request.bytes[8..16].try_into().expect("eight bytes");
        let server = self.state().keys.get(&key).copied().flatten();
        let Some(server) = server else { return Ok(()) };
        let mut bytes = request.bytes[..8].to_vec();
        bytes.extend(server);
        let mut upstream = UnixStream::connect(&self.upstream)?;
        upstream.write_all(&bytes)?;
        // The server hangs up when it has heard; so does the pooler then.
        upstream.read_to_end(&mut bytes).map(drop)
    }
}

/// Whether it is a parameter that poolers do not pass on.
fn reports_state(message: &Message) -> bool {
    let text = message.text();
    message.tag == b'S'
        && (text.contains("in_hot_standby") || text.contains("default_transaction_read_only"))
}
