//! A fresh world for each test: an empty database of one kind, a clock that stands, ids that repeat.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use multitude_domain::time::{Day, Timestamp};
use multitude_platform::ambient::Ambient;
use multitude_platform::db::Db;
use sqlx::{Connection, PgConnection};

/// Declares a test that runs on both databases.
macro_rules! contract {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn run($world: &$crate::world::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let world = $crate::world::World::on_sqlite().await;
                run(&world).await;
                world.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let Some(world) = $crate::world::World::on_postgres().await else { return };
                run(&world).await;
                world.end().await;
            }
        }
    )+};
}
pub(crate) use contract;

pub(crate) struct World {
    pub(crate) db: Db,
    home: Home,
}

enum Home {
    Folder(PathBuf),
    Cluster { url: String, name: String },
}

static MADE: AtomicU32 = AtomicU32::new(0);

fn fresh_name() -> String {
    format!("multitude_test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst))
}

/// When tests begin: a Monday morning in Zurich.
pub(crate) fn start() -> Timestamp {
    Day::new(2027, 3, 1).unwrap().at_in_zurich(9, 0, 0)
}

impl World {
    pub(crate) async fn on_sqlite() -> Self {
        let folder = std::env::temp_dir().join(fresh_name());
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite:{}", folder.join("test.db").display());
        let db = Db::open(&url, Ambient::fixed(start())).await.unwrap();
        Self { db, home: Home::Folder(folder) }
    }

    pub(crate) async fn on_postgres() -> Option<Self> {
        let Ok(url) = std::env::var("MULTITUDE_TEST_POSTGRES") else {
            assert!(
                std::env::var("CI").is_err(),
                "MULTITUDE_TEST_POSTGRES must name a PostgreSQL cluster in CI"
            );
            eprintln!("skipped: MULTITUDE_TEST_POSTGRES names no PostgreSQL cluster");
            return None;
        };
        let name = fresh_name();
        admin(&url, format!("CREATE DATABASE {name}")).await;
        let (base, _) = url.rsplit_once('/').unwrap();
        let db = Db::open(&format!("{base}/{name}"), Ambient::fixed(start())).await.unwrap();
        Some(Self { db, home: Home::Cluster { url, name } })
    }

    /// Closes the world and removes its database.
    pub(crate) async fn end(self) {
        self.db.close().await;
        match self.home {
            Home::Folder(folder) => std::fs::remove_dir_all(folder).unwrap(),
            Home::Cluster { url, name } => admin(&url, format!("DROP DATABASE {name} WITH (FORCE)")).await,
        }
    }
}

async fn admin(url: &str, statement: String) {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
}
