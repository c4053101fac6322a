//! Starting, serving, stopping.

use std::sync::Arc;

use multitude_app::{Services, SiteFacts};
use multitude_platform::work;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::ServeOptions;
use crate::error::ServeError;
use crate::{http, store};

/// Serves until the process is told to stop; then finishes what is under way.
pub(crate) async fn serve(options: ServeOptions) -> Result<(), ServeError> {
    options.check()?;
    let io = |what: String| move |error| ServeError::Io { what, error };
    let listener =
        TcpListener::bind(options.addr).await.map_err(io(format!("cannot listen on {}", options.addr)))?;
    let addr = listener.local_addr().map_err(io("cannot tell the address".to_owned()))?;
    let public_url = options.public_url(addr);
    let desk = store::open(&options.store, options.post(&public_url)?).await?;
    if !options.store.demo && options.smtp_url.is_none() {
        tracing::warn!("no --smtp-url: mails wait, and nobody can sign in");
    }
    let facts = SiteFacts {
        public_url,
        is_demo: options.store.demo,
        is_public_demo: options.demo_public,
        site: http::site().ok_or(ServeError::NoSite)?,
    };
    let app = http::router(Services { desk: desk.clone(), facts: Arc::new(facts) });
    tracing::info!("serving on http://{addr}");
    let stopped = CancellationToken::new();
    let working = tokio::spawn(work::work(desk.clone(), stopped.clone()));
    axum::serve(listener, app.into_make_service_with_connect_info::<std::net::SocketAddr>())
        .with_graceful_shutdown(stop())
        .await
        .map_err(io("serving ended".to_owned()))?;
    stopped.cancel();
    working
        .await
        .map_err(|error| ServeError::Io { what: "work ended badly".to_owned(), error: error.into() })?;
    desk.db.close().await;
    tracing::info!("stopped; everything acknowledged is kept");
    Ok(())
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
