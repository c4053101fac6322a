//! How words are spelled for whoever looks for them: by the same letters on both databases, in slugs and in
//! lists.
//!
//! A letter that not every keyboard has is found by each of its two spellings: plain (`Zurich`) and long
//! (`Zuerich`).

use std::collections::BTreeSet;

use multitude_domain::locale::Locale;
use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A longer word is cut: nobody types more to find something.
const WORD_CHARS_MAX: usize = 40;
/// Long spellings of letters, which a stem has plain.
const LONG: [(&str, &str); 3] = [("ae", "a"), ("oe", "o"), ("ue", "u")];

/// How letters with two spellings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// `ä` as `a`, `ß` as `ss`.
    Plain,
    /// `ä` as `ae`, `ß` as `ss`.
    Long,
}

/// The words of a text, as they are typed but for their case: composed, in lower case, without what is no
/// letter and no digit.
pub(crate) fn words(text: &str) -> Vec<String> {
    let letters: String =
        text.nfkc().flat_map(char::to_lowercase).nfc().filter(|c| !is_combining_mark(*c)).collect();
    letters.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// A word's letters in one spelling. Letters of other alphabets than the Latin one only lose their marks.
pub(crate) fn spelled(word: &str, spelling: Spelling) -> String {
    let letter = |c: char| match (spelling, c) {
        (Spelling::Long, 'ä') => "ae".to_owned(),
        (Spelling::Long, 'ö' | 'ø') => "oe".to_owned(),
        (Spelling::Long, 'ü') => "ue".to_owned(),
        (Spelling::Long, 'å') => "aa".to_owned(),
        (_, c) if is_latin(c) => deunicode::deunicode_char(c).unwrap_or_default().to_lowercase(),
        (_, c) => c.nfkd().to_string(),
    };
    // Whatever a table writes for a letter, a word stays one.
    word.chars().map(letter).collect::<String>().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Letters of the Latin alphabet beyond ASCII, in the blocks that languages written in it use.
fn is_latin(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && c.is_alphabetic()
}

/// A text as what it says, whoever typed it: its words in plain letters, apart by single blanks.
pub fn fold(text: &str) -> String {
    let words: Vec<String> = words(text).iter().map(|word| spelled(word, Spelling::Plain)).collect();
    words.join(" ")
}

/// Whether a text says what was typed, in either spelling.
pub fn says(text: &str, typed: &str) -> bool {
    let (words, typed) = (words(text), fold(typed));
    [Spelling::Plain, Spelling::Long].iter().any(|spelling| {
        words.iter().map(|word| spelled(word, *spelling)).collect::<Vec<_>>().join(" ").contains(&typed)
    })
}

/// What stands for one word of a text or a query.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Forms {
    /// Its spellings, which are found by their beginnings.
    pub(super) spellings: BTreeSet<String>,
    /// Its stems, which are found whole.
    pub(super) stems: BTreeSet<String>,
}

/// The forms of each word of a text that may be in any of those languages.
pub(super) fn forms(text: &str, languages: &[Locale]) -> impl Iterator<Item = Forms> {
    let stemmers: Vec<Stemmer> = languages.iter().map(|one| Stemmer::create(algorithm(*one))).collect();
    words(text).into_iter().filter(|word| !spelled(word, Spelling::Plain).is_empty()).map(move |word| {
        let word: String = word.chars().take(WORD_CHARS_MAX).collect();
        let plain = spelled(&word, Spelling::Plain);
        // Who types no accents means the same word, whose ending a stemmer may know only with them.
        let stems = stemmers.iter().flat_map(|stemmer| [stemmer.stem(&word), stemmer.stem(&plain)]);
        let stems = stems.map(|stem| stem_of(&stem)).collect();
        Forms { stems, spellings: BTreeSet::from([spelled(&word, Spelling::Long), plain]) }
    })
}

/// A stem in plain letters, also where it was typed in long ones.
fn stem_of(stem: &str) -> String {
    let plain = spelled(stem, Spelling::Plain);
    LONG.iter().fold(plain, |stem, (long, short)| stem.replace(long, short))
}

const fn algorithm(language: Locale) -> Algorithm {
    match language {
        Locale::En => Algorithm::English,
        Locale::De => Algorithm::German,
        Locale::Fr => Algorithm::French,
        Locale::It => Algorithm::Italian,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fold_case_accents_and_marks() {
        assert_eq!(fold("Vélo-cargo  de NUIT, l’été!"), "velo cargo de nuit l ete");
        assert_eq!(fold("Kühle Strassen"), "kuhle strassen");
        assert_eq!(fold("\"'; DROP"), "drop");
        assert_eq!(fold("Straße, Cœur, Łódź, Søren, Þór, İzmir"), "strasse coeur lodz soren thor izmir");
        assert_eq!(fold("Val Mu\u{308}stair"), fold("VAL MÜSTAIR"));
        assert_eq!(fold("東京 3×4 ½"), "東京 3 4 1 2");
    }

    #[test]
    fn text_says_what_is_typed_in_either_spelling() {
        for typed in ["wärme", "waerme", "WARM", "kuhle raume", "kuehle ra", "Kühle"] {
            assert!(says("Kühle Räume, Wärme", typed), "{typed}");
        }
        assert!(!says("Kühle Räume", "wärme"));
    }

    #[test]
    fn letters_have_a_plain_and_a_long_spelling() {
        let spellings = |word: &str| {
            let forms = forms(word, &[Locale::De]).next().unwrap();
            forms.spellings.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(spellings("Moorwächter"), ["moorwachter", "moorwaechter"]);
        assert_eq!(spellings("Øre"), ["oere", "ore"]);
        assert_eq!(spellings("Straße"), ["strasse"]);
    }

    #[test]
    fn words_of_one_stem_are_one_in_their_language() {
        for (language, one, other) in [
            (Locale::De, "Bäume", "Baum"),
            (Locale::De, "Baeumen", "Baum"),
            (Locale::De, "Zuerich", "Zurich"),
            (Locale::De, "Straßen", "Strasse"),
            (Locale::En, "libraries", "library"),
            (Locale::Fr, "bibliothèques", "bibliotheque"),
            (Locale::Fr, "chevaux", "cheval"),
            (Locale::It, "biciclette", "bicicletta"),
        ] {
            let stems = |word: &str| forms(word, &[language]).next().unwrap().stems;
            assert!(
                !stems(one).is_disjoint(&stems(other)),
                "{one} {other} {:?} {:?}",
                stems(one),
                stems(other)
            );
        }
        let stems = |word: &str| forms(word, &Locale::ALL).next().unwrap().stems;
        assert!(stems("Baum").is_disjoint(&stems("Bau")));
    }
}
