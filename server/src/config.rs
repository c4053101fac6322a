//! Options; each also as an environment variable.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as Options, Parser, Subcommand};

/// Contests find the best solutions, campaigns finance them, partner sites spread them.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the site; migrates its database first.
    Serve(ServeOptions),
}

#[derive(Debug, Options)]
pub(crate) struct ServeOptions {
    /// Where to listen.
    #[arg(long, env = "MULTITUDE_ADDR", default_value = "127.0.0.1:3000")]
    pub(crate) addr: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`; SQLite in the data folder where none is given.
    #[arg(long, env = "MULTITUDE_DATABASE_URL")]
    pub(crate) database_url: Option<String>,
    /// The folder for everything that is kept.
    #[arg(long, env = "MULTITUDE_DATA_DIR", default_value = "data")]
    pub(crate) data_dir: PathBuf,
    /// Where the public finds the site.
    #[arg(long, env = "MULTITUDE_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// Serve the demo world, seeding an empty database; no real money.
    #[arg(long, env = "MULTITUDE_DEMO")]
    pub(crate) demo: bool,
    /// Let the demo world listen beyond this machine.
    #[arg(long, env = "MULTITUDE_DEMO_PUBLIC", requires = "demo")]
    pub(crate) demo_public: bool,
}

/// Options that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("the demo world listens on this machine only; give --demo-public to let others reach {addr}")]
    DemoIsPublic { addr: SocketAddr },
    #[error("--public-url must begin with https://; plain http:// is for this machine's loopback only")]
    PlainHttp,
}

impl ServeOptions {
    /// What does not fit together.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.demo && !self.addr.ip().is_loopback() && !self.demo_public {
            return Err(ConfigError::DemoIsPublic { addr: self.addr });
        }
        if self.public_url.as_deref().is_some_and(|url| !url.starts_with("https://") && !is_loopback(url)) {
            return Err(ConfigError::PlainHttp);
        }
        Ok(())
    }

    /// The database's address: the option, else `DATABASE_URL`, else a file in the data folder.
    pub(crate) fn database_url(&self) -> String {
        let given = self.database_url.clone().or_else(|| std::env::var("DATABASE_URL").ok());
        let file = if self.demo { "demo.db" } else { "multitude.db" };
        given.unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join(file).display()))
    }

    /// Where the public finds the site, without a slash at the end.
    pub(crate) fn public_url(&self) -> String {
        let given = self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.addr));
        given.trim_end_matches('/').to_owned()
    }
}

fn is_loopback(url: &str) -> bool {
    let host = url.strip_prefix("http://").unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|own| host.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> ServeOptions {
        let Command::Serve(options) = Args::parse_from(["multitude", "serve"].iter().chain(args)).command;
        options
    }

    #[test]
    fn demo_stays_on_this_machine_unless_told() {
        assert!(options(&["--demo"]).check().is_ok());
        assert!(options(&["--demo", "--addr", "0.0.0.0:80"]).check().is_err());
        assert!(options(&["--demo", "--addr", "0.0.0.0:80", "--demo-public"]).check().is_ok());
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert!(options(&["--public-url", "https://m.example"]).check().is_ok());
        assert!(options(&["--public-url", "http://localhost:8080"]).check().is_ok());
        assert_eq!(options(&["--public-url", "http://m.example"]).check(), Err(ConfigError::PlainHttp));
        assert_eq!(options(&["--public-url", "http://localhost.evil"]).check(), Err(ConfigError::PlainHttp));
    }

    #[test]
    fn demo_world_has_a_file_of_its_own() {
        assert!(options(&["--demo", "--database-url", "sqlite:x.db"]).database_url().ends_with("x.db"));
        assert_eq!(options(&[]).public_url(), "http://127.0.0.1:3000");
    }
}
