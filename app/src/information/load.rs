//! What it costs.

use leptos::prelude::*;
use multitude_domain::fees::FeeSchedule;
use multitude_domain::money::Currency;
use multitude_platform::fees::find_fees;

use crate::Services;
use crate::kit::loaded::{Failed, failed};

/// Loads what a campaign in that currency pays that opens now.
pub(crate) async fn load_fees(currency: Currency) -> Result<FeeSchedule, Failed> {
    let services = expect_context::<Services>();
    services.desk.db.read(async move |tx| find_fees(tx, currency).await).await.map_err(failed)
}
