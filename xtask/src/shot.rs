//! `shot`: every page of the demo world, photographed.

use anyhow::Result;

use crate::install::{self, Consent};
use crate::run;
use crate::sh;
use crate::site::Kind;

/// Builds, starts the demo world, and photographs the pages named in `end2end/routes.json`.
pub(crate) fn shot(consent: Consent, lang: &str) -> Result<()> {
    let chromium = install::chromium(consent)?;
    run::build(consent, Kind::Development)?;
    let folder = install::npm()?;
    let shots = sh::target().join("shots");
    sh::step("photographs", || {
        sh::run(
            sh::program("node")
                .current_dir(folder)
                .args(["shot.mjs", lang])
                .env("CHROMIUM", chromium)
                .env("MULTITUDE_BIN", sh::target().join("debug/multitude"))
                .env("MULTITUDE_SHOTS", &shots),
        )
    })?;
    eprintln!("    they lie in {}", shots.display());
    Ok(())
}
