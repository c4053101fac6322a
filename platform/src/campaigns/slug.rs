//! Constant names in addresses, out of titles.

use multitude_domain::locale::Locale;
use unicode_normalization::UnicodeNormalization;

/// The longest name that is made of a title.
const SLUG_CHARS_MAX: usize = 60;

/// The title's words in plain letters, as many as fit whole; nothing where it has none. German umlauts become two letters.
pub(crate) fn slug_of(title: &str, locale: Locale) -> String {
    let plain: String = title.chars().map(|c| spelled(c, locale)).collect::<String>().nfkd().collect();
    let unmarked: String = plain.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect();
    let mut slug = String::new();
    for word in unmarked.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if slug.len().saturating_add(word.len()) >= SLUG_CHARS_MAX {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    slug
}

fn spelled(letter: char, locale: Locale) -> String {
    let spelled = match (letter, locale) {
        ('ß', _) => "ss",
        ('æ' | 'Æ', _) | ('ä' | 'Ä', Locale::De) => "ae",
        ('œ' | 'Œ', _) | ('ö' | 'Ö', Locale::De) => "oe",
        ('ü' | 'Ü', Locale::De) => "ue",
        _ => return letter.to_string(),
    };
    spelled.to_owned()
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
        assert_eq!(slug_of("東京", Locale::En), "");
    }

    #[test]
    fn long_titles_end_with_a_whole_word() {
        let slug = slug_of(&"regenwasserrückhaltebecken ".repeat(4), Locale::De);
        assert_eq!(slug, "regenwasserrueckhaltebecken-regenwasserrueckhaltebecken");
    }
}
