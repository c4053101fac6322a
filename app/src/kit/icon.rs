//! The icons in use: 24 px, square strokes of 2 px, drawn here so that they follow text colour and size.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident $path:literal)+) => {
        /// An icon; every one stands beside words or has a label.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum IconName { $($(#[$doc])* $name),+ }

        impl IconName {
            /// All of them, for the kit's page.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            const fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }
        }
    };
}

icons! {
    /// Back.
    ArrowLeft "M20 12H4M10 6l-6 6 6 6"
    /// Onward.
    ArrowRight "M4 12h16M14 6l6 6-6 6"
    /// Bank transfer.
    Bank "M3 9l9-6 9 6zM6 10v8M12 10v8M18 10v8M3 21h18"
    /// A date.
    Calendar "M4 5h16v15H4zM4 10h16M8 2v4M16 2v4"
    /// Card payment.
    Card "M3 5h18v14H3zM3 10h18M7 15h4"
    /// Done, right.
    Check "M4 12l5 6L20 6"
    /// Opens a list.
    ChevronDown "M5 9l7 7 7-7"
    /// A time of day, a deadline.
    Clock "M12 2l10 10-10 10L2 12zM12 7v5h4"
    /// Remove, close.
    Cross "M5 5l14 14M19 5L5 19"
    /// To be saved as a file.
    Download "M12 3v12M6 10l6 6 6-6M4 21h16"
    /// Leads to another site.
    External "M10 5H4v15h15v-6M14 3h7v7M20 4L11 13"
    /// For your information.
    Info "M12 2l10 10-10 10L2 12zM12 11v5M12 7.5v.5"
    /// Kept secret.
    Lock "M5 11h14v10H5zM8 11V7h0c0-5 8-5 8 0v4M12 15v2"
    /// A letter.
    Mail "M3 5h18v14H3zM3 6l9 7 9-7"
    /// Opens the menu.
    Menu "M3 6h18M3 12h18M3 18h18"
    /// Less.
    Minus "M5 12h14"
    /// Dark theme.
    Moon "M19 15A9 9 0 0 1 9 5a8 8 0 1 0 10 10z"
    /// People, backers.
    People "M9 4l4 4-4 4-4-4zM2 20v-4h14v4M16 5l3 3-3 3M19 16h3v4"
    /// A phone that pays.
    Phone "M7 2h10v20H7zM11 18h2"
    /// A place.
    Place "M12 22l-7-10 7-10 7 10zM12 10v4"
    /// More; turns to a cross when open.
    Plus "M12 5v14M5 12h14"
    /// A receipt.
    Receipt "M5 2h14v20l-3.5-2-3.5 2-3.5-2L5 22zM9 8h6M9 13h6"
    /// Find.
    Search "M10.5 3l7.5 7.5-7.5 7.5L3 10.5zM15 15l6 6"
    /// Light theme.
    Sun "M12 7l5 5-5 5-5-5zM12 2v1M12 21v1M2 12h1M21 12h1M5 5l.5.5M18.500 18.500l.5.5M19 5l-.5.5M5 19l.5-.5"
    /// The theme the system has.
    System "M3 4h18v13H3zM8 21h8M12 4v13"
    /// Sent by post.
    Truck "M2 6h12v11H2zM14 10h5l3 3v4h-8M6 17v3M18 17v3"
    /// Attention.
    Warning "M12 3l10 18H2zM12 10v5M12 18v.2"
}

/// One icon, hidden from screen readers unless it has a label.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
    /// What it says where no words stand beside it.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            width="24"
            height="24"
            viewBox="0 0 24 24"
            focusable="false"
            role=label.is_some().then_some("img")
            aria-hidden=label.is_none().then_some("true")
            aria-label=label
        >
            <path d=name.path()></path>
        </svg>
    }
}
