//! A few messages of a server, for what a real one does not do.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long a pooler takes to pass a cancel request on.
const PASSING_ON: Duration = Duration::from_millis(200);

/// Lets everyone in without TLS and password, and reports these parameters. It answers a query
/// with a row of the values, and says of each cancel request whether the client stayed.
pub fn serve(
    parameters: &'static [(&'static str, &'static str)],
    row: &'static [&'static str],
) -> (u16, Receiver<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || {
                let startup = read_body(&mut stream)?;
                if startup.starts_with(&80_877_102_u32.to_be_bytes()) {
                    stream.set_read_timeout(Some(PASSING_ON)).ok()?;
                    let stayed = stream.read(&mut [0]).is_err();
                    return sender.send(stayed).ok();
                }
                greet(&mut stream, parameters)?;
                let mut kind = [0];
                while stream.read_exact(&mut kind).is_ok() && kind == *b"Q" {
                    read_body(&mut stream)?;
                    answer(&mut stream, row)?;
                }
                Some(())
            });
        }
    });
    (port, receiver)
}

fn read_body(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

fn send(stream: &mut TcpStream, kind: u8, body: &[u8]) -> Option<()> {
    let mut message = vec![kind];
    message.extend((body.len() as u32 + 4).to_be_bytes());
    message.extend(body);
    stream.write_all(&message).ok()
}

fn greet(stream: &mut TcpStream, parameters: &[(&str, &str)]) -> Option<()> {
    send(stream, b'R', &[0; 4])?;
    for (name, value) in parameters {
        send(stream, b'S', format!("{name}\0{value}\0").as_bytes())?;
    }
    send(stream, b'K', &[0, 0, 0, 1, 0, 0, 0, 2])?;
    send(stream, b'Z', b"I")
}

fn answer(stream: &mut TcpStream, row: &[&str]) -> Option<()> {
    let count = (row.len() as u16).to_be_bytes();
    let mut description = count.to_vec();
    let mut data = count.to_vec();
    for value in row {
        description.extend(b"c\0");
        description.extend([
            0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0,
        ]);
        data.extend((value.len() as u32).to_be_bytes());
        data.extend(value.as_bytes());
    }
    send(stream, b'T', &description)?;
    send(stream, b'D', &data)?;
    send(stream, b'C', b"SELECT 1\0")?;
    send(stream, b'Z', b"I")
}
