//! How long somebody is asked to wait.

use multitude_domain::time::Span;

/// One more try may succeed after this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(Span);

impl Wait {
    pub(crate) const fn new(span: Span) -> Self {
        Self(span)
    }

    /// Whole seconds, rounded up; at least one.
    pub(crate) fn seconds(self) -> u32 {
        let seconds = self.0.as_micros().max(1).saturating_add(999_999) / 1_000_000;
        u32::try_from(seconds).unwrap_or(u32::MAX)
    }
}
