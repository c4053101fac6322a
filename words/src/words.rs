//! The texts of one language, by position. The methods that read them are generated.

use core::fmt::Display;

use multitude_domain::locale::Locale;

/// The texts of one language.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The language.
    pub locale: Locale,
    texts: &'static [&'static str],
}

/// The file does not belong to this build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{found} texts where {wanted} are wanted")]
pub struct BrokenCatalogue {
    /// How many texts this build has.
    pub wanted: usize,
    /// How many the file holds.
    pub found: usize,
}

impl Words {
    /// Texts that are part of the program.
    pub const fn new(locale: Locale, texts: &'static [&'static str]) -> Self {
        Self { locale, texts }
    }

    /// Texts from a file: one a line. They stay in memory for as long as the page lives.
    ///
    /// # Errors
    /// [`BrokenCatalogue`] where the file has another number of texts than this build.
    pub fn parse(locale: Locale, file: String, wanted: usize) -> Result<Self, BrokenCatalogue> {
        let file: &'static str = Box::leak(file.into_boxed_str());
        let texts: Vec<&'static str> = file.lines().collect();
        if texts.len() != wanted {
            return Err(BrokenCatalogue { wanted, found: texts.len() });
        }
        Ok(Self { locale, texts: Box::leak(texts.into_boxed_slice()) })
    }

    /// The text at a position; what does not exist shows as nothing.
    pub fn text(&self, at: usize) -> &'static str {
        self.texts.get(at).copied().unwrap_or_default()
    }
}

/// Puts arguments where a text names them: `{time}`.
pub fn fill(text: &str, arguments: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len().saturating_add(24));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, value)) = arguments.iter().find(|(argument, _)| *argument == name) {
            let value = value.to_string();
            if begins_with_vowel_number(&value) {
                elide(&mut filled);
            }
            filled.push_str(&value);
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Whether it begins with a number whose Italian name begins with a vowel: *otto*, *undici*.
fn begins_with_vowel_number(value: &str) -> bool {
    let digits = value.chars().take_while(char::is_ascii_digit).count();
    matches!(value.get(..digits), Some("8" | "11"))
}

/// Elides an Italian article that stands last: *il 8 marzo* is *l’8 marzo*. No other language has these words
/// there.
fn elide(text: &mut String) {
    const ARTICLES: [(&str, &str); 6] = [
        ("il ", "l’"),
        ("al ", "all’"),
        ("dal ", "dall’"),
        ("del ", "dell’"),
        ("nel ", "nell’"),
        ("sul ", "sull’"),
    ];
    for (whole, elided) in ARTICLES {
        let Some(before) = text.strip_suffix(whole) else { continue };
        if !before.ends_with(char::is_alphanumeric) {
            let kept = before.len();
            text.truncate(kept);
            text.push_str(elided);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn italian_articles_elide_before_eight_and_eleven() {
        let on = |day: &str| fill("dal {day}, fino al {day}; il {day}", &[("day", &day)]);
        assert_eq!(on("8 marzo"), "dall’8 marzo, fino all’8 marzo; l’8 marzo");
        assert_eq!(on("11 marzo"), "dall’11 marzo, fino all’11 marzo; l’11 marzo");
        for day in ["1 marzo", "18 marzo", "80 %", "110 km", "81.50"] {
            assert_eq!(on(day), format!("dal {day}, fino al {day}; il {day}"));
        }
        assert_eq!(fill("chiuso al {share}", &[("share", &"8,5 %")]), "chiuso all’8,5 %");
    }

    #[test]
    fn arguments_go_where_the_text_names_them() {
        assert_eq!(fill("{n} of {all}, {n}", &[("all", &8), ("n", &3)]), "3 of 8, 3");
        assert_eq!(fill("no argument", &[]), "no argument");
    }

    #[test]
    fn file_of_another_build_is_refused() {
        assert!(Words::parse(Locale::De, "a\nb\n".to_owned(), 2).is_ok());
        assert_eq!(
            Words::parse(Locale::De, "a\n".to_owned(), 2).unwrap_err(),
            BrokenCatalogue { wanted: 2, found: 1 }
        );
    }
}
