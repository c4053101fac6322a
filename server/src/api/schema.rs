//! The domain's choices, as the API's document lists them: by the names that the API itself reads and writes.

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

fn choice<T: Serialize>(description: &str, all: &[T]) -> RefOr<Schema> {
    let names: Vec<Value> = all.iter().filter_map(|one| serde_json::to_value(one).ok()).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(names))
        .build()
        .into()
}

macro_rules! choices {
    ($($description:literal $name:ident: $all:expr;)+) => {$(
        #[doc = $description]
        #[derive(Debug)]
        pub(super) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                choice($description, &$all)
            }
        }

        impl ToSchema for $name {}
    )+};
}

choices! {
    "Where a campaign stands." CampaignState: multitude_domain::campaigns::CampaignState::ALL;
    "Where a pledge stands." PledgeState: multitude_domain::pledges::PledgeState::ALL;
    "A currency (ISO 4217)." Currency: multitude_domain::money::Currency::ALL;
    "A language that the site speaks." Locale: multitude_domain::locale::Locale::ALL;
    "How a list of campaigns is ordered." CampaignSort: multitude_domain::view::CampaignSort::ALL;
    "How a backer appears on the campaign's page." ShowAs: multitude_domain::pledges::ShowAs::ALL;
    "How a pledge is paid." PaymentMethod: multitude_domain::pledges::PaymentMethod::ALL;
}
