//! What an e-mail address is, and when two are one. A domain has one form, in ASCII (RFC 5890): that one is
//! kept, compared and written to. Only the server makes it (feature `idna`); a browser looks at the shape
//! alone (ADR 21).

use crate::typed::trim_typed;

/// The longest e-mail address (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// The longest part before the @ (RFC 5321, 4.5.3.1.1).
const LOCAL_CHARS_MAX: usize = 64;
/// The longest part of a domain between two points (RFC 1035, 2.3.4).
const LABEL_CHARS_MAX: usize = 63;

/// Why nothing can be sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailFault {
    /// It is none.
    #[error("not an e-mail address")]
    NotOne,
    /// What stands before the @ goes beyond ASCII: only servers that take SMTPUTF8 (RFC 6531) would carry it,
    /// all the way.
    #[error("the part before the @ goes beyond ASCII")]
    LocalPart,
}

/// An address that mails can be sent to, as it is kept: without what nobody sees around it, its domain in its
/// one form.
///
/// # Errors
/// [`EmailFault`] where nothing can be sent to it. Whether it exists, only a mail can tell.
pub fn read_email(typed: &str) -> Result<String, EmailFault> {
    read_with(typed, ascii_domain)
}

fn read_with(typed: &str, ascii: impl Fn(&str) -> Option<String>) -> Result<String, EmailFault> {
    let (local, domain) = trim_typed(typed).rsplit_once('@').ok_or(EmailFault::NotOne)?;
    let domain = ascii(domain).ok_or(EmailFault::NotOne)?;
    let is_plain = |text: &str| {
        text.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"@<>(),;:\\\"[]".contains(c))
            && text.split('.').all(|part| !part.is_empty())
    };
    let chars = |text: &str| text.chars().count();
    let is_short = chars(local) <= LOCAL_CHARS_MAX && chars(local) + 1 + chars(&domain) <= EMAIL_CHARS_MAX;
    if !is_plain(local) || !is_plain(&domain) || !is_domain(&domain) || !is_short {
        Err(EmailFault::NotOne)
    } else if !local.is_ascii() {
        Err(EmailFault::LocalPart)
    } else {
        Ok(format!("{local}@{domain}"))
    }
}

/// Names with points between them, of which the last is no number: a number would be an address of the
/// network.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().count() <= LABEL_CHARS_MAX
    };
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let top = domain.rsplit_once('.').map(|(_, top)| top);
    top.is_some_and(|top| !is_number(top)) && domain.split('.').all(is_label)
}

/// A domain in its one form; none where it has none.
#[cfg(feature = "idna")]
fn ascii_domain(domain: &str) -> Option<String> {
    use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

    let ascii = Uts46::new().to_ascii(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        DnsLength::Verify,
    );
    ascii.ok().map(String::from)
}

/// A domain as a browser looks at it.
#[cfg(not(feature = "idna"))]
#[expect(clippy::unnecessary_wraps, reason = "the server's finds domains that have no form")]
fn ascii_domain(domain: &str) -> Option<String> {
    Some(domain.to_lowercase())
}

/// An address as its owner would write it: the domain in the letters that its one form stands for (UTS 46).
/// What has no such letters stays as it is.
#[cfg(feature = "idna")]
pub fn shown_email(email: &str) -> String {
    use idna::uts46::{AsciiDenyList, Hyphens, Uts46};

    let Some((local, domain)) = email.rsplit_once('@') else { return email.to_owned() };
    let (shown, read) =
        Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    if read.is_ok() { format!("{local}@{shown}") } else { email.to_owned() }
}

/// An address with its domain in its one form, where it has one; otherwise as it is. For addresses that were
/// kept before they had to be one that [`read_email`] gives.
pub fn with_one_domain(email: &str) -> String {
    let ascii = email.rsplit_once('@').and_then(|(local, domain)| Some((local, ascii_domain(domain)?)));
    ascii.map_or_else(|| email.to_owned(), |(local, domain)| format!("{local}@{domain}"))
}

/// An address as it is compared: its domain in its one form, and whatever its case, in every script, as mail
/// servers do in practice. Nothing else is folded: `ß` and `ss` are two people, and so are `é` and `e`.
pub fn fold_email(email: &str) -> String {
    // Letter by letter: a word's last sigma would fold by what stands around it.
    with_one_domain(email).chars().flat_map(char::to_lowercase).collect()
}

