//! A throwaway PostgreSQL cluster for tests: in a fresh folder, on a free port of the loopback, gone at the
//! end.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::install::{self, Consent};
use crate::sh;

/// A running cluster; dropping it stops it and removes its files.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    owner: Option<String>,
    port: u16,
}

/// Whether what is committed outlasts a power cut.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Durability {
    /// No, but tests are quick.
    Forgetful,
    /// Yes, as it is deployed.
    Durable,
}

/// A file system in memory. Each database is some 500 files, and making and removing them on a disk takes ten
/// times as long.
const MEMORY: &str = "/dev/shm";
/// Several times what a whole run fills.
const MEMORY_KB_MIN: u64 = 1_000_000;

impl Cluster {
    /// Starts one. PostgreSQL refuses to run as root; then another user runs it.
    pub(crate) fn start(consent: Consent, durability: Durability) -> Result<Self> {
        if find_programs().is_none() {
            install::apt(consent, &["postgresql"])?;
        }
        let programs = find_programs()
            .context("PostgreSQL was installed but its initdb is not in /usr/lib/postgresql")?;
        let is_root = sh::output(sh::program("id").arg("-u"))? == "0";
        let owner = if is_root { Some(other_user()?) } else { None };
        let folder = match durability {
            Durability::Forgetful if memory_has_room() => tempfile::tempdir_in(MEMORY)?,
            Durability::Forgetful | Durability::Durable => tempfile::tempdir()?,
        };
        if let Some(owner) = &owner {
            sh::run(sh::program("chown").arg(owner).arg(folder.path()))?;
        }
        // The port may be taken again before PostgreSQL takes it; then its start fails and says so.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self { programs, folder, owner, port };
        sh::output(
            cluster
                .command("initdb")
                .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"])
                .arg(cluster.data()),
        )?;
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300 {}",
            cluster.folder.path().display(),
            match durability {
                Durability::Forgetful => "-c fsync=off -c max_wal_size=256MB",
                Durability::Durable => "-c fsync=on",
            }
        );
        // Its own log: inherited pipes would keep a caller waiting for the server's end.
        sh::run(
            cluster
                .command("pg_ctl")
                .args(["-w", "-s", "-D"])
                .arg(cluster.data())
                .arg("-l")
                .arg(cluster.folder.path().join("log"))
                .arg("-o")
                .arg(options)
                .arg("start"),
        )?;
        Ok(cluster)
    }

    /// Where tests make and drop their databases.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Has it run on one of the machine's cores from now on, whoever started it.
    pub(crate) fn keep_to_core(&self, core: usize) -> Result<()> {
        let file = fs::read_to_string(self.data().join("postmaster.pid"))?;
        let first = file.lines().next().context("postmaster.pid is empty")?.trim().to_owned();
        // Those that it starts later run where it does.
        let helpers = fs::read_to_string(format!("/proc/{first}/task/{first}/children"))?;
        let move_to_core =
            |process: &str| sh::output(sh::program("taskset").args(["-pc", &core.to_string(), process]));
        for helper in helpers.split_whitespace() {
            // Some end as they like.
            let _ = move_to_core(helper);
        }
        move_to_core(&first).map(|_| ())
    }

    /// Cuts it off as a power cut does, and starts it again.
    pub(crate) fn restart(&self) -> Result<()> {
        let mut restart = self.command("pg_ctl");
        restart.args(["-w", "-s", "-m", "immediate", "-D"]).arg(self.data());
        sh::run(restart.arg("-l").arg(self.folder.path().join("log")).arg("restart"))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match &self.owner {
            Some(owner) => {
                let mut command = Command::new("runuser");
                command.args(["-u", owner, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stopped = sh::run(
            self.command("pg_ctl").args(["-s", "-m", "immediate", "-D"]).arg(self.data()).arg("stop"),
        );
        if stopped.is_err() {
            eprintln!("    the cluster in {} may be left over", self.folder.path().display());
        }
    }
}

fn memory_has_room() -> bool {
    let free = sh::output(sh::program("df").args(["-k", "--output=avail", MEMORY]));
    free.is_ok_and(|said| said.lines().last().and_then(|kb| kb.trim().parse().ok()) >= Some(MEMORY_KB_MIN))
}

fn find_programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    versions.into_iter().rev().find(|folder| has_initdb(folder))
}

fn has_initdb(folder: &Path) -> bool {
    folder.join("initdb").is_file()
}

fn other_user() -> Result<String> {
    for user in ["postgres", "nobody"] {
        if sh::output(sh::program("id").args(["-u", user])).is_ok() {
            return Ok(user.to_owned());
        }
    }
    bail!(
        "PostgreSQL refuses to run as root and this machine has neither a user postgres nor nobody; add one, then run this again"
    )
}
