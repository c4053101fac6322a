//! Addresses that are secrets, because whoever has one may act: receipts and the links of mails. The log says
//! nothing of what stands behind their mark, and no answer there is for an index.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use multitude_app::Page;

/// What stands before a secret, from the table of pages.
static MARKS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let secret = Page::ALL.iter().filter(|page| page.is_secret()).map(|page| page.rest());
    secret.filter_map(|rest| Some(rest.split_once("/{token}")?.0.to_owned())).collect()
});
/// What stands before a campaign's name, which may be one of the marks.
const BEFORE_NAMES: [&str; 2] = ["c", "campaigns"];

/// What of a path is no secret, where the rest of it is one.
pub(super) fn before_secret(path: &str) -> Option<&str> {
    let (mut previous, mut end) = ("", 0_usize);
    for part in path.split_inclusive('/') {
        end = end.saturating_add(part.len());
        let Some(name) = part.strip_suffix('/') else { break };
        if MARKS.contains(name) && !BEFORE_NAMES.contains(&previous) {
            return path.get(..end);
        }
        previous = name;
    }
    None
}

#[cfg(test)]
mod tests {
    use multitude_app::acts::Act;
    use multitude_domain::locale::Locale;

    use super::*;

    #[test]
    fn secrets_begin_behind_their_first_mark() {
        for (path, before) in [
            ("/de/p/token", Some("/de/p/")),
            ("/de/p/token/confirm/proof", Some("/de/p/")),
            ("/de/follow/token/p/other", Some("/de/follow/")),
            ("/en/sign-in/token", Some("/en/sign-in/")),
            ("//p//token", Some("//p/")),
            ("/en/sign-in", None),
            ("/de/c/p/updates", None),
            ("/api/v1/campaigns/follow/ledger", None),
            ("/de/c/a/pledge", None),
            ("/", None),
        ] {
            assert_eq!(before_secret(path), before, "{path}");
        }
    }

    #[test]
    fn pages_and_forms_with_a_token_are_the_secrets() {
        let pages = Page::ALL.iter().map(|page| (page.path(Locale::De), page.is_secret()));
        let forms = Act::ALL.iter().map(|act| act.address());
        let forms = forms.map(|address| (format!("/de/{address}"), address.contains("{token}")));
        for (path, is_secret) in pages.chain(forms) {
            // Where a code is typed stands where a token would, and is hidden like one.
            let is_hidden = is_secret || path == Page::SignInCode.path(Locale::De);
            assert_eq!(before_secret(&path).is_some(), is_hidden, "{path}");
        }
    }
}
