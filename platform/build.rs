//! Turns the texts of mails in four languages into typed methods; a missing text ends the build.

use std::path::Path;

fn main() -> Result<(), String> {
    println!("cargo:rerun-if-changed=locales");
    let out = std::env::var("OUT_DIR").map_err(|e| e.to_string())?;
    // Asked for when it runs: a folder of built things may serve several checkouts.
    let here = std::env::var("CARGO_MANIFEST_DIR").map_err(|e| e.to_string())?;
    let locales = Path::new(&here).join("locales");
    multitude_words::codegen::generate(&locales, Path::new(&out))
}
