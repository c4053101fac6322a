//! Options; each also as an environment variable.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{Args as Options, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use multitude_domain::campaigns::{NOTE_CHARS_MAX, TextFault, check_text};
use multitude_domain::fees::BasisPoints;
use multitude_domain::id::PledgeId;
use multitude_domain::locale::Locale;
use multitude_domain::permission::Role;
use multitude_domain::time::Day;
use multitude_platform::audit::AuditAbout;
use multitude_platform::import::Encoding;
use multitude_platform::mail::{BadMailSettings, Post};

use crate::limits::RateLimits;

/// Contests find the best solutions, campaigns finance them, partner sites spread them.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// How the log is written.
    #[arg(long, env = "MULTITUDE_LOG_FORMAT", global = true, default_value = "text")]
    pub(crate) log_format: LogFormat,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// What the command line and the environment say. An empty variable says nothing: files that list all of
    /// them leave some empty.
    pub(crate) fn read() -> Self {
        let said = without_empty(Self::command()).get_matches();
        Self::from_arg_matches(&said).unwrap_or_else(|error| error.exit())
    }
}

fn without_empty(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let command = command
        .mut_args(|arg| if arg.get_env().is_some_and(is_empty) { arg.env(Resettable::Reset) } else { arg });
    command.mut_subcommands(without_empty)
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the site; migrates its database first.
    Serve(ServeOptions),
    /// Say what works and what does not, with the options of `serve`.
    Doctor(ServeOptions),
    /// Make the demo world in an empty database, or leave one as it is.
    Seed(StoreOptions),
    /// People with an account.
    #[command(subcommand)]
    User(UserCommand),
    /// Decide about a campaign; whoever it concerns is told by mail.
    Campaign(CampaignOptions),
    /// Decide about pledges that a person has to look at.
    #[command(subcommand)]
    Pledge(PledgeCommand),
    /// Look after mails.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Look after the clock.
    #[command(subcommand)]
    Clock(ClockCommand),
    /// Say what campaigns pay that open from now on, or decide it.
    Fees(FeesOptions),
    /// Bring in campaigns that were recorded elsewhere. It may be interrupted and run again.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Look at the books.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Read who did what that is privileged, and why.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Print what describes the API (OpenAPI 3.1).
    Openapi,
    /// Compute something from lines of JSON on standard input, by the same rules as the site.
    Compute {
        /// What to compute.
        method: Method,
    },
}

/// What is decided about a campaign.
#[derive(Debug, Subcommand)]
pub(crate) enum CampaignDeed {
    /// Accept one that was sent in: it opens at nine on that day, and its goal and dates stand.
    Accept {
        /// The day, as YYYY-MM-DD.
        #[arg(long)]
        opens_on: Day,
    },
    /// Let an accepted one open at nine on another day, which its team chose; its duration stays.
    Start {
        /// The day, as YYYY-MM-DD.
        #[arg(long)]
        opens_on: Day,
    },
    /// Ask its team for changes.
    Changes {
        /// What is to be changed; its team reads it.
        #[arg(long)]
        reason: String,
    },
    /// Decline it.
    Decline {
        /// Why; its team reads it.
        #[arg(long)]
        reason: String,
    },
    /// Pause it: nobody pledges, nobody is charged.
    Suspend {
        /// Why; its team reads it.
        #[arg(long)]
        reason: String,
    },
    /// Let a paused one go on.
    Resume,
    /// End a paused one, or one that has not opened: everybody is released.
    Cancel {
        /// Why; its team reads it.
        #[arg(long)]
        reason: String,
    },
    /// Take somebody with an account into its team.
    AddMember {
        /// The address they sign in with.
        email: String,
    },
    /// Let somebody leave its team.
    RemoveMember {
        /// The address they sign in with.
        email: String,
    },
    /// Note that its money goes to whom its team says.
    VerifyPayee {
        /// The account it is paid out to: its IBAN, or what the provider calls it. Kept as a keyed hash; what
        /// was pledged from there is not matched.
        #[arg(long)]
        account: String,
    },
    /// Pay it out, but for the reserve.
    PayOut,
    /// Note that everything is delivered, and pay the reserve.
    Complete,
}

