//! As much of PostgreSQL's protocol as a proxy needs: where a message begins and ends.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use tokio_postgres::config::Host;

/// Codes that stand in place of a protocol version in the first message of a connection.
pub const CANCEL_REQUEST: i32 = 80_877_102;
const SSL_REQUEST: i32 = 80_877_103;
const GSS_REQUEST: i32 = 80_877_104;

/// One message, its head included.
pub struct Message {
    /// Its type; 0 for those of the start, which have none.
    pub tag: u8,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl Message {
    /// Reads the next message of a connection that has begun.
    pub fn read(stream: &mut impl Read) -> io::Result<Self> {
        let mut tag = [0];
        stream.read_exact(&mut tag)?;
        let mut message = Self::read_untagged(stream)?;
        message.bytes.insert(0, tag[0]);
        message.tag = tag[0];
        Ok(message)
    }

    /// Reads a message of the start: length and body.
    pub fn read_untagged(stream: &mut impl Read) -> io::Result<Self> {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let size = usize::try_from(i32::from_be_bytes(length)).map_err(io::Error::other)?;
        let mut bytes = vec![0; size];
        bytes[..4].copy_from_slice(&length);
        stream.read_exact(&mut bytes[4..])?;
        Ok(Self { tag: 0, bytes })
    }

    /// The code of a message of the start.
    pub fn code(&self) -> i32 {
        i32::from_be_bytes(self.bytes[4..8].try_into().expect("four bytes"))
    }

    /// Whether it asks for encryption, which the proxies here never have.
    pub fn asks_for_encryption(&self) -> bool {
        matches!(self.code(), SSL_REQUEST | GSS_REQUEST)
    }

    /// Its text, as far as it is one.
    pub fn text(&self) -> String {
        let head = if self.tag == 0 { 4 } else { 5 };
        String::from_utf8_lossy(&self.bytes[head..]).into_owned()
    }
}

/// Where the server listens whose database this URL names.
pub fn socket_of(url: &str) -> PathBuf {
    let config: tokio_postgres::Config = url.parse().expect("a URL");
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first() {
        Some(Host::Unix(folder)) => folder.join(format!(".s.PGSQL.{port}")),
        other => panic!("the cluster of the tests has a socket in a folder, not {other:?}"),
    }
}

/// Returns the URL of the same database through a socket in another folder.
pub fn url_through(url: &str, folder: &std::path::Path) -> String {
    let config: tokio_postgres::Config = url.parse().expect("a URL");
    format!(
        "postgres:///{}?host={}&user={}",
        config.get_dbname().expect("a database"),
        folder.display(),
        config.get_user().expect("a user")
    )
}

/// Reads the start of a client's connection: what comes after requests for encryption.
pub fn read_start(client: &mut UnixStream) -> io::Result<Message> {
    loop {
        let message = Message::read_untagged(client)?;
        if !message.asks_for_encryption() {
            return Ok(message);
        }
        client.write_all(b"N")?;
    }
}
