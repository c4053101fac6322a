//! Where a campaign stands. Solid is secured, dotted is matched, an outlined hatch is pledged; yellow is not
//! used.

mod bar;
mod geometry;
mod ring;

pub use bar::{LiveMeterBar, MeterBar, MeterSize};
pub use geometry::MeterSums;
pub use ring::MeterRing;

/// What the meter shows, ready to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterView {
    /// The sums, in minor units of one currency.
    pub sums: MeterSums,
    /// Which part of its life the campaign is in.
    pub state: MeterState,
    /// The whole meter as one sentence: its accessible name.
    pub sentence: String,
    /// What each part amounts to, in words; parts of zero may be left out.
    pub legend: Vec<MeterLegend>,
}

/// The part of a campaign's life, as far as the meter looks different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeterState {
    /// Pledging is open.
    Running,
    /// Secured and matched have reached the goal.
    Reached,
    /// More than the goal: the goal becomes a line inside.
    Over,
    /// Money is being collected.
    Collecting,
    /// The goal was missed; nobody pays.
    Missed,
}

impl MeterState {
    const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Reached => "reached",
            Self::Over => "over",
            Self::Collecting => "collecting",
            Self::Missed => "missed",
        }
    }
}

/// One line of the legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterLegend {
    /// Which part.
    pub part: MeterPart,
    /// "Secured".
    pub label: String,
    /// "CHF 30’240".
    pub amount: String,
}

/// A kind of money in the meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeterPart {
    /// Confirmed by the provider, or arrived.
    Secured,
    /// Reserved from a pool.
    Matched,
    /// Promised, not yet confirmed; does not count.
    Pledged,
}
