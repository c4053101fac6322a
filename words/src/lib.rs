//! Languages: typed access to texts, plurals, and the formats of money, numbers and dates.
//!
//! Texts live in `locales/<language>/<feature>.toml` of the crate that shows them. Its build script calls
//! [`codegen::generate`], which fails where a language lacks a text and otherwise writes one method for each
//! text on [`Words`]. A browser loads the texts of its own language only: one file, one text a line.

#[cfg(feature = "codegen")]
pub mod codegen;
pub mod format;
mod plural;
mod words;

pub use plural::{Plural, plural};
pub use words::{BrokenCatalogue, Words, fill};
