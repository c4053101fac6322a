//! Which form of a text goes with a number.

use multitude_domain::locale::Locale;

/// A plural category. The four languages need two: French and Italian use a third one (`many`) only for whole
/// millions, which no text here counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plural {
    /// One of something.
    One,
    /// Any other number.
    Other,
}

/// The category of `n` (Unicode CLDR 48, cardinal plural rules): French counts zero as one.
pub const fn plural(locale: Locale, n: u64) -> Plural {
    match (locale, n) {
        (_, 1) | (Locale::Fr, 0) => Plural::One,
        (Locale::En | Locale::De | Locale::Fr | Locale::It, _) => Plural::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_counts_zero_as_one() {
        assert_eq!(plural(Locale::Fr, 0), Plural::One);
        assert_eq!(plural(Locale::De, 0), Plural::Other);
        for locale in Locale::ALL {
            assert_eq!(plural(locale, 1), Plural::One);
            assert_eq!(plural(locale, 2), Plural::Other);
        }
    }
}
