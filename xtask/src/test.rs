//! `test`: every test there is, in the order in which a failure is cheapest to understand.

use anyhow::Result;

use crate::install::{self, Consent};
use crate::postgres::{Cluster, Durability};
use crate::run;
use crate::sh;
use crate::site::Kind;

/// Runs everything; `full` takes every combination of language, theme, width and scripts in the browser.
pub(crate) fn test(consent: Consent, full: bool) -> Result<()> {
    let chromium = install::chromium(consent)?;
    run::build(consent, Kind::Development)?;
    let cluster =
        sh::step("a PostgreSQL cluster for these tests", || Cluster::start(consent, Durability::Forgetful))?;
    sh::step("rules, languages, tools", || {
        cargo_test(&["-p", "multitude-domain", "-p", "multitude-words", "-p", "xtask"], &cluster)
    })?;
    sh::step("use cases on both databases", || cargo_test(&["-p", "multitude-platform"], &cluster))?;
    sh::step("pages", || cargo_test(&["-p", "multitude-app", "--features", "ssr"], &cluster))?;
    sh::step("the server over HTTP", || cargo_test(&["-p", "multitude"], &cluster))?;
    sh::step("the browser", || {
        let folder = install::npm()?;
        sh::run(
            sh::program("npx")
                .current_dir(folder)
                .args(["playwright", "test"])
                .env("CHROMIUM", &chromium)
                .env("MULTITUDE_BIN", sh::target().join("debug/multitude"))
                .env("MULTITUDE_FULL", if full { "1" } else { "" }),
        )
    })
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
