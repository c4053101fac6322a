//! Who asks, and what the answer says of itself.

use http::request::Parts;
use http::{HeaderValue, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use multitude_platform::accounts::SignedIn;

use crate::Services;
use crate::session::signed_in;

/// Whoever asks. A page was told when it began to render, a server function finds out.
pub(super) async fn whoever(services: &Services) -> Option<SignedIn> {
    keep_to_itself(None);
    match use_context::<Option<SignedIn>>() {
        Some(told) => told,
        None => match use_context::<Parts>() {
            Some(parts) => signed_in(services, &parts.headers).await,
            None => None,
        },
    }
}

/// Nobody else keeps this answer, and where it stood is not told on.
pub(super) fn keep_to_itself(referrer: Option<&'static str>) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(referrer) = referrer {
        response.insert_header(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    }
}
