//! Says where the built site lies, so that the binary can carry it: `MULTITUDE_SITE`, or `target/site`.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-env-changed=MULTITUDE_SITE");
    // Asked for when it runs: a folder of built things may serve several checkouts.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let root = Path::new(&here).join("..");
    let site = std::env::var_os("MULTITUDE_SITE").map_or_else(|| root.join("target/site"), PathBuf::from);
    // Without a built site the server still compiles, for checks and lints; `serve` then says what is
    // missing.
    if let Err(e) = std::fs::create_dir_all(&site) {
        println!("cargo:warning=cannot make {}: {e}", site.display());
    }
    println!("cargo:rustc-env=MULTITUDE_SITE={}", site.display());
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={}", site.display());
    }
}
