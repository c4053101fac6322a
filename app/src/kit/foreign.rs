//! Words of another language within our own.

use leptos::prelude::*;

/// A text of ours with the `part` of it that somebody wrote marked as being in `lang`, so that it is read
/// aloud as it was written; the plain text where it is in the reader's own language.
pub(crate) fn in_language(text: &str, part: &str, lang: Option<&str>) -> AnyView {
    match (lang, text.split_once(part)) {
        (Some(lang), Some((before, after))) if !part.is_empty() => view! {
            {before.to_owned()}
            <span lang=lang.to_owned()>{part.to_owned()}</span>
            {after.to_owned()}
        }
        .into_any(),
        _ => text.to_owned().into_any(),
    }
}