/// What a person decides about pledges, before the deadline.
#[derive(Debug, Subcommand)]
pub(crate) enum PledgeCommand {
    /// Say which ones wait: large ones, and transfers that differ from their pledge.
    Waiting(StoreOptions),
    /// Let a large one count.
    Count(PledgeOptions),
    /// Take what arrived as the pledge.
    AcceptTransfer(PledgeOptions),
    /// Send what arrived back to the account it came from.
    ReturnTransfer(PledgeOptions),
    /// End one as its backer could: what it took can be chosen again, and what arrived goes back.
    Cancel(PledgeOptions),
}

/// What is done with the clock.
#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    /// Say, after a jump or a long rest, that it is right now: what rests goes on.
    Confirm(DeedOptions),
}

/// What is done with mails.
#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// Queue those again that were given up in the last 30 days.
    Retry(DeedOptions),
}

/// What is done with the audit.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List what was done, the newest first.
    List(AuditOptions),
}

/// Why something is done.
#[derive(Debug, Options)]
pub(crate) struct WhyOptions {
    /// Why: it stands in the audit. Where a --reason is asked for, that stands there.
    #[arg(long, global = true, value_parser = why)]
    pub(crate) why: Option<String>,
}

/// Something that is done to the installation.
#[derive(Debug, Options)]
pub(crate) struct DeedOptions {
    #[command(flatten)]
    pub(crate) why: WhyOptions,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

/// Which part of the audit.
#[derive(Debug, Options)]
pub(crate) struct AuditOptions {
    /// Only what is about this, or by this person: campaign/SLUG, pledge/ID or person/EMAIL.
    #[arg(long)]
    pub(crate) about: Option<AuditAbout>,
    /// So many rows at most.
    #[arg(long, default_value = "50", value_parser = clap::value_parser!(i64).range(1..=500))]
    pub(crate) limit: i64,
    /// Where the page before ended, as it says.
    #[arg(long)]
    pub(crate) cursor: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

/// Which pledge.
#[derive(Debug, Options)]
pub(crate) struct PledgeOptions {
    /// Its id, as `pledge waiting` says it.
    pub(crate) id: PledgeId,
    #[command(flatten)]
    pub(crate) why: WhyOptions,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

/// Which campaign, and what is decided.
#[derive(Debug, Options)]
pub(crate) struct CampaignOptions {
    /// Its name in addresses.
    pub(crate) slug: String,
    #[command(subcommand)]
    pub(crate) deed: CampaignDeed,
    #[command(flatten)]
    pub(crate) why: WhyOptions,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

/// What the platform takes.
#[derive(Debug, Options)]
pub(crate) struct FeesOptions {
    /// The platform's share of what a campaign collects, in percent: 5, 4.5. Campaigns that are open keep
    /// theirs.
    #[arg(long, value_parser = BasisPoints::from_percent)]
    pub(crate) platform: Option<BasisPoints>,
    #[command(flatten)]
    pub(crate) why: WhyOptions,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Trust a person with a role.
    Grant(GrantOptions),
    /// Erase what is known of a person: account, names, addresses. Amounts stay in the books.
    Erase(EraseOptions),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Campaigns of the "Kickstarter Projects" data set: each row lives from its launch to its deadline, and
    /// what is decided here is compared with what is recorded.
    Kickstarter(ImportOptions),
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Recount everything: the chain, the balances, every total that a page shows. Fails where something does
    /// not fit.
    Verify(StoreOptions),
}

/// What can be computed on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Splits `total` by `weights`, by largest remainders.
    Apportionment,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One object a line, for machines.
    Json,
}

/// Where everything is kept.
#[derive(Debug, Clone, Options)]
pub(crate) struct StoreOptions {
    /// `sqlite:PATH` or `postgres://…`; SQLite in the data folder where none is given.
    #[arg(long, env = "MULTITUDE_DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The folder for everything that is kept.
    #[arg(long, env = "MULTITUDE_DATA_DIR", default_value = "data")]
    pub(crate) data_dir: PathBuf,
    /// The file with this installation's secret; made in the data folder where none is given.
    #[arg(long, env = "MULTITUDE_SECRET_KEY_FILE")]
    pub(crate) secret_key_file: Option<PathBuf>,
    /// Use the demo world's database.
    #[arg(long, env = "MULTITUDE_DEMO")]
    pub(crate) demo: bool,
    /// Begin a new database though the secret of an earlier one is here.
    #[arg(long)]
    pub(crate) new_database: bool,
}

/// Whom, and with what.
#[derive(Debug, Options)]
pub(crate) struct GrantOptions {
    /// The address they sign in with.
    pub(crate) email: String,
    /// `coach`, `moderator` or `operator`.
    pub(crate) role: Role,
    #[command(flatten)]
    pub(crate) why: WhyOptions,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

/// Whom.
#[derive(Debug, Options)]
pub(crate) struct EraseOptions {
    /// The address of their account and pledges.
    pub(crate) email: String,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

/// What to import, and where to.
#[derive(Debug, Options)]
pub(crate) struct ImportOptions {
    /// A file of the "Kickstarter Projects" data set, with a first line of column names; commas, semicolons,
    /// tabs or bars stand between its fields.
    pub(crate) file: PathBuf,
    /// The file's encoding where it is not UTF-8, such as windows-1252; a mark at its beginning is heeded
    /// before.
    #[arg(long, default_value = "utf-8")]
    pub(crate) encoding: Encoding,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

#[derive(Debug, Options)]
pub(crate) struct ServeOptions {
    /// Where to listen.
    #[arg(long, env = "MULTITUDE_ADDR", default_value = "127.0.0.1:3000")]
    pub(crate) addr: SocketAddr,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
    /// Where the public finds the site.
    #[arg(long, env = "MULTITUDE_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// The language for who asks for none of ours: `en`, `de`, `fr` or `it`.
    #[arg(long, env = "MULTITUDE_LANGUAGE", default_value = "de")]
    pub(crate) language: Locale,
    /// Serve plain http beyond this machine: whoever is on the way reads and changes everything.
    #[arg(long, env = "MULTITUDE_INSECURE_HTTP")]
    pub(crate) insecure_http: bool,
    /// The mail server: `smtps://user:password@host`, or `smtp://host:port?tls=required`. The demo world
    /// keeps its mails.
    #[arg(long, env = "MULTITUDE_SMTP_URL", hide_env_values = true)]
    pub(crate) smtp_url: Option<String>,
    /// Who mails are from.
    #[arg(long, env = "MULTITUDE_MAIL_FROM", default_value = "Multitude <multitude@localhost>")]
    pub(crate) mail_from: String,
    /// Whom people write to with a question; the address of --mail-from unless given.
    #[arg(long, env = "MULTITUDE_CONTACT")]
    pub(crate) contact: Option<String>,
    /// Let the demo world listen beyond this machine.
    #[arg(long, env = "MULTITUDE_DEMO_PUBLIC", requires = "demo")]
    pub(crate) demo_public: bool,
    /// Networks of proxies whose X-Forwarded-For is believed; may be repeated, or separated by commas.
    #[arg(long, env = "MULTITUDE_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = network)]
    pub(crate) trusted_proxy: Vec<IpNet>,
    /// Where to listen for whoever collects metrics; nowhere unless given.
    #[arg(long, env = "MULTITUDE_METRICS_ADDR")]
    pub(crate) metrics_addr: Option<SocketAddr>,
    /// Whether limits on requests hold; off only with --demo, or where no real money moves.
    #[arg(long, env = "MULTITUDE_RATE_LIMITS", default_value = "on")]
    pub(crate) rate_limits: RateLimits,
}

/// Options that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("the demo world is for this machine only; give --demo-public to let others reach {0}")]
    DemoIsPublic(String),
    #[error("--public-url must be https://HOST, or http:// on this machine's loopback: {0} is neither")]
    BadPublicUrl(String),
    #[error("nobody finds the site at {0}; give --public-url")]
    Unspecified(String),
    #[error(
        "--public-url must begin with https://; plain http beyond this machine ({0}) sends sessions readable to all, and \
         needs --insecure-http"
    )]
    PlainHttp(String),
}

impl ServeOptions {
    /// What does not fit together. Looks at where the public finds the site in the end, whether it was given
    /// or follows from the address.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let url = self.public_url(self.addr);
        let Some(place) = Place::of(&url) else { return Err(ConfigError::BadPublicUrl(url)) };
        let is_local = self.addr.ip().is_loopback() && place.is_loopback();
        if self.store.demo && !is_local && !self.demo_public {
            let reached = if place.is_loopback() { self.addr.to_string() } else { url };
            return Err(ConfigError::DemoIsPublic(reached));
        }
        if place.is_unspecified() {
            return Err(ConfigError::Unspecified(url));
        }
        if !place.is_https && !place.is_loopback() && !self.insecure_http {
            return Err(ConfigError::PlainHttp(url));
        }
        Ok(())
    }

