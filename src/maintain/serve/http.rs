//! The two pages of a service: `/healthz` and `/metrics`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use httparse::Status;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::State;
use crate::error::Failure;

/// The longest head of a request.
const LONGEST: usize = 8 * 1024;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many requests at once; more wait.
const AT_ONCE: usize = 16;

/// How long to wait when no connection can be taken, for want of file descriptors.
const RECOVERY: Duration = Duration::from_millis(200);

/// A listening socket.
#[derive(Debug)]
pub struct Http {
    listener: TcpListener,
}

impl Http {
    /// Listens on an address: on the machine's own only, unless `remote` says that others may ask.
    ///
    /// # Errors
    ///
    /// When others could ask, and nobody said that they may; when the address is taken.
    pub async fn listen(address: SocketAddr, remote: bool) -> Result<Self, Failure> {
        if !address.ip().is_loopback() && !remote {
            return Err(
                Failure::new(format!("`{address}` is open to other machines"))
                    .detail("Whoever reaches it sees the names of tasks and how they went.")
                    .hint("Listen on 127.0.0.1, or add `--allow-remote`."),
            );
        }
        match TcpListener::bind(address).await {
            Ok(listener) => Ok(Self { listener }),
            Err(error) => Err(Failure::new(format!("could not listen on `{address}`"))
                .detail(error.to_string())
                .hint("Name another with `--listen`, or none with `--no-http`.")),
        }
    }

    /// The address, with the port that the system chose where it was 0.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers for ever.
    pub async fn serve(self, state: Arc<State>) {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let place = Arc::clone(&places).acquire_owned().await;
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(RECOVERY).await;
                continue;
            };
            let state = Arc::clone(&state);
            tokio::spawn(async move {
                // Who asks and goes away is nobody's trouble.
                let _ = tokio::time::timeout(PATIENCE, answer(stream, &state)).await;
                drop(place);
            });
        }
    }
}

/// Reads one request, answers it, and closes the connection.
async fn answer(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut head = Vec::with_capacity(1024);
    let reply = loop {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(&head) {
            Ok(Status::Complete(_)) => {
                let (method, path) = (request.method, request.path);
                break reply(method.unwrap_or_default(), path.unwrap_or_default(), state);
            }
            Ok(Status::Partial) if head.len() < LONGEST => {}
            Ok(Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
                break page("431 Request Header Fields Too Large", "", "too long\n");
            }
            Err(_) => break page("400 Bad Request", "", "no request\n"),
        }
    };
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

fn reply(method: &str, path: &str, state: &State) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let page = match path {
        "/healthz" | "/metrics" if !matches!(method, "GET" | "HEAD") => page(
            "405 Method Not Allowed",
            "Allow: GET, HEAD\r\n",
            "it can only be read\n",
        ),
        "/healthz" => match state.health(Instant::now()) {
            (true, text) => page("200 OK", "", &text),
            (false, text) => page("503 Service Unavailable", "", &text),
        },
        "/metrics" => page("200 OK", "", &state.metrics()),
        _ => page("404 Not Found", "", "there are /healthz and /metrics\n"),
    };
    match page.split_once("\r\n\r\n") {
        Some((head, _)) if method == "HEAD" => format!("{head}\r\n\r\n"),
        _ => page,
    }
}

fn page(status: &str, header: &str, text: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Cache-Control: no-store\r\n\
         {header}Connection: close\r\n\r\n{text}",
        text.len()
    )
}
