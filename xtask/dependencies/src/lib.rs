//! Nothing but features: whatever several of our native crates use of a crate from elsewhere is asked for
//! here, by [its manifest](../Cargo.toml). Cargo compiles a crate once for each set of features that a
//! command resolves to, so a feature that only tests or only a build script asks for would double the crate
//! and everything above it.
//!
//! `platform` and `xtask` depend on it, `platform` also for its build script, and by them every native
//! command does. The browser's half never does.
