//! Every developer command of Multitude: `cargo xtask run | check | test | lint | build | bench | soak | shot`.

mod bench;
mod changed;
mod check;
mod contrast;
mod install;
mod lint;
mod postgres;
mod run;
mod sh;
mod shot;
mod site;
mod soak;
mod test;
mod wasm;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Every developer command of Multitude")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and serve the demo world on port 3000 of this machine.
    Run {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
        /// Passed on to `multitude serve`.
        #[arg(last = true)]
        serve: Vec<String>,
    },
    /// Run every test: unit, property, both databases, HTTP, and the browser.
    Test {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
        /// Every combination of language, theme, width and script setting.
        #[arg(long)]
        full: bool,
    },
    /// Check what has changed: its formats, its lints, and the tests that are quick.
    Check {
        /// A commit: what differs from it; where this left the main line where it is not given.
        #[arg(long)]
        since: Option<String>,
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Check formats, lints (native and WASM) and which crate may use which.
    Lint {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Build the server with its site inside.
    Build {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
        /// Small and fast, as it is deployed: `target/release/multitude`.
        #[arg(long)]
        release: bool,
    },
    /// Measure speed and size of the release build; needs a quiet machine with two cores.
    Bench {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
        /// Another release build's binary: only compare the two, in rounds that alternate.
        #[arg(long)]
        against: Option<std::path::PathBuf>,
        /// Only what many pledges do: on two processes, and a hundred thousand in a row.
        #[arg(long, conflicts_with = "against")]
        crowds: bool,
    },
    /// Load a demo world for a long time while faults are injected: nothing acknowledged may be lost.
    Soak {
        /// How long, on both databases at once.
        #[arg(long, default_value_t = 60)]
        minutes: u64,
        /// Draws the same faults again.
        #[arg(long)]
        seed: Option<u64>,
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Photograph every page at three widths, light and dark, into `target/shots`.
    Shot {
        /// Install what is missing without asking.
        #[arg(long)]
        yes: bool,
        /// The language of the pages.
        #[arg(long, default_value = "de")]
        lang: String,
    },
}

fn main() -> anyhow::Result<()> {
    let done = run(Args::parse().command);
    sh::say_steps();
    done
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Run { yes, serve } => run::run(install::Consent::new(yes), &serve),
        Command::Check { since, yes } => check::check(install::Consent::new(yes), since),
        Command::Test { yes, full } => test::test(install::Consent::new(yes), full),
        Command::Lint { yes } => lint::lint(install::Consent::new(yes)),
        Command::Build { yes, release } => run::build(install::Consent::new(yes), release.into()),
        Command::Bench { yes, crowds: true, .. } => bench::bench_crowds(install::Consent::new(yes)),
        Command::Bench { yes, against: None, .. } => bench::bench(install::Consent::new(yes)),
        Command::Bench { yes, against: Some(other), .. } => {
            bench::compare::compare(install::Consent::new(yes), &other)
        }
        Command::Soak { minutes, seed, yes } => soak::soak(install::Consent::new(yes), minutes, seed),
        Command::Shot { yes, lang } => shot::shot(install::Consent::new(yes), &lang),
    }
}
