//! What an act is about, as its address says.

use multitude_domain::locale::Locale;
use percent_encoding::percent_decode_str;

use super::Act;

/// The language of an address, and what stands in its variable parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The language.
    pub locale: Locale,
    /// The campaign's slug, or the token that stands for a receipt or a link.
    pub key: String,
    /// What proves an address, where a link carries it.
    pub proof: String,
}

impl Place {
    /// The place that a path of this act says; none where it is another's path, or under no language.
    pub fn of(act: Act, path: &str) -> Option<Self> {
        let (language, rest) = path.strip_prefix('/')?.split_once('/')?;
        let mut words = Vec::new();
        let (mut parts, mut said) = (act.address().split('/'), rest.split('/'));
        loop {
            match (parts.next(), said.next()) {
                (None, None) => break,
                (Some(part), Some(word)) if part.starts_with('{') && !word.is_empty() => {
                    let word = percent_decode_str(word).decode_utf8().ok()?;
                    // Nothing is at such an address, and PostgreSQL stores no NUL.
                    if word.contains(char::is_control) {
                        return None;
                    }
                    words.push(word.into_owned());
                }
                (Some(part), Some(word)) if part == word => {}
                _ => return None,
            }
        }
        let mut words = words.into_iter();
        Some(Self {
            locale: language.parse().ok()?,
            key: words.next().unwrap_or_default(),
            proof: words.next().unwrap_or_default(),
        })
    }

    /// A path in the place's language.
    pub fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.locale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_says_what_an_act_is_about() {
        let place = |path| Place::of(Act::Follow, path);
        let found = place("/fr/c/schwammdach/notify").unwrap();
        assert_eq!((found.locale, found.key.as_str()), (Locale::Fr, "schwammdach"));
        for other in [
            "/fr/c/schwammdach",
            "/fr/c/schwammdach/notify/",
            "/fr/c//notify",
            "/xx/c/schwammdach/notify",
            "c/schwammdach/notify",
            "/fr/c/schwammdach/pledge",
            "//evil.example/c/x/notify",
            "/fr/c/a%00/notify",
            "/fr/c/a\u{0}/notify",
        ] {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
