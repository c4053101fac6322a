//! The routes. Every page stands under its language; what is not a language is not found.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::frame::Frame;
use crate::pages::kit::KitPage;
use crate::pages::{
    BackersPage, CampaignPage, ConfirmPage, DemoPage, DiscoverPage, FeesPage, HomePage, HowPage, LedgerPage,
    NotFoundPage, OwnPledgesPage, PayPage, QuestionsPage, ReceiptPage, SecurityPage, SignInCodePage,
    SignInLinkPage, SignInPage, SupportPage, TrustPage, UpdatesPage, YouPage,
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
                    <Route path=path!("/:lang/c/:slug/updates") view=UpdatesPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/questions") view=QuestionsPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/backers") view=BackersPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/ledger") view=LedgerPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/pledge") view=SupportPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/pledge/you") view=YouPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/c/:slug/pledge/pay") view=PayPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/p/:token") view=ReceiptPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/p/:token/confirm/:proof") view=ConfirmPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/sign-in") view=SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/sign-in/code") view=SignInCodePage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/sign-in/:token") view=SignInLinkPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/account/pledges") view=OwnPledgesPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/account/security") view=SecurityPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/how") view=HowPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/fees") view=FeesPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/trust") view=TrustPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/demo") view=DemoPage ssr=SsrMode::Async/>
                    <Route path=path!("/:lang/demo/kit") view=KitPage ssr=SsrMode::Async/>
                </FlatRoutes>
            </Frame>
        </Router>
    }
}