    /// How mails leave: the demo world captures them, without a server they wait.
    pub(crate) fn post(&self, public_url: &str) -> Result<Post, BadMailSettings> {
        match &self.smtp_url {
            _ if self.store.demo => Ok(Post::captured(public_url)),
            Some(smtp_url) => Post::smtp(public_url, smtp_url, &self.mail_from),
            None => Ok(Post::off(public_url)),
        }
    }

    /// Whom people write to with a question.
    pub(crate) fn contact(&self) -> String {
        let sender = self.mail_from.rsplit_once('<').map_or(&*self.mail_from, |(_, address)| address);
        self.contact.clone().unwrap_or_else(|| sender.trim_end_matches('>').trim().to_owned())
    }

    /// Where the public finds the site that listens at `addr`, without a slash at the end.
    pub(crate) fn public_url(&self, addr: SocketAddr) -> String {
        let given = self.public_url.clone().unwrap_or_else(|| format!("http://{addr}"));
        given.trim_end_matches('/').to_owned()
    }
}

impl StoreOptions {
    /// The database's address: the option, else `DATABASE_URL`, else a file in the data folder.
    pub(crate) fn database_url(&self) -> String {
        let given = self.database_url.clone().or_else(|| std::env::var("DATABASE_URL").ok());
        let file = if self.demo { "demo.db" } else { "multitude.db" };
        given.unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join(file).display()))
    }

