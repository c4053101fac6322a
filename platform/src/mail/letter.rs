//! What a mail looks like: the same blocks as text and as HTML. No image, no script, nothing loaded from
//! elsewhere.

use std::fmt::Write as _;

use multitude_domain::locale::Locale;

use crate::words::{Texts, words_of};

/// The one style sheet of every mail, small and the same for all, so that whoever shows it may allow it by
/// its hash.
pub const STYLE: &str = "body{margin:0;background:#f7f9fa;color:#1b2733;font:17px/1.55 'Atkinson Hyperlegible',Verdana,sans-serif}\
main{max-width:34em;margin:0 auto;padding:24px;background:#fff;overflow-wrap:anywhere}h1{font-size:24px;line-height:1.2}\
a.go{display:inline-block;padding:12px 24px;border:2px solid #1b2733;background:#ffd028;color:#1b2733;font-weight:700;text-decoration:none}\
.code{font:700 32px/1.2 monospace;letter-spacing:.15em}dl{border-top:1px solid #cfd6db}dt{color:#4b5763;padding-top:8px}dd{margin:0}\
blockquote{margin:0;padding-left:16px;border-left:2px solid #1b2733}footer{color:#4b5763;font-size:14px;border-top:1px solid #cfd6db;margin-top:32px}";

/// A part of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A paragraph.
    Text(String),
    /// Somebody's own words, in the language in which they were written; an empty line parts paragraphs.
    Quote(Locale, String),
    /// The one thing to do: label and address.
    Action(String, String),
    /// A code of digits, set apart for reading and copying.
    Code(String),
    /// Terms and what they are.
    Terms(Vec<(String, String)>),
}

/// A mail before it has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject, and the heading.
    pub subject: String,
    pub(crate) locale: Locale,
    pub(crate) hello: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) footer: String,
}

impl Letter {
    /// As plain text.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.hello);
        let w = words_of(self.locale);
        for block in &self.blocks {
            // Writing to a String cannot fail.
            let _ = match block {
                Block::Text(words) | Block::Quote(_, words) => writeln!(text, "{words}\n"),
                Block::Action(label, href) => writeln!(text, "{}\n{href}\n", w.letter_labelled(label)),
                Block::Code(code) => writeln!(text, "    {code}\n"),
                Block::Terms(terms) => terms
                    .iter()
                    .try_for_each(|(term, what)| writeln!(text, "{} {what}", w.letter_labelled(term)))
                    .and_then(|()| writeln!(text)),
            };
        }
        let _ = write!(text, "-- \n{}\n", self.footer);
        text
    }

    /// As a document of its own.
    pub fn html(&self) -> String {
        let mut body = format!("<h1>{}</h1>\n<p>{}</p>\n", escaped(&self.subject), escaped(&self.hello));
        for block in &self.blocks {
            let _ = match block {
                Block::Text(words) => writeln!(body, "<p>{}</p>", escaped(words)),
                Block::Quote(locale, words) => {
                    let paragraphs = words.split("\n\n").map(str::trim).filter(|one| !one.is_empty());
                    let quoted = paragraphs.fold(String::new(), |quoted, one| {
                        quoted + "<p>" + &escaped(one).replace('\n', "<br>") + "</p>"
                    });
                    writeln!(body, "<blockquote lang=\"{locale}\">{quoted}</blockquote>")
                }
                Block::Action(label, href) => {
                    writeln!(body, "<p><a class=\"go\" href=\"{}\">{}</a></p>", escaped(href), escaped(label))
                }
                Block::Code(code) => writeln!(body, "<p class=\"code\">{}</p>", escaped(code)),
                Block::Terms(terms) => {
                    let rows = terms.iter().fold(String::new(), |rows, (term, what)| {
                        rows + "<dt>" + &escaped(term) + "</dt><dd>" + &escaped(what) + "</dd>"
                    });
                    writeln!(body, "<dl>{rows}</dl>")
                }
            };
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title><style>{STYLE}</style></head>\n\
             <body><main>\n{body}<footer><p>{}</p></footer>\n</main></body>\n</html>\n",
            self.locale,
            plain(&self.subject),
            escaped(&self.footer),
        )
    }
}

/// As HTML, where a [name that is isolated](multitude_domain::name::isolated) has an element of its own.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{2068}') {
        let Some((name, behind)) = after.split_once('\u{2069}') else { break };
        safe = safe + &plain(before) + "<bdi>" + &plain(name) + "</bdi>";
        rest = behind;
    }
    safe + &plain(rest)
}

fn plain(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isolated_names_have_an_element_of_their_own() {
        assert_eq!(escaped("Hallo \u{2068}<שרה>\u{2069}!"), "Hallo <bdi>&lt;שרה&gt;</bdi>!");
        assert_eq!(escaped("a\u{2069}b\u{2068}c"), "a\u{2069}b\u{2068}c", "half of a pair is no element");
    }

    #[test]
    fn both_forms_say_the_same_and_markup_stays_text() {
        let letter = Letter {
            subject: "5 < 6".to_owned(),
            locale: Locale::De,
            hello: "Hallo <b>Lea</b>".to_owned(),
            blocks: vec![
                Block::Text("Ein Satz.".to_owned()),
                Block::Action("Öffnen".to_owned(), "https://m.example/?a=1&b=\"2\"".to_owned()),
                Block::Quote(Locale::Fr, "Un <arbre>.\n\nEt\nun banc.".to_owned()),
                Block::Code("042917".to_owned()),
                Block::Terms(vec![("Betrag".to_owned(), "CHF 60.00".to_owned())]),
            ],
            footer: "Ende".to_owned(),
        };
        let text = letter.text();
        assert!(text.starts_with(
            "Hallo <b>Lea</b>\n\nEin Satz.\n\nÖffnen:\nhttps://m.example/?a=1&b=\"2\"\n\nUn <arbre>.\n\nEt\nun banc.\n\n    042917\n"
        ));
        assert!(text.ends_with("Betrag: CHF 60.00\n\n-- \nEnde\n"), "{text}");
        let html = letter.html();
        assert!(
            html.contains(
                "<blockquote lang=\"fr\"><p>Un &lt;arbre&gt;.</p><p>Et<br>un banc.</p></blockquote>"
            )
        );
        assert!(html.contains("<html lang=\"de\">") && html.contains("Hallo &lt;b&gt;Lea&lt;/b&gt;"));
        assert!(
            html.contains("href=\"https://m.example/?a=1&amp;b=&quot;2&quot;\"") && html.contains("042917")
        );
    }
}
