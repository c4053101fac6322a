//! How Multitude works, what it costs, and why it can be trusted. Rendered by the server alone.

mod load;
mod page;

pub(crate) use page::{fees_page, how_page, trust_page};
