//! What placing a pledge takes, gives and refuses.

use multitude_domain::WrongState;
use multitude_domain::campaigns::CampaignState;
use multitude_domain::email::fold_email;
use multitude_domain::id::{AttemptId, PledgeId, UserId};
use multitude_domain::locale::Locale;
use multitude_domain::pledges::{PledgeFault, PledgeState, PledgeWish, ShowAs};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::to_move::MovePledgeError;
use crate::ErrorKind;
use crate::db::{CarriesStoreError, StoreError};
use crate::keys::{Keys, Purpose, hex};
use crate::payments::{Answer, AttemptKind, Operation, Payments, Provider as _};

/// Who pledges.
#[derive(Debug, Clone)]
pub struct Backer {
    /// The account, where there is one; `email` is its proved address then.
    pub user: Option<UserId>,
    /// Where the receipt goes; none for backers recorded elsewhere.
    pub email: Option<String>,
    /// The name on the receipt.
    pub name: String,
    /// How the page shows them.
    pub show_as: ShowAs,
    /// The language of their mails.
    pub locale: Locale,
}

/// Who sent an idempotency key: keys of different callers never meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Whoever sends a form, signed in or not: beside the campaign the browser's own secret stands for them.
    /// A form's key comes from a cookie, which anybody can write; without the secret it never meets a key of
    /// another door. What may change between two presses, as an address or a session, is no part of it: it is
    /// one pledge, or a refusal that leads to it.
    Form {
        /// The campaign's slug.
        slug: String,
        /// The keyed hash of the browser's secret.
        browser: [u8; 32],
    },
    /// Nobody known, over the API: the campaign and the e-mail address stand for them.
    Guest {
        /// The campaign's slug.
        slug: String,
        /// The address.
        email: String,
    },
}

impl Caller {
    pub(super) fn hash(&self, keys: &Keys) -> [u8; 32] {
        match self {
            Self::Guest { slug, email } => {
                keys.hash(Purpose::Caller, format!("{slug}\n{}", fold_email(email)).as_bytes())
            }
            Self::Form { slug, browser } => {
                // No slug holds a line's end, so that no other door hashes the same bytes.
                keys.hash(Purpose::Caller, format!("form\n{slug}\n{}", hex(browser)).as_bytes())
            }
        }
    }
}

/// The longest idempotency key.
pub const KEY_CHARS_MAX: usize = 200;

/// A pledge to place.
#[derive(Debug, Clone)]
pub struct PlacePledge {
    /// The campaign's slug.
    pub slug: String,
    /// What is wanted, and how it is paid.
    pub wish: PledgeWish,
    /// Who pledges.
    pub backer: Backer,
    /// What the provider gave the browser.
    pub token: String,
    /// Sent twice with the same key, it is placed once.
    pub key: Option<(Caller, String)>,
    /// The browser whose hold, if it has one, is used up.
    pub browser: Option<[u8; 32]>,
}

impl PlacePledge {
    /// Whether neither money nor a provider's word stands behind it at first. A proved address is neither.
    pub(super) fn is_unconfirmed(&self, payments: &Payments) -> bool {
        // What is known without asking depends on neither id.
        let operation =
            || self.setup(AttemptId::new(Uuid::nil()), PledgeId::new(Uuid::nil()), Timestamp::from_micros(0));
        !matches!(payments.instant(&operation()), Some(Answer::Done { .. } | Answer::Declined))
    }

    /// The first attempt at its provider.
    pub(super) fn setup(&self, key: AttemptId, pledge: PledgeId, at: Timestamp) -> Operation {
        Operation {
            key,
            kind: AttemptKind::Setup,
            pledge,
            amount: self.wish.amount,
            method: self.wish.method,
            token: self.token.clone(),
            email: self.backer.email.clone(),
            at,
        }
    }
}

/// A pledge that is placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedPledge {
    /// The pledge.
    pub id: PledgeId,
    /// Where it stands.
    pub state: PledgeState,
    /// The token of its receipt, which only the backer gets.
    pub receipt: String,
    /// Whether it had been placed before with the same key.
    pub is_replay: bool,
    /// The attempt to make at the provider, where it could not answer at once.
    pub attempt: Option<AttemptId>,
}

