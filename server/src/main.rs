//! `multitude`: the command line, and the one place where everything is put together.
//!
//! | Module | Answers for |
//! |---|---|
//! | [`address`] | whom a request comes from |
//! | [`api`] | REST |
//! | [`campaign`] | deciding about campaigns and fees |
//! | [`compute`] | the rules on the command line |
//! | [`config`] | options and environment |
//! | [`connections`] | who is let in, and how all of it ends |
//! | [`doctor`] | what works and what does not |
//! | [`error`] | what goes wrong |
//! | [`http`] | routes, headers, files |
//! | [`import`] | bringing in recorded campaigns |
//! | [`limits`] | how much may be asked for |
//! | [`mail`] | mails that were given up |
//! | [`metrics`] | counting what goes on |
//! | [`pledge`] | pledges that a person decides about |
//! | [`problem`] | what goes wrong, as machines read it |
//! | [`serve`] | starting, serving, stopping |
//! | [`store`] | opening what is kept |
//! | [`user`] | granting roles, erasing people |
//! | [`validator`] | entity tags |
//! | [`verify`] | recounting the books |
#![recursion_limit = "256"]

mod address;
mod api;
mod campaign;
mod compute;
mod config;
mod connections;
mod doctor;
mod error;
mod http;
mod import;
mod limits;
mod mail;
mod metrics;
mod pledge;
mod problem;
mod serve;
mod store;
mod user;
mod validator;
mod verify;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

/// Rendering a page makes and drops thousands of small things.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let args = config::Args::parse();
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
    let done = match args.command {
        config::Command::Serve(options) => serve::serve(options).await,
        config::Command::Doctor(options) => doctor::examine(options).await,
        config::Command::Seed(options) => store::seed(options).await,
        config::Command::User(config::UserCommand::Grant(options)) => user::grant(options).await,
        config::Command::User(config::UserCommand::Erase(options)) => user::erase(options).await,
        config::Command::Campaign(options) => campaign::decide(options).await,
        config::Command::Pledge(command) => pledge::decide(command).await,
        config::Command::Mail(config::MailCommand::Retry(options)) => mail::retry(&options).await,
        config::Command::Fees(options) => campaign::fees(options).await,
        config::Command::Import(config::ImportCommand::Kickstarter(options)) => import::import(options).await,
        config::Command::Ledger(config::LedgerCommand::Verify(options)) => verify::verify(&options).await,
        config::Command::Openapi => api::document()
            .map_err(std::io::Error::from)
            .and_then(|document| std::io::stdout().write_all(document.as_bytes()))
            .map_err(|error| error::ServeError::Io { what: "openapi".to_owned(), error }),
        config::Command::Compute { method } => {
            compute::compute(method, std::io::stdin().lock(), std::io::stdout())
                .map_err(|error| error::ServeError::Io { what: "compute".to_owned(), error })
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}
