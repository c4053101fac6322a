//! Who asks, and what the answer says of itself.

use http::{HeaderValue, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use multitude_platform::accounts::SignedIn;

/// Whoever asks, as the page was told when it began to render.
pub(super) fn whoever() -> Option<SignedIn> {
    keep_to_itself(None);
    use_context::<Option<SignedIn>>().flatten()
}

/// Nobody else keeps this answer, and where it stood is not told on.
pub(super) fn keep_to_itself(referrer: Option<&'static str>) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(referrer) = referrer {
        response.insert_header(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    }
}
