//! Load: as many clients as told, each on one kept-open connection, one request after the other. One thread
//! asks for them all and never sleeps: the core is its own, and waking it would cost the server, which is
//! measured, more than some answers.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

const CHUNK: usize = 16 * 1024;
/// Nobody answers any more.
const PATIENCE: Duration = Duration::from_secs(20);

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

/// Asks for `span` with `clients` at once, in turn of each server. `request` writes the nth request of a
/// client; every answer must be 2xx.
pub(super) fn round(
    at: &[SocketAddr],
    clients: usize,
    span: Duration,
    request: &impl Fn(usize, usize) -> String,
) -> Result<Round> {
    let start = now();
    let clients = at.iter().cycle().take(clients).map(|at| Client::connect(*at));
    let mut clients: Vec<Client> = clients.collect::<Result<_>>()?;
    for (number, client) in clients.iter_mut().enumerate() {
        client.ask(&request(number, 0))?;
    }
    let mut times = Vec::new();
    let mut last = start;
    while clients.iter().any(|client| client.sent.is_some()) {
        for (number, client) in clients.iter_mut().enumerate() {
            let Some(took) = client.answered()? else { continue };
            times.push(took);
            last = now();
            if last.duration_since(start) < span {
                client.ask(&request(number, client.count))?;
            }
        }
        if now().duration_since(last) > PATIENCE {
            bail!("no answer for {PATIENCE:?}");
        }
    }
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

/// One kept-open connection.
struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    end: Option<End>,
    /// When it asked, while it waits for the answer.
    sent: Option<Instant>,
    /// How often it asked.
    count: usize,
}

impl Client {
    fn connect(at: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(CHUNK), end: None, sent: None, count: 0 })
    }

    /// Sends a request; it fits into what the system takes at once.
    fn ask(&mut self, request: &str) -> Result<()> {
        self.buffer.clear();
        self.end = None;
        self.sent = Some(now());
        self.count += 1;
        Ok(self.stream.write_all(request.as_bytes())?)
    }

    /// Reads what is there; says how long the answer took once it is whole.
    fn answered(&mut self) -> Result<Option<Duration>> {
        let Some(sent) = self.sent else { return Ok(None) };
        let mut chunk = [0_u8; CHUNK];
        let read = match self.stream.read(&mut chunk) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if !take(&mut self.buffer, &mut self.end, chunk.get(..read).unwrap_or_default())? {
            return Ok(None);
        }
        self.sent = None;
        Ok(Some(sent.elapsed()))
    }
}

/// Adds what was read of an answer, and says whether it is whole. Refuses any that is not 2xx.
fn take(buffer: &mut Vec<u8>, end: &mut Option<End>, read: &[u8]) -> Result<bool> {
    if read.is_empty() {
        bail!("the server hung up");
    }
    buffer.extend_from_slice(read);
    if end.is_none() {
        *end = whole(buffer);
    }
    let is_whole = match *end {
        Some(End::At(length)) => buffer.len() >= length,
        Some(End::Marked) => buffer.ends_with(b"0\r\n\r\n"),
        None => false,
    };
    if is_whole && !buffer.starts_with(b"HTTP/1.1 2") {
        let shown = buffer.get(..buffer.len().min(400)).unwrap_or_default();
        bail!("not a 2xx: {}", String::from_utf8_lossy(shown));
    }
    Ok(is_whole)
}

/// Gets one page; says how many bytes its body has.
pub(super) fn fetch(at: SocketAddr, path: &str) -> Result<usize> {
    let mut stream = TcpStream::connect(at)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: bench\r\naccept-encoding: br\r\n\r\n").as_bytes())?;
    let (mut buffer, mut end, mut chunk) = (Vec::new(), None, [0_u8; CHUNK]);
    loop {
        let read = stream.read(&mut chunk)?;
        if take(&mut buffer, &mut end, chunk.get(..read).unwrap_or_default())? {
            break;
        }
    }
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
