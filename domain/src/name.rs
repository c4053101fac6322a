//! Names of people as they stand in public lists, beside the names of others.

use crate::typed::{is_direction, is_invisible};

/// The longest name.
pub const NAME_CHARS_MAX: usize = 80;

/// Ends of addresses on the web as a browser knows them: those that people advertise, beside the four
/// languages' countries. The server knows all (feature `idna`) and has the last word.
#[cfg(not(feature = "idna"))]
const WEB_ENDS: [&str; 34] = [
    "app", "at", "be", "bet", "biz", "casino", "ch", "click", "club", "co", "com", "de", "dev", "edu", "eu",
    "example", "fr", "info", "io", "it", "li", "link", "live", "net", "online", "org", "ru", "shop", "site",
    "store", "top", "uk", "win", "xyz",
];
/// Titles that are written without a space after them: `Dr.med` is no address, though `.med` is an end.
const TITLES: [&str; 8] = ["dipl", "dr", "ing", "lic", "mag", "prof", "san", "st"];

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing of it can be seen, or it holds control characters.
    #[error("no name")]
    Missing,
    /// It is longer than [`NAME_CHARS_MAX`].
    #[error("a name has up to {NAME_CHARS_MAX} characters")]
    TooLong,
    /// It holds an e-mail address, or one on the web.
    #[error("a name holds no address")]
    Address,
}

/// A name as it is kept: on one line, without what turns the direction of its neighbours, and with what joins
/// or parts letters (emoji and some scripts need that) only between two that are seen.
///
/// # Errors
/// [`NameFault`] where that is no name.
pub fn read_name(typed: &str) -> Result<String, NameFault> {
    let words = typed.split_whitespace().map(seen_word).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join(" ");
    if name.chars().any(char::is_control) || !name.chars().any(is_visible) {
        Err(NameFault::Missing)
    } else if name.chars().filter(|c| !is_invisible(*c)).count() > NAME_CHARS_MAX {
        Err(NameFault::TooLong)
    } else if name.split(' ').any(is_address) {
        Err(NameFault::Address)
    } else {
        Ok(name)
    }
}

/// A name as it is shown, whatever was kept of it in earlier times.
pub fn without_direction(name: &str) -> String {
    name.chars().filter(|c| !is_direction(*c)).collect()
}

/// A name among words that run from left to right, in plain text. One in a script that runs the other way
/// would pull digits and marks beside it to its own side (Unicode annex 9, section 2.4.1), so it is isolated;
/// others stay as they are.
pub fn isolated(name: &str) -> String {
    let name = without_direction(name);
    if name.chars().any(runs_from_right) { format!("\u{2068}{name}\u{2069}") } else { name }
}

/// Hebrew, Arabic, Syriac, Thaana, N'Ko and what is encoded beside them (Unicode annex 44, default values of
/// `Bidi_Class`).
const fn runs_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// A word without the invisible characters at its edges, without those of direction, and with one where
/// several follow each other.
fn seen_word(word: &str) -> String {
    let mut seen = String::with_capacity(word.len());
    let mut joiner = None;
    for c in word.chars().filter(|c| !is_direction(*c)) {
        match c {
            '\u{200c}' | '\u{200d}' => joiner = Some(c),
            _ if is_invisible(c) => {}
            _ => {
                seen.extend(joiner.take().filter(|_| !seen.is_empty()));
                seen.push(c);
            }
        }
    }
    seen
}

/// Fillers and the blank of Braille look like nothing, though they count as letters and signs.
const fn is_filler(c: char) -> bool {
    matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that stand above or below a letter, and alone are none.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !is_invisible(c) && !is_filler(c) && !is_mark(c)
}

/// Whether a word is an address, or holds one: `lea@example.ch`, `https://…`, `www.…`, `example.ch`,
/// `host.name/path`, also where something else follows without a space.
fn is_address(word: &str) -> bool {
    let word: String = word.to_lowercase().chars().map(narrow).collect();
    let is_mail = word.split_once('@').is_some_and(|(person, host)| {
        person.ends_with(char::is_alphanumeric) && host.starts_with(char::is_alphanumeric)
    });
    is_mail || word.contains("://") || hosts(&word).any(|(host, after)| is_web(host, after))
}

/// What of a word could be a host, and what follows it.
fn hosts(word: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = word;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '.')).unwrap_or(rest.len());
        let (host, after) = rest.split_at(end);
        rest = after;
        (!host.is_empty()).then(|| (host.trim_end_matches(['-', '.']), after))
    })
}

