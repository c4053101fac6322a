//! What the server hands to pages: the database and the facts of this installation.

use std::ops::Deref;
use std::sync::Arc;

use multitude_domain::locale::Locale;
use multitude_platform::Desk;
use serde::Deserialize;

use crate::campaigns::{KeptFacets, KeptRelated};

/// Addresses of this build's files.
#[derive(Debug, Clone, Deserialize)]
pub struct Site {
    /// The styles.
    pub css: String,
    /// The module's script.
    pub js: String,
    /// The module.
    pub wasm: String,
    /// The face of every text on every page.
    pub text_font: String,
    /// Changes with every change of the site.
    pub build_id: String,
}

/// The facts of this installation.
#[derive(Debug)]
pub struct SiteFacts {
    /// Where the public finds it, without a slash at the end.
    pub public_url: String,
    /// The language for who asks for none of ours.
    pub language: Locale,
    /// Whether this is the demo world.
    pub is_demo: bool,
    /// Whether others than this machine reach the demo world.
    pub is_public_demo: bool,
    /// Whom to write to with a question.
    pub contact: String,
    /// Addresses of the build's files.
    pub site: Site,
}

impl SiteFacts {
    /// Whether the public finds it by https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https:")
    }
}

/// What pages, forms and the API work with; shared by everything that a request goes through, so one pointer
/// to clone.
#[derive(Debug, Clone)]
pub struct Services(Arc<Handles>);

impl Services {
    /// With nothing counted yet of what lists can be narrowed by.
    pub fn new(desk: Desk, facts: SiteFacts) -> Self {
        Self(Arc::new(Handles {
            desk,
            facts: Arc::new(facts),
            facets: KeptFacets::default(),
            related: KeptRelated::default(),
        }))
    }
}

impl Deref for Services {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}

/// What [`Services`] share.
#[derive(Debug)]
pub struct Handles {
    /// The database, the installation's secret, the provider.
    pub desk: Desk,
    /// This installation.
    pub facts: Arc<SiteFacts>,
    /// What lists can be narrowed by.
    pub facets: KeptFacets,
    /// What is alike and open, drawn.
    pub related: KeptRelated,
}
