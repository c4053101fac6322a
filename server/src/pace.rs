//! A connection that has to get on. Whoever does not take what is sent to them holds neither it nor its
//! memory: after a grace they count among the slow ones, of which an address has its fill soon, and whoever
//! takes next to nothing is cut off.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::limits::{Place, Places};

/// 800 bytes a second: less than any network that a page can be read on.
const PACE: Pace =
    Pace { grace: Duration::from_secs(5), window: Duration::from_secs(20), least_bytes: 16 * 1024 };
/// Slow ones from one address.
const OF_ADDRESS_MAX: usize = 32;
/// Slow ones in all. Each holds an answer at most, and what is buffered before it.
const IN_ALL_MAX: usize = 256;

/// How fast the other end has to be.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Whoever has something to take and does not finish within this is slow.
    grace: Duration,
    /// A slow one takes at least so much ...
    least_bytes: usize,
    /// ... within this.
    window: Duration,
}

/// Who is slow now. Clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlowOnes(Places);

/// A stream whose other end has to take what is written.
#[derive(Debug)]
pub(crate) struct Paced<S> {
    stream: S,
    slow: SlowOnes,
    /// Who is counted; none where whoever comes from there is not.
    address: Option<String>,
    pace: Pace,
    stall: Option<Stall>,
}

/// Something waits to be taken.
#[derive(Debug)]
struct Stall {
    look: Pin<Box<Sleep>>,
    /// What was taken since it was looked at.
    taken: usize,
    /// Held once it is slow.
    place: Option<Place>,
    is_slow: bool,
}

impl<S> Paced<S> {
    /// `address` is who is counted; none for a proxy that is trusted, which comes for many.
    pub(crate) fn new(stream: S, slow: SlowOnes, address: Option<String>) -> Self {
        Self { stream, slow, address, pace: PACE, stall: None }
    }

    /// Nothing could be written: waits for that, as long as this one gets on.
    fn waits(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let Pace { grace, window, least_bytes } = self.pace;
        let stall = self.stall.get_or_insert_with(|| Stall {
            look: Box::pin(sleep(grace)),
            taken: 0,
            place: None,
            is_slow: false,
        });
        loop {
            ready!(stall.look.as_mut().poll(cx));
            if stall.is_slow && stall.taken < least_bytes {
                return Poll::Ready(Error::new(ErrorKind::TimedOut, "its other end takes next to nothing"));
            }
            if !stall.is_slow {
                stall.is_slow = true;
                if let Some(address) = &self.address {
                    let Ok(place) = self.slow.0.take(address.clone(), OF_ADDRESS_MAX, IN_ALL_MAX) else {
                        return Poll::Ready(Error::new(ErrorKind::TimedOut, "too many are slow"));
                    };
                    stall.place = Some(place);
                }
            }
            stall.taken = 0;
            stall.look = Box::pin(sleep(window));
        }
    }

    /// What writing came to.
    fn wrote(&mut self, cx: &mut Context<'_>, wrote: Poll<Result<usize>>) -> Poll<Result<usize>> {
        match wrote {
            Poll::Pending => self.waits(cx).map(Err),
            Poll::Ready(Ok(bytes)) => {
                if let Some(stall) = &mut self.stall {
                    stall.taken = stall.taken.saturating_add(bytes);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wrote(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wrote(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Asked for once nothing is left to be written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(cx));
        self.stall = None;
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    const QUICK: Pace =
        Pace { grace: Duration::from_millis(20), window: Duration::from_secs(2), least_bytes: 1_000 };

    fn paced(slow: &SlowOnes, pace: Pace) -> (Paced<DuplexStream>, DuplexStream) {
        let (own, other) = duplex(1_024);
        let own = Paced { pace, ..Paced::new(own, slow.clone(), Some("192.0.2.1".to_owned())) };
        (own, other)
    }

    /// Writes more than fits, to somebody who reads so much every ten milliseconds.
    async fn send(bytes: usize) -> Result<()> {
        let (mut own, mut other) = paced(&SlowOnes::default(), QUICK);
        let reading = tokio::spawn(async move {
            let mut taken = vec![0; bytes];
            while other.read_exact(&mut taken).await.is_ok() {
                sleep(Duration::from_millis(10)).await;
            }
        });
        let sent = match own.write_all(&vec![0; 150_000]).await {
            Ok(()) => own.flush().await,
            Err(error) => Err(error),
        };
        reading.abort();
        sent
    }

    #[tokio::test]
    async fn whoever_reads_slowly_is_waited_for_and_whoever_reads_next_to_nothing_is_not() {
        assert!(send(500).await.is_ok());
        assert_eq!(send(2).await.unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn an_address_has_its_fill_of_slow_ones() {
        let (slow, patient) = (SlowOnes::default(), Pace { window: Duration::from_hours(1), ..QUICK });
        let mut all: Vec<_> = (0..=OF_ADDRESS_MAX).map(|_| paced(&slow, patient)).collect();
        let mut cut = 0;
        for (own, _) in &mut all {
            let written = tokio::time::timeout(QUICK.grace * 5, own.write_all(&[0; 4_096])).await;
            cut += usize::from(written.is_ok_and(|written| written.is_err()));
        }
        assert_eq!(cut, 1, "and the others are waited for");
        drop(all);
        assert!(slow.0.take("192.0.2.1".to_owned(), 1, 1).is_ok(), "nobody is counted who is gone");
    }
}
