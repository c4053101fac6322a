//! One request on one connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// A server that is paused or waits for its disk answers later than this, or not at all.
const PATIENCE: Duration = Duration::from_secs(15);

/// What was answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// A field of the answer that is text.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        self.json().get(name)?.as_str().map(str::to_owned)
    }
}

/// Asks for a page or for data.
pub(super) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: soak\r\nconnection: close\r\n\r\n")
}

/// Sends a request that closes its connection, and reads the answer whole.
pub(super) fn ask(addr: SocketAddr, request: &str) -> Result<Answer> {
    let mut stream = send(addr, request)?;
    let mut read = Vec::new();
    stream.read_to_end(&mut read)?;
    let whole = String::from_utf8_lossy(&read);
    let (head, body) = whole.split_once("\r\n\r\n").context("the answer was cut off")?;
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).context("no status")?;
    Ok(Answer { status, text: body.to_owned() })
}

/// Reads a stream of events for as long as told, or until it ends; how many were heard.
pub(super) fn listen(addr: SocketAddr, path: &str, goes_on: impl Fn() -> bool) -> u64 {
    let Ok(stream) = send(addr, &get(path)) else { return 0 };
    let mut heard = 0;
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        heard += u64::from(line.starts_with("data:"));
        if !goes_on() {
            break;
        }
    }
    heard
}

fn send(addr: SocketAddr, request: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}
