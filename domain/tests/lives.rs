//! The lives of pledges and campaigns over random histories: the changes that docs/RULES.md lists and no
//! others, and sums that a recount of the pledges themselves confirms after every step.
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use multitude_domain::campaigns::{CampaignAction, CampaignState};
use multitude_domain::pledges::{Contribution, Counting, PledgeAction, PledgeState, Review};
use proptest::prelude::*;
use proptest::sample::Index;

/// docs/RULES.md, P1; another method takes the first one's place within `secured`.
const PLEDGE_CHANGES: &str = "
    draft → awaiting_setup → secured | expired | cancelled
    draft → awaiting_funds → funded | needs_review | expired | cancelled
    needs_review → funded | refund_pending
    secured → charging | released | cancelled | secured
    charging → paid | action_required | charge_failed
    action_required | charge_failed → charging | dropped
    funded → paid | refund_pending
    paid | partially_refunded → refund_pending → refunded | partially_refunded | refund_failed
    refund_failed → refund_pending
    paid ⇄ disputed → charged_back
    expired | cancelled → needs_review";

/// Where each action leads, whatever it starts from.
const PLEDGE_ACTIONS: &str = "
    await_setup → awaiting_setup
    await_funds → awaiting_funds
    secure | replace_method → secured
    fund → funded
    review → needs_review
    expire → expired
    cancel → cancelled
    charge → charging
    pay | win_dispute → paid
    require_action → action_required
    fail_charge → charge_failed
    drop → dropped
    release → released
    start_refund → refund_pending
    finish_refund → refunded
    finish_partial_refund → partially_refunded
    fail_refund → refund_failed
    dispute → disputed
    lose_dispute → charged_back";

/// docs/RULES.md, C1.
const CAMPAIGN_CHANGES: &str = "
    draft → in_review ⇄ changes_requested
    in_review → declined → draft
    in_review → scheduled → live
    scheduled → draft | cancelled
    live ⇄ suspended → cancelled
    live → closing → collecting → settled → fulfilling → completed
    closing → failed → releasing → closed
    cancelled → releasing";

const CAMPAIGN_ACTIONS: &str = "
    submit → in_review
    request_changes → changes_requested
    decline → declined
    reopen → draft
    schedule → scheduled
    launch | resume → live
    suspend → suspended
    cancel → cancelled
    close → closing
    succeed → collecting
    fail → failed
    settle → settled
    fulfil → fulfilling
    complete → completed
    release → releasing
    finish_release → closed";

type Pairs = BTreeSet<(String, String)>;

/// Every pair of neighbours in lines like `a | b → c ⇄ d`.
fn pairs(table: &str) -> Pairs {
    let mut found = Pairs::new();
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let arrows: Vec<&str> = line.matches(['→', '⇄']).collect();
        let groups: Vec<Vec<&str>> =
            line.split(['→', '⇄']).map(|group| group.split('|').map(str::trim).collect()).collect();
        for (sides, arrow) in groups.windows(2).zip(arrows) {
            for (left, right) in
                sides[0].iter().flat_map(|left| sides[1].iter().map(move |right| (left, right)))
            {
                found.insert(((*left).to_owned(), (*right).to_owned()));
                if arrow == "⇄" {
                    found.insert(((*right).to_owned(), (*left).to_owned()));
                }
            }
        }
    }
    found
}

fn named<'a>(names: impl IntoIterator<Item = (&'a str, &'a str)>) -> Pairs {
    names.into_iter().map(|(left, right)| (left.to_owned(), right.to_owned())).collect()
}

/// Holds one machine against the two hand-written tables, both ways.
macro_rules! assert_machine {
    ($State:ident, $Action:ident, $changes:expr, $actions:expr) => {
        let listed = pairs($changes);
        assert_eq!(named($State::CHANGES.iter().map(|(from, _, to)| (from.name(), to.name()))), listed);
        let leads = pairs($actions);
        assert_eq!(named($State::CHANGES.iter().map(|(_, by, to)| (by.name(), to.name()))), leads);
        for (from, by) in $State::ALL.iter().flat_map(|from| $Action::ALL.iter().map(move |by| (*from, *by)))
        {
            let to: Vec<&str> =
                leads.iter().filter(|(name, _)| name == by.name()).map(|(_, to)| to.as_str()).collect();
            assert_eq!(to.len(), 1, "{} leads to one state", by.name());
            if let Ok(next) = from.apply(by) {
                assert!(
                    listed.contains(&(from.name().to_owned(), next.name().to_owned())),
                    "{from} {}",
                    by.name()
                );
                assert_eq!(next.name(), to[0], "{from} {}", by.name());
            }
        }
    };
}

#[test]
fn pledges_change_as_their_rule_lists_and_not_otherwise() {
    assert_machine!(PledgeState, PledgeAction, PLEDGE_CHANGES, PLEDGE_ACTIONS);
}

#[test]
fn campaigns_change_as_their_rule_lists_and_not_otherwise() {
    assert_machine!(CampaignState, CampaignAction, CAMPAIGN_CHANGES, CAMPAIGN_ACTIONS);
}

/// The glossary's words for the sums, by the names of states.
const PROMISED: [&str; 3] = ["awaiting_setup", "awaiting_funds", "needs_review"];
const CONFIRMED: [&str; 4] = ["secured", "charging", "action_required", "charge_failed"];
const ARRIVED: [&str; 3] = ["funded", "paid", "disputed"];

#[derive(Debug, Clone)]
struct Promise {
    state: PledgeState,
    review: Review,
    amount_minor: i64,
}

