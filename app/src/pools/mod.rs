//! Pools of match money: what one adds to a campaign's pledges, and its own page.

mod load;
mod offer;
mod page;

pub(crate) use offer::match_offer;
pub(crate) use page::pool_page;
