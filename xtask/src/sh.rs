//! Running programs, where things lie, and saying what goes on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The root of the checkout: cargo's word when this runs, since a folder of built things may serve several
/// checkouts.
pub(crate) fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).join("..").canonicalize().unwrap_or_else(|_| PathBuf::from("."))
}

/// Where cargo builds; `CARGO_TARGET_DIR` is honoured.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where the built site lies; the server embeds it from here.
pub(crate) fn site() -> PathBuf {
    target().join("site")
}

/// A program to run in the root of the checkout.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).env("MULTITUDE_SITE", site());
    for (told, _) in env::vars_os() {
        if is_about_xtask(&told.to_string_lossy()) {
            command.env_remove(told);
        }
    }
    command
}

/// Whether `cargo run` tells this about the crate that it runs. Build scripts that ask for such (ring's)
/// would run again in each cargo that is begun here, and again in each that is not, with TLS and everything
/// above it compiled anew each time.
fn is_about_xtask(variable: &str) -> bool {
    ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|start| variable.starts_with(start))
}

/// The server's own toolchain.
pub(crate) fn cargo() -> Command {
    program(&env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
}

/// Runs to the end; a failure says which command failed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("could not start `{shown}`: is it installed?"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status}); its output above says why");
    }
    Ok(())
}

/// Runs to the end and gives what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let out = command.output().with_context(|| format!("could not start `{shown}`: is it installed?"))?;
    if !out.status.success() {
        bail!("`{shown}` failed ({}): {}", out.status, String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// Whether a program can be found.
pub(crate) fn has(name: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

/// Steps in the order in which they began: how deep within others, what, and how long once it ended.
static STEPS: Mutex<Vec<(usize, String, Option<Duration>)>> = Mutex::new(Vec::new());

/// Says what begins, does it, and says how long it took.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("==> {what}");
    #[expect(clippy::disallowed_methods, reason = "a stopwatch for whoever waits, not a rule")]
    let start = Instant::now();
    let at = begun(what);
    let done = work().with_context(|| format!("while: {what}"))?;
    let took = start.elapsed();
    eprintln!("    {what}: {:.1} s", took.as_secs_f32());
    if let Some((_, _, ended)) = steps().get_mut(at) {
        *ended = Some(took);
    }
    Ok(done)
}

fn steps() -> MutexGuard<'static, Vec<(usize, String, Option<Duration>)>> {
    STEPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes that a step has begun, within those that have not ended; its place.
fn begun(what: &str) -> usize {
    let mut steps = steps();
    let depth = steps.iter().filter(|(_, _, took)| took.is_none()).count();
    steps.push((depth, what.to_owned(), None));
    steps.len() - 1
}

/// Says what each step took, where there were several; a step that failed has no end.
pub(crate) fn say_steps() {
    let steps = steps();
    if steps.len() > 1 {
        eprint!("{}", table(&steps));
    }
}

fn table(steps: &[(usize, String, Option<Duration>)]) -> String {
    let line = |(depth, what, took): &(usize, String, Option<Duration>)| {
        let seconds = took.map_or_else(|| "failed".to_owned(), |took| format!("{:.1}", took.as_secs_f32()));
        format!("{seconds:>8}  {}{what}", "  ".repeat(*depth))
    };
    let all: Duration = steps.iter().filter(|(depth, ..)| *depth == 0).filter_map(|(_, _, took)| *took).sum();
    let mut lines = vec![String::new(), " seconds  step".to_owned()];
    lines.extend(steps.iter().map(line));
    lines.push(format!("{:>8.1}  all of it\n", all.as_secs_f32()));
    lines.join("\n")
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_hear_nothing_of_this_crate() {
        assert!(env::var_os("CARGO_PKG_NAME").is_some(), "cargo tells it");
        let cargo = cargo();
        let removed: Vec<_> =
            cargo.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION_PRE"] {
            assert!(removed.iter().any(|one| *one == name), "{name}");
        }
        assert!(!is_about_xtask("CARGO_TARGET_DIR") && !is_about_xtask("CARGO_HOME"));
    }

    #[test]
    fn table_says_what_each_step_took_and_which_one_failed() {
        let seconds = Duration::from_secs;
        let steps = [
            (0, "one".to_owned(), Some(seconds(61))),
            (1, "within it".to_owned(), Some(seconds(2))),
            (0, "two".to_owned(), None),
        ];
        assert_eq!(
            table(&steps),
            "\n seconds  step\n    61.0  one\n     2.0    within it\n  failed  two\n    61.0  all of it\n"
        );
    }
}
