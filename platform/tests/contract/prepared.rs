//! Migrated databases with nothing in them, made once: worlds begin as copies of a file, or of a PostgreSQL
//! template. Their names tell what the migrations say, so another schema never finds them. Opening a copy
//! compares every migration with its own and does whatever an opening does beside.

use std::path::{Path, PathBuf};

use multitude_platform::ambient::Ambient;
use multitude_platform::db::Db;
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::world::start;

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
/// The advisory lock under which a template is made: tests are processes of their own.
const MAKING: i64 = 0x0007_E3F1;

/// Of every migration of one dialect: its name and its text.
fn fingerprint(dialect: &str) -> String {
    let folder = std::fs::read_dir(Path::new(MIGRATIONS).join(dialect)).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut all = Sha256::new();
    for file in files {
        all.update(file.file_name().unwrap().as_encoded_bytes());
        all.update(std::fs::read(file).unwrap());
    }
    all.finalize().iter().take(8).fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}

/// Puts a migrated database at this path.
pub(crate) async fn copy_file(to: &Path) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let made = folder.join(format!("prepared-{}.db", fingerprint("sqlite")));
    if !made.exists() {
        // Whoever makes it at the same time makes the same, and renaming is all or nothing.
        let making = tempfile::tempdir_in(folder).unwrap();
        let path = making.path().join("new.db");
        let db = Db::open(&format!("sqlite:{}", path.display()), Ambient::fixed(start())).await.unwrap();
        db.close().await;
        whole(&path).await;
        std::fs::rename(path, &made).unwrap();
    }
    std::fs::copy(made, to).unwrap();
}

/// Puts what stands in the log beside a file into the file.
async fn whole(path: &Path) {
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as(checkpoint).fetch_one(&mut conn).await.unwrap();
    assert_eq!(busy, 0, "nobody else has it open");
    conn.close().await.unwrap();
}

/// Makes a migrated database of this name in a cluster.
pub(crate) async fn create_database(cluster: &str, name: &str) {
    let template = format!("multitude_template_{}", fingerprint("postgres"));
    let mut admin = PgConnection::connect(cluster).await.unwrap();
    if !exists(&mut admin, &template).await {
        make_template(&mut admin, cluster, &template).await;
    }
    // Of an earlier process of the same number that did not end well.
    run(&mut admin, format!("DROP DATABASE IF EXISTS {name}")).await;
    run(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")).await;
}

async fn exists(admin: &mut PgConnection, name: &str) -> bool {
    let statement = "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)";
    sqlx::query_scalar(statement).bind(name).fetch_one(admin).await.unwrap()
}

/// Makes the template unless another process did meanwhile. It has its name only once it is whole.
async fn make_template(admin: &mut PgConnection, cluster: &str, template: &str) {
    sqlx::query("SELECT pg_advisory_lock($1)").bind(MAKING).execute(&mut *admin).await.unwrap();
    if !exists(admin, template).await {
        let making = format!("{template}_making");
        run(admin, format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await;
        run(admin, format!("CREATE DATABASE {making}")).await;
        let db = Db::open(&in_cluster(cluster, &making), Ambient::fixed(start())).await.unwrap();
        db.close().await;
        run(admin, format!("ALTER DATABASE {making} RENAME TO {template}")).await;
        // A template that somebody is connected to cannot be copied.
        run(admin, format!("ALTER DATABASE {template} WITH ALLOW_CONNECTIONS false")).await;
    }
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(MAKING).execute(admin).await.unwrap();
}

/// Runs a statement about a cluster's databases.
pub(crate) async fn execute(cluster: &str, statement: String) {
    run(&mut PgConnection::connect(cluster).await.unwrap(), statement).await;
}

/// The address of a database in the same cluster.
pub(crate) fn in_cluster(cluster: &str, name: &str) -> String {
    format!("{}/{name}", cluster.rsplit_once('/').unwrap().0)
}

async fn run(admin: &mut PgConnection, statement: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(admin).await.unwrap();
}
