//! The one place where what was sent is read, whichever door it came through.

use multitude_domain::pledges::cut_typed;

use super::Pairs;

/// What a form holds, as much of it as is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed(Pairs);

impl Typed {
    /// What was sent; none where a field has control characters, but for the ends of lines in longer texts.
    pub(crate) fn read(pairs: Pairs) -> Option<Self> {
        let is_plain = |text: &str| text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
        let are_plain = pairs.iter().all(|(name, value)| is_plain(name) && is_plain(value));
        let cut = |(name, value)| (cut_typed(name), cut_typed(value));
        are_plain.then(|| Self(pairs.into_iter().map(cut).collect()))
    }

    /// What a form without scripts sent.
    pub(crate) fn of_form(bytes: &[u8]) -> Option<Self> {
        Self::read(serde_urlencoded::from_bytes(bytes).ok()?)
    }

    /// What was typed into a field; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// What was typed into a field, where the form has it.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Names and values.
    pub(crate) fn pairs(&self) -> &Pairs {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_types_is_not_read() {
        let one = |value: &str| Typed::read(vec![("email".to_owned(), value.to_owned())]);
        assert_eq!(one("a@b.ch\r\n").unwrap().text("email"), "a@b.ch\r\n");
        assert_eq!(one("a\0b"), None);
        assert_eq!(one("a\u{7}b"), None);
        assert_eq!(one(&"ü".repeat(400)).unwrap().text("email").chars().count(), 300);
        assert_eq!(Typed::of_form(b"a=1&a=2&b").unwrap().text("a"), "1");
        assert_eq!(Typed::of_form(b"email=%00"), None);
    }
}
