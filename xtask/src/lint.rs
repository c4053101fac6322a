//! `lint`: formats, clippy on both targets, the house's one-way arrows, and what stands in which room.

mod rooms;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use serde_json::Value;

use crate::install::Consent;
use crate::wasm::Toolchain;
use crate::{contrast, sh};

/// Who may use whom (docs/ARCHITECTURE.md, "Rooms"). What is not listed is refused.
pub(crate) const ARROWS: &[(&str, &[&str])] = &[
    ("multitude-dependencies", &[]),
    ("multitude-domain", &[]),
    ("multitude-words", &["multitude-domain"]),
    ("multitude-platform", &["multitude-dependencies", "multitude-domain", "multitude-words"]),
    ("multitude-app", &["multitude-domain", "multitude-words", "multitude-platform"]),
    ("multitude-frontend", &["multitude-app"]),
    ("multitude", &["multitude-domain", "multitude-words", "multitude-platform", "multitude-app"]),
    ("xtask", &["multitude-dependencies"]),
];

/// What never reaches a browser.
const SERVER_ONLY: &[&str] = &[
    "multitude-dependencies",
    "multitude-platform",
    "sqlx",
    "tokio",
    "axum",
    "leptos_axum",
    "leptos_router",
    "leptos_meta",
];

/// Ways to ask cargo for what runs natively: what it resolves to must not differ from one to the other.
const NATIVE: [&[&str]; 6] = [
    &["-e", "normal,build"],
    &["-e", "normal,build,dev"],
    &["-e", "normal,build", "-p", "multitude"],
    &["-e", "normal,build,dev", "-p", "multitude-platform"],
    &["-e", "normal,build,dev", "-p", "multitude-app", "--features", "ssr"],
    &["-e", "normal,build,dev", "-p", "xtask"],
];

/// Runs every check.
pub(crate) fn lint(consent: Consent) -> Result<()> {
    quick()?;
    sh::step("clippy, native", || {
        sh::run(sh::cargo().args(["clippy", "--all-targets", "--", "-D", "warnings"]))
    })?;
    clippy_for_browsers(consent)
}

/// What takes no time.
pub(crate) fn quick() -> Result<()> {
    sh::step("formats", || sh::run(sh::cargo().args(["fmt", "--all", "--check"])))?;
    sh::step("arrows between crates", arrows)?;
    sh::step("each crate from elsewhere compiled once", compiled_once)?;
    sh::step("SQL in its rooms", rooms::sql_in_its_rooms)?;
    sh::step("a kit that knows no feature", rooms::kit_knows_no_feature)?;
    sh::step("acts behind their two doors", rooms::acts_behind_their_doors)?;
    sh::step("contrast of the palette", contrast::check)
}

/// The lints of some native crates. With xtask they resolve to the same features as all of them.
pub(crate) fn clippy(packages: &[&str], targets: &[&str]) -> Result<()> {
    let mut cargo = sh::cargo();
    cargo.args(["clippy", "-p", "xtask"]).args(packages.iter().flat_map(|name| ["-p", name])).args(targets);
    for (package, feature) in
        [("multitude-app", "multitude-app/ssr"), ("multitude-domain", "multitude-domain/idna")]
    {
        if packages.contains(&package) {
            cargo.args(["--features", feature]);
        }
    }
    sh::run(cargo.args(["--", "-D", "warnings"]))
}

/// The lints of what browsers run.
pub(crate) fn clippy_for_browsers(consent: Consent) -> Result<()> {
    let toolchain = Toolchain::find(consent)?;
    sh::step("clippy, for the browser", || {
        let mut cargo = toolchain.lint(consent);
        cargo.args([
            "-p",
            "multitude-frontend",
            "-p",
            "multitude-app",
            "--features",
            "multitude-app/hydrate",
        ]);
        cargo.args(["--target", "wasm32-unknown-unknown", "--profile", "wasm-dev"]);
        if cargo.get_args().any(|arg| arg == "clippy") {
            cargo.args(["--", "-D", "warnings"]);
        }
        sh::run(&mut cargo)
    })
}

