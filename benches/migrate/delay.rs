//! A proxy that adds a delay to each round trip.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A proxy on a unix socket; its thread ends with the process.
pub struct Proxy {
    folder: PathBuf,
}

impl Proxy {
    /// Starts the proxy in front of the server of `url`.
    pub fn start(url: &str, folder: &Path, round_trip_ms: u64) -> Self {
        std::fs::create_dir_all(folder).expect("the proxy's folder");
        let config: tokio_postgres::Config = url.parse().expect("the server's address");
        let server = config
            .get_hosts()
            .iter()
            .find_map(|host| match host {
                tokio_postgres::config::Host::Unix(path) => Some(path.join(".s.PGSQL.5432")),
                tokio_postgres::config::Host::Tcp(_) => None,
            })
            .expect("a socket");
        let socket = folder.join(".s.PGSQL.5432");
        let half = Duration::from_micros(round_trip_ms * 500);
        let (ready, is_ready) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async move {
                let listener = UnixListener::bind(socket).expect("the proxy's socket");
                ready.send(()).expect("somebody waits");
                while let Ok((client, _)) = listener.accept().await {
                    let server = UnixStream::connect(&server).await.expect("the server");
                    let (client_in, client_out) = client.into_split();
                    let (server_in, server_out) = server.into_split();
                    tokio::spawn(carry(client_in, server_out, half));
                    tokio::spawn(carry(server_in, client_out, half));
                }
            });
        });
        is_ready.recv().expect("the proxy starts");
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The address of a database through the proxy.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres:///{database}?host={folder}&user=postgres")
    }
}

/// Carries bytes, each `delay` after it came.
async fn carry(
    mut from: tokio::net::unix::OwnedReadHalf,
    mut to: tokio::net::unix::OwnedWriteHalf,
    delay: Duration,
) {
    let (sender, mut receiver) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((due, bytes)) = receiver.recv().await {
            tokio::time::sleep_until(due).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(number) = from.read(&mut buffer).await {
        if number == 0
            || sender
                .send((Instant::now() + delay, buffer[..number].to_vec()))
                .is_err()
        {
            return;
        }
    }
}
