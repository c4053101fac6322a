//! The subcommands: one file each, which does what its options say and prints what it found.
//!
//! | Module | Answers for |
//! |---|---|
//! | [`audit`] | reading who did what |
//! | [`campaign`] | deciding about campaigns and fees |
//! | [`clock`] | a clock that jumped |
//! | [`compute`] | the rules on the command line |
//! | [`doctor`] | what works and what does not |
//! | [`import`] | bringing in recorded campaigns |
//! | [`mail`] | mails that were given up |
//! | [`openapi`] | printing what describes the API |
//! | [`pledge`] | pledges that a person decides about |
//! | [`seed`] | making the demo world |
//! | [`serve`] | starting, serving, stopping |
//! | [`user`] | granting roles, erasing people |
//! | [`verify`] | recounting the books |

mod audit;
mod campaign;
mod clock;
mod compute;
mod doctor;
mod import;
mod mail;
mod openapi;
mod pledge;
mod seed;
mod serve;
mod user;
mod verify;

use crate::config::{
    AuditCommand, ClockCommand, Command, ImportCommand, LedgerCommand, MailCommand, UserCommand,
};
use crate::error::ServeError;

/// Does what the command line asks for.
pub(crate) async fn run(command: Command) -> Result<(), ServeError> {
    match command {
        Command::Serve(options) => serve::serve(options).await,
        Command::Doctor(options) => doctor::examine(options).await,
        Command::Seed(options) => seed::seed(options).await,
        Command::User(UserCommand::Grant(options)) => user::grant(options).await,
        Command::User(UserCommand::Erase(options)) => user::erase(options).await,
        Command::Campaign(options) => campaign::decide(options).await,
        Command::Pledge(command) => pledge::decide(command).await,
        Command::Clock(ClockCommand::Confirm(options)) => clock::confirm(&options).await,
        Command::Mail(MailCommand::Retry(options)) => mail::retry(&options).await,
        Command::Fees(options) => campaign::fees(options).await,
        Command::Import(ImportCommand::Kickstarter(options)) => import::import(options).await,
        Command::Ledger(LedgerCommand::Verify(options)) => verify::verify(&options).await,
        Command::Audit(AuditCommand::List(options)) => audit::list(options).await,
        Command::Openapi => openapi::print(std::io::stdout()),
        Command::Compute { method } => compute::compute(method, std::io::stdin().lock(), std::io::stdout())
            .map_err(|error| ServeError::Io { what: "compute".to_owned(), error }),
    }
}
