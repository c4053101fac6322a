//! Starting, serving, stopping.

use std::net::SocketAddr;
use std::sync::Arc;

use multitude_app::{Services, SiteFacts};
use multitude_platform::live::Live;
use multitude_platform::{Desk, work};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::address::TrustedProxies;
use crate::api::Streams;
use crate::config::ServeOptions;
use crate::error::ServeError;
use crate::http::Surroundings;
use crate::limits::{Limits, RateLimits};
use crate::{connections, http, metrics, store};

/// Serves until the process is told to stop; then finishes what is under way, for a while.
pub(crate) async fn serve(options: ServeOptions) -> Result<(), ServeError> {
    options.check()?;
    let (listener, addr) = listen(options.addr).await?;
    let public_url = options.public_url(addr);
    let desk = store::open(&options.store, options.post(&public_url)?).await?;
    if options.rate_limits == RateLimits::Off && !options.store.demo && desk.payments.is_live() {
        return Err(ServeError::LimitsNeeded);
    }
    if !options.store.demo && options.smtp_url.is_none() {
        tracing::warn!("no --smtp-url: mails wait, and nobody can sign in");
    }
    let facts = SiteFacts {
        public_url,
        language: options.language,
        is_demo: options.store.demo,
        is_public_demo: options.demo_public,
        contact: options.contact(),
        site: http::site().ok_or(ServeError::NoSite)?,
    };
    let (stopping, stopped) = (CancellationToken::new(), CancellationToken::new());
    let campaigns = Live::new(desk.db.clone());
    let trusted = TrustedProxies::new(&options.trusted_proxy);
    let around = Surroundings {
        trusted: trusted.clone(),
        limits: Limits::new(desk.db.ambient().clone(), options.rate_limits),
        streams: Arc::new(Streams::new(campaigns.clone(), stopping.clone())),
    };
    let app = http::router(Services::new(desk.clone(), facts), around);
    let counting = count(&options, &desk, stopped.clone()).await?;
    let beside = [
        tokio::spawn(work::work(desk.clone(), stopped.clone())),
        tokio::spawn({
            let (db, stopped) = (desk.db.clone(), stopped.clone());
            async move { db.relay(stopped).await }
        }),
        tokio::spawn(campaigns.keep_up(stopped.clone())),
        tokio::spawn(counting),
    ];
    tracing::info!("serving on http://{addr}");
    let stop = async move {
        stop().await;
        // Streams have no end of their own: they would hold everything up.
        stopping.cancel();
    };
    connections::serve(listener, app, trusted, stop).await;
    stopped.cancel();
    for one in beside {
        let ended = |error: tokio::task::JoinError| ServeError::Io {
            what: "work ended badly".to_owned(),
            error: error.into(),
        };
        one.await.map_err(ended)?;
    }
    let kept = desk.db.check_identity();
    desk.db.close().await;
    kept?;
    tracing::info!("stopped; everything acknowledged is kept");
    Ok(())
}

async fn listen(addr: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |error| ServeError::Io { what: format!("cannot listen on {addr}"), error };
    let listener = TcpListener::bind(addr).await.map_err(failed)?;
    let addr = listener.local_addr().map_err(failed)?;
    Ok((listener, addr))
}

/// Serves metrics on a listener of their own, where one is wanted.
async fn count(
    options: &ServeOptions,
    desk: &Desk,
    stopped: CancellationToken,
) -> Result<impl Future<Output = ()> + Send + 'static, ServeError> {
    let mut found = None;
    if let Some(wanted) = options.metrics_addr {
        let (listener, addr) = listen(wanted).await?;
        tracing::info!("metrics on http://{addr}/metrics");
        found = Some(listener);
    }
    let routes = metrics::routes(desk.db.clone());
    Ok(async move {
        let Some(listener) = found else { return };
        connections::serve(listener, routes, TrustedProxies::default(), stopped.cancelled_owned()).await;
    })
}

/// Resolves at SIGTERM or Ctrl-C.
async fn stop() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