    /// Where the secret is: the option, else a file in the data folder.
    pub(crate) fn secret_key_file(&self) -> PathBuf {
        self.secret_key_file.clone().unwrap_or_else(|| self.data_dir.join("secret.key"))
    }
}

/// A reason, as it is kept.
fn why(text: &str) -> Result<String, TextFault> {
    check_text(text, NOTE_CHARS_MAX)
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let single = || Some(IpNet::from(text.parse::<std::net::IpAddr>().ok()?));
    text.parse().ok().or_else(single).ok_or_else(|| format!("{text} is no network: write 10.0.0.0/8 or ::1"))
}

/// The place that a public URL names.
struct Place {
    is_https: bool,
    host: String,
}

impl Place {
    /// None where it is no address of a site.
    fn of(url: &str) -> Option<Self> {
        let uri: http::Uri = url.parse().ok()?;
        let is_https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        (!host.is_empty()).then(|| Self { is_https, host: host.to_ascii_lowercase() })
    }

    fn address(&self) -> Option<std::net::IpAddr> {
        self.host.parse().ok().map(|address: std::net::IpAddr| address.to_canonical())
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.address().is_some_and(|address| address.is_loopback())
    }

    fn is_unspecified(&self) -> bool {
        self.address().is_some_and(|address| address.is_unspecified())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> ServeOptions {
        match Args::parse_from(["multitude", "serve"].iter().chain(args)).command {
            Command::Serve(options) => options,
            other => panic!("not serve: {other:?}"),
        }
    }

    #[test]
    fn demo_stays_on_this_machine_unless_told() {
        let refused = |args: &[&str]| matches!(options(args).check(), Err(ConfigError::DemoIsPublic(_)));
        let (everywhere, url) = (["--demo", "--addr", "0.0.0.0:80"], ["--public-url", "https://m.example"]);
        assert!(options(&["--demo"]).check().is_ok());
        assert!(refused(&everywhere));
        assert!(
            refused(&["--demo", "--public-url", "https://m.example"]),
            "behind a proxy it is reached as well"
        );
        let told = [everywhere.as_slice(), url.as_slice(), &["--demo-public"]].concat();
        assert_eq!(options(&told).check(), Ok(()));
    }

    #[test]
    fn plain_http_is_for_loopback_unless_told() {
        let check = |args: &[&str]| options(args).check();
        for fine in [
            "https://m.example",
            "http://localhost:8080",
            "http://127.0.0.7",
            "http://[::1]:80/",
            "HTTP://LOCALHOST",
        ] {
            assert_eq!(check(&["--public-url", fine]), Ok(()), "{fine}");
        }
        for plain in ["http://m.example", "http://localhost.evil", "http://192.168.1.5:3000"] {
            assert_eq!(check(&["--public-url", plain]), Err(ConfigError::PlainHttp(plain.to_owned())));
            assert_eq!(check(&["--public-url", plain, "--insecure-http"]), Ok(()), "{plain}");
        }
        let follows = check(&["--addr", "192.168.1.5:3000"]);
        assert_eq!(follows, Err(ConfigError::PlainHttp("http://192.168.1.5:3000".to_owned())));
        assert_eq!(check(&["--addr", "192.168.1.5:3000", "--insecure-http"]), Ok(()));
    }

    #[test]
    fn public_url_names_a_place() {
        let check = |args: &[&str]| options(args).check();
        for nowhere in ["0.0.0.0:3000", "[::]:3000"] {
            let args = ["--addr", nowhere, "--insecure-http"];
            assert_eq!(check(&args), Err(ConfigError::Unspecified(format!("http://{nowhere}"))));
            assert_eq!(check(&[args.as_slice(), &["--public-url", "https://m.example"]].concat()), Ok(()));
        }
        for bad in ["m.example", "ftp://m.example", "https://", "https://a@m.example", "http:/localhost"] {
            assert_eq!(
                check(&["--public-url", bad]),
                Err(ConfigError::BadPublicUrl(bad.trim_end_matches('/').to_owned()))
            );
        }
    }

    #[test]
    fn help_shows_no_password_of_the_environment() {
        let command = <Args as clap::CommandFactory>::command();
        let serve = command.find_subcommand("serve").unwrap();
        for name in ["database_url", "smtp_url"] {
            let option = serve.get_arguments().find(|one| one.get_id() == name).unwrap();
            assert!(option.is_hide_env_values_set(), "{name}");
        }
    }

    #[test]
    fn trusted_proxies_are_repeated_or_separated() {
        let trusted =
            options(&["--trusted-proxy", "10.0.0.0/8,::1", "--trusted-proxy", "192.0.2.7"]).trusted_proxy;
        let shown: Vec<String> = trusted.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.0/8", "::1/128", "192.0.2.7/32"]);
        assert!(Args::try_parse_from(["multitude", "serve", "--trusted-proxy", "everybody"]).is_err());
    }

    #[test]
    fn demo_world_has_a_file_of_its_own() {
        assert!(options(&["--demo", "--database-url", "sqlite:x.db"]).store.database_url().ends_with("x.db"));
        assert_eq!(options(&[]).public_url(options(&[]).addr), "http://127.0.0.1:3000");
    }
}