/// An address as limits count it: folded, and without the tag that many providers let their customers add
/// (`lea+x@example.ch` arrives at `lea@example.ch`). Never to tell accounts apart: elsewhere the two are two
/// people.
pub fn count_email(email: &str) -> String {
    let folded = fold_email(email);
    match folded.rsplit_once('@') {
        Some((local, domain)) => match local.split_once('+') {
            Some((person, _)) if !person.is_empty() => format!("{person}@{domain}"),
            Some(_) | None => folded,
        },
        None => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_ADDRESSES: [&str; 19] = [
        "",
        "lea",
        "lea@",
        "@example.ch",
        "lea@example",
        "lea@127.0.0.1",
        "a b@example.ch",
        "a@b@example.ch",
        "a@example..ch",
        "a@example.ch.",
        "a\n@example.ch",
        "<a@example.ch>",
        ".a@example.ch",
        "a.@example.ch",
        "a..b@example.ch",
        "a@-example.ch",
        "a@example-.ch",
        "a@exa_mple.ch",
        "a@exa mple.ch",
    ];

    #[test]
    fn addresses_are_recognised() {
        for (typed, kept) in [
            (" lea@Example.CH ", "lea@example.ch"),
            ("\u{200b}lea@example.ch\u{feff}\u{a0}", "lea@example.ch"),
            ("Lea.Brunner+x@sub.example.org", "Lea.Brunner+x@sub.example.org"),
            ("o'neil_{x}@example.org", "o'neil_{x}@example.org"),
            ("a@xn--zrich-kva.example", "a@xn--zrich-kva.example"),
        ] {
            assert_eq!(read_email(typed).as_deref(), Ok(kept));
        }
        for typed in NO_ADDRESSES {
            assert_eq!(read_email(typed), Err(EmailFault::NotOne), "{typed}");
        }
        for (local, label) in [(65, 3), (3, 64)] {
            let typed = format!("{}@{}.example", "a".repeat(local), "b".repeat(label));
            assert_eq!(read_email(&typed), Err(EmailFault::NotOne));
        }
    }

    #[test]
    fn what_not_every_server_carries_is_refused_for_that() {
        for typed in ["jürg@example.ch", "Jürg@zürich.example", "ｌea@example.ch", "le\u{200b}a@example.ch"]
        {
            assert_eq!(read_email(typed), Err(EmailFault::LocalPart), "{typed}");
        }
    }

    #[test]
    fn browsers_look_at_the_shape_alone() {
        let read = |typed: &str| read_with(typed, |domain| Some(domain.to_lowercase()));
        for typed in ["lea@zürich.example", "lea@zu\u{308}rich.example", "lea@例え.テスト"] {
            assert_eq!(read(typed).as_deref(), Ok(typed));
        }
        for typed in NO_ADDRESSES {
            assert_eq!(read(typed), Err(EmailFault::NotOne), "{typed}");
        }
    }

    #[cfg(feature = "idna")]
    #[test]
    fn domain_has_one_form() {
        let one = "lea@xn--zrich-kva.example";
        for typed in [
            "lea@zürich.example",
            "lea@ZÜRICH.Example",
            "lea@zu\u{308}rich.example",
            "lea@ｚürich。example",
            "lea@zü\u{ad}rich.example",
            "lea@XN--ZRICH-KVA.example",
        ] {
            assert_eq!(read_email(typed).as_deref(), Ok(one), "{typed}");
            assert_eq!((fold_email(typed).as_str(), count_email(typed).as_str()), (one, one));
        }
        assert_eq!(count_email("Lea+x@Zürich.example"), one);
        assert_eq!(with_one_domain("Jürg@Zürich.example"), "Jürg@xn--zrich-kva.example", "of earlier times");
        assert_ne!(read_email("lea@straße.example"), read_email("lea@strasse.example"));
        for typed in ["lea@xn--a.example", "lea@a\u{202e}b.example", "lea@\u{301}.example"] {
            assert_eq!(read_email(typed), Err(EmailFault::NotOne), "{typed}");
            assert_eq!(fold_email(&fold_email(typed)), fold_email(typed), "it is still compared");
        }
    }

    #[cfg(feature = "idna")]
    #[test]
    fn address_is_shown_in_its_own_letters() {
        for (kept, shown) in [
            ("Lea@xn--zrich-kva.example", "Lea@zürich.example"),
            ("lea@example.ch", "lea@example.ch"),
            ("lea@xn--a.example", "lea@xn--a.example"),
            ("nobody", "nobody"),
        ] {
            assert_eq!(shown_email(kept), shown);
            assert_eq!(with_one_domain(shown), kept, "and is the same one");
        }
    }

    #[test]
    fn case_is_folded_in_every_script_and_nothing_else() {
        for (typed, folded) in [
            ("LEA@Example.CH", "lea@example.ch"),
            ("É.Ñandú@Exemple.fr", "é.ñandú@exemple.fr"),
            ("Straße@example.de", "straße@example.de"),
            ("STRASSE@example.de", "strasse@example.de"),
            ("ΟΔΟΣ@example.gr", "οδοσ@example.gr"),
            ("Lea+X@example.ch", "lea+x@example.ch"),
        ] {
            assert_eq!(fold_email(typed), folded);
            assert_eq!(fold_email(folded), folded, "folding twice is folding once");
        }
    }

    #[test]
    fn tags_are_left_out_where_addresses_are_counted() {
        for (typed, counted) in [
            ("Lea+x+y@example.ch", "lea@example.ch"),
            ("É+1@exemple.fr", "é@exemple.fr"),
            ("lea@a+b.example", "lea@a+b.example"),
            ("+lea@example.ch", "+lea@example.ch"),
            ("lea", "lea"),
        ] {
            assert_eq!(count_email(typed), counted);
        }
    }
}
