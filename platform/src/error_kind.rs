//! What kind of error a use case ends with: its doors answer by it, each in one place.

/// The kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is nothing of that name, or nothing that the actor may see.
    NotFound,
    /// What was sent cannot be understood.
    Invalid,
    /// It was understood, and does not fit how things stand.
    Conflict,
    /// Trying again later may work.
    Unavailable,
    /// The program is wrong.
    Bug,
}
