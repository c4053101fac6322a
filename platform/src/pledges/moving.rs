//! Moving a pledge on: the one place where a pledge's state changes, with everything that follows from it in
//! the same transaction — its event, its campaign's sums, its match, its reward, the outbox.

use std::collections::BTreeMap;

use multitude_domain::id::CampaignId;
use multitude_domain::ledger::CampaignBooks;
use multitude_domain::money::Money;
use multitude_domain::pledges::{Contribution, Counting, CountsAs, PledgeAction, PledgeState, Review};
use multitude_domain::time::Timestamp;
use uuid::Uuid;

use super::event::PledgeEvent;
use super::sql;
use super::to_move::{MovePledgeError, PledgeToMove};
use crate::db::{StoreError, Tx};
use crate::ledger::PostError;
use crate::outbox::{self, Event};
use crate::pools::{self, Candidate};
use crate::{rows, rows_many};

/// One move of one pledge: where it came from, and what it adds to its campaign's sums.
struct Move<'a> {
    record: &'a PledgeToMove,
    from: PledgeState,
    change: Contribution,
    /// What was done where that is not the move itself.
    deed: Option<EventDeed>,
    /// The title of what its backer chose anew, empty where that is no reward.
    chosen: Option<&'a str>,
}

/// What happens to a pledge where it stays in its state, as its event says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventDeed {
    /// Its backer changed its amount, or what it pays for.
    Amount,
    /// A person looked at it.
    Review,
    /// It is paid in another way.
    Method,
}

impl EventDeed {
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Amount, Self::Review, Self::Method].into_iter().find(|one| one.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Review => "review",
            Self::Method => "method",
        }
    }
}

/// Does `action` with different pledges, with everything that follows from it. Where one of them cannot be
/// moved on the caller's transaction must not stand. The caller holds them
/// ([`lock_pledges`](super::lock::lock_pledges)), or their campaign alone.
pub(crate) async fn move_all(
    tx: &mut Tx,
    records: &mut [PledgeToMove],
    action: PledgeAction,
    at: Timestamp,
) -> Result<(), MovePledgeError> {
    let mut before = Vec::with_capacity(records.len());
    for record in records.iter_mut() {
        before.push((record.state, record.contribution()));
        record.state = record.state.apply(action)?;
    }
    let pairs: Vec<(&PledgeToMove, PledgeState)> =
        records.iter().zip(&before).map(|(record, (from, _))| (record, *from)).collect();
    let moved = rows_many!(tx, sql::MOVE_ON, pairs, |(record, from)| [
        record.id.uuid(),
        from.name(),
        record.state.name(),
        at.as_micros(),
    ])?;
    if usize::try_from(moved) != Ok(pairs.len()) {
        return Err(StoreError::ChangedMeanwhile { what: "pledge" }.into());
    }
    let made: Vec<Move<'_>> = records
        .iter()
        .zip(&before)
        .map(|(record, (from, before))| Move {
            record,
            from: *from,
            change: record.contribution().less(*before, record.counting),
            deed: (action == PledgeAction::ReplaceMethod).then_some(EventDeed::Method),
            chosen: None,
        })
        .collect();
    note(tx, &made, at).await?;
    for (record, (from, before)) in records.iter_mut().zip(before) {
        record.apply_effects(tx, from, before, at).await?;
    }
    Ok(())
}

