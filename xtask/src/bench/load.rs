//! Load: as many clients as told, each on one kept-open connection, one request after the other. Deliberately plain, so
//! that it costs less than what it measures.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

const CHUNK: usize = 16 * 1024;

/// What came of a round.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Round {
    /// Answered requests a second.
    pub(super) per_second: f64,
    /// Half of them were faster.
    pub(super) median: Duration,
    /// One in a hundred was slower.
    pub(super) slow: Duration,
}

/// Asks for `span` with `clients` at once. `request` writes the nth request of a client; every answer must be 2xx.
pub(super) fn round(
    at: SocketAddr,
    clients: usize,
    span: Duration,
    request: &(impl Fn(usize, usize) -> String + Sync),
) -> Result<Round> {
    let start = now();
    let mut times: Vec<Duration> = thread::scope(|scope| {
        let client = |client| scope.spawn(move || ask(at, start, span, |n| request(client, n)));
        let running: Vec<_> = (0..clients).map(client).collect();
        let mut all = Vec::new();
        for one in running {
            all.extend(one.join().map_err(|_| anyhow::anyhow!("a client gave up"))??);
        }
        Ok::<_, anyhow::Error>(all)
    })?;
    let took = start.elapsed();
    times.sort_unstable();
    let part = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    let count = u32::try_from(times.len()).context("too many answers to count")?;
    Ok(Round { per_second: f64::from(count) / took.as_secs_f64(), median: part(50), slow: part(99) })
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch, not a rule")]
fn now() -> Instant {
    Instant::now()
}

fn ask(
    at: SocketAddr,
    start: Instant,
    span: Duration,
    request: impl Fn(usize) -> String,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(at)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut buffer = Vec::with_capacity(CHUNK);
    let mut times = Vec::new();
    while start.elapsed() < span {
        let sent = now();
        stream.write_all(request(times.len()).as_bytes())?;
        answer(&mut stream, &mut buffer)?;
        times.push(sent.elapsed());
    }
    Ok(times)
}

/// Reads one answer to its end and refuses any that is not 2xx.
fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.clear();
    let mut chunk = [0_u8; CHUNK];
    let mut end = None;
    loop {
        if end.is_none() {
            end = whole(buffer);
        }
        match end {
            Some(End::At(length)) if buffer.len() >= length => break,
            Some(End::Marked) if buffer.ends_with(b"0\r\n\r\n") => break,
            _ => {}
        }
        let read = stream.read(&mut chunk)?;
        if read == 0 {
            bail!("the server hung up");
        }
        buffer.extend_from_slice(chunk.get(..read).unwrap_or_default());
    }
    if !buffer.starts_with(b"HTTP/1.1 2") {
        let shown = buffer.get(..buffer.len().min(400)).unwrap_or_default();
        bail!("not a 2xx: {}", String::from_utf8_lossy(shown));
    }
    Ok(())
}

/// Gets one page; says how many bytes its body has.
pub(super) fn fetch(at: SocketAddr, path: &str) -> Result<usize> {
    let mut stream = TcpStream::connect(at)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: bench\r\naccept-encoding: br\r\n\r\n").as_bytes())?;
    let mut buffer = Vec::new();
    answer(&mut stream, &mut buffer)?;
    let head = buffer.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
    Ok(buffer.len() - head)
}

/// Where an answer ends, once its head is there.
#[derive(Clone, Copy)]
enum End {
    At(usize),
    Marked,
}

fn whole(buffer: &[u8]) -> Option<End> {
    let head = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(buffer.get(..head)?).to_ascii_lowercase();
    let length =
        text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    Some(length.map_or(End::Marked, |length| End::At(head + length)))
}
