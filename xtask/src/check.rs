//! `check`: what can be said in a few minutes about what has changed, before all of it is asked by `lint` and
//! `test`.

use std::fs;

use anyhow::Result;

use crate::install::{self, Consent};
use crate::postgres::{Cluster, Durability};
use crate::site::Kind;
use crate::test::{Depth, Look, SUITES, Suite, playwright};
use crate::{changed, lint, run, sh};

/// A room whose changes are checked, the folder that it is in, and its crate where it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    folder: &'static str,
    package: Option<&'static str>,
}

const ROOMS: [Room; 9] = [
    room("domain", Some("multitude-domain")),
    room("words", Some("multitude-words")),
    room("platform", Some("multitude-platform")),
    room("app", Some("multitude-app")),
    room("server", Some("multitude")),
    room("xtask", Some("xtask")),
    room("frontend", None),
    room("style", None),
    room("end2end", None),
];

const fn room(folder: &'static str, package: Option<&'static str>) -> Room {
    Room { folder, package }
}

/// Checks what differs from a commit, or from where this one left the main line.
pub(crate) fn check(consent: Consent, since: Option<String>) -> Result<()> {
    let paths = changed::since(&since.map_or_else(changed::fork, Ok)?)?;
    let rooms = touched(&paths);
    let names: Vec<&str> = rooms.iter().map(|room| room.folder).collect();
    eprintln!("    {} files have changed, in: {}", paths.len(), names.join(", "));
    lint::quick()?;
    let packages: Vec<&str> = rooms.iter().filter_map(|room| room.package).collect();
    if !packages.is_empty() {
        sh::step("clippy, what has changed", || lint::clippy(&packages, &["--all-targets"]))?;
    }
    let has = |name: &str| names.contains(&name);
    if has("app") || has("frontend") {
        lint::clippy_for_browsers(consent)?;
    }
    let suites: Vec<&Suite> = SUITES.iter().filter(|suite| suite.has_any(&packages)).collect();
    if !suites.is_empty() {
        let needs_cluster = has("platform") || has("server");
        let cluster = needs_cluster.then(|| Cluster::start(consent, Durability::Forgetful)).transpose()?;
        for suite in suites {
            sh::step(suite.what, || suite.run_of(&packages, cluster.as_ref(), Depth::Quick))?;
        }
    }
    let specs: Vec<&str> = paths.iter().filter_map(|path| spec(path)).collect();
    if has("style") || !specs.is_empty() {
        let chromium = install::chromium(consent)?;
        run::build(consent, Kind::Development)?;
        let look = if has("style") { vec!["accessibility"] } else { Vec::new() };
        let files = [look, specs].concat();
        sh::step("the browser", || playwright(&chromium, Kind::Development, Look::Brief, &files))?;
    }
    let dependents = dependents(&packages);
    if !dependents.is_empty() {
        sh::step("clippy, what depends on it", || lint::clippy(&dependents, &[]))?;
    }
    Ok(())
}

/// The rooms that files are in; what all crates are made with is in every room, and what pages show beside
/// their styles is in that of the styles.
fn touched(paths: &[String]) -> Vec<Room> {
    let folder = |path: &String| path.split('/').next().unwrap_or_default().to_owned();
    let folders: Vec<String> = paths.iter().map(folder).collect();
    let is_of_all = folders.iter().any(|one| matches!(one.as_str(), "Cargo.lock" | "Cargo.toml" | ".cargo"));
    let is_public = folders.iter().any(|one| one == "public");
    let is_touched = |room: &Room| {
        let is_made_anew = is_of_all && room.package.is_some();
        is_made_anew || (is_public && room.folder == "style") || folders.iter().any(|one| one == room.folder)
    };
    ROOMS.into_iter().filter(is_touched).collect()
}

/// The crates that may use any of these, themselves left out.
fn dependents(packages: &[&str]) -> Vec<&'static str> {
    let uses = |used: &&[&str]| used.iter().any(|one| packages.contains(one));
    let native = |name: &&str| ROOMS.iter().any(|room| room.package == Some(name));
    let all = lint::ARROWS.iter().filter(|(_, used)| uses(used)).map(|(name, _)| *name);
    all.filter(|name| native(name) && !packages.contains(name)).collect()
}

/// The test that a file of the browser's tests is, where it is there still.
fn spec(path: &str) -> Option<&str> {
    let name = path.strip_prefix("end2end/tests/")?;
    (name.ends_with(".spec.ts") && fs::exists(sh::root().join(path)).unwrap_or(false)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_belong_to_the_room_whose_folder_they_are_in() {
        let paths = ["words/src/lib.rs", "style/main.css", "docs/words.md", "README.md"].map(str::to_owned);
        let folders: Vec<&str> = touched(&paths).iter().map(|room| room.folder).collect();
        assert_eq!(folders, ["words", "style"]);
        assert!(touched(&paths[2..]).is_empty());
        assert_eq!(touched(&["public/icon.svg".to_owned()])[0].folder, "style");
        assert_eq!(touched(&["Cargo.lock".to_owned()]).len(), 6);
    }

    #[test]
    fn whoever_may_use_a_crate_depends_on_it() {
        assert_eq!(dependents(&["multitude-platform"]), ["multitude-app", "multitude"]);
        assert_eq!(dependents(&["multitude-platform", "multitude-app"]), ["multitude"]);
        assert!(dependents(&["multitude"]).is_empty() && dependents(&[]).is_empty());
    }
}