impl Promise {
    fn contribution(&self) -> Contribution {
        Contribution::of(self.state, self.review, self.amount_minor)
    }

    /// Confirmed by the provider or arrived; a large one only once it arrived or somebody has looked at it.
    fn is_secured(&self) -> bool {
        let name = self.state.name();
        ARRIVED.contains(&name) || (CONFIRMED.contains(&name) && self.review != Review::Waiting)
    }

    /// Promised, and neither of the above.
    fn is_pledged(&self) -> bool {
        let name = self.state.name();
        PROMISED.contains(&name) || (CONFIRMED.contains(&name) && self.review == Review::Waiting)
    }
}

/// Pledged, secured and backers, counted from the pledges as they are.
fn recount(promises: &[Promise]) -> (i64, i64, i64) {
    let pledged = promises.iter().filter(|one| one.is_pledged()).map(|one| one.amount_minor).sum();
    let secured = promises.iter().filter(|one| one.is_secured()).map(|one| one.amount_minor).sum();
    let backers = promises.iter().filter(|one| one.is_secured()).count();
    (pledged, secured, i64::try_from(backers).unwrap_or(i64::MAX))
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Event {
    /// An allowed change of a pledge.
    Moves(Index, Index),
    /// Any action on a pledge, mostly one that is not allowed.
    Tries(Index, Index),
    /// A person looks at a pledge.
    Looks(Index),
    /// A backer pledges another amount; only before the decision.
    Changes(Index, i64),
    /// The campaign moves on.
    Campaign(Index),
}

fn event() -> impl Strategy<Value = Event> {
    let index = any::<Index>;
    prop_oneof![
        12 => (index(), index()).prop_map(|(one, by)| Event::Moves(one, by)),
        4 => (index(), index()).prop_map(|(one, by)| Event::Tries(one, by)),
        2 => index().prop_map(Event::Looks),
        2 => (index(), 1_i64..1_000_000).prop_map(|(one, minor)| Event::Changes(one, minor)),
        1 => index().prop_map(Event::Campaign),
    ]
}

/// A campaign with its pledges and the sums that its page shows.
struct Played {
    campaign: CampaignState,
    counting: Counting,
    promises: Vec<Promise>,
    shown: Contribution,
    /// Secured and backers as they were when the deadline decided.
    frozen: Option<(i64, i64)>,
}

impl Played {
    fn new(promises: Vec<Promise>) -> Self {
        let shown = Contribution::default();
        Self { campaign: CampaignState::Live, counting: Counting::Open, promises, shown, frozen: None }
    }

    fn change(&mut self, at: Index, change: impl FnOnce(&mut Promise)) {
        let count = self.promises.len();
        let promise = &mut self.promises[at.index(count)];
        let before = promise.contribution();
        change(promise);
        self.shown = self.shown.plus(promise.contribution().less(before, self.counting));
    }

    fn happen(&mut self, event: &Event) {
        match *event {
            Event::Moves(at, by) => self.change(at, |promise| {
                let legal: Vec<_> =
                    PledgeAction::ALL.iter().filter_map(|by| promise.state.apply(*by).ok()).collect();
                // An ended pledge stays as it is.
                if !legal.is_empty() {
                    promise.state = *by.get(&legal);
                }
            }),
            Event::Tries(at, by) => self.change(at, |promise| {
                let by = by.get(PledgeAction::ALL);
                match promise.state.apply(*by) {
                    Ok(next) => promise.state = next,
                    Err(refused) => {
                        assert_eq!((refused.from, refused.action), (promise.state.name(), by.name()));
                    }
                }
            }),
            Event::Looks(at) => self.change(at, |promise| {
                if promise.review == Review::Waiting {
                    promise.review = Review::Passed;
                }
            }),
            Event::Changes(at, amount_minor) if self.counting == Counting::Open => {
                self.change(at, |promise| promise.amount_minor = amount_minor);
            }
            Event::Changes(..) => {}
            Event::Campaign(by) => self.move_campaign(by),
        }
    }

    /// The campaign moves on by an allowed change; what the deadline or an early end decided stands still.
    fn move_campaign(&mut self, by: Index) {
        let legal: Vec<_> =
            CampaignAction::ALL.iter().filter(|by| self.campaign.apply(**by).is_ok()).collect();
        if legal.is_empty() {
            return;
        }
        let action = **by.get(&legal);
        self.campaign = self.campaign.apply(action).unwrap_or(self.campaign);
        let decides = [CampaignAction::Succeed, CampaignAction::Fail, CampaignAction::Release];
        if decides.contains(&action) && self.frozen.is_none() {
            let (_, secured, backers) = recount(&self.promises);
            self.frozen = Some((secured, backers));
            self.counting = Counting::Frozen;
        }
    }

    fn check(&self) {
        let (pledged, secured, backers) = recount(&self.promises);
        let (secured, backers) = self.frozen.unwrap_or((secured, backers));
        let shown = (self.shown.pledged_minor, self.shown.secured_minor, self.shown.backers);
        assert_eq!(shown, (pledged, secured, backers), "{:?}", self.promises);
    }
}

proptest! {
    #[test]
    fn sums_shown_are_what_a_recount_of_the_pledges_says_after_every_step(
        pledges in prop::collection::vec((1_i64..1_000_000, prop::sample::select(&Review::ALL[..])), 1..8),
        history in prop::collection::vec(event(), 0..160),
    ) {
        let draft = |(amount_minor, review)| Promise { state: PledgeState::Draft, review, amount_minor };
        let mut world = Played::new(pledges.into_iter().map(draft).collect());
        for event in history {
            world.happen(&event);
            world.check();
        }
    }
}
