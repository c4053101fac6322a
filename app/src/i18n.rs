//! The words of the reader's language. On the server all four are at hand; a browser loads its own.

use leptos::prelude::*;
use multitude_domain::locale::Locale;
use multitude_words::Words;

pub use texts::Texts;

mod texts {
    use core::fmt::Display;

    #[cfg(feature = "ssr")]
    use multitude_domain::locale::Locale;
    use multitude_words::format::number;
    use multitude_words::{Plural, Words, fill, plural};

    include!(concat!(env!("OUT_DIR"), "/words.rs"));
    #[cfg(feature = "ssr")]
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// The words of the page that is being shown.
pub fn words() -> Words {
    expect_context()
}

/// A language's name in itself: the same on every page.
#[cfg(feature = "ssr")]
pub(crate) const fn own_name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "English",
        Locale::De => "Deutsch",
        Locale::Fr => "Français",
        Locale::It => "Italiano",
    }
}

/// A page's title with the site's name.
pub(crate) fn whole_title(text: &str) -> String {
    format!("{text} – Multitude")
}

/// The words in the file that the browser loaded; none where the file is another build's.
#[cfg(feature = "hydrate")]
pub fn words_from_file(locale: Locale, file: String) -> Option<Words> {
    Words::parse(locale, file, texts::TEXTS).ok()
}

/// The words of a language, on the server.
///
/// # Panics
/// Never: the build wrote every language with the same texts, or it failed.
#[cfg(feature = "ssr")]
pub fn words_of(locale: Locale) -> Words {
    use std::sync::OnceLock;
    static ALL: OnceLock<Vec<Words>> = OnceLock::new();
    let load = |locale| {
        Words::parse(locale, texts::file(locale).to_owned(), texts::TEXTS)
            .expect("the build wrote every language alike")
    };
    let all = ALL.get_or_init(|| Locale::ALL.into_iter().map(load).collect());
    *all.iter().find(|words| words.locale == locale).expect("every language was loaded")
}

/// A language's texts as the file that browsers load.
#[cfg(feature = "ssr")]
pub fn words_file(locale: Locale) -> &'static str {
    texts::file(locale)
}

/// Where browsers find a language's texts; the address changes with the texts.
#[cfg(feature = "ssr")]
pub fn words_path(locale: Locale) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    words_file(locale).hash(&mut hasher);
    format!("/pkg/words.{locale}.{:016x}.txt", hasher.finish())
}
