//! The four languages, and which of them a browser would like.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    En,
    /// German, as Switzerland writes it.
    De,
    /// French.
    Fr,
    /// Italian.
    It,
}

/// The code is not one of [`Locale::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown language")]
pub struct UnknownLocale;

impl Locale {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::En, Self::De, Self::Fr, Self::It];

    /// The code in addresses and in `lang`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::It => "it",
        }
    }

    /// The language that an `Accept-Language` header likes best; none where it likes none of ours (RFC 9110,
    /// 12.5.4).
    pub fn negotiate(header: &str) -> Option<Self> {
        let mut best: Option<(Self, u32)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(|p| p.strip_prefix("q=")).map_or(1_000, thousandths);
            let Some(locale) = tag.split('-').next().and_then(|code| code.to_ascii_lowercase().parse().ok())
            else {
                continue;
            };
            if weight > 0 && best.is_none_or(|(_, other)| weight > other) {
                best = Some((locale, weight));
            }
        }
        best.map(|(locale, _)| locale)
    }
}

/// A weight of `0` to `1` with at most three decimals, in thousandths; what is no weight counts as none.
fn thousandths(q: &str) -> u32 {
    let (whole, decimals) = q.split_once('.').unwrap_or((q, ""));
    let whole: u32 = whole.parse().unwrap_or(0);
    let decimals: u32 = format!("{decimals:0<3}").get(..3).and_then(|d| d.parse().ok()).unwrap_or(0);
    whole.saturating_mul(1_000).saturating_add(decimals).min(1_000)
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(code: &str) -> Result<Self, UnknownLocale> {
        Self::ALL.into_iter().find(|locale| locale.code() == code).ok_or(UnknownLocale)
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_language_they_like_best() {
        for (header, locale) in [
            ("fr-CH, fr;q=0.9, en;q=0.8", Locale::Fr),
            ("en;q=0.5,it;q=0.9", Locale::It),
            ("pt-BR,en;q=0.3", Locale::En),
            ("EN-us", Locale::En),
            ("es,en;q=0.3,it;q=0.7", Locale::It),
            ("en;q=0, fr", Locale::Fr),
        ] {
            assert_eq!(Locale::negotiate(header), Some(locale), "{header}");
        }
    }

    #[test]
    fn who_likes_none_of_ours_likes_none() {
        for header in ["", "ja", "fr;q=0", "*", ";;;,"] {
            assert_eq!(Locale::negotiate(header), None, "{header}");
        }
    }
}
