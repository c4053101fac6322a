//! Connections that do not do what connections should, and how the process ends all the same.

#![expect(clippy::disallowed_methods, reason = "how long something takes is what is tested")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::site::{Home, Site};

/// The lines of a request have to arrive within ten seconds.
const HEAD_WITHIN: Duration = Duration::from_secs(13);
/// What is under way when the process is told to stop has twenty seconds.
const END_WITHIN: Duration = Duration::from_secs(24);

fn connect(site: &Site, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(site.url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(sent.as_bytes()).unwrap();
    stream
}

#[test]
fn head_that_does_not_arrive_is_not_waited_for() {
    let home = Home::on_sqlite();
    let site = home.serve();
    let start = Instant::now();
    let mut half_sent = connect(&site, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    let mut answer = Vec::new();
    half_sent.read_to_end(&mut answer).unwrap();
    assert!(start.elapsed() < HEAD_WITHIN, "it was kept for {:?}", start.elapsed());
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    assert_eq!(site.get("/healthz").status, 200);
}

#[test]
fn who_sends_or_reads_slowly_holds_no_stop_up() {
    let home = Home::on_sqlite();
    let site = home.serve_with(&["--metrics-addr", "127.0.0.1:0"]);
    let _half_head = connect(&site, "GET /de HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    let _half_body = connect(
        &site,
        "POST /de/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 90\r\n\r\nemail=",
    );
    // More than any buffer holds is asked for, and nothing of it is read.
    let _unread = connect(&site, &"GET /de HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2_000));
    std::thread::sleep(Duration::from_secs(1));
    let start = Instant::now();
    assert!(site.stop().success(), "it ends well");
    assert!(start.elapsed() < END_WITHIN, "it took {:?}", start.elapsed());
    let log = site.log_once("stopped; everything acknowledged is kept");
    assert!(log.contains("stopped; everything acknowledged is kept"), "{log}");
}

/// A connection from another address of this machine that asks for much and has next to no room for it.
fn greedy(site: &Site, from: [u8; 4], asked: &str) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(2_048).unwrap();
    socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
    let to: SocketAddr = site.url.strip_prefix("http://").unwrap().parse().unwrap();
    socket.connect(&to.into()).unwrap();
    (&socket).write_all(asked.as_bytes()).unwrap();
    socket
}

#[test]
fn who_asks_for_much_and_reads_nothing_is_cut_off_and_others_are_served() {
    let home = Home::on_sqlite();
    let site = home.serve();
    let page = site.get("/de").text;
    let module = page.split('\'').find(|part| part.starts_with("/pkg/") && part.contains(".wasm")).unwrap();
    let asked = format!("GET {module} HTTP/1.1\r\nHost: x\r\n\r\n").repeat(4);
    let before = site.sockets();
    let greedy: Vec<Socket> =
        (2..6).flat_map(|n| (0..80).map(move |_| n)).map(|n| greedy(&site, [127, 0, 0, n], &asked)).collect();
    assert_eq!(site.get("/healthz").status, 200, "an honest visitor is served meanwhile");
    let at_first = site.sockets() - before;
    std::thread::sleep(Duration::from_secs(8));
    let then = site.sockets().saturating_sub(before);
    assert!(
        at_first > 2 * 4 * 32 && then <= 4 * 32,
        "{at_first} at first, {then} then: few are slow for long"
    );
    std::thread::sleep(Duration::from_secs(20));
    let last = site.sockets().saturating_sub(before);
    assert!(last <= 2, "{last} are left: nobody waits for ever");
    drop(greedy);
}

#[test]
fn mail_server_that_says_nothing_holds_no_stop_up() {
    let home = Home::on_sqlite();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let smtp = format!("smtp://{}", silent.local_addr().unwrap());
    let site = home.serve_plain(&["--smtp-url", &smtp]);
    assert_eq!(site.form("/de/sign-in", "", &[("email", "lea@example.ch")]).status, 303);
    let _connected = silent.accept().unwrap();
    let start = Instant::now();
    assert!(site.stop().success(), "it ends well");
    assert!(start.elapsed() < Duration::from_secs(12), "it took {:?}", start.elapsed());
}
