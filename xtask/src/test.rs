//! `test`: every test there is, in the order in which a failure is cheapest to understand.

use std::path::Path;

use anyhow::Result;

use crate::install::{self, Consent};
use crate::postgres::{Cluster, Durability};
use crate::run;
use crate::sh;
use crate::site::Kind;

/// Runs everything; `full` takes every combination of language, theme, width and scripts in the browser, and the pages of a
/// release too.
pub(crate) fn test(consent: Consent, full: bool) -> Result<()> {
    let chromium = install::chromium(consent)?;
    run::build(consent, Kind::Development)?;
    let cluster =
        sh::step("a PostgreSQL cluster for these tests", || Cluster::start(consent, Durability::Forgetful))?;
    sh::step("rules, languages, tools", || {
        let all = ["-p", "multitude-domain", "-p", "multitude-words", "-p", "xtask"];
        cargo_test(&[&all[..], &["--features", "multitude-domain/idna"]].concat(), &cluster)
    })?;
    sh::step("use cases on both databases", || cargo_test(&["-p", "multitude-platform"], &cluster))?;
    sh::step("pages", || cargo_test(&["-p", "multitude-app", "--features", "ssr"], &cluster))?;
    sh::step("the server over HTTP", || cargo_test(&["-p", "multitude"], &cluster))?;
    sh::step("the browser", || playwright(&chromium, Kind::Development, full, &[]))?;
    if full {
        run::build(consent, Kind::Release)?;
        release_pages(consent)?;
    }
    Ok(())
}

/// Every page of the release in the browser: its module has gone through more hands than that of development.
pub(crate) fn release_pages(consent: Consent) -> Result<()> {
    let chromium = install::chromium(consent)?;
    sh::step("the pages of the release in the browser", || {
        playwright(&chromium, Kind::Release, false, &["pages"])
    })
}

/// The tests in these files, or all.
fn playwright(chromium: &Path, kind: Kind, full: bool, files: &[&str]) -> Result<()> {
    let folder = install::npm()?;
    let binary = match kind {
        Kind::Development => "debug/multitude",
        Kind::Release => "release/multitude",
    };
    sh::run(
        sh::program("npx")
            .current_dir(folder)
            .args(["playwright", "test"])
            .args(files)
            .env("CHROMIUM", chromium)
            .env("MULTITUDE_BIN", sh::target().join(binary))
            .env("MULTITUDE_FULL", if full { "1" } else { "" }),
    )
}

fn cargo_test(packages: &[&str], cluster: &Cluster) -> Result<()> {
    let mut cargo = sh::cargo();
    if sh::has("cargo-nextest") {
        cargo.args(["nextest", "run", "--no-fail-fast"]);
    } else {
        cargo.args(["test", "--no-fail-fast"]);
    }
    sh::run(cargo.args(packages).env("MULTITUDE_TEST_POSTGRES", cluster.url()))
}
