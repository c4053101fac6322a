//! A server of its own for a measurement, on the first core; the load runs on the second.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::sh;

/// Where a measured world lies.
pub(super) struct World {
    folder: TempDir,
    database: Option<String>,
}

impl World {
    /// An empty folder; `database` names a PostgreSQL database to use instead of a file in it.
    pub(super) fn new(database: Option<String>) -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir()?, database })
    }

    /// The binary on this world, with everything a measurement leaves out left out.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program);
        command
            .env_remove("DATABASE_URL")
            .env("MULTITUDE_DATA_DIR", self.folder.path())
            .env("MULTITUDE_DEMO", "true");
        command.env("MULTITUDE_LOG", "info").env("MULTITUDE_RATE_LIMITS", "off");
        if let Some(url) = &self.database {
            command.env("MULTITUDE_DATABASE_URL", url);
        }
        command
    }

    /// The address of its database.
    pub(super) fn url(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.folder.path().join("demo.db").display()))
    }
}

/// The release binary.
pub(super) fn binary() -> PathBuf {
    sh::target().join("release/multitude")
}

/// A process that serves; stopped when it is dropped.
pub(super) struct Served {
    process: Child,
    pub(super) addr: SocketAddr,
}

impl Served {
    /// Starts one and waits until it listens.
    pub(super) fn start(world: &World) -> Result<Self> {
        Self::start_of(world, &binary())
    }

    /// As [`Served::start`], of another build.
    pub(super) fn start_of(world: &World, binary: &Path) -> Result<Self> {
        let mut command = world.command(binary);
        command.args(["serve", "--addr", "127.0.0.1:0"]).stderr(Stdio::piped());
        let mut process = command.spawn().context("could not start the server: is taskset installed?")?;
        let mut log = BufReader::new(process.stderr.take().context("no log to read")?);
        let mut said = String::new();
        loop {
            let mut line = String::new();
            if log.read_line(&mut line)? == 0 {
                bail!("the server ended before it served:\n{said}");
            }
            if let Some((_, rest)) = line.split_once("serving on http://") {
                let addr: String =
                    rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
                std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
                return Ok(Self { process, addr: addr.parse()? });
            }
            said.push_str(&line);
        }
    }

    /// How much it has written so far, in KiB.
    pub(super) fn written_kib(&self) -> Result<f64> {
        let io = fs::read_to_string(format!("/proc/{}/io", self.process.id()))?;
        let line = io.lines().find_map(|line| line.strip_prefix("wchar: ")).context("no wchar")?;
        Ok(line.parse::<f64>()? / 1024.0)
    }

    /// The most memory that was resident at once, in MiB.
    pub(super) fn peak_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
