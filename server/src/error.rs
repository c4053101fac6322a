//! Why a command did not do what it was asked for.

use multitude_platform::accounts::ErasePersonError;
use multitude_platform::db::StoreError;
use multitude_platform::demo::DemoError;
use multitude_platform::import::ImportError;
use multitude_platform::mail::BadMailSettings;

use crate::config::ConfigError;

/// What went wrong, for whoever runs the command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Mail(#[from] BadMailSettings),
    #[error("the database cannot be used: {0}")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error("this database holds the demo world; serve it with --demo or name another one")]
    IsDemo,
    #[error("--rate-limits off is for the demo world and for sites where no real money moves")]
    LimitsNeeded,
    #[error("this binary carries no site; build it with `cargo xtask build`")]
    NoSite,
    #[error("{0} of them broken; the lines above say what to do")]
    Broken(usize),
    #[error("{0} is no e-mail address; write it like name@example.ch")]
    Email(String),
    #[error(
        "there is no installation here; name it with --data-dir or --database-url, and the demo world with --demo"
    )]
    NoInstallation,
    #[error("the command line may not do this")]
    Denied,
    #[error("nothing was done: {0}")]
    Refused(String),
    #[error("nobody was erased: {0}")]
    NotErased(ErasePersonError),
    #[error("there is nothing of that name to ask about")]
    NothingAbout,
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("{0} findings: the books do not fit")]
    Findings(usize),
    #[error("{0} must hold 64 hexadecimal digits and nothing else")]
    Secret(String),
    #[error(
        "the database was made with another secret than the one in {0}: name the one of its backup with --secret-key-file, or another database"
    )]
    OtherSecret(String),
    #[error("the database was made with a secret, and {0} holds none: put the one of its backup there")]
    NoSecret(String),
    #[error(
        "{0} is here and its database is not: put the database back, name it with --database-url, or begin a new world beside that secret with --new-database"
    )]
    NoDatabase(String),
    #[error("{what}: {error}")]
    Io { what: String, error: std::io::Error },
}
