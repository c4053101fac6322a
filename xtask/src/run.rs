//! `run` and `build`: the site, then the server that carries it.

use anyhow::Result;

use crate::install::Consent;
use crate::sh;
use crate::site::{self, Kind};

/// Builds everything; with [`Kind::Release`] as it is deployed.
pub(crate) fn build(consent: Consent, kind: Kind) -> Result<()> {
    site::build(consent, kind)?;
    sh::step("the server", || {
        let mut cargo = sh::cargo();
        cargo.args(["build", "-p", "multitude"]);
        if kind == Kind::Release {
            cargo.arg("--release");
        }
        sh::run(&mut cargo)
    })
}

/// Builds for development and serves the demo world.
pub(crate) fn run(consent: Consent, serve: &[String]) -> Result<()> {
    build(consent, Kind::Development)?;
    sh::run(
        sh::program(&sh::target().join("debug/multitude").to_string_lossy())
            .args(["serve", "--demo"])
            .args(serve),
    )
}
