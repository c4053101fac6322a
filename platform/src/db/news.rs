//! What changed: told to whoever listens in this process, once the change is durable.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;

use crate::subject::Subject;

/// A listener that falls further behind is told that it missed something.
const UNHEARD_MAX: usize = 4_096;

/// Something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub subject: Subject,
    /// Where it was written.
    pub origin: Origin,
}

/// Which process wrote a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This one.
    Here,
    /// Another one, on the same database.
    Elsewhere,
}

/// The voice that tells changes.
#[derive(Debug, Clone)]
pub(super) struct News(broadcast::Sender<Change>);

impl News {
    pub(super) fn new() -> Self {
        Self(broadcast::Sender::new(UNHEARD_MAX))
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }

    pub(super) fn tell(&self, subject: Subject, origin: Origin) {
        // Where nobody listens, nobody is told.
        let _ = self.0.send(Change { subject, origin });
    }
}

/// What one transaction has changed so far. Shared between the transaction and whoever commits it.
#[derive(Debug, Clone, Default)]
pub(super) struct Noted(Arc<Mutex<Vec<Subject>>>);

impl Noted {
    pub(super) fn note(&self, subject: Subject) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !noted.contains(&subject) {
            noted.push(subject);
        }
    }

    /// Takes everything out: to tell it, or to forget what a transaction had noted before it is tried again.
    pub(super) fn take(&self) -> Vec<Subject> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
