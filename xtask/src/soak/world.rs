//! The world that is soaked: a demo world whose server always comes back on the same port.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::client::{ask, get};
use super::fault::{Fault, signal};
use super::now;
use crate::postgres::Cluster;
use crate::sh;

/// How much a file system of its own holds.
const DISK: &str = "size=6g";

/// A demo world.
pub(super) struct World<'a> {
    folder: TempDir,
    /// Whether the folder is a small file system of its own, which can be filled.
    is_mounted: bool,
    server: &'a Path,
    cluster: Option<&'a Cluster>,
    port: u16,
    process: Option<Child>,
}

impl<'a> World<'a> {
    pub(super) fn on_sqlite(server: &'a Path) -> Result<Self> {
        Self::new(server, None)
    }

    pub(super) fn on_postgres(server: &'a Path, cluster: &'a Cluster) -> Result<Self> {
        Self::new(server, Some(cluster))
    }

    fn new(server: &'a Path, cluster: Option<&'a Cluster>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut mount = sh::program("mount");
        mount.args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(folder.path()).stderr(Stdio::null());
        let is_mounted = cluster.is_none() && mount.status().is_ok_and(|status| status.success());
        if cluster.is_none() && !is_mounted {
            eprintln!("    no file system of its own can be mounted here: the disk is not filled");
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Self { folder, is_mounted, server, cluster, port, process: None })
    }

    pub(super) const fn name(&self) -> &'static str {
        if self.cluster.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub(super) fn addr(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// What can go wrong here.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = vec![Fault::Kill, Fault::Kill, Fault::Stop, Fault::Pause, Fault::ClockJumps];
        if self.is_mounted {
            faults.push(Fault::FullDisk);
        }
        if self.cluster.is_some() {
            faults.push(Fault::DatabaseRestarts);
        }
        faults
    }

    /// The server's binary on this world.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(self.server);
        command
            .env_remove("DATABASE_URL")
            .env("MULTITUDE_DATA_DIR", self.folder.path())
            .env("MULTITUDE_DEMO", "true")
            .env("MULTITUDE_RATE_LIMITS", "off");
        if let Some(cluster) = self.cluster {
            command.env("MULTITUDE_DATABASE_URL", cluster.url());
        }
        command
    }

    /// Starts the server; a dead one is forgotten. Its log is in the folder of what was built.
    pub(super) fn start(&mut self) -> Result<()> {
        if let Some(mut dead) = self.process.take() {
            let _ = dead.wait();
        }
        let log = File::options().create(true).append(true).open(sh::target().join("soak.log"))?;
        let serve = ["serve".to_owned(), "--addr".to_owned(), self.addr().to_string()];
        let process = self.command().args(serve).stdout(Stdio::null()).stderr(log).spawn();
        self.process = Some(process.context("could not start the server")?);
        Ok(())
    }

    pub(super) fn signal(&self, name: &str) -> Result<()> {
        signal(name, self.process.as_ref().context("no server")?.id())
    }

    /// Lets the server end what it does.
    pub(super) fn stop(&mut self) -> Result<()> {
        self.signal("TERM")?;
        if let Some(mut process) = self.process.take() {
            process.wait()?;
        }
        Ok(())
    }

    /// Waits until the server says that it can save. One that has ended itself (its database came back as
    /// another, say) is started again.
    pub(super) fn wait_until_ready(&mut self, within: Duration) -> Result<()> {
        let start = now();
        while start.elapsed() < within {
            if ask(self.addr(), &get("/readyz")).is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if self.process.as_mut().is_some_and(|process| process.try_wait().is_ok_and(|end| end.is_some()))
            {
                self.start()?;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        bail!(
            "the server is not ready {within:?} after a fault; see {}",
            sh::target().join("soak.log").display()
        )
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("filler")
    }

    pub(super) fn fill_disk(&self) -> Result<()> {
        let mut fill = sh::program("dd");
        fill.arg("if=/dev/zero").arg(format!("of={}", self.filler().display())).arg("bs=1M");
        // It ends where the disk does.
        let _ = fill.stderr(Stdio::null()).status()?;
        Ok(())
    }

    pub(super) fn clear_disk(&self) -> Result<()> {
        Ok(fs::remove_file(self.filler())?)
    }

    pub(super) fn restart_database(&self) -> Result<()> {
        self.cluster.context("no PostgreSQL")?.restart()
    }
}

impl Drop for World<'_> {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        if self.is_mounted {
            let _ = sh::program("umount").arg(self.folder.path()).status();
        }
    }
}
