//! What has changed: since a commit, and since the last one that passed every test.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::sh;

/// Paths that differ from a commit in what lies here now, those among them that git does not know yet.
pub(crate) fn since(commit: &str) -> Result<Vec<String>> {
    let differ = sh::output(git().args(["diff", "--name-only", "--no-renames", commit]))?;
    let unknown = sh::output(git().args(["ls-files", "--others", "--exclude-standard"]))?;
    Ok(differ.lines().chain(unknown.lines()).map(str::to_owned).collect())
}

/// As [`since`], the last commit that passed; `None` where none is known here: then everything has changed.
pub(crate) fn since_green() -> Result<Option<Vec<String>>> {
    let Ok(commit) = fs::read_to_string(green()) else { return Ok(None) };
    let is_known = git().args(["cat-file", "-e", &format!("{commit}^{{commit}}")]).output();
    if !is_known.is_ok_and(|done| done.status.success()) {
        return Ok(None);
    }
    eprintln!("    the last commit that passed here is {commit}");
    since(&commit).map(Some)
}

/// Notes that this commit passed, unless something lies here that it does not hold.
pub(crate) fn note_green() -> Result<()> {
    let is_clean = sh::output(git().args(["status", "--porcelain"])).is_ok_and(|status| status.is_empty());
    if is_clean && let Ok(commit) = sh::output(git().args(["rev-parse", "HEAD"])) {
        fs::write(green(), commit)?;
    }
    Ok(())
}

/// Where this commit left the main line; its own last commit where it is on it, or where there is no such
/// line here.
pub(crate) fn fork() -> Result<String> {
    for main in ["origin/main", "main"] {
        if let Ok(base) = sh::output(git().args(["merge-base", "HEAD", main])) {
            return Ok(base);
        }
    }
    sh::output(git().args(["rev-parse", "HEAD"]))
}

fn green() -> PathBuf {
    sh::target().join("green")
}

fn git() -> std::process::Command {
    sh::program("git")
}
