//! What people type or paste: which characters show nothing, and so do not count.

/// Whether a character shows nothing and takes no room: it joins, parts or turns its neighbours.
pub const fn is_invisible(c: char) -> bool {
    is_direction(c)
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Whether a character only says in which direction its neighbours are read (Unicode annex 9, section 2).
pub const fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

/// What was typed or pasted without what nobody sees at its edges: blanks, those that keep a line together
/// too, and invisible characters. Every text from outside is read through this.
pub fn trim_typed(typed: &str) -> &str {
    typed.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_at_the_edges_is_not_typed() {
        for unseen in [
            " ", "\n", "\u{a0}", "\u{202f}", "\u{ad}", "\u{200b}", "\u{200c}", "\u{200d}", "\u{200e}",
            "\u{200f}", "\u{202a}", "\u{202e}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{feff}",
        ] {
            assert_eq!(
                trim_typed(&format!("{unseen}{unseen} a{unseen}b{unseen} {unseen}")),
                format!("a{unseen}b")
            );
            assert_eq!(trim_typed(unseen), "");
        }
        assert_eq!(
            trim_typed("Lea \u{2764}\u{fe0f}"),
            "Lea \u{2764}\u{fe0f}",
            "what shapes an emoji is seen"
        );
    }
}
