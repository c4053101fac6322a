//! Installs what is missing, after asking a person; without a terminal nobody can be asked and it goes ahead.

use std::env;
use std::io::{IsTerminal as _, Write as _, stdin, stdout};
use std::path::PathBuf;
use std::sync::Once;

use anyhow::{Result, bail};

use crate::sh;

/// Whether to ask before something outside the repository changes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Consent {
    Given,
    Ask,
}

impl Consent {
    pub(crate) fn new(yes: bool) -> Self {
        if yes || !stdin().is_terminal() { Self::Given } else { Self::Ask }
    }

    /// Asks, unless it need not be asked.
    pub(crate) fn to(self, what: &str) -> Result<()> {
        match self {
            Self::Given => {
                eprintln!("    {what}");
                Ok(())
            }
            Self::Ask => {
                print!("May I {what}? [y/N] ");
                stdout().flush()?;
                let mut answer = String::new();
                stdin().read_line(&mut answer)?;
                if matches!(answer.trim(), "y" | "Y" | "yes") {
                    return Ok(());
                }
                bail!("stopped: without your consent to {what} this cannot go on");
            }
        }
    }
}

/// Installs Debian packages.
pub(crate) fn apt(consent: Consent, packages: &[&str]) -> Result<()> {
    static UPDATED: Once = Once::new();
    let names = packages.join(" ");
    if !sh::has("apt-get") {
        bail!(
            "this machine has no apt-get; install what these Debian packages hold, then run this again: {names}"
        );
    }
    consent.to(&format!("install with apt-get: {names}"))?;
    let is_root = sh::output(sh::program("id").arg("-u")).is_ok_and(|id| id == "0");
    let apt_get = || {
        let mut command = if is_root { sh::program("apt-get") } else { sh::program("sudo") };
        if !is_root {
            command.args(["-n", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    UPDATED.call_once(|| {
        // An old list is better than none: the installation below says what is missing.
        let _ = sh::run(apt_get().args(["update", "-qq"]));
    });
    let installed =
        sh::run(apt_get().args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages));
    if installed.is_err() {
        bail!("apt-get could not install {names}; install them as root, then run this again");
    }
    Ok(())
}

/// The npm packages of `end2end/`, exactly as locked.
pub(crate) fn npm() -> Result<PathBuf> {
    let folder = sh::root().join("end2end");
    let lock = std::fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.multitude-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(folder);
    }
    if !sh::has("npm") {
        bail!("npm is missing; install Node.js 20 or newer, then run this again");
    }
    sh::step("npm packages", || {
        sh::run(sh::program("npm").current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").args([
            "ci",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]))
    })?;
    std::fs::write(stamp, lock)?;
    Ok(folder)
}

/// The browser that tests and screenshots use.
pub(crate) fn chromium(consent: Consent) -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    let found = || {
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
            .into_iter()
            .map(PathBuf::from)
            .find(|p| p.is_file())
    };
    if let Some(path) = found() {
        return Ok(path);
    }
    apt(consent, &["chromium"])?;
    match found() {
        Some(path) => Ok(path),
        None => bail!("Chromium was installed but is not where it was expected; set CHROMIUM to its path"),
    }
}
