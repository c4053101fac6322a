//! Constant names in addresses, out of titles.

use multitude_domain::locale::Locale;

use crate::search::{Spelling, spelled, words};

/// The longest name that is made of a title.
const SLUG_CHARS_MAX: usize = 60;

/// The title's words in plain letters, as many as fit whole; nothing where it has none. Spelled as search
/// finds them; German umlauts become two letters.
pub(crate) fn slug_of(title: &str, locale: Locale) -> String {
    let spelling = match locale {
        Locale::De => Spelling::Long,
        Locale::En | Locale::Fr | Locale::It => Spelling::Plain,
    };
    let mut slug = String::new();
    let letters: Vec<String> = words(title).iter().map(|word| spelled(word, spelling)).collect();
    let letters = letters.join(" ");
    for word in letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if slug.len().saturating_add(word.len()) >= SLUG_CHARS_MAX {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_spelled_as_their_language_does() {
        assert_eq!(
            slug_of("Kühle Schattenplätze für Große", Locale::De),
            "kuehle-schattenplaetze-fuer-grosse"
        );
        assert_eq!(slug_of("Le cœur de l’été, à Bülach", Locale::Fr), "le-coeur-de-l-ete-a-bulach");
        assert_eq!(slug_of("Łódź à l’œuvre", Locale::Fr), "lodz-a-l-oeuvre");
        assert_eq!(slug_of("Smørrebrød für Þór", Locale::De), "smoerrebroed-fuer-thor");
        assert_eq!(slug_of("東京", Locale::En), "");
    }

    #[test]
    fn long_titles_end_with_a_whole_word() {
        let slug = slug_of(&"regenwasserrückhaltebecken ".repeat(4), Locale::De);
        assert_eq!(slug, "regenwasserrueckhaltebecken-regenwasserrueckhaltebecken");
    }
}
