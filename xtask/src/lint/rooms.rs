//! What stands in which room, as far as the text of a file says it.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::sh;

/// Folders of `app/src` that are no feature: what serves all of them. What is not listed is a feature.
const SERVES_ALL: &[&str] = &["acts", "browser", "kit"];

/// Ways of Leptos to send a form, which know one of an act's two doors, and who may use them nevertheless
/// (ADR 20).
const OTHER_DOORS: &[(&str, &[&str])] = &[
    (SERVER_ATTRIBUTE, &["app/src/acts/list.rs"]),
    ("leptos_axum", &["app/src/acts/doors.rs"]),
    ("::redirect", &[]),
    ("ServerAction", &[]),
    ("ActionForm", &[]),
    ("GetUrl", &[]),
];

/// The attribute of a server function, by whatever path it is written: `#[leptos::server(…)]` too.
const SERVER_ATTRIBUTE: &str = "#[server]";

/// Every Rust file of the repository with its text, also those that are not committed yet.
fn sources() -> Result<Vec<(String, String)>> {
    let list = ["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"];
    let files = sh::output(sh::program("git").args(list))?;
    let there = files.lines().filter(|file| sh::root().join(file).is_file());
    there
        .map(|file| {
            let text = fs::read_to_string(sh::root().join(file));
            Ok((file.to_owned(), text.with_context(|| format!("cannot read {file}"))?))
        })
        .collect()
}

/// Statements stand in `sql.rs`, those that only lock beside their ranks in `lock.rs`, in `db/` and
/// `search/`, in migrations and tests; nowhere else.
pub(super) fn sql_in_its_rooms() -> Result<()> {
    for (file, text) in sources()? {
        let is_room = ["/sql.rs", "/lock.rs"].iter().any(|name| file.ends_with(name))
            || [
                "platform/src/db/",
                "platform/src/search/",
                "platform/tests/",
                "platform/examples/",
                "server/tests/",
                "xtask/",
            ]
            .iter()
            .any(|room| file.starts_with(room));
        if is_room {
            continue;
        }
        if let Some(number) = first_statement(&text) {
            bail!("{file}:{number} holds SQL; statements stand in the feature's sql.rs");
        }
    }
    Ok(())
}

/// A feature uses the kit, never the other way.
pub(super) fn kit_knows_no_feature() -> Result<()> {
    let sources = sources()?;
    let features = features(sources.iter().map(|(file, _)| file.as_str()));
    for (file, text) in sources.iter().filter(|(file, _)| file.starts_with("app/src/kit/")) {
        if let Some((number, feature)) = first_feature(text, &features) {
            bail!("{file}:{number} uses {feature}; what only a feature needs stands in its folder");
        }
    }
    Ok(())
}

/// The folders of `app/src` that are a feature's.
fn features<'a>(files: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    files
        .filter_map(|file| file.strip_prefix("app/src/")?.split_once('/'))
        .map(|(folder, _)| folder)
        .filter(|folder| !SERVES_ALL.contains(folder))
        .collect()
}

/// Where a text first names one of them, by its path or in a list of several.
fn first_feature<'a>(text: &str, features: &BTreeSet<&'a str>) -> Option<(usize, &'a str)> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("crate::") {
        let (named, most) = match after.strip_prefix('{') {
            Some(list) => (list.split(';').next().unwrap_or_default(), usize::MAX),
            None => (after, 1),
        };
        let mut words = named.split(|c| !is_name(c)).filter(|word| !word.is_empty()).take(most);
        if let Some(feature) = words.find_map(|word| features.get(word)) {
            let before = text.len().saturating_sub(after.len());
            let lines = text.get(..before).unwrap_or_default().matches('\n').count();
            return Some((lines.saturating_add(1), feature));
        }
        rest = after;
    }
    None
}

/// What a form does is an act: one function behind two doors, listed in one place.
pub(super) fn acts_behind_their_doors() -> Result<()> {
    for (file, text) in sources()?.iter().filter(|(file, _)| !file.starts_with("xtask/")) {
        if let Some((number, door)) = first_other_door(file, text) {
            bail!("{file}:{number} holds {door}; what a form does stands in app/src/acts/list.rs");
        }
    }
    Ok(())
}