/// The events, the sums, the outbox.
async fn note(tx: &mut Tx, made: &[Move<'_>], at: Timestamp) -> Result<(), StoreError> {
    let rows: Vec<(Uuid, &Move<'_>)> = made.iter().map(|one| (tx.uuid(), one)).collect();
    rows_many!(tx, sql::ADD_EVENTS, rows, |(event, one)| [
        *event,
        one.record.id.uuid(),
        one.record.campaign.uuid(),
        one.from.name(),
        one.record.state.name(),
        one.change.pledged_minor,
        one.change.secured_minor,
        one.change.backers,
        at.as_micros(),
        one.deed.map(EventDeed::name),
        (one.deed == Some(EventDeed::Amount)).then_some(one.record.amount_minor),
        one.chosen,
    ])?;
    let mut sums: BTreeMap<CampaignId, (i64, Contribution)> = BTreeMap::new();
    for one in made {
        let (_, sum) =
            sums.entry(one.record.campaign).or_insert((one.record.goal_minor, Contribution::default()));
        *sum = sum.plus(one.change);
    }
    for (campaign, (goal_minor, change)) in sums {
        move_sums(tx, campaign, goal_minor, change).await?;
    }
    let told = made.iter().filter(|one| !one.record.is_imported).map(|one| {
        let (campaign, from, to) = (one.record.campaign, one.from, one.record.state);
        (Event::Pledge(one.record.id, PledgeEvent::Moved { campaign, from, to }), at)
    });
    outbox::add_all(tx, &told.collect::<Vec<_>>()).await
}

impl PledgeToMove {
    pub(crate) const fn books(&self) -> CampaignBooks {
        CampaignBooks { campaign: self.campaign, currency: self.currency }
    }

    /// All of what is paid.
    pub(crate) const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// All of what goes back: what arrived, where that differs from what was pledged.
    pub(crate) fn amount_back(&self) -> Money {
        Money::new(self.arrival.map_or(self.amount_minor, |arrival| arrival.amount_minor), self.currency)
    }

    pub(crate) fn candidate(&self, at: Timestamp) -> Candidate<'_> {
        Candidate {
            pledge: self.id,
            books: self.books(),
            livemode: self.livemode,
            amount_minor: self.amount_minor,
            waits_for_review: self.review == Review::Waiting && self.contribution().secured_minor == 0,
            is_limited: self.has.limit,
            user: self.user,
            email: self.email.as_deref(),
            payer_hash: self.payer_hash.as_deref(),
            at,
        }
    }

    const fn contribution(&self) -> Contribution {
        Contribution::of(self.state, self.review, self.amount_minor)
    }

    /// Does `action`, with everything that follows from it.
    pub(crate) async fn move_on(
        &mut self,
        tx: &mut Tx,
        action: PledgeAction,
        at: Timestamp,
    ) -> Result<(), MovePledgeError> {
        move_all(tx, std::slice::from_mut(self), action, at).await
    }

    /// A large pledge was looked at and counts from now on.
    pub(crate) async fn pass_review(&mut self, tx: &mut Tx, at: Timestamp) -> Result<(), MovePledgeError> {
        let before = self.contribution();
        if rows!(tx, sqlx::query(sql::PASS_REVIEW).bind(self.id.uuid()).bind(self.state.name()))? != 1 {
            return Err(StoreError::ChangedMeanwhile { what: "pledge" }.into());
        }
        self.review = Review::Passed;
        let change = self.contribution().less(before, self.counting);
        self.note(tx, EventDeed::Review, change, None, at).await?;
        self.apply_effects(tx, self.state, before, at).await
    }

    /// Another amount, as long as the deadline has not passed, and whether it still waits for a review;
    /// `chosen` is the title of the reward where what it pays for has changed too.
    pub(super) async fn change_amount(
        &mut self,
        tx: &mut Tx,
        amount_minor: i64,
        review: Review,
        chosen: Option<&str>,
        at: Timestamp,
    ) -> Result<(), MovePledgeError> {
        let before = self.contribution();
        let changed = rows!(
            tx,
            sqlx::query(sql::CHANGE_AMOUNT)
                .bind(self.id.uuid())
                .bind(amount_minor)
                .bind(self.amount_minor)
                .bind(self.state.name())
                .bind(review.name())
        )?;
        if changed != 1 {
            return Err(StoreError::ChangedMeanwhile { what: "pledge" }.into());
        }
        let is_matched_anew = before.secured_minor > 0 && amount_minor != self.amount_minor;
        if is_matched_anew {
            pools::void_match(tx, &self.candidate(at)).await?;
        }
        self.amount_minor = amount_minor;
        self.review = review;
        let change = self.contribution().less(before, self.counting);
        self.note(tx, EventDeed::Amount, change, chosen, at).await?;
        let counts_now = before.secured_minor == 0 && self.contribution().secured_minor > 0;
        if is_matched_anew || counts_now {
            pools::reserve_match(tx, &self.candidate(at)).await?;
        }
        Ok(())
    }

    /// Another card was named for a charge that failed or waits for its bank; settlement charges it.
    pub(super) async fn note_method(&self, tx: &mut Tx, at: Timestamp) -> Result<(), StoreError> {
        self.note(tx, EventDeed::Method, Contribution::default(), None, at).await
    }

    /// Notes what leaves the state as it is.
    async fn note(
        &self,
        tx: &mut Tx,
        deed: EventDeed,
        change: Contribution,
        chosen: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        note(tx, &[Move { record: self, from: self.state, change, deed: Some(deed), chosen }], at).await
    }

    /// Match money and rewards follow what the pledge counts as.
    async fn apply_effects(
        &mut self,
        tx: &mut Tx,
        from: PledgeState,
        before: Contribution,
        at: Timestamp,
    ) -> Result<(), MovePledgeError> {
        let is_counted = self.contribution().secured_minor > 0;
        let has_ended = self.state.counts_as() == CountsAs::Nothing;
        // A large one is told that its match waits for the review, and is matched once that has passed.
        let may_count = is_counted || self.state == PledgeState::Secured;
        if self.has.pool && self.counting == Counting::Open && may_count && before.secured_minor == 0 {
            pools::reserve_match(tx, &self.candidate(at)).await?;
            self.has.matched = true;
        }
        // Another card may be somebody's who paid before.
        if from == PledgeState::Secured && self.state == from && before.secured_minor > 0 {
            self.rematch(tx, at).await?;
        }
        if has_ended && from.counts_as() != CountsAs::Nothing {
            if self.has.matched {
                pools::void_match(tx, &self.candidate(at)).await?;
            }
            self.give_back(tx).await?;
        }
        if from == PledgeState::NeedsReview && self.state == PledgeState::Funded {
            self.take_again(tx).await?;
        }
        Ok(())
    }

    /// Who pays, or who is of the team, has changed: whether it is matched is asked anew. What is decided
    /// brings no new match.
    pub(super) async fn rematch(&self, tx: &mut Tx, at: Timestamp) -> Result<(), PostError> {
        let may_count = self.contribution().secured_minor > 0 && self.has.pool;
        if may_count && (self.has.matched || self.counting == Counting::Open) {
            pools::rematch(tx, &self.candidate(at), self.has.matched).await?;
        }
        Ok(())
    }

    /// It went short of its pool, which has something again: whether it got more.
    pub(super) async fn top_up(&self, tx: &mut Tx, at: Timestamp) -> Result<bool, PostError> {
        let may_count = self.contribution().secured_minor > 0 && self.counting == Counting::Open;
        Ok(may_count && pools::top_up(tx, &self.candidate(at)).await?)
    }

    /// What the pledge had taken can be chosen again.
    pub(super) async fn give_back(&self, tx: &mut Tx) -> Result<(), StoreError> {
        self.move_taken(tx, sql::GIVE_BACK, -1).await
    }

    /// Money that came late after all: what was chosen is taken once more, unless others have it by now.
    async fn take_again(&self, tx: &mut Tx) -> Result<(), StoreError> {
        self.move_taken(tx, sql::TAKE_AGAIN, 1).await
    }

    /// Moves what is taken by what was chosen, `times` 1 or -1, where the mark says that it is not done yet.
    async fn move_taken(&self, tx: &mut Tx, mark: &'static str, times: i64) -> Result<(), StoreError> {
        let has_choice = self.reward.is_some() || self.has.add_ons;
        if !has_choice || rows!(tx, sqlx::query(mark).bind(self.id.uuid()))? == 0 {
            return Ok(());
        }
        if let Some((reward, qty)) = self.reward {
            let more = qty.saturating_mul(times);
            rows!(tx, sqlx::query(sql::MOVE_TAKEN).bind(reward.uuid()).bind(more))?;
        }
        if self.has.add_ons {
            rows!(tx, sqlx::query(sql::MOVE_TAKEN_ADD_ONS).bind(self.id.uuid()).bind(times))?;
        }
        Ok(())
    }
}

pub(super) async fn move_sums(
    tx: &mut Tx,
    campaign: CampaignId,
    goal_minor: i64,
    change: Contribution,
) -> Result<(), StoreError> {
    if change == Contribution::default() {
        return Ok(());
    }
    rows!(
        tx,
        sqlx::query(sql::MOVE_SUMS)
            .bind(campaign.uuid())
            .bind(change.pledged_minor)
            .bind(change.secured_minor)
            .bind(change.backers)
            .bind(goal_minor)
    )?;
    Ok(())
}