/// Why a pledge was not placed. Nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum PlacePledgeError {
    /// There is no such campaign, or it is not public.
    #[error("no campaign {slug}")]
    NoCampaign {
        /// The slug.
        slug: String,
    },
    /// It is not open yet, or pauses.
    #[error("campaign {slug} is {state}")]
    NotOpen {
        /// The slug.
        slug: String,
        /// Where it stands.
        state: CampaignState,
    },
    /// Its deadline has passed.
    #[error("campaign {slug} closed at {at}")]
    Closed {
        /// The slug.
        slug: String,
        /// When.
        at: Timestamp,
    },
    /// The wish does not fit the offer.
    #[error("the pledge does not fit the offer")]
    Invalid(Vec<PledgeFault>),
    /// The last one is taken or held.
    #[error("reward {title} is sold out")]
    SoldOut {
        /// The reward's title.
        title: String,
    },
    /// Half of it waits for payments that nobody has confirmed, of addresses that are not proved.
    #[error(
        "half of what is left of reward {title} waits for payments to be confirmed; later, or another method, is taken"
    )]
    UnconfirmedFull {
        /// The reward's title.
        title: String,
    },
    /// The last one is taken.
    #[error("an add-on is sold out")]
    AddOnSoldOut,
    /// The key is empty, or longer than [`KEY_CHARS_MAX`].
    #[error("a key has 1 to {KEY_CHARS_MAX} characters")]
    BadKey,
    /// The key was used for another pledge.
    #[error("the key was used for another pledge")]
    KeyReused {
        /// That pledge.
        pledge: PledgeId,
        /// Its receipt, for the form's way back; the API does not reveal it.
        receipt: String,
    },
    /// The pledge could not be moved on.
    #[error(transparent)]
    Move(MovePledgeError),
    /// The database did not do it.
    #[error(transparent)]
    Store(StoreError),
}

impl PlacePledgeError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCampaign { .. } => "campaign.not_found",
            Self::NotOpen { .. } => "pledge.not_open",
            Self::Closed { .. } => "pledge.closed",
            Self::Invalid(_) => match self.kind() {
                ErrorKind::Conflict => "pledge.over_limit",
                _ => "pledge.invalid",
            },
            Self::SoldOut { .. } => "pledge.sold_out",
            Self::UnconfirmedFull { .. } => "pledge.unconfirmed_full",
            Self::AddOnSoldOut => "pledge.add_on_sold_out",
            Self::BadKey => "idempotency_key",
            Self::KeyReused { .. } => "idempotency_key.reused",
            Self::Move(_) => "bug",
            Self::Store(_) => "unavailable",
        }
    }

    /// What kind of error it is. An amount over a limit was understood, as what is sold out was.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoCampaign { .. } => ErrorKind::NotFound,
            Self::Invalid(faults) if faults.iter().all(PledgeFault::is_over_a_limit) => ErrorKind::Conflict,
            Self::Invalid(_) | Self::BadKey | Self::KeyReused { .. } => ErrorKind::Invalid,
            Self::NotOpen { .. }
            | Self::Closed { .. }
            | Self::SoldOut { .. }
            | Self::UnconfirmedFull { .. }
            | Self::AddOnSoldOut => ErrorKind::Conflict,
            Self::Move(_) => ErrorKind::Bug,
            Self::Store(_) => ErrorKind::Unavailable,
        }
    }
}

impl From<StoreError> for PlacePledgeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for PlacePledgeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<MovePledgeError> for PlacePledgeError {
    fn from(error: MovePledgeError) -> Self {
        match error {
            MovePledgeError::Store(error) => Self::Store(error),
            other @ (MovePledgeError::Wrong(_) | MovePledgeError::Post(_)) => Self::Move(other),
        }
    }
}

impl From<WrongState> for PlacePledgeError {
    fn from(error: WrongState) -> Self {
        Self::Move(error.into())
    }
}

impl CarriesStoreError for PlacePledgeError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NoCampaign { .. }
            | Self::NotOpen { .. }
            | Self::Closed { .. }
            | Self::Invalid(_)
            | Self::SoldOut { .. }
            | Self::UnconfirmedFull { .. }
            | Self::AddOnSoldOut
            | Self::BadKey
            | Self::KeyReused { .. }
            | Self::Move(_) => None,
        }
    }
}
