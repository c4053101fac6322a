//! `multitude`: the command line, and the one place where everything is put together.
//!
//! | Module | Answers for |
//! |---|---|
//! | [`config`] | options and environment |
//! | [`serve`] | starting, serving, stopping |
//! | [`http`] | routes, headers, files |
#![recursion_limit = "256"]

mod config;
mod http;
mod serve;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("MULTITUDE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = match config::Args::parse().command {
        config::Command::Serve(options) => serve::serve(options).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}
