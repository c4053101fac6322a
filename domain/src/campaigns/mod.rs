//! What a campaign may do, and when it has reached its goal.

mod decision;
mod draft;
mod goals;
mod musts;
mod policy;
mod state;
mod talk;

pub use decision::{BANK_DAYS_AFTER_DEADLINE, BankWait, Decision, Standing, bank_wait_ends};
pub use draft::{
    CampaignDraft, DRAFTS_MAX, DraftAddOn, DraftFault, DraftFaultKind, DraftReward, MEMBERS_MAX,
};
pub use goals::{
    FundingModel, GoalsReached, STRETCH_GOALS_MAX, STRETCH_LABEL_CHARS_MAX, StretchGoal, goals_reached,
};
pub use musts::{CampaignFault, StoryPart};
pub use policy::{CampaignPolicy, LargePledge, PolicyKind};
pub use state::{CampaignAction, CampaignState, SUSPENDED_WAIT};
pub use talk::{
    ANSWER_CHARS_MAX, NOTE_CHARS_MAX, OPEN_QUESTIONS_MAX, PromisedUpdate, QUESTION_CHARS_MAX, REVIEW_DAYS,
    TextFault, UPDATE_CHARS_MAX, UPDATE_TITLE_CHARS_MAX, check_text, plain_text, promised_update,
};
