//! Campaigns that were recorded elsewhere: each row of a file becomes one, lives from its launch to its
//! deadline, and is decided by the same code as every other one.
//!
//! Pledges come in chunks, each in a transaction that counts what is there first. So an import may be cut off
//! anywhere and run again, or run twice at once: a campaign is known by its id there, a pledge by its place
//! in the count.

mod bad;
mod campaign;
mod date;
mod file;
mod kickstarter;
mod report;
mod sql;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use multitude_domain::permission::installation::Deed;
use multitude_domain::permission::{Actor, Relations};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::audit::{Done, Target, permit};
use crate::db::{CarriesStoreError, StoreError};
use crate::pledges::PlacePledgeError;
use crate::settlement::MoveCampaignError;
use crate::{Desk, ledger, work};

pub use bad::{BadField, BadReason, BadRow};
use campaign::bring_in;
pub use file::{Encoding, Format, Separator, UnknownEncoding};
pub use kickstarter::RecordedState;
use kickstarter::{Row, Rows};
pub use report::{Disagreement, Ended, Remark, Report, Tally, WhyDisagree, WhyRemark};

/// How many campaigns come in at once, so that they share commits.
const AT_ONCE: usize = 16;

/// Why an import ended before its file did. What came in before stays; run it again to go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// They may not.
    #[error("not allowed")]
    Denied,
    /// The first line does not name what is needed.
    #[error("the first line names no column {}; it was read as {format}, and begins with {heads:?}", missing.join(", "))]
    NoColumns {
        /// What is needed.
        missing: Vec<&'static str>,
        /// The beginning of what it names.
        heads: String,
        /// How it was read.
        format: Format,
    },
    /// The file cannot be read on.
    #[error("the file cannot be read: {0}")]
    Read(#[from] csv::Error),
    /// It was told to stop.
    #[error("stopped; run it again to go on")]
    Stopped,
    /// A campaign of its own making was refused.
    #[error("the campaign of line {line} could not be settled: {error}")]
    Settle {
        /// Its line.
        line: u64,
        /// Why.
        error: MoveCampaignError,
    },
    /// A pledge of its own making was refused.
    #[error("a pledge of line {line} was refused: {error}")]
    Place {
        /// Its line.
        line: u64,
        /// Why.
        error: PlacePledgeError,
    },
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CarriesStoreError for ImportError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Denied | Self::NoColumns { .. } | Self::Read(_) | Self::Stopped => None,
            Self::Settle { error, .. } => error.store_error(),
            Self::Place { error, .. } => error.store_error(),
            Self::Store(error) => Some(error),
        }
    }
}

/// How far an import has come; read it from beside.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicU64,
    pledges: AtomicU64,
}

impl Progress {
    /// Rows that are done.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Pledges that were placed by this run.
    pub fn pledges(&self) -> u64 {
        self.pledges.load(Ordering::Relaxed)
    }
}

/// Imports a file of the "Kickstarter Projects" data set, in that encoding unless its mark names another. A
/// row that makes no sense is reported and left out; the rest goes on. A run leaves its row in the audit
/// before its first campaign.
///
/// # Errors
/// [`ImportError`]; what came in before stays.
pub async fn import_kickstarter(
    desk: &Desk,
    actor: &Actor,
    source: impl Read,
    encoding: Encoding,
    progress: &Arc<Progress>,
    stop: &CancellationToken,
) -> Result<Report, ImportError> {
    let sealing = CancellationToken::new();
    let sealer = tokio::spawn(work::seal_beside(desk.clone(), sealing.clone()));
    // Whoever gives this import up half-way ends its sealer too.
    let sealing = sealing.drop_guard();
    let done = bring_in_all(desk, actor, source, encoding, progress, stop).await;
    drop(sealing);
    if let Err(error) = sealer.await {
        tracing::error!(%error, "sealing beside the import ended before its time");
    }
    let report = done?;
    ledger::seal_all(&desk.db).await?;
    Ok(report)
}

async fn write_down(desk: &Desk, actor: &Actor) -> Result<(), ImportError> {
    let actor = actor.clone();
    let write = desk.db.write(async move |tx| {
        let permit = permit(&actor, Deed::ImportCampaigns, &Relations::none()).ok_or(ImportError::Denied)?;
        Ok(permit.write_down(tx, Done::to(Target::Installation, "kickstarter")).await?)
    });
    write.await
}

async fn bring_in_all(
    desk: &Desk,
    actor: &Actor,
    source: impl Read,
    encoding: Encoding,
    progress: &Arc<Progress>,
    stop: &CancellationToken,
) -> Result<Report, ImportError> {
    let now = desk.db.read(async |tx| tx.now().await).await?;
    let mut rows = Rows::open(source, encoding, now)?;
    write_down(desk, actor).await?;
    let mut report = Report { format: rows.format(), ..Report::default() };
    let mut running = JoinSet::new();
    loop {
        // Rows are read as there is room for them: the file may be larger than memory.
        while running.len() < AT_ONCE && !stop.is_cancelled() {
            match rows.next()? {
                Some(Row::Good(recorded)) => {
                    running.spawn(bring_in(desk.clone(), *recorded, Arc::clone(progress), stop.clone()));
                }
                Some(Row::Bad(bad)) => {
                    progress.rows.fetch_add(1, Ordering::Relaxed);
                    report.add_bad(bad);
                }
                None => break,
            }
        }
        let Some(ended) = running.join_next().await else { break };
        let ended = ended.map_err(|error| StoreError::Commit(error.to_string()))?;
        progress.rows.fetch_add(1, Ordering::Relaxed);
        match ended? {
            Ok(imported) => report.add(imported),
            Err(bad) => report.add_bad(bad),
        }
    }
    if stop.is_cancelled() {
        return Err(ImportError::Stopped);
    }
    report.sort();
    Ok(report)
}