/// Whether it is one: it ends as hosts do, or what surrounds it says so.
fn is_web(host: &str, after: &str) -> bool {
    let mut labels = host.split('.');
    let (first, is_host) = (labels.next().unwrap_or_default(), host.contains('.'));
    let has_path =
        after.starts_with(['/', ':', '?', '#']) && after.chars().nth(1).is_some_and(char::is_alphanumeric);
    is_host
        && labels.all(|label| !label.is_empty())
        && (has_path || first == "www" || (is_web_end(host) && !TITLES.contains(&first)))
}

#[cfg(feature = "idna")]
fn is_web_end(host: &str) -> bool {
    // What is set aside for examples (RFC 2606) is in no list.
    host.ends_with(".example") || psl::suffix(host.as_bytes()).is_some_and(|end| end.is_known())
}

#[cfg(not(feature = "idna"))]
fn is_web_end(host: &str) -> bool {
    host.rsplit('.').next().is_some_and(|end| WEB_ENDS.contains(&end))
}

/// The narrow form of letters and marks that East Asian scripts write wide, and the dot of every mark that
/// browsers take for one (UTS 46).
fn narrow(c: char) -> char {
    match c {
        '\u{3002}' | '\u{ff61}' | '\u{2024}' => '.',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_is_one_line_of_what_is_seen() {
        for (typed, kept) in [
            ("  Anneke \n de  Wit ", "Anneke de Wit"),
            ("\u{200b}Lea\u{feff} \u{200b} Brunner\u{a0}", "Lea Brunner"),
            ("Le\u{200b}a", "Lea"),
            ("\u{202e}nilreB\u{202c} Lea", "nilreB Lea"),
            ("شیرین\u{200c}\u{200c}بانو\u{200c}", "شیرین\u{200c}بانو"),
            ("Lea 👩\u{200d}🌾 \u{2764}\u{fe0f}", "Lea 👩\u{200d}🌾 \u{2764}\u{fe0f}"),
            ("ß", "ß"),
        ] {
            assert_eq!(read_name(typed).as_deref(), Ok(kept), "{typed:?}");
        }
        for typed in
            ["", " ", "\u{200b}", "\u{202e}\u{a0}", "\u{3164}", "\u{2800}\u{fe0f}", "\u{301}", "a\u{7}"]
        {
            assert_eq!(read_name(typed), Err(NameFault::Missing), "{typed:?}");
        }
    }

    #[test]
    fn what_is_not_seen_does_not_count() {
        let long = "a\u{200d}".repeat(NAME_CHARS_MAX);
        assert!(read_name(&long).is_ok());
        assert_eq!(read_name(&"a".repeat(NAME_CHARS_MAX + 1)), Err(NameFault::TooLong));
    }

    #[test]
    fn name_is_no_address() {
        for typed in [
            "https://casino.example/win",
            "test@example.org",
            "Lea (lea@example.ch)",
            "Lea lea@localhost",
            "WWW.Casino.Zip",
            "Lea, casino.com",
            "<b>casino.com.</b>",
            "casino.zip/win",
            "casino.zip:8080",
            "ftp://a",
            "cas\u{200b}ino.com",
            "casino.com,Lea",
            "(casino.com)Lea",
            "casino.com&co",
            "casino.com–win",
            "http:casino.com",
            "casino．ｃｏｍ",
            "casino。com",
            "casino\u{2024}com",
            "lea＠example",
        ] {
            assert_eq!(read_name(typed), Err(NameFault::Address), "{typed}");
        }
        for typed in [
            "Dr.Meier",
            "J.R.R. Tolkien",
            "St.Gallen",
            "Lea B.",
            "A.M.",
            "Lea @ home",
            "@lea",
            "Lea/Max",
            "Lea: ich",
            "AC/DC",
            "Müller & Co.",
            "9.5",
            "…",
        ] {
            assert_eq!(read_name(typed).as_deref(), Ok(typed));
        }
    }

    #[cfg(feature = "idna")]
    #[test]
    fn every_end_of_the_web_is_known() {
        for typed in [
            "bit.ly",
            "t.me",
            "paypal.me",
            "casino.swiss",
            "casino.nl",
            "Lea casino.ai",
            "casino.zip",
            "a.co.uk",
        ] {
            assert_eq!(read_name(typed), Err(NameFault::Address), "{typed}");
        }
        for typed in ["Dr.med", "Dipl.Ing", "J.P.Morgan", "Ph.D", "Lea.Brunner", "Dr.med. Anna Keller"] {
            assert_eq!(read_name(typed).as_deref(), Ok(typed));
        }
    }

    #[test]
    fn name_that_runs_from_right_is_isolated() {
        assert_eq!(isolated("Lea Brunner"), "Lea Brunner");
        assert_eq!(isolated("\u{202e}Lea"), "Lea");
        assert_eq!(isolated("שרה"), "\u{2068}שרה\u{2069}");
        assert_eq!(isolated("Lea أمين"), "\u{2068}Lea أمين\u{2069}");
    }
}
