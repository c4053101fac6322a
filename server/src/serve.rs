//! Starting, serving, stopping.

use std::sync::Arc;

use multitude_app::{Services, SiteFacts};
use multitude_platform::ambient::Ambient;
use multitude_platform::db::{Db, StoreError};
use multitude_platform::demo::{self, DemoError};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{ConfigError, ServeOptions};
use crate::http;

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
    #[error("{what}: {error}")]
    Io { what: String, error: std::io::Error },
}

/// Serves until the process is told to stop; then finishes what is under way.
pub(crate) async fn serve(options: ServeOptions) -> Result<(), ServeError> {
    options.check()?;
    let io = |what: String| move |error| ServeError::Io { what, error };
    let folder = options.data_dir.display();
    tokio::fs::create_dir_all(&options.data_dir)
        .await
        .map_err(io(format!("cannot make the folder {folder}")))?;
    let db = open(&options).await?;
    let facts = SiteFacts {
        public_url: options.public_url(),
        is_demo: options.demo,
        site: http::site().ok_or(ServeError::NoSite)?,
    };
    let app = http::router(Services { db: db.clone(), facts: Arc::new(facts) });
    let listener =
        TcpListener::bind(options.addr).await.map_err(io(format!("cannot listen on {}", options.addr)))?;
    let addr = listener.local_addr().map_err(io("cannot tell the address".to_owned()))?;
    tracing::info!("serving on http://{addr}");
    axum::serve(listener, app)
        .with_graceful_shutdown(stop())
        .await
        .map_err(io("serving ended".to_owned()))?;
    db.close().await;
    tracing::info!("stopped; everything acknowledged is kept");
    Ok(())
}

async fn open(options: &ServeOptions) -> Result<Db, ServeError> {
    let db = Db::open(&options.database_url(), Ambient::machine()).await?;
    if options.demo {
        db.write(async |tx| demo::prepare_demo(tx).await).await?;
    } else if db.read(async |tx| demo::is_demo(tx).await).await? {
        return Err(ServeError::IsDemo);
    }
    Ok(db)
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
