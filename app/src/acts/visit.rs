//! Whoever does something here: who they are, where they come from, and what is let in.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use multitude_domain::email::{count_email, fold_email};
use multitude_domain::permission::Actor;
use multitude_domain::time::Span;
use multitude_platform::accounts::SignedIn;
use multitude_platform::db::StoreError;

use super::{Act, Answer, Kind};
use crate::Services;
use crate::accounts::session::signed_in;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// Anything asked of the API, by address.
    Api,
    /// The screens of a checkout, what changes a pledge, and what a mail asks for, by address.
    Step,
    /// Pledges that were placed, by address.
    Pledge,
    /// Pledges that were placed, by address and the backer's e-mail address together, as
    /// [`count_email`](multitude_domain::email::count_email) tells them apart: nobody uses up somebody
    /// else's.
    PledgeEmail,
    /// Whatever sends a mail to who asks, by address.
    SignIn,
    /// Signing in, by address and e-mail address together: fewer than the address gets from everybody.
    SignInEmail,
}

/// One more try may succeed after this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(Span);

impl Wait {
    /// As long as that.
    pub const fn new(span: Span) -> Self {
        Self(span)
    }

    /// Whole seconds, rounded up; at least one.
    pub fn seconds(self) -> u32 {
        let seconds = self.0.as_micros().max(1).saturating_add(999_999) / 1_000_000;
        u32::try_from(seconds).unwrap_or(u32::MAX)
    }
}

/// What is counted of acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// A pledge was placed.
    Pledged,
    /// An act was refused, and how.
    Refused(Act, &'static str),
}

/// What the server decides about every act: how much is let in, and what is counted.
pub trait Gate: Send + Sync + Debug {
    /// Counts one of `policy` for `who`.
    ///
    /// # Errors
    /// How long to wait, where it is one too many.
    fn take(&self, policy: Policy, who: &str) -> Result<(), Wait>;

    /// Counts one of them no longer: nothing came of it.
    fn give_back(&self, policy: Policy, who: &str);

    /// Counts what came of it.
    fn note(&self, noted: Noted);
}

/// What is counted before somebody tries, so that all who try at the same moment are. It is given back only where
/// it is known that nothing came of it: who hangs up meanwhile stays counted.
#[derive(Debug)]
#[must_use = "what nothing came of is given back"]
pub struct Counted<'g> {
    gate: &'g dyn Gate,
    counts: Vec<(Policy, String)>,
}

impl<'g> Counted<'g> {
    /// Counts all of these, or none.
    ///
    /// # Errors
    /// How long to wait, where one is too many.
    pub(crate) fn take(gate: &'g dyn Gate, counts: Vec<(Policy, String)>) -> Result<Self, Wait> {
        for (nth, (policy, who)) in counts.iter().enumerate() {
            if let Err(wait) = gate.take(*policy, who) {
                Self { gate, counts: counts.into_iter().take(nth).collect() }.give_back();
                return Err(wait);
            }
        }
        Ok(Self { gate, counts })
    }

    /// Counts a pledge, by whichever door it comes. `unproved` is the backer's e-mail address, unless they have
    /// proved it: then it is counted by network address alone.
    ///
    /// # Errors
    /// How long to wait, where it is one too many.
    pub fn pledge(gate: &'g dyn Gate, address: &str, unproved: Option<&str>) -> Result<Self, Wait> {
        let mut counts = vec![(Policy::Pledge, address.to_owned())];
        counts.extend(unproved.map(|email| (Policy::PledgeEmail, address_with(address, email))));
        Self::take(gate, counts)
    }

    /// Nothing came of it.
    pub fn give_back(self) {
        for (policy, who) in &self.counts {
            self.gate.give_back(*policy, who);
        }
    }
}

/// A network address and an e-mail address together, as limits count them.
fn address_with(address: &str, email: &str) -> String {
    format!("{address} {}", count_email(email))
}

/// Why an act came to no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too much came from one place.
    #[error("too many; once more in {} s", .0.seconds())]
    TooMany(Wait),
}

/// What an act ends with.
pub(crate) type Acted = Result<Answer, Unanswered>;

/// One request that does something. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Visit(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    services: Services,
    who: Option<SignedIn>,
    address: String,
    gate: Arc<dyn Gate>,
    parts: Parts,
    cookies: Mutex<Vec<HeaderValue>>,
}

impl Visit {
    /// Finds out who asks.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not say. That is not the same as nobody.
    pub async fn of(
        services: Services,
        parts: Parts,
        address: String,
        gate: Arc<dyn Gate>,
    ) -> Result<Self, StoreError> {
        let who = signed_in(&services, &parts.headers).await?;
        Ok(Self(Arc::new(Inner { services, who, address, gate, parts, cookies: Mutex::default() })))
    }

    /// The database, the installation's secret, the provider, the facts.
    pub fn services(&self) -> &Services {
        &self.0.services
    }

    /// Whoever is signed in.
    pub fn who(&self) -> Option<&SignedIn> {
        self.0.who.as_ref()
    }

    /// Whoever asks, as permissions see them.
    pub fn actor(&self) -> Actor {
        self.who().map_or(Actor::Guest, SignedIn::actor)
    }

    /// The network address that limits and holds count.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// What the browser sent along.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.parts.headers
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// Counts one of `policy` for `who`.
    pub(crate) fn take(&self, policy: Policy, who: &str) -> Result<(), Wait> {
        self.0.gate.take(policy, who)
    }

    /// Counts one of a policy, if any, for this network address.
    pub(crate) fn count(&self, policy: Option<Policy>) -> Result<Counted<'_>, Wait> {
        let counts = policy.into_iter().map(|policy| (policy, self.0.address.clone()));
        Counted::take(&*self.0.gate, counts.collect())
    }

    /// Counts a pledge from here, of whoever has not proved this address.
    pub(crate) fn count_pledge(&self, unproved: Option<&str>) -> Result<Counted<'_>, Wait> {
        Counted::pledge(&*self.0.gate, &self.0.address, unproved)
    }

    /// The network address and an e-mail address together, as limits count them. All that differ from the plain
    /// address by a tag are counted as one, beside it: they do not use it up.
    pub(crate) fn address_with(&self, email: &str) -> String {
        let is_plain = fold_email(email) == count_email(email);
        let apart = if is_plain { "" } else { " +" };
        format!("{}{apart}", address_with(&self.0.address, email))
    }

    /// Counts what came of it.
    pub(crate) fn note(&self, noted: Noted) {
        self.0.gate.note(noted);
    }

    /// The answer sets this cookie too.
    pub(crate) fn set_cookies(&self, cookies: impl IntoIterator<Item = HeaderValue>) {
        self.0.cookies.lock().unwrap_or_else(PoisonError::into_inner).extend(cookies);
    }

    /// The cookies that the answer is to set.
    pub(crate) fn cookies(&self) -> Vec<HeaderValue> {
        self.0.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Noted {
    pub(crate) fn refused(act: Act, kind: Kind) -> Self {
        Self::Refused(act, kind.name())
    }
}
