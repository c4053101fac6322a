//! When two e-mail addresses are one.

/// An address as it is compared: whatever its case, in every script, as mail servers do in practice. Nothing else is
/// folded: `ß` and `ss` are two people, and so are `é` and `e`.
pub fn fold_email(email: &str) -> String {
    // Letter by letter: a word's last sigma would fold by what stands around it.
    email.chars().flat_map(char::to_lowercase).collect()
}

/// An address as limits count it: folded, and without the tag that many providers let their customers add
/// (`lea+x@example.ch` arrives at `lea@example.ch`). Never to tell accounts apart: elsewhere the two are two people.
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
