//! One file for each page: it loads a read model and lays components out. Pages are rendered by the server alone.

mod account;
mod campaign;
mod campaign_backers;
mod campaign_tabs;
mod campaign_talk;
mod checkout;
mod demo;
mod discover;
mod home;
mod kit;
mod loaded;
mod not_found;
mod notify;
mod plain;
mod receipt;
mod sign_in;
mod statement;

pub(crate) use account::{own_pledges_page, security_page};
pub(crate) use campaign::campaign_page;
pub(crate) use campaign_backers::backers_page;
pub(crate) use campaign_tabs::ledger_page;
pub(crate) use campaign_talk::{questions_page, updates_page};
pub(crate) use checkout::{Step, checkout_page};
pub(crate) use demo::demo_page;
pub(crate) use discover::{Preset, discover_page};
pub(crate) use home::home_page;
pub(crate) use kit::kit_page;
pub(crate) use not_found::{failed_page, not_found_page, refused};
pub(crate) use notify::{follow_page, notify_page};
pub(crate) use plain::{fees_page, how_page, trust_page};
pub(crate) use receipt::{ChangeStep, address_page, change_page, confirm_page, receipt_page};
pub(crate) use sign_in::{sign_in_code_page, sign_in_link_page, sign_in_page};
pub(crate) use statement::statement_page;
