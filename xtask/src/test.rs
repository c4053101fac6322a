//! `test`: every test there is, in the order in which a failure is cheapest to understand.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::changed;
use crate::install::{self, Consent};
use crate::postgres::{Cluster, Durability};
use crate::run;
use crate::sh;
use crate::site::Kind;

/// Runs everything. `full` looks at every page in every combination of language, theme, width and scripts,
/// and at the pages of a release too; else a page that changed since the last commit that passed is looked at
/// in more of them than others (`end2end/choice.mjs`).
pub(crate) fn test(consent: Consent, full: bool) -> Result<()> {
    let chromium = install::chromium(consent)?;
    let look = if full { Look::Full } else { Look::Changed };
    run::build(consent, Kind::Development)?;
    sh::step("the tests, compiled", || sh::run(cargo_test().arg("--no-run")))?;
    let cluster =
        sh::step("a PostgreSQL cluster for these tests", || Cluster::start(consent, Durability::Forgetful))?;
    for suite in SUITES {
        sh::step(suite.what, || suite.run_of(suite.packages, Some(&cluster), Depth::Whole))?;
    }
    sh::step("the browser", || playwright(&chromium, Kind::Development, look, &[]))?;
    if full {
        run::build(consent, Kind::Release)?;
        release_pages(consent)?;
    }
    changed::note_green()
}

/// Every page of the release in the browser: its module has gone through more hands than that of development.
pub(crate) fn release_pages(consent: Consent) -> Result<()> {
    let chromium = install::chromium(consent)?;
    sh::step("the pages of the release in the browser", || {
        playwright(&chromium, Kind::Release, Look::Changed, &["pages"])
    })
}

/// How closely pages are looked at (`end2end/choice.mjs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Every page in every combination of language, theme, width and scripts.
    Full,
    /// Those more closely that changed since the last commit that passed.
    Changed,
    /// Each in a few combinations.
    Brief,
}

/// The tests in these files, or all.
pub(crate) fn playwright(chromium: &Path, kind: Kind, look: Look, files: &[&str]) -> Result<()> {
    let folder = install::npm()?;
    let binary = match kind {
        Kind::Development => "debug/multitude",
        Kind::Release => "release/multitude",
    };
    let mut npx = sh::program("npx");
    npx.current_dir(folder)
        .args(["playwright", "test"])
        .args(files)
        .env("CHROMIUM", chromium)
        .env("MULTITUDE_BIN", sh::target().join(binary))
        .env("MULTITUDE_FULL", if look == Look::Full { "1" } else { "" });
    let changed = match look {
        Look::Full => None,
        Look::Changed => changed::since_green()?,
        Look::Brief => Some(Vec::new()),
    };
    // Where nothing is told, everything has changed, as far as anybody knows.
    if let Some(changed) = changed {
        let list = sh::target().join("changed");
        fs::write(&list, changed.join("\n"))?;
        npx.env("MULTITUDE_CHANGED", list);
    }
    sh::run(&mut npx)
}

/// All that runs natively is compiled as one, so that nothing is compiled twice.
fn cargo_test() -> Command {
    let mut cargo = sh::cargo();
    if sh::has("cargo-nextest") {
        cargo.args(["nextest", "run"]);
    } else {
        cargo.arg("test");
    }
    cargo
}

/// How many of a suite's tests are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// All of them.
    Whole,
    /// All but [`LONG`].
    Quick,
}

/// Tests that wait most of their time, for leases to run out and for slow clients to be cut off.
const LONG: &str = "test(/^(crash|connections)::/)";

/// The tests of some of our crates.
pub(crate) struct Suite {
    pub(crate) what: &'static str,
    packages: &'static [&'static str],
    /// What they are compiled with where nobody else asks for it.
    features: &'static [&'static str],
    /// So many run at once on each core: some mostly wait.
    at_once: usize,
}

pub(crate) const SUITES: [Suite; 4] = [
    Suite {
        what: "rules, languages, tools",
        packages: &["multitude-domain", "multitude-words", "xtask"],
        features: &["--features", "multitude-domain/idna"],
        at_once: 1,
    },
    Suite {
        what: "use cases on both databases",
        packages: &["multitude-platform"],
        features: &[],
        at_once: 1,
    },
    Suite { what: "pages", packages: &["multitude-app"], features: &["--features", "ssr"], at_once: 1 },
    Suite { what: "the server over HTTP", packages: &["multitude"], features: &[], at_once: 2 },
];

impl Suite {
    /// Whether it holds tests of any of these crates.
    pub(crate) fn has_any(&self, packages: &[&str]) -> bool {
        self.packages.iter().any(|name| packages.contains(name))
    }

    /// Runs the tests of those of its crates.
    pub(crate) fn run_of(&self, packages: &[&str], cluster: Option<&Cluster>, depth: Depth) -> Result<()> {
        let mut cargo = cargo_test();
        cargo.arg("--no-fail-fast");
        cargo.args(self.packages.iter().flat_map(|name| ["-p", name])).args(self.features);
        if sh::has("cargo-nextest") {
            let threads = std::thread::available_parallelism()?.get() * self.at_once;
            cargo.args(["--test-threads", &threads.to_string(), "-E", &self.filter(packages, depth)]);
        }
        if let Some(cluster) = cluster {
            cargo.env("MULTITUDE_TEST_POSTGRES", cluster.url());
        }
        sh::run(&mut cargo)
    }

    /// Which tests those are, as nextest reads it.
    fn filter(&self, packages: &[&str], depth: Depth) -> String {
        let of = self.packages.iter().filter(|name| packages.contains(name));
        let of = of.map(|name| format!("package(={name})")).collect::<Vec<_>>().join(" + ");
        match depth {
            Depth::Whole => of,
            Depth::Quick => format!("({of}) - {LONG}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suite_is_narrowed_to_crates_and_to_what_is_quick() {
        let [rules, _, _, http] = SUITES;
        assert_eq!(
            rules.filter(&["multitude-words", "multitude"], Depth::Whole),
            "package(=multitude-words)"
        );
        assert_eq!(
            http.filter(http.packages, Depth::Quick),
            "(package(=multitude)) - test(/^(crash|connections)::/)"
        );
    }
}
