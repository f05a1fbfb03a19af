//! Asks a server to cancel a statement, and stays until it has heard.
//!
//! tokio-postgres sends the request and hangs up. PgBouncer drops the request of a client that
//! hangs up before it was passed on (seen with 1.18), so this waits, as libpq does, until the
//! other side closes the connection.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failures::causes;

/// Where a session leads, for a second connection to the same place.
pub(super) struct Line {
    pub(super) place: Socket,
    /// The connector, and the name that it checks.
    pub(super) tls: Option<(MakeRustlsConnect, String)>,
}

/// The address of a server, looked up.
#[derive(Clone, Debug)]
pub(super) enum Socket {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Line {
    /// Sends the request; the error is the text of what went wrong.
    pub(super) async fn cancel(&self, token: &CancelToken) -> Result<(), String> {
        match &self.place {
            Socket::Tcp(address) => {
                let stream = TcpStream::connect(address).await;
                self.send(token, stream.map_err(|error| error.to_string())?)
                    .await
            }
            Socket::Unix(file) => {
                let stream = UnixStream::connect(file).await;
                self.send(token, stream.map_err(|error| error.to_string())?)
                    .await
            }
        }
    }

    async fn send<S>(&self, token: &CancelToken, stream: S) -> Result<(), String>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = Staying(stream);
        let sent = match &self.tls {
            None => token.cancel_query_raw(stream, NoTls).await,
            Some((tls, name)) => {
                let mut tls = tls.clone();
                let connect = MakeTlsConnect::<Staying<S>>::make_tls_connect(&mut tls, name);
                let connect = connect.unwrap_or_else(|never| match never {});
                token.cancel_query_raw(stream, StayingTls(connect)).await
            }
        };
        sent.map_err(|error| causes(&error))
    }
}

/// A stream whose end is the other side's: to shut it down is to wait for that.
struct Staying<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Staying<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Staying<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.0).poll_flush(cx))?;
        loop {
            let mut bytes = [0; 64];
            let mut buffer = ReadBuf::new(&mut bytes);
            // A connection that is reset, or ends without TLS's goodbye, has ended too.
            if ready!(Pin::new(&mut self.0).poll_read(cx, &mut buffer)).is_err()
                || buffer.filled().is_empty()
            {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: TlsStream + Unpin> TlsStream for Staying<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.0.channel_binding()
    }
}

/// A TLS handshake that leads to a [`Staying`] stream.
struct StayingTls<T>(T);

impl<S, T> TlsConnect<S> for StayingTls<T>
where
    T: TlsConnect<S>,
    T::Stream: Unpin,
    T::Future: Send + 'static,
{
    type Stream = Staying<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let handshake = self.0.connect(stream);
        Box::pin(async { handshake.await.map(Staying) })
    }
}
