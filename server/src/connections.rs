//! Connections: how many there may be, how soon a request has to have arrived, and how all of them end.
//!
//! Whoever sends or reads slowly holds a connection for a while and little else, and holds no stop up;
//! whoever takes nothing of what is sent to them is cut off ([`pace`](crate::pace)), by the system too where
//! only it can tell.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

use crate::address::{TrustedProxies, counted};
use crate::limits::{Place, Places};
use crate::pace::{Paced, SlowOnes};

/// In all, as many as leave room for files where a process may open 1,024 of both. Who comes then waits to be
/// accepted.
const IN_ALL_MAX: usize = 960;
/// From one address: a school or an office behind it. Proxies that are trusted come for many.
const OF_ADDRESS_MAX: usize = 240;
/// The lines of a request, without its body, have to be here within this; so long may a connection be idle as
/// well.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The system gives up on whoever takes nothing for so long, also where all that is sent lies in its buffers.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// What the system keeps unsent for a connection; more waits here, where it is seen whether anything is
/// taken.
const UNSENT_BYTES: u32 = 64 * 1024;
/// What is read and written ahead for a connection.
const BUFFER_BYTES: usize = 64 * 1024;
/// What is under way when the process is told to stop has so long to end.
const END_WITHIN: Duration = Duration::from_secs(20);
/// Where the system has no file for another connection, one may be free again after this.
const REST: Duration = Duration::from_secs(1);

/// Serves until `stop` resolves, then ends: nobody new is accepted, who is idle is sent away, what is under
/// way is finished, and what has not ended after [`END_WITHIN`] is cut off.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    trusted: TrustedProxies,
    stop: impl Future<Output = ()>,
) {
    let door = Door::new(IN_ALL_MAX, trusted);
    let (ending, cut) = (CancellationToken::new(), CancellationToken::new());
    let connections = TaskTracker::new();
    let mut services = app.into_make_service_with_connect_info::<SocketAddr>();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            biased;
            () = &mut stop => break,
            next = door.next(&listener) => next,
        };
        let Ok::<_, Infallible>(service) = services.call(peer).await;
        let stream = door.paced(stream, peer.ip());
        let (ending, cut) = (ending.clone(), cut.clone());
        connections.spawn(async move {
            let mut connection = pin!(
                http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEAD_WITHIN)
                    .max_buf_size(BUFFER_BYTES)
                    .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
                    .with_upgrades()
            );
            let ended = async {
                let done = tokio::select! {
                    done = connection.as_mut() => Some(done),
                    () = ending.cancelled() => None,
                };
                if let Some(done) = done {
                    return done;
                }
                connection.as_mut().graceful_shutdown();
                connection.await
            };
            if let Some(Err(error)) = cut.run_until_cancelled(ended).await {
                tracing::debug!(%error, "a connection ended badly");
            }
            drop(place);
        });
    }
    drop(listener);
    ending.cancel();
    connections.close();
    if tokio::time::timeout(END_WITHIN, connections.wait()).await.is_err() {
        tracing::warn!(connections.open = connections.len(), "connections that did not end are cut off");
        cut.cancel();
        connections.wait().await;
    }
}

/// Who is let in.
struct Door {
    room: Arc<Semaphore>,
    taken: Places,
    slow: SlowOnes,
    trusted: TrustedProxies,
}

/// What a connection holds; free again when dropped.
struct Room {
    /// None where its address may have as many as it likes.
    _place: Option<Place>,
    _room: OwnedSemaphorePermit,
}

impl Door {
    fn new(room: usize, trusted: TrustedProxies) -> Self {
        Self {
            room: Arc::new(Semaphore::new(room)),
            taken: Places::default(),
            slow: SlowOnes::default(),
            trusted,
        }
    }

    /// The stream, whose other end has to take what is sent.
    fn paced(&self, stream: TcpStream, peer: IpAddr) -> Paced<TcpStream> {
        if let Err(error) = hurry(&stream) {
            tracing::debug!(%error, "a connection is not hurried by the system");
        }
        let peer = peer.to_canonical();
        let address = (!self.trusted.holds(peer)).then(|| counted(Some(peer)));
        Paced::new(stream, self.slow.clone(), address)
    }

    /// The next connection that is let in. It waits while there is no room for one more; an address that has
    /// its fill is sent away.
    async fn next(&self, listener: &TcpListener) -> (TcpStream, SocketAddr, Room) {
        loop {
            let Ok(room) = Arc::clone(&self.room).acquire_owned().await else {
                // Nobody closes the semaphore.
                return std::future::pending().await;
            };
            match listener.accept().await {
                Ok((stream, peer)) => {
                    if let Some(place) = self.place(peer.ip(), room) {
                        return (stream, peer, place);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    fn place(&self, peer: IpAddr, room: OwnedSemaphorePermit) -> Option<Room> {
        let peer = peer.to_canonical();
        let place = if self.trusted.holds(peer) {
            None
        } else {
            Some(self.taken.take(counted(Some(peer)), OF_ADDRESS_MAX, IN_ALL_MAX).ok()?)
        };
        Some(Room { _place: place, _room: room })
    }
}

/// Tells the system what it may keep for a connection, and for how long.
#[cfg(target_os = "linux")]
fn hurry(stream: &TcpStream) -> std::io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    socket.set_tcp_user_timeout(Some(TAKEN_WITHIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(room: usize) -> Door {
        Door::new(room, TrustedProxies::new(&["10.0.0.0/8".parse().unwrap()]))
    }

    fn enter(door: &Door, address: &str) -> Option<Room> {
        door.place(address.parse().unwrap(), Arc::clone(&door.room).try_acquire_owned().ok()?)
    }

    #[test]
    fn one_address_has_its_fill_and_a_trusted_proxy_has_not() {
        let door = door(OF_ADDRESS_MAX * 3);
        let places: Vec<Room> =
            (0..OF_ADDRESS_MAX).map(|n| enter(&door, &format!("2001:db8:1:2:{n:x}::1")).unwrap()).collect();
        assert!(enter(&door, "2001:db8:1:2::7").is_none(), "a /64 is one");
        assert!(enter(&door, "2001:db8:1:3::7").is_some());
        let proxied: Vec<_> = (0..=OF_ADDRESS_MAX).filter_map(|_| enter(&door, "::ffff:10.0.0.1")).collect();
        assert_eq!(proxied.len(), OF_ADDRESS_MAX + 1);
        drop((places, proxied));
        assert!(enter(&door, "2001:db8:1:2::7").is_some());
    }

    #[test]
    fn there_is_room_for_so_many_in_all() {
        let door = door(2);
        let _places = [enter(&door, "192.0.2.1").unwrap(), enter(&door, "192.0.2.2").unwrap()];
        assert!(enter(&door, "192.0.2.3").is_none());
    }
}
