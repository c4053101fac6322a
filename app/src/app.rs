//! The routes. Every page stands under its language; what is not a language is not found.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::frame::Frame;
use crate::pages::kit::KitPage;
use crate::pages::{
    CampaignPage, DiscoverPage, HomePage, NotFoundPage, PayPage, ReceiptPage, SupportPage, YouPage,
};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Frame>
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/:lang") view=HomePage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/discover") view=DiscoverPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug") view=CampaignPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/pledge") view=SupportPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/pledge/you") view=YouPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/pledge/pay") view=PayPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/p/:token") view=ReceiptPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/demo/kit") view=KitPage ssr=SsrMode::Async/>
                </FlatRoutes>
            </Frame>
        </Router>
    }
}
