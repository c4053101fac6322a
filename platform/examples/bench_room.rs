//! Says of a SQLite database that `cargo xtask bench` pledged in how many pledges are not settled and how many
//! letters not sent, and how much room each table takes with its indexes: a line `name bytes` for each.

use multitude_platform::ambient::Ambient;
use multitude_platform::db::{Conn, Db, StoreError, Tx};
use multitude_platform::{mail, outbox};

const UNSETTLED: &str = "
    SELECT COUNT(*) FROM pledges
    WHERE state IN ('awaiting_setup', 'secured', 'funded', 'charging', 'action_required', 'charge_failed')
        AND campaign_id IN (SELECT id FROM campaigns WHERE slug = 'hot-reward')";

/// A table with its indexes. What leaves no installation but the demo's is not counted: mails that are kept to
/// be looked at.
const ROOM: &str = "
    SELECT m.tbl_name, SUM(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name
    WHERE m.tbl_name <> 'captured_mails' GROUP BY m.tbl_name ORDER BY 2 DESC";

#[expect(clippy::print_stdout, reason = "what is counted is what this is for")]
#[tokio::main]
async fn main() -> Result<(), StoreError> {
    let url = std::env::args().nth(1).ok_or(StoreError::UnknownUrl)?;
    let db = Db::open(&url, Ambient::machine()).await?;
    let (unsettled, unsent, room) = db.read(async |tx| look(tx).await).await?;
    println!("unsettled {unsettled}\nunsent {unsent}");
    for (table, bytes) in room {
        println!("{table} {bytes}");
    }
    db.close().await;
    Ok(())
}

async fn look(tx: &mut Tx) -> Result<(i64, i64, Vec<(String, i64)>), StoreError> {
    let unsent = outbox::count_undelivered(tx).await? + mail::count_unsent(tx).await?.0;
    match tx.conn() {
        Conn::Sqlite(conn) => {
            let unsettled = sqlx::query_scalar(UNSETTLED).fetch_one(&mut *conn).await?;
            Ok((unsettled, unsent, sqlx::query_as(ROOM).fetch_all(conn).await?))
        }
        Conn::Postgres(_) => Err(StoreError::UnknownUrl),
    }
}
