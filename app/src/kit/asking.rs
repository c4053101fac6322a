//! Who asks.

use leptos::prelude::*;
use multitude_platform::accounts::SignedIn;

use crate::answer::keep_to_itself;

/// Whoever asks, where they are signed in: then the page is for nobody else.
pub(crate) fn signed_in() -> Option<SignedIn> {
    let own = use_context::<Option<SignedIn>>().flatten()?;
    keep_to_itself();
    Some(own)
}

/// Whoever asks, as the page was told when it began to render. What depends on that is for nobody else.
pub(crate) fn whoever() -> Option<SignedIn> {
    keep_to_itself();
    use_context::<Option<SignedIn>>().flatten()
}
