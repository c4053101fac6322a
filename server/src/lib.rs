//! All of the binary `multitude` but its entry: the command line, and the one place where everything is put
//! together.
//!
//! | Module | Answers for |
//! |---|---|
//! | `address` | whom a request comes from |
//! | `api` | REST |
//! | `commands` | the subcommands, one file each |
//! | `config` | options and environment |
//! | `connections` | who is let in, and how all of it ends |
//! | `error` | what goes wrong |
//! | `http` | routes, headers, files |
//! | `limits` | how much may be asked for |
//! | `metrics` | counting what goes on |
//! | `pace` | that a connection gets on |
//! | `problem` | what goes wrong, as machines read it |
//! | `store` | opening what is kept |
//! | `validator` | entity tags |
#![recursion_limit = "256"]

mod address;
mod api;
mod commands;
mod config;
mod connections;
mod error;
mod http;
mod limits;
mod metrics;
mod pace;
mod problem;
mod store;
mod validator;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

/// Reads the command line, begins the log and does what was asked for.
pub async fn run() -> ExitCode {
    let args = config::Args::read();
    let filter = EnvFilter::try_from_env("MULTITUDE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Colours are for people who look, not for files.
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match args.log_format {
        config::LogFormat::Text => log.init(),
        config::LogFormat::Json => log.json().init(),
    }
    match commands::run(args.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}
