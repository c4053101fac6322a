//! Opening what is kept: the folder, the secret, the database.

use std::path::Path;

use multitude_domain::ledger::Hash;
use multitude_platform::Desk;
use multitude_platform::accounts;
use multitude_platform::ambient::Ambient;
use multitude_platform::db::{Db, MIGRATIONS, StoreError};
use multitude_platform::demo;
use multitude_platform::keys::{Keys, hex};
use multitude_platform::mail::Post;
use multitude_platform::payments::{Payments, Sandbox};
use multitude_platform::pledges::Crowd;
use multitude_platform::search;
use multitude_platform::secret::{Acquaintance, find_acquaintance, introduce, knows_a_secret};
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

/// Opens what is there already: whoever asks about an installation, or decides something in it, does not
/// begin another one by naming a wrong folder.
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

/// Opens the folder, the secret and the database, and looks no further.
pub(crate) async fn connect(options: &StoreOptions, post: Post) -> Result<Desk, ServeError> {
    let folder = &options.data_dir;
    tokio::fs::create_dir_all(folder).await.map_err(|error| ServeError::Io {
        what: format!("cannot make the folder {}", folder.display()),
        error,
    })?;
    let ambient = Ambient::machine();
    let path = options.secret_key_file();
    let is_known = tokio::fs::try_exists(&path).await.unwrap_or(false);
    if is_known && !options.new_database && Db::is_missing(&options.database_url()).await? {
        return Err(ServeError::NoDatabase(path.display().to_string()));
    }
    let db = Db::open(&options.database_url(), ambient.clone()).await?;
    let keys = match read_secret(&path).await? {
        Some(keys) => keys,
        None if db.read(async |tx| knows_a_secret(tx).await).await? => {
            return Err(ServeError::NoSecret(path.display().to_string()));
        }
        None => make_secret(&path, &ambient).await?,
    };
    greet(&db, &keys, &path).await?;
    accounts::readdress_all(&db).await?;
    search::refold(&db).await?;
    let payments = Payments::Sandbox(Sandbox::new(db.clone()));
    Ok(Desk { db: db.for_site(payments.site()), payments, keys, post, crowd: Crowd::default() })
}

/// Goes no further with another secret than the one that the database was made with.
async fn greet(db: &Db, keys: &Keys, path: &Path) -> Result<(), ServeError> {
    let known = match db.read(async |tx| find_acquaintance(tx, keys).await).await? {
        Acquaintance::New => db.write(async |tx| introduce(tx, keys).await).await?,
        known @ (Acquaintance::Own | Acquaintance::Other) => known,
    };
    match known {
        Acquaintance::New | Acquaintance::Own => Ok(()),
        Acquaintance::Other => Err(ServeError::OtherSecret(path.display().to_string())),
    }
}

/// Reads the secret, where there is one.
pub(crate) async fn read_secret(path: &Path) -> Result<Option<Keys>, ServeError> {
    let text = match tokio::fs::read_to_string(path).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_use(path, error)),
    };
    let hash: Hash = text.trim().parse().map_err(|_| ServeError::Secret(path.display().to_string()))?;
    Ok(Some(Keys::new(hash.0)))
}

/// Makes a secret, for its owner's eyes only.
async fn make_secret(path: &Path, ambient: &Ambient) -> Result<Keys, ServeError> {
    let secret = ambient.bytes::<32>();
    let made = tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await;
    let mut file = made.map_err(|error| cannot_use(path, error))?;
    file.write_all(hex(&secret).as_bytes()).await.map_err(|error| cannot_use(path, error))?;
    file.sync_all().await.map_err(|error| cannot_use(path, error))?;
    Ok(Keys::new(secret))
}

fn cannot_use(path: &Path, error: std::io::Error) -> ServeError {
    ServeError::Io { what: format!("cannot use {}", path.display()), error }
}
