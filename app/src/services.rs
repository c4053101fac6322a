//! What the server hands to pages: the database and the facts of this installation.

use std::sync::Arc;

use multitude_platform::Desk;
use serde::Deserialize;

use crate::KeptFacets;

/// Addresses of this build's files.
#[derive(Debug, Clone, Deserialize)]
pub struct Site {
    /// The styles.
    pub css: String,
    /// The module's script.
    pub js: String,
    /// The module.
    pub wasm: String,
    /// Changes with every change of the site.
    pub build_id: String,
}

/// The facts of this installation.
#[derive(Debug)]
pub struct SiteFacts {
    /// Where the public finds it, without a slash at the end.
    pub public_url: String,
    /// Whether this is the demo world.
    pub is_demo: bool,
    /// Whether others than this machine reach the demo world.
    pub is_public_demo: bool,
    /// Addresses of the build's files.
    pub site: Site,
}

impl SiteFacts {
    /// Whether the public finds it by https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https:")
    }
}

/// Handles for pages, forms and the API. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Services {
    /// The database, the installation's secret, the provider.
    pub desk: Desk,
    /// This installation.
    pub facts: Arc<SiteFacts>,
    /// What lists can be narrowed by.
    pub facets: KeptFacets,
}
