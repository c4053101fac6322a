//! Pledges: placing, holding, answering, changing, finding.
//!
//! Whatever moves a pledge goes through `moving.rs`, so that no state changes without its event, its
//! campaign's sums, its match and its reward.

mod address;
mod answer;
pub mod attempts;
mod change;
mod choice;
mod command;
mod confirm;
mod crowd;
pub(crate) mod erase;
mod event;
mod find;
mod hold;
pub(crate) mod letters;
pub(crate) mod lock;
pub(crate) mod moving;
mod offer;
mod place;
mod receipt;
pub(crate) mod rematch;
mod replace;
mod sql;
pub(crate) mod starts;
pub(crate) mod to_move;
mod together;
mod transfer;
mod undecided;
mod write;

pub use address::{GiveAddressError, give_address};
pub use answer::{record_answer, record_answers};
pub use change::{ChangePledgeError, cancel_pledge, note_consents, review_pledge};
pub use choice::{Chosen, change_pledge, find_chosen, show_otherwise};
pub use command::{Backer, Caller, KEY_CHARS_MAX, PlacePledge, PlacePledgeError, PlacedPledge};
pub use confirm::{CodeOutcome, confirm_by_code, confirm_email, confirm_own, is_proof};
pub use crowd::Crowd;
use crowd::{place_alone, place_together};
pub(crate) use event::PledgeEvent;
pub use find::{find_backing, find_pledge_by_receipt, find_receipt, list_pledges_of};
pub use hold::{
    ExtendOutcome, Hold, HoldOutcome, Holder, extend_hold, find_hold, forget_old_holds, hold_reward,
};
pub use letters::{ResendError, resend_confirmation};
pub(crate) use place::place_recorded;
pub use place::{find_placed, place_pledge};
pub use receipt::{Access, ReceiptHolder, find_by_receipt};
pub use replace::{ReplaceOutcome, replace_method};
pub(crate) use sql::{has_newer_mandate, startable, to_move_columns};
pub use to_move::MovePledgeError;
pub use transfer::{accept_transfer, return_transfer};
pub use undecided::{UndecidedPledge, list_undecided};

use multitude_domain::id::{AttemptId, PledgeId};
use multitude_domain::pledges::PledgeState;

use crate::Desk;
use crate::db::StoreError;

/// Places a pledge and asks the provider, where it has to be asked.
///
/// # Errors
/// [`PlacePledgeError`]; nothing is stored then, except where [`Db::write`](crate::db::Db::write) says that
/// nobody knows. Once it is stored nothing is an error any more: where the provider does not answer, or what
/// it said cannot be kept, it is asked again later.
pub async fn place(desk: &Desk, new: PlacePledge) -> Result<PlacedPledge, PlacePledgeError> {
    let mut placed = match place_together(desk, new.clone()).await {
        // Somebody else was first with the same key; their pledge is found now.
        Err(PlacePledgeError::Store(StoreError::ChangedMeanwhile { .. })) => place_alone(desk, new).await?,
        other => other?,
    };
    if let Some(attempt) = placed.attempt.take() {
        match ask_about(desk, placed.id, attempt).await {
            Ok(state) => placed.state = state.unwrap_or(placed.state),
            Err(error) => {
                tracing::warn!(pledge.id = %placed.id, %error, "a pledge is stored; what its provider says is asked for later");
            }
        }
    }
    Ok(placed)
}

/// Asks about a pledge's first attempt; says where the pledge stands then.
async fn ask_about(
    desk: &Desk,
    pledge: PledgeId,
    attempt: AttemptId,
) -> Result<Option<PledgeState>, StoreError> {
    attempts::ask(desk, attempt).await?;
    let record = desk.db.read(async move |tx| to_move::find_to_move(tx, pledge).await).await?;
    Ok(record.map(|record| record.state))
}
