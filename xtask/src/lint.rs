//! `lint`: formats, clippy on both targets, the house's one-way arrows, and what stands in which room.

mod rooms;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::install::Consent;
use crate::wasm::Toolchain;
use crate::{contrast, sh};

/// Who may use whom (design section 2). What is not listed is refused.
const ARROWS: &[(&str, &[&str])] = &[
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

/// Runs every check.
pub(crate) fn lint(consent: Consent) -> Result<()> {
    sh::step("formats", || sh::run(sh::cargo().args(["fmt", "--all", "--check"])))?;
    sh::step("arrows between crates", arrows)?;
    sh::step("SQL in its rooms", rooms::sql_in_its_rooms)?;
    sh::step("a kit that knows no feature", rooms::kit_knows_no_feature)?;
    sh::step("acts behind their two doors", rooms::acts_behind_their_doors)?;
    sh::step("contrast of the palette", contrast::check)?;
    for packages in [
        &["-p", "multitude-domain", "-p", "multitude-words", "-p", "multitude-platform", "-p", "xtask"][..],
        &["-p", "multitude-app", "--features", "ssr"],
        &["-p", "multitude"],
    ] {
        sh::step("clippy, native", || {
            sh::run(sh::cargo().arg("clippy").args(packages).args(["--all-targets", "--", "-D", "warnings"]))
        })?;
    }
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
    fn arrow_against_the_house_is_refused() {
        assert_eq!(
            wrong_arrows(&package("multitude-domain", &["multitude-platform"])),
            ["multitude-domain uses multitude-platform"]
        );
        assert_eq!(wrong_arrows(&package("stranger", &[])).len(), 1);
    }
}
