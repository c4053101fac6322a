//! `import kickstarter`: brings in recorded campaigns, shows how far it is, and ends with a table.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{IsTerminal as _, Read, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use multitude_domain::permission::Actor;
use multitude_domain::time::Span;
use multitude_platform::ambient::Ambient;
use multitude_platform::import::{Progress, RecordedState, Report, Tally, import_kickstarter};
use multitude_platform::mail::Post;
use tokio_util::sync::CancellationToken;

use crate::config::ImportOptions;
use crate::error::ServeError;
use crate::store;

/// Imports the file. Rows that make no sense are listed and left out; that is no failure of the command.
#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
pub(crate) async fn import(options: ImportOptions) -> Result<(), ServeError> {
    let io = |error| ServeError::Io { what: format!("cannot read {}", options.file.display()), error };
    let file = File::open(&options.file).map_err(io)?;
    let size = file.metadata().map_err(io)?.len();
    let desk = store::open(&options.store, Post::off("")).await?;
    let (progress, stop, read) =
        (Arc::new(Progress::default()), CancellationToken::new(), Arc::new(AtomicU64::new(0)));
    let clock = Ambient::machine();
    let started = clock.now();
    let showing = tokio::spawn(show(Arc::clone(&progress), Arc::clone(&read), size, clock.clone()));
    let stopping = tokio::spawn(stop_on_signal(stop.clone()));
    let done =
        import_kickstarter(&desk, &Actor::System, Counted { file, read }, options.encoding, &progress, &stop)
            .await;
    showing.abort();
    stopping.abort();
    clear_line();
    desk.db.close().await;
    print!("{}", table(&done?, clock.now().since(started)));
    Ok(())
}

/// Ctrl-C ends the import between two transactions; what is done stays.
async fn stop_on_signal(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.cancel();
    }
}

/// A file that says how much of it was read.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(count)
    }
}

/// Says how far it is: on a terminal in one line that moves, elsewhere in a line every few seconds.
async fn show(progress: Arc<Progress>, read: Arc<AtomicU64>, size: u64, clock: Ambient) {
    let started = clock.now();
    let is_terminal = std::io::stderr().is_terminal();
    let pause = if is_terminal { Duration::from_millis(250) } else { Duration::from_secs(5) };
    loop {
        tokio::time::sleep(pause).await;
        let percent = read.load(Ordering::Relaxed).saturating_mul(100) / size.max(1);
        let (rows, pledges) = (progress.rows(), progress.pledges());
        let rate = a_second(pledges, clock.now().since(started));
        let line = format!("{percent} % read, {rows} rows, {pledges} pledges, {rate} a second");
        let (before, after) = if is_terminal { ("\r\u{1b}[K", "") } else { ("", "\n") };
        // Nobody listens: nothing to do about it.
        let _ = write!(std::io::stderr(), "{before}{line}{after}");
    }
}

fn clear_line() {
    if std::io::stderr().is_terminal() {
        let _ = write!(std::io::stderr(), "\r\u{1b}[K");
    }
}

fn a_second(count: u64, elapsed: Span) -> i128 {
    i128::from(count) * 1_000_000 / i128::from(elapsed.as_micros().max(1))
}

/// Why outcomes of this kind are not compared.
const fn not_compared(state: RecordedState) -> &'static str {
    match state {
        RecordedState::Successful | RecordedState::Failed => "",
        RecordedState::Canceled | RecordedState::Suspended => "imported as such, not compared",
        RecordedState::Live => "open when recorded, not compared",
        RecordedState::Undefined => "no outcome recorded, not compared",
    }
}

fn table(report: &Report, elapsed: Span) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_table(&mut text, report, elapsed);
    text
}

fn write_table(text: &mut String, report: &Report, elapsed: Span) -> std::fmt::Result {
    writeln!(text, "read as {}\n", report.format)?;
    writeln!(text, "{:<12}{:>8}{:>9}{:>8}{:>8}", "recorded", "rows", "reached", "missed", "agree")?;
    for (state, tally) in &report.tallies {
        let Tally { rows, reached, missed, agree } = tally;
        write!(text, "{:<12}{rows:>8}{reached:>9}{missed:>8}", state.name())?;
        if state.is_outcome() {
            writeln!(text, "{agree:>8}")?;
        } else {
            writeln!(text, "{:>8}  {}", "–", not_compared(*state))?;
        }
    }
    writeln!(text, "\n{} of {} recorded outcomes agree", report.agree(), report.compared())?;
    for one in &report.disagreements {
        writeln!(
            text,
            "line {}: {:?} is recorded as {}: {}",
            one.line,
            one.title,
            one.recorded.name(),
            one.why
        )?;
    }
    if !report.remarks.is_empty() {
        writeln!(text, "\n{} rows came in without some of what is recorded", report.remarks.len())?;
    }
    for one in &report.remarks {
        writeln!(text, "line {}: {}", one.line, one.why)?;
    }
    if !report.bad.is_empty() {
        writeln!(text, "\n{} rows were left out", report.bad.len())?;
    }
    for one in &report.bad {
        writeln!(text, "line {}: {}", one.line, one.reason)?;
    }
    let Report { campaigns, found, pledges, placed, .. } = report;
    writeln!(text, "\n{campaigns} campaigns, {found} of them whole before; {pledges} pledges are in them")?;
    let (seconds, rate) = (elapsed.as_micros() / 1_000_000, a_second(*placed, elapsed));
    writeln!(text, "{placed} pledges placed and settled in {seconds} s, {rate} a second")
}
