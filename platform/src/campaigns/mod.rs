//! Campaigns: creating, finding, listing, what is said about them, and their life until settlement
//! takes over.
//!
//! A campaign's state changes in `life.rs` only, so that none changes without its event.

mod draft;
pub(crate) mod erase;
mod event;
mod facets;
mod find;
mod halt;
pub(crate) mod letters;
pub(crate) mod life;
pub(crate) mod list;
pub(crate) mod lock;
mod questions;
mod record;
mod related;
mod remind;
mod review;
mod row;
pub(crate) mod slug;
mod sql;
mod start;
mod submit;
mod team;
mod unpublished;
mod updates;
mod watch;

pub use draft::{CreatedCampaign, create_campaign, edit_campaign, find_draft};
pub(crate) use event::CampaignEvent;
pub use facets::{FACETS_MAX, Facets, list_facets};
pub use find::{Pulse, find_campaign, find_pulse, find_summary, list_backers};
pub use halt::{cancel_campaign, resume_campaign, suspend_campaign};
pub use life::{CampaignNote, ChangeCampaignError, find_id, list_notes};
pub use list::{
    CampaignQuery, PAGE_ITEMS_MAX, StateGroup, is_cursor, is_state, list_campaigns, list_in_language,
};
pub use lock::{lock_campaign, lock_campaign_shared};
pub use questions::{NewWords, QuestionError, answer_question, ask_question, list_questions};
pub use record::{NewCampaign, Origin, RecordCampaignError, record_campaign};
pub use related::find_related;
pub(crate) use remind::has_reminders;
pub use remind::remind;
pub use review::{decline_campaign, request_changes};
pub use start::{choose_start, schedule_campaign};
pub use submit::{list_unmet, reopen_campaign, submit_campaign};
pub use team::{add_member, remove_member};
pub use unpublished::{UnpublishedCampaign, find_unpublished};
pub use updates::{NewUpdate, PublishUpdateError, find_promised_update, list_updates, publish_update};
