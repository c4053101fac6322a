//! The network address of a request: the one place that decides whom a request comes from.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;
use ipnet::IpNet;

/// Whom a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ClientAddress(IpAddr);

/// Proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    pub(crate) fn new(nets: &[IpNet]) -> Self {
        Self(nets.into())
    }

    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }
}

/// The name by which a proxy knows a request.
const REQUEST_ID: &str = "x-request-id";

/// The layer: notes on every request whom it comes from. Only a trusted proxy names requests.
pub(crate) async fn learn(
    State(trusted): State<TrustedProxies>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    if let Some(peer) = peer {
        let address = client(peer, request.headers(), &trusted);
        request.extensions_mut().insert(ClientAddress(address));
    }
    if !peer.is_some_and(|peer| trusted.holds(peer.to_canonical())) {
        request.headers_mut().remove(REQUEST_ID);
    }
    next.run(request).await
}

/// Whom a request comes from, as holds and limits count: by /64 where the address is of version 6.
pub(crate) fn address_of(parts: &Parts) -> String {
    counted(parts.extensions.get::<ClientAddress>().map(|found| found.0))
}

/// As [`address_of`], of a request that is still whole.
pub(crate) fn address_of_request(request: &Request) -> String {
    counted(request.extensions().get::<ClientAddress>().map(|found| found.0))
}

/// Whether a request comes from this machine.
pub(crate) fn is_loopback(request: &Request) -> bool {
    request.extensions().get::<ClientAddress>().is_some_and(|found| found.0.is_loopback())
}

/// An address as everything counts it: a version 6 address by its /64.
pub(crate) fn counted(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(ip) => ip.to_string(),
        None => String::new(),
    }
}

/// The rightmost address that is not a trusted proxy's: everything left of it may be invented. Where a proxy
/// wrote what is no address, it is the proxy itself.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let mut address = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for hop in hops {
        if !trusted.holds(address) {
            break;
        }
        let Some(before) = parse(hop.trim()) else { break };
        address = before;
    }
    address
}

/// An address, perhaps with a port, as proxies write it.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()));
    address.map(|found: IpAddr| found.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn from(peer: &str, forwarded: &[&'static str]) -> String {
        let trusted = TrustedProxies::new(&["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        let headers =
            forwarded.iter().map(|line| ("x-forwarded-for".parse().unwrap(), HeaderValue::from_static(line)));
        counted(Some(client(peer.parse().unwrap(), &headers.collect(), &trusted)))
    }

    #[test]
    fn strangers_cannot_claim_an_address() {
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &["1.1.1.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.2.2.2"]), "198.51.100.1");
    }

    #[test]
    fn what_is_no_address_is_the_proxy_that_wrote_it() {
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["8.8.8.8, x, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(from("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn spellings_of_one_address_are_one() {
        assert_eq!(from("::ffff:10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(from("::1", &["[2001:db8:1:2:3::4]:80"]), "2001:db8:1:2::/64");
        assert_eq!(from("::1", &["2001:db8:1:2:ffff::1"]), "2001:db8:1:2::/64");
    }
}
