//! The kit: what serves every feature and knows none of them. Its components only show: words and formatted
//! amounts arrive as props, none of them reads data, the clock or the catalogue, and each renders the same on
//! server and browser. Beside them stands what pages have in common, on the server alone: `addresses`,
//! `asking`, `headed`, `loaded`, `not_found` and `paging`.

#[cfg(feature = "ssr")]
pub(crate) mod addresses;
#[cfg(feature = "ssr")]
pub(crate) mod asking;
mod button;
mod campaign_card;
mod choice;
mod copy;
mod cover_art;
mod error_summary;
mod field;
mod figures;
mod filter_bar;
mod foreign;
#[cfg(feature = "ssr")]
pub(crate) mod headed;
mod icon;
mod ledger_table;
#[cfg(feature = "ssr")]
pub(crate) mod loaded;
mod logo;
mod meter;
mod nav;
#[cfg(feature = "ssr")]
pub(crate) mod not_found;
mod notice;
#[cfg(feature = "ssr")]
pub(crate) mod paging;
#[cfg(feature = "ssr")]
mod qr_code;
mod quantity;
mod reward_card;
mod site_footer;
mod site_header;
mod state_label;
mod switches;
mod timeline;
mod trail;

pub use button::{Button, ButtonKind, ButtonLink, ButtonSize};
pub use campaign_card::{CampaignCard, CampaignCardView, CardLayout, CardMoney, CoverPhoto};
pub use choice::{Checkbox, ChoiceLayout, ChoiceOption, RadioGroup};
pub use copy::CopyButton;
pub use cover_art::{CoverArt, CoverShape, Topic};
pub use error_summary::{ErrorSummary, FieldProblem};
pub use field::{FieldAccess, FieldKind, FieldView, MoneyInput, SelectField, TextArea, TextField};
pub use figures::{Disclosure, EmptyState, KeyFigure, KeyFigures};
pub use filter_bar::{FilterBar, FilterBarView, FilterChip, FilterChips};
#[cfg(feature = "ssr")]
pub(crate) use foreign::in_language;
pub use icon::{Icon, IconName};
pub use ledger_table::{LedgerCell, LedgerColumn, LedgerRow, LedgerRowState, LedgerTable};
pub use logo::{Logo, LogoMark};
pub use meter::{
    LiveMeterBar, MeterBar, MeterLegend, MeterPart, MeterRing, MeterSize, MeterState, MeterSums, MeterView,
};
pub use nav::{PageLink, Pagination, StepState, StepView, Stepper, TabCount, TabLink, Tabs};
pub(crate) use notice::marked;
pub use notice::{Banner, HoldNotice, HoldState, Notice, NoticeKind, Toast};
#[cfg(feature = "ssr")]
pub(crate) use qr_code::{QrMark, qr_code};
pub use quantity::{Quantity, QuantitySteps};
pub use reward_card::{RewardCard, RewardCardView, RewardState};
pub use site_footer::{FooterColumn, SiteFooter, SkipLink};
pub use site_header::{NavLink, SiteHeader, SiteHeaderView};
pub use state_label::{StateLabel, StateTone};
pub use switches::{LanguageLink, LanguageSwitch, Theme, ThemeSwitch, ThemeSwitchView};
pub use timeline::{Timeline, TimelineState, TimelineStep};
pub use trail::Trail;
