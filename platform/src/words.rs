//! The words of mails, in four languages.

#![expect(unreachable_pub, reason = "what the build wrote is public wherever it is included")]

use core::fmt::Display;
use std::sync::OnceLock;

use multitude_domain::locale::Locale;
use multitude_words::format::number;
use multitude_words::{Plural, Words, fill, plural};

include!(concat!(env!("OUT_DIR"), "/words.rs"));
include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The words of a language.
pub(crate) fn words_of(locale: Locale) -> Words {
    static ALL: OnceLock<Vec<Words>> = OnceLock::new();
    let load = |locale| {
        Words::parse(locale, file(locale).to_owned(), TEXTS).expect("the build wrote every language alike")
    };
    let all = ALL.get_or_init(|| Locale::ALL.into_iter().map(load).collect());
    *all.iter().find(|words| words.locale == locale).expect("every language was loaded")
}