/// Cargo compiles a crate once for each set of features that it is asked for with.
fn compiled_once() -> Result<()> {
    let mut trees = Vec::new();
    for asked in NATIVE {
        let shown = ["tree", "--prefix", "none", "-f", "{p}|{f}"];
        trees.push(sh::output(sh::cargo().args(shown).args(asked))?);
    }
    let twice = compiled_twice(&trees);
    if !twice.is_empty() {
        bail!(
            "these would be compiled more than once, for some lack features that others ask for; ask for them in \
             xtask/dependencies/Cargo.toml: {}",
            twice.join("; ")
        );
    }
    Ok(())
}

/// The crates from elsewhere that have not the same features everywhere, with those that some lack.
fn compiled_twice(trees: &[String]) -> Vec<String> {
    let mut found: BTreeMap<&str, BTreeSet<BTreeSet<&str>>> = BTreeMap::new();
    for line in trees.iter().flat_map(|tree| tree.lines()) {
        let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') else { continue };
        let package = package.trim_end_matches(" (proc-macro)");
        // Ours name the folder that they lie in. `domain` and `words` are small, and differ in build scripts
        // on purpose.
        if !package.ends_with(')') {
            let features = features.split(',').filter(|name| !name.is_empty()).collect();
            found.entry(package).or_default().insert(features);
        }
    }
    let lacking = |(package, sets): (&str, BTreeSet<BTreeSet<&str>>)| {
        let all: BTreeSet<&str> = sets.iter().flatten().copied().collect();
        let lacked: Vec<&str> =
            all.into_iter().filter(|feature| !sets.iter().all(|set| set.contains(feature))).collect();
        (!lacked.is_empty()).then(|| format!("{package} ({})", lacked.join(", ")))
    };
    found.into_iter().filter_map(lacking).collect()
}

fn arrows() -> Result<()> {
    let metadata = sh::output(sh::cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let wrong = wrong_arrows(&serde_json::from_str(&metadata)?);
    if !wrong.is_empty() {
        bail!("these crates use what they may not: {}", wrong.join("; "));
    }
    let tree = sh::output(sh::cargo().args([
        "tree",
        "-p",
        "multitude-frontend",
        "--target",
        "wasm32-unknown-unknown",
        "-e",
        "normal",
        "--prefix",
        "none",
    ]))?;
    for name in SERVER_ONLY {
        if tree.lines().any(|line| line.split(' ').next() == Some(name)) {
            bail!("{name} would be sent to browsers; `cargo tree -p multitude-frontend -i {name}` says why");
        }
    }
    Ok(())
}

fn wrong_arrows(metadata: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            wrong.push(format!("{name} has no place in the house; give it one in xtask/src/lint.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let is_ours = ARROWS.iter().any(|(ours, _)| *ours == used);
            if is_ours && used != name && !allowed.contains(&used) {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, uses: &[&str]) -> Value {
        let dependencies: Vec<Value> = uses.iter().map(|used| serde_json::json!({ "name": used })).collect();
        serde_json::json!({ "packages": [{ "name": name, "dependencies": dependencies }] })
    }

    #[test]
    fn arrows_that_point_the_right_way_pass() {
        assert!(wrong_arrows(&package("multitude-platform", &["multitude-domain", "sqlx"])).is_empty());
    }

    #[test]
    fn crate_that_some_ask_for_with_less_is_named() {
        let trees = [
            "serde v1.0.1|default,std\nsyn v2.0.1 (proc-macro)|full (*)\nxtask v0.1.0 (/x)|",
            "serde v1.0.1|std",
        ];
        let trees = trees.map(str::to_owned);
        assert_eq!(compiled_twice(&trees), ["serde v1.0.1 (default)"]);
        assert!(compiled_twice(&trees[..1]).is_empty());
        let versions = ["syn v1.0.1|".to_owned(), "syn v2.0.1|full".to_owned()];
        assert!(compiled_twice(&versions).is_empty(), "two versions are two crates");
    }

    #[test]
    fn arrow_against_the_house_is_refused() {
        assert_eq!(
            wrong_arrows(&package("multitude-domain", &["multitude-platform"])),
            ["multitude-domain uses multitude-platform"]
        );
        assert_eq!(wrong_arrows(&package("stranger", &[])).len(), 1);
    }
}
