//! Starting, serving, stopping.

use std::sync::Arc;

use multitude_app::{Services, SiteFacts};
use multitude_platform::db::StoreError;
use multitude_platform::demo::DemoError;
use multitude_platform::work;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::{ConfigError, ServeOptions};
use crate::{http, store};

/// Why the site is not served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the database cannot be used: {0}")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error("this database holds the demo world; serve it with --demo or name another one")]
    IsDemo,
    #[error("this binary carries no site; build it with `cargo xtask build`")]
    NoSite,
    #[error("{0} findings: the books do not fit")]
    Findings(usize),
    #[error("{0} must hold 64 hexadecimal digits and nothing else")]
    Secret(String),
    #[error("{what}: {error}")]
    Io { what: String, error: std::io::Error },
}

/// Serves until the process is told to stop; then finishes what is under way.
pub(crate) async fn serve(options: ServeOptions) -> Result<(), ServeError> {
    options.check()?;
    let io = |what: String| move |error| ServeError::Io { what, error };
    let desk = store::open(&options.store).await?;
    let facts = SiteFacts {
        public_url: options.public_url(),
        is_demo: options.store.demo,
        site: http::site().ok_or(ServeError::NoSite)?,
    };
    let app = http::router(Services { desk: desk.clone(), facts: Arc::new(facts) });
    let listener =
        TcpListener::bind(options.addr).await.map_err(io(format!("cannot listen on {}", options.addr)))?;
    let addr = listener.local_addr().map_err(io("cannot tell the address".to_owned()))?;
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
