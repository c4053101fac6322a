//! The demo world, made once in a run of tests and copied for each: a folder with its secret, and for
//! PostgreSQL a template. Its days count from its making, so another run makes its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::site::{execute, psql};

/// Longer than any run; what an earlier one has left is removed then.
const LEFT_FOR: Duration = Duration::from_hours(3);
const TEMPLATE: &str = "multitude_demo_";
/// The file that names the template, beside the secret that it was made with.
const NAME: &str = "template";

/// Puts the demo world into an empty folder.
pub(crate) fn copy_files(to: &Path) {
    copy(&made("sqlite", |folder| seed(folder, None)), to);
}

/// Makes the demo world's database of this name in a cluster, and puts its secret into an empty folder.
pub(crate) fn copy_database(cluster: &str, name: &str, to: &Path) {
    let made = made("postgres", |folder| {
        remove_old_templates(cluster);
        let template = format!("{TEMPLATE}{}_{}", since_epoch().as_secs(), std::process::id());
        execute(cluster, &format!("CREATE DATABASE {template}"));
        seed(folder, Some(&format!("{}/{template}", cluster.rsplit_once('/').unwrap().0)));
        fs::write(folder.join(NAME), template).unwrap();
    });
    let template = fs::read_to_string(made.join(NAME)).unwrap();
    execute(cluster, &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"));
    copy(&made, to);
    fs::remove_file(to.join(NAME)).unwrap();
}

/// The folder of this run in which that was made; the first to ask makes it, and it has its name once it is
/// whole.
fn made(what: &str, make: impl FnOnce(&Path)) -> PathBuf {
    // Without nextest all tests are one process.
    let run = std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| std::process::id().to_string());
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (folder, making) = (all.join(format!("demo-{what}-{run}")), all.join(format!("making-{what}-{run}")));
    let lock = File::create(all.join(format!("demo-{what}.lock"))).unwrap();
    lock.lock().unwrap();
    if !folder.exists() {
        remove_old_folders(all, what);
        let _ = fs::remove_dir_all(&making);
        fs::create_dir(&making).unwrap();
        make(&making);
        fs::rename(&making, &folder).unwrap();
    }
    folder
}

fn seed(folder: &Path, database: Option<&str>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_multitude"));
    command.arg("seed").env("MULTITUDE_DATA_DIR", folder).env_remove("DATABASE_URL");
    command.env("MULTITUDE_DATABASE_URL", database.unwrap_or_default());
    let done = command.output().unwrap();
    assert!(done.status.success(), "no demo world is made: {}", String::from_utf8_lossy(&done.stderr));
}

fn copy(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn remove_old_folders(all: &Path, what: &str) {
    let begins = [format!("demo-{what}-"), format!("making-{what}-")];
    for folder in fs::read_dir(all).unwrap().map(Result::unwrap) {
        let name = folder.file_name().to_string_lossy().into_owned();
        let made_at = folder.metadata().unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
        if begins.iter().any(|begin| name.starts_with(begin)) && made_at + LEFT_FOR < since_epoch() {
            fs::remove_dir_all(folder.path()).unwrap();
        }
    }
}

/// Of a cluster that outlives its runs.
fn remove_old_templates(cluster: &str) {
    for line in psql(&["--list", cluster]).lines() {
        let name = line.split('|').next().unwrap_or_default();
        let made_at = name.strip_prefix(TEMPLATE).and_then(|rest| rest.split('_').next()?.parse().ok());
        if made_at.is_some_and(|at| Duration::from_secs(at) + LEFT_FOR < since_epoch()) {
            execute(cluster, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how old something is that tests have made, not a rule")]
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
