//! Who compiles for the browser: the active toolchain where it has the WASM library, else Debian's compiler.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::install::{self, Consent};
use crate::sh;

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// A toolchain that can build for `wasm32-unknown-unknown`.
pub(crate) enum Toolchain {
    /// The one that builds the server too.
    Active,
    /// Debian's, with the library in a cache of ours.
    Debian { sysroot: PathBuf },
}

impl Toolchain {
    /// Finds one, or installs what is missing.
    pub(crate) fn find(consent: Consent) -> Result<Self> {
        if active_has_library()? {
            return Ok(Self::Active);
        }
        if let Some(sysroot) = debian_sysroot()?.filter(|path| has_library(path)) {
            return Ok(Self::Debian { sysroot });
        }
        if sh::has("rustup") && consent.to(&format!("add the target {TARGET} with rustup")).is_ok() {
            let added = sh::program("rustup").args(["target", "add", TARGET]).status();
            if added.is_ok_and(|status| status.success()) && active_has_library()? {
                return Ok(Self::Active);
            }
            eprintln!("    rustup could not fetch it; Debian's packages may serve");
        }
        sh::step("the WASM library, from Debian's packages", || build_debian(consent))
    }

    /// `cargo` for the browser's half, in a target folder of its own: two compilers would undo each other's
    /// work.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = match self {
            Self::Active => sh::cargo(),
            Self::Debian { .. } => sh::program(DEBIAN_CARGO),
        };
        if let Self::Debian { sysroot } = self {
            command.env("PATH", debian_path()).env("RUSTC", DEBIAN_RUSTC).env_remove("RUSTUP_TOOLCHAIN").env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                format!("--sysroot {}", sysroot.display()),
            );
        }
        command.env("CARGO_TARGET_DIR", folder());
        command
    }

    /// `cargo clippy`, or `cargo check` where this compiler has no clippy.
    pub(crate) fn lint(&self, consent: Consent) -> Command {
        let has_clippy = || Path::new("/usr/bin/clippy-driver").is_file();
        if matches!(self, Self::Debian { .. }) && !has_clippy() {
            // Where it cannot be had, the check below says so.
            let _ = install::apt(consent, &["rust-web-clippy"]);
        }
        let mut command = self.cargo();
        if matches!(self, Self::Active) || has_clippy() {
            command.arg("clippy");
        } else {
            eprintln!("    this compiler has no clippy: checking without it");
            command.arg("check");
        }
        command
    }
}

/// Where the browser's half is built.
pub(crate) fn folder() -> PathBuf {
    sh::target().join("wasm")
}

fn active_has_library() -> Result<bool> {
    let sysroot = sh::output(sh::program("rustc").args(["--print", "sysroot"]))
        .context("rustc is missing: install Rust with rustup, then run this again")?;
    Ok(has_library(Path::new(&sysroot)))
}

fn has_library(sysroot: &Path) -> bool {
    let folder = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    std::fs::read_dir(folder).is_ok_and(|files| {
        files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// The cache for the library of Debian's compiler; none where that compiler is not installed.
fn debian_sysroot() -> Result<Option<PathBuf>> {
    if !Path::new(DEBIAN_RUSTC).is_file() {
        return Ok(None);
    }
    let version = sh::output(sh::program(DEBIAN_RUSTC).arg("--version"))?;
    let number = version.split(' ').nth(1).unwrap_or("unknown");
    Ok(Some(cache()?.join(format!("sysroot-{number}"))))
}

fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    Ok(base.or_else(home).context("set HOME: the WASM library is kept in its .cache")?.join("multitude"))
}

fn debian_path() -> String {
    format!("/usr/bin:{}", env::var("PATH").unwrap_or_default())
}

fn build_debian(consent: Consent) -> Result<Toolchain> {
    let packages = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
    if let Err(e) = install::apt(consent, &packages) {
        bail!("the target {TARGET} is missing: run `rustup target add {TARGET}`, then this again ({e})");
    }
    let sysroot = debian_sysroot()?.context("Debian's rustc was installed but is not at /usr/bin/rustc")?;
    let scratch = sysroot.with_extension("build");
    std::fs::create_dir_all(scratch.join("src"))?;
    std::fs::write(scratch.join("src/lib.rs"), "")?;
    std::fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[profile.release]\nopt-level = 3\n\
         codegen-units = 1\ndebug = false\n[workspace]\n",
    )?;
    sh::run(
        sh::program(DEBIAN_CARGO)
            .current_dir(&scratch)
            .env("PATH", debian_path())
            .env("RUSTC", DEBIAN_RUSTC)
            // Debian's compiler is a stable one that may build its own library.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", scratch.join("target"))
            .args(["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort,test"]),
    )?;
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    std::fs::create_dir_all(&library)?;
    for file in std::fs::read_dir(scratch.join("target").join(TARGET).join("release/deps"))? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|ending| ending == "rlib") && !name.starts_with("libscratch") {
            std::fs::copy(&path, library.join(name))?;
        }
    }
    std::fs::remove_dir_all(scratch)?;
    Ok(Toolchain::Debian { sysroot })
}
