//! Opening what is kept: the folder, the secret, the database.

use std::path::Path;

use multitude_platform::Desk;
use multitude_platform::ambient::Ambient;
use multitude_platform::db::{Db, MIGRATIONS, StoreError};
use multitude_platform::demo;
use multitude_platform::keys::{Keys, hex};
use multitude_platform::mail::Post;
use multitude_platform::payments::{Payments, Sandbox};
use multitude_platform::pledges::Crowd;
use tokio::io::AsyncWriteExt as _;

use crate::config::StoreOptions;
use crate::error::ServeError;

/// Opens everything; the demo world is made where its database is empty.
pub(crate) async fn open(options: &StoreOptions, post: Post) -> Result<Desk, ServeError> {
    let desk = connect(options, post).await?;
    if options.demo {
        desk.db.write(async |tx| demo::prepare_demo(tx, &desk.keys, &desk.payments).await).await?;
        demo::play_out(&desk).await?;
    } else if desk.db.read(async |tx| demo::is_demo(tx).await).await? {
        return Err(ServeError::IsDemo);
    }
    Ok(desk)
}

/// Opens what is there already: whoever asks about an installation, or decides something in it, does not begin another one by
/// naming a wrong folder.
pub(crate) async fn open_existing(options: &StoreOptions) -> Result<Desk, ServeError> {
    let secret = options.secret_key_file();
    if !tokio::fs::try_exists(&secret).await.unwrap_or(false) {
        return Err(ServeError::NoInstallation);
    }
    let looked = Db::look(&options.database_url(), Ambient::machine()).await;
    let (db, lacks) = looked.map_err(|error| match error {
        StoreError::UnknownUrl => error.into(),
        _ => ServeError::NoInstallation,
    })?;
    db.close().await;
    if lacks.len() == MIGRATIONS.len() {
        return Err(ServeError::NoInstallation);
    }
    open(options, Post::off("")).await
}

/// `seed`: makes the demo world and goes.
pub(crate) async fn seed(options: StoreOptions) -> Result<(), ServeError> {
    let options = StoreOptions { demo: true, ..options };
    let desk = open(&options, Post::off("")).await?;
    desk.db.close().await;
    tracing::info!("the demo world is made");
    Ok(())
}

/// Opens the folder, the secret and the database, and looks no further.
pub(crate) async fn connect(options: &StoreOptions, post: Post) -> Result<Desk, ServeError> {
    let folder = &options.data_dir;
    tokio::fs::create_dir_all(folder).await.map_err(|error| ServeError::Io {
        what: format!("cannot make the folder {}", folder.display()),
        error,
    })?;
    let ambient = Ambient::machine();
    let keys = secret(&options.secret_key_file(), &ambient).await?;
    let db = Db::open(&options.database_url(), ambient).await?;
    let payments = Payments::Sandbox(Sandbox::new(db.clone()));
    Ok(Desk { db: db.for_site(payments.site()), payments, keys, post, crowd: Crowd::default() })
}

/// Reads the secret; makes it, for its owner's eyes only, where there is none.
async fn secret(path: &Path, ambient: &Ambient) -> Result<Keys, ServeError> {
    let io = |error| ServeError::Io { what: format!("cannot use {}", path.display()), error };
    let text = match tokio::fs::read_to_string(path).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = hex(&ambient.bytes::<32>());
            let mut file = tokio::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)
                .await
                .map_err(io)?;
            file.write_all(text.as_bytes()).await.map_err(io)?;
            file.sync_all().await.map_err(io)?;
            text
        }
        Err(error) => return Err(io(error)),
    };
    let hash: multitude_domain::ledger::Hash =
        text.trim().parse().map_err(|_| ServeError::Secret(path.display().to_string()))?;
    Ok(Keys::new(hash.0))
}