fn first_other_door(file: &str, text: &str) -> Option<(usize, &'static str)> {
    let closed = OTHER_DOORS.iter().filter(|(_, open)| !open.contains(&file));
    let doors: Vec<&str> = closed.map(|(door, _)| *door).collect();
    text.lines()
        .zip(1..)
        .find_map(|(line, number)| doors.iter().find(|door| opens(line, door)).map(|door| (number, *door)))
}

fn opens(line: &str, door: &str) -> bool {
    if door == SERVER_ATTRIBUTE { attributes(line).any(|name| name == "server") } else { line.contains(door) }
}

/// The last names of the paths of a line's attributes: `server` of `#[leptos::server(prefix = "/x")]`.
fn attributes(line: &str) -> impl Iterator<Item = &str> {
    line.split("#[").skip(1).map(|rest| {
        let path = rest.split(['(', ']', '=', ',']).next().unwrap_or_default();
        path.rsplit("::").next().unwrap_or_default().trim()
    })
}

fn first_statement(text: &str) -> Option<usize> {
    let begins = |line: &str| {
        ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "]
            .iter()
            .any(|word| line.contains(&format!("\"{word}")) || line.trim_start().starts_with(word))
    };
    text.lines().position(begins).map(|at| at.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_seen_wherever_they_begin() {
        assert_eq!(first_statement("fn f() {\n  q(\"SELECT 1\")"), Some(2));
        assert_eq!(first_statement("const Q: &str = \"\n    INSERT INTO t VALUES (1)\";"), Some(2));
        assert_eq!(first_statement("// the select below\nlet update = 1;"), None);
    }
    #[test]
    fn feature_is_every_folder_that_does_not_serve_all() {
        let files = [
            "app/src/pledges/act/mod.rs",
            "app/src/kit/icon.rs",
            "app/src/lib.rs",
            "domain/src/money/mod.rs",
        ];
        assert_eq!(features(files.into_iter()), BTreeSet::from(["pledges"]));
    }

    #[test]
    fn feature_is_seen_wherever_the_kit_names_it() {
        let features = BTreeSet::from(["campaigns", "pledges"]);
        for (text, found) in [
            ("use super::icon::Icon;\nuse crate::campaigns::words::tile;", Some((2, "campaigns"))),
            ("use crate::{kit::{Icon, Logo}, pledges};", Some((1, "pledges"))),
            ("fn f() {\n\n    crate::pledges::show()", Some((3, "pledges"))),
            ("use crate::answer::entitle; // pledges", None),
            ("use multitude_platform::campaigns::Facets;", None),
            ("use crate::kit::campaign_card;", None),
        ] {
            assert_eq!(first_feature(text, &features), found, "{text}");
        }
    }

    #[test]
    fn other_door_is_seen_outside_the_list_of_acts() {
        let own = "app/src/acts/list.rs";
        assert_eq!(first_other_door(own, "#[server(prefix = \"/api/fn\")]"), None);
        for text in
            ["\n#[server]", "\n#[leptos::server(X)]", "\n#[leptos::prelude::server (X)]", "\n#[a] #[server]"]
        {
            assert_eq!(first_other_door("app/src/pledges/act.rs", text), Some((2, "#[server]")), "{text}");
        }
        assert_eq!(first_other_door(own, "use leptos_axum as framework;"), Some((1, "leptos_axum")));
        let doors = "app/src/acts/doors.rs";
        assert_eq!(first_other_door(doors, "leptos_axum::handle_server_fns(request)"), None);
        assert_eq!(first_other_door(doors, "leptos_axum::redirect(path)"), Some((1, "::redirect")));
        assert_eq!(first_other_door("app/src/x.rs", "view! { <ActionForm/> }"), Some((1, "ActionForm")));
        assert_eq!(first_other_door("app/src/x.rs", "<ActForm/> #[cfg(test)]"), None);
    }
}
