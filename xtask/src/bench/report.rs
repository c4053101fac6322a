//! The figures, each beside its goal.

use super::load::Round;

/// Lines to print at the end.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<String>);

impl Report {
    /// A rate that should be at least `goal`.
    pub(super) fn rate(&mut self, name: &str, per_second: f64, ratio: f64, round: Round, goal: f64) {
        let verdict = if per_second >= goal { "reached" } else { "short" };
        self.0.push(format!(
            "{name:<34} {per_second:>9.0} /s   goal {goal:>6.0}  {verdict:<8} {:>5.1} % of /healthz; median {:.1} ms, 99 % {:.1} ms",
            ratio * 100.0,
            round.median.as_secs_f64() * 1_000.0,
            round.slow.as_secs_f64() * 1_000.0,
        ));
    }

    /// A figure that should be at most `goal`.
    pub(super) fn at_most(&mut self, name: &str, value: f64, unit: &str, goal: f64) {
        let verdict = if value <= goal { "reached" } else { "over" };
        self.0.push(format!("{name:<34} {value:>9.1} {unit:<4} goal {goal:>6.0}  {verdict}"));
    }

    /// A figure that should be at least `goal`.
    pub(super) fn at_least(&mut self, name: &str, value: f64, goal: f64) {
        let verdict = if value >= goal { "reached" } else { "short" };
        self.0.push(format!("{name:<34} {value:>9.0}      goal {goal:>6.0}  {verdict}"));
    }

    /// Something to read.
    pub(super) fn note(&mut self, name: &str, text: &str) {
        self.0.push(format!("{name:<34} {text}"));
    }

    /// Prints everything.
    #[expect(clippy::print_stdout, reason = "the figures are what the command is for")]
    pub(super) fn print(&self) {
        for line in &self.0 {
            println!("{line}");
        }
    }
}
