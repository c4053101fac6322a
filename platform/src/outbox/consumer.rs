//! Who hears of events.

use super::Event;
use crate::mail;

/// Somebody who is delivered events and makes something of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consumer {
    /// Letters follow from events.
    Mail,
}

impl Consumer {
    /// Everybody.
    pub(super) const ALL: [Self; 1] = [Self::Mail];

    /// The name in the database.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
        }
    }

    /// Whether anything may follow from an event there.
    pub(super) fn wants(self, event: &Event) -> bool {
        match self {
            Self::Mail => mail::may_follow_from(event),
        }
    }
}
