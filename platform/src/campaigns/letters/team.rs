//! What a campaign's team is told of its way: review, start, goal, money.

use multitude_domain::UnknownState;
use multitude_domain::banking_day::BankCalendar;
use multitude_domain::campaigns::{CampaignState, REVIEW_DAYS};
use multitude_domain::email::shown_email;
use multitude_domain::fees::{Account, BasisPoints, FeeSchedule, PAYOUT_DAYS};
use multitude_domain::locale::Locale;
use multitude_domain::money::{Currency, Money};
use multitude_domain::name::isolated;
use multitude_domain::pledges::CHARGES_END_AFTER;
use multitude_domain::time::{Day, Timestamp};
use multitude_domain::view::percent_of;
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, money, percent};

use super::{TeamLetter, sql};
use crate::db::{StoreError, Tx};
use crate::mail::{Block, Letter, Writing};
use crate::on;
use crate::words::{Texts, words_of};

#[derive(Debug, sqlx::FromRow)]
struct CampaignRow {
    name: String,
    locale: String,
    title: String,
    slug: String,
    currency: String,
    state: String,
    state_since: i64,
    opens_at: Option<i64>,
    closes_at: Option<i64>,
    goal_minor: i64,
    is_flexible: bool,
    statement_due_at: Option<i64>,
    stated_at: Option<i64>,
    due_on: Option<String>,
    promised_on: Option<String>,
    transfers: i64,
    pledged_minor: i64,
    secured_minor: i64,
    matched_minor: i64,
    counted_match_minor: i64,
    collected_minor: i64,
    gross_minor: i64,
    returned_minor: i64,
    fees_minor: i64,
    paid_out_minor: i64,
    backers: i64,
    platform_fee_bp: i64,
    is_payee_verified: bool,
    decided_at: Option<i64>,
    failing: i64,
    failing_minor: i64,
    dropped: i64,
    dropped_minor: i64,
    note: String,
}

struct TeamWriter {
    w: Words,
    row: CampaignRow,
    state: CampaignState,
    currency: Currency,
    page: String,
    site: String,
}

/// The letter to a campaign's team; none where what it would say is no longer so.
///
/// # Errors
/// [`StoreError`] where the database does not answer, or has what this version does not understand.
pub(crate) async fn write(
    tx: &mut Tx,
    writing: &Writing<'_>,
    kind: TeamLetter,
) -> Result<Option<Letter>, StoreError> {
    let row: Option<CampaignRow> = on!(tx, c => sqlx::query_as(sql::CAMPAIGN)
        .bind(writing.subject).bind(explained(kind).map(CampaignState::name)).bind(writing.email)
        .fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: writing.subject.to_string() };
    let locale: Locale = row.locale.parse().map_err(|_| bad("locale"))?;
    let writer = TeamWriter {
        w: words_of(locale),
        state: row.state.parse().map_err(|UnknownState| bad("state"))?,
        currency: row.currency.parse().map_err(|_| bad("currency"))?,
        page: writing.address(locale, &format!("c/{}", row.slug)),
        site: writing.site().to_owned(),
        row,
    };
    let Some((subject, blocks)) = writer.words_for(kind) else { return Ok(None) };
    Ok(Some(Letter {
        subject,
        locale,
        hello: writer.w.letter_hello(isolated(&writer.row.name)),
        blocks,
        footer: writer.w.campaigns_team_footer(&writer.site, shown_email(writing.email)),
    }))
}

/// The state whose note a letter tells, where it tells one.
const fn explained(kind: TeamLetter) -> Option<CampaignState> {
    match kind {
        TeamLetter::Changes => Some(CampaignState::ChangesRequested),
        TeamLetter::Paused => Some(CampaignState::Suspended),
        TeamLetter::Stopped => Some(CampaignState::Cancelled),
        TeamLetter::Declined => Some(CampaignState::Declined),
        TeamLetter::Submitted
        | TeamLetter::Accepted
        | TeamLetter::Start
        | TeamLetter::Live
        | TeamLetter::Resumed
        | TeamLetter::Closing
        | TeamLetter::Missed
        | TeamLetter::Reached
        | TeamLetter::Failing
        | TeamLetter::Statement
        | TeamLetter::Settled
        | TeamLetter::Identity
        | TeamLetter::PaidOut
        | TeamLetter::UpdateDue
        | TeamLetter::UpdatePast => None,
    }
}

impl TeamWriter {
    fn money(&self, minor: i64) -> String {
        money(self.w.locale, Money::new(minor, self.currency), Precision::Exact)
    }

    fn instant(&self, micros: Option<i64>) -> String {
        micros.map(|at| date_time(self.w.locale, Timestamp::from_micros(at))).unwrap_or_default()
    }

    /// Its page, which only its team and its readers see before it is public.
    fn open(&self) -> Block {
        Block::Action(self.w.letter_open_campaign().to_owned(), self.page.clone())
    }

    fn with_page(&self, words: String) -> Vec<Block> {
        vec![Block::Text(words), self.open()]
    }

    fn is_now(&self, state: CampaignState) -> Option<()> {
        (self.state == state).then_some(())
    }

    /// Words, then the reason that was given for it.
    fn with_note(&self, words: String) -> Vec<Block> {
        vec![Block::Text(words), Block::Text(self.row.note.clone()), self.open()]
    }

    /// Subject and body; none where it is no longer so.
    fn words_for(&self, kind: TeamLetter) -> Option<(String, Vec<Block>)> {
        let (w, title) = (self.w, self.row.title.as_str());
        match kind {
            TeamLetter::Submitted => self.submitted(),
            TeamLetter::Changes => {
                self.is_now(CampaignState::ChangesRequested)?;
                Some((w.campaigns_changes_subject(title), self.with_note(w.campaigns_changes_text(title))))
            }
            TeamLetter::Declined => {
                self.is_now(CampaignState::Declined)?;
                Some((w.campaigns_declined_subject(title), self.with_note(w.campaigns_declined_text(title))))
            }
            TeamLetter::Accepted => {
                let (opens, closes) = self.scheduled()?;
                let words = w.campaigns_accepted_text(title, &opens, closes);
                Some((w.campaigns_accepted_subject(title, opens), self.with_page(words)))
            }
            TeamLetter::Start => {
                let (opens, closes) = self.scheduled()?;
                let words = w.campaigns_start_text(title, &opens, closes);
                Some((w.campaigns_start_subject(title, opens), self.with_page(words)))
            }
            TeamLetter::Live => {
                self.is_now(CampaignState::Live)?;
                let (goal, closes) = (self.money(self.row.goal_minor), self.instant(self.row.closes_at));
                let words = w.campaigns_live_text(title, goal, closes);
                Some((w.campaigns_live_subject(title), self.with_page(words)))
            }
            TeamLetter::Paused => {
                self.is_now(CampaignState::Suspended)?;
                Some((w.campaigns_paused_subject(title), self.with_note(w.campaigns_paused_text(title))))
            }
            TeamLetter::Resumed => {
                self.is_now(CampaignState::Live)?;
                let words = w.campaigns_resumed_text(title, self.instant(self.row.closes_at));
                Some((w.campaigns_resumed_subject(title), self.with_page(words)))
            }
            TeamLetter::Stopped => Some(self.stopped()),
            TeamLetter::Closing => self.closing(),
            TeamLetter::Missed => {
                let (secured, matched) = self.counted();
                let words =
                    w.campaigns_missed_team_text(title, secured, matched, self.money(self.row.goal_minor));
                Some((w.campaigns_missed_team_subject(title, self.share()), self.with_page(words)))
            }
            TeamLetter::Reached => Some(self.reached()),
            TeamLetter::Failing => self.failing(),
            TeamLetter::Statement => self.statement(),
            TeamLetter::Settled => Some((w.campaigns_settled_subject(title), self.settled())),
            TeamLetter::Identity => self.identity(),
            TeamLetter::PaidOut => Some(self.paid_out()),
            TeamLetter::UpdateDue => {
                let by = self.spelt(self.row.due_on.as_deref())?;
                let words = w.campaigns_update_due_text(&by, title);
                Some((w.campaigns_update_due_subject(title, by), self.with_page(words)))
            }
            TeamLetter::UpdatePast => {
                let words = w.campaigns_update_past_text(self.spelt(self.row.promised_on.as_deref())?, title);
                Some((w.campaigns_update_past_subject(title), self.with_page(words)))
            }
        }
    }

    fn spelt(&self, promised: Option<&str>) -> Option<String> {
        let promised: Day = promised?.parse().ok()?;
        Some(day(self.w.locale, promised))
    }

    fn submitted(&self) -> Option<(String, Vec<Block>)> {
        self.is_now(CampaignState::InReview)?;
        let (w, title) = (self.w, self.row.title.as_str());
        let sent = Timestamp::from_micros(self.row.state_since).in_zurich().day;
        let answer = BankCalendar::for_currency(self.currency).banking_days_after(sent, REVIEW_DAYS);
        let answer = day(w.locale, answer);
        let words = w.campaigns_submitted_text(title, &answer);
        Some((w.campaigns_submitted_subject(title, answer), self.with_page(words)))
    }

    /// When it opens and closes, as long as it waits for that.
    fn scheduled(&self) -> Option<(String, String)> {
        self.is_now(CampaignState::Scheduled)?;
        Some((self.instant(self.row.opens_at), self.instant(self.row.closes_at)))
    }

    /// Somebody stopped it and said why, or nobody resumed it in time.
    fn stopped(&self) -> (String, Vec<Block>) {
        let (w, title) = (self.w, self.row.title.as_str());
        if self.row.note.is_empty() {
            let words = w.campaigns_stopped_late_text(title);
            (w.campaigns_stopped_late_subject(title), self.with_page(words))
        } else {
            let words = w.campaigns_stopped_team_text(title);
            (w.campaigns_stopped_team_subject(title), self.with_note(words))
        }
    }

    /// Where transfers decide nothing, what was decided is told at once instead.
    fn closing(&self) -> Option<(String, Vec<Block>)> {
        self.is_now(CampaignState::Closing)?;
        let (w, row, title) = (self.w, &self.row, self.row.title.as_str());
        if row.transfers == 0 {
            return None;
        }
        let (secured, matched) = (self.money(row.secured_minor), self.money(row.matched_minor));
        let (goal, pledged) = (self.money(row.goal_minor), self.money(row.pledged_minor));
        let words = w.campaigns_closing_text(title, secured, matched, goal, pledged);
        let transfers = row.transfers.unsigned_abs();
        Some((w.campaigns_closing_subject(transfers, title, self.share()), self.with_page(words)))
    }

    fn failing(&self) -> Option<(String, Vec<Block>)> {
        self.is_now(CampaignState::Collecting)?;
        let (w, row) = (self.w, &self.row);
        if row.failing == 0 {
            return None;
        }
        let until = Timestamp::from_micros(row.decided_at?).plus(CHARGES_END_AFTER);
        let words =
            w.campaigns_failing_text(self.money(row.failing_minor), day(w.locale, until.in_zurich().day));
        Some((w.campaigns_failing_subject(row.failing.unsigned_abs(), &row.title), self.with_page(words)))
    }

    fn statement(&self) -> Option<(String, Vec<Block>)> {
        let (w, row, title) = (self.w, &self.row, self.row.title.as_str());
        if row.stated_at.is_some() {
            return None;
        }
        let due = Timestamp::from_micros(row.statement_due_at?);
        let (collected, matched) = (self.money(row.collected_minor), self.money(row.matched_minor));
        let until = date_time(w.locale, due);
        let words = w.campaigns_statement_text(title, collected, matched, self.money(row.goal_minor), until);
        let say = Block::Action(w.campaigns_statement_button().to_owned(), format!("{}/deliver", self.page));
        let subject = w.campaigns_statement_subject(title, day(w.locale, due.in_zurich().day));
        Some((subject, vec![Block::Text(words), say]))
    }

    /// Whose account it is has to be checked, where anything is to be paid out.
    fn identity(&self) -> Option<(String, Vec<Block>)> {
        self.is_now(CampaignState::Settled)?;
        let (w, title, net_minor) = (self.w, self.row.title.as_str(), self.account().net_minor());
        if self.row.is_payee_verified || net_minor <= 0 {
            return None;
        }
        let lead = w.campaigns_identity_lead(title, self.money(net_minor));
        let blocks = vec![Block::Text(lead), Block::Text(w.campaigns_identity_text(&self.site)), self.open()];
        Some((w.campaigns_identity_subject(title), blocks))
    }

    fn paid_out(&self) -> (String, Vec<Block>) {
        let (w, title) = (self.w, self.row.title.as_str());
        let paid = vec![
            (w.campaigns_term_paid_out().to_owned(), self.money(self.row.paid_out_minor)),
            (w.campaigns_term_reserve().to_owned(), self.money(self.account().reserve_minor())),
        ];
        let words = Block::Text(w.campaigns_paid_out_text(title));
        (w.campaigns_paid_out_subject(title), vec![words, Block::Terms(paid), self.open()])
    }

    /// Secured and matched, as they counted when it was decided.
    fn counted(&self) -> (String, String) {
        (self.money(self.row.secured_minor), self.money(self.row.counted_match_minor))
    }

    /// How much of its goal has come together.
    fn share(&self) -> String {
        let counted = self.row.secured_minor.saturating_add(self.row.counted_match_minor);
        percent(self.w.locale, percent_of(counted, self.row.goal_minor).saturating_mul(100))
    }

    /// It worked: what to expect, and what is to be done.
    fn reached(&self) -> (String, Vec<Block>) {
        let (w, row, title) = (self.w, &self.row, self.row.title.as_str());
        let (secured, matched) = self.counted();
        let (subject, words) = if row.is_flexible {
            (
                w.campaigns_closed_flexible_subject(title),
                w.campaigns_closed_flexible_text(title, secured, matched),
            )
        } else {
            (w.campaigns_reached_subject(title), w.campaigns_reached_text(title, secured, matched))
        };
        let platform = BasisPoints::new(u32::try_from(row.platform_fee_bp).unwrap_or(0));
        let fees = FeeSchedule { platform, ..FeeSchedule::default_for(self.currency) };
        let expected = Account::expected(row.secured_minor, row.counted_match_minor, row.backers, fees);
        let mut blocks = vec![
            Block::Text(words),
            Block::Text(w.campaigns_expected_text().to_owned()),
            self.terms(expected, w.campaigns_term_secured(), w.campaigns_term_expected()),
        ];
        if !row.is_payee_verified {
            blocks.push(Block::Text(w.campaigns_identity_text(&self.site)));
        }
        blocks.extend([Block::Text(w.campaigns_reached_news().to_owned()), self.open()]);
        (subject, blocks)
    }

    /// All pledges have ended: what came together, and what is left of it.
    fn settled(&self) -> Vec<Block> {
        let (w, row) = (self.w, &self.row);
        let account = self.account();
        let mut blocks = vec![
            Block::Text(w.campaigns_settled_text(&row.title)),
            self.terms(account, w.campaigns_term_collected(), w.campaigns_term_net()),
        ];
        if row.dropped > 0 {
            let (count, amount) = (row.dropped.unsigned_abs(), self.money(row.dropped_minor));
            blocks.push(Block::Text(w.campaigns_dropped_text(count, amount)));
        }
        // One whose payee is not known yet is told so in a letter of its own.
        if self.state == CampaignState::Settled && row.is_payee_verified && account.net_minor() > 0 {
            let since = Timestamp::from_micros(row.state_since).in_zurich().day;
            let by = BankCalendar::for_currency(self.currency).banking_days_after(since, PAYOUT_DAYS);
            blocks.push(Block::Text(w.campaigns_payout_text(day(w.locale, by))));
        }
        blocks.push(self.open());
        blocks
    }

    fn account(&self) -> Account {
        let row = &self.row;
        Account {
            gross_minor: row.gross_minor,
            matched_minor: row.matched_minor,
            fees_minor: row.fees_minor,
            returned_minor: row.returned_minor,
        }
    }

    /// From gross to net.
    fn terms(&self, account: Account, gross: &str, net: &str) -> Block {
        let w = self.w;
        let line = |term: &str, minor| (term.to_owned(), self.money(minor));
        let less = |term, minor: i64| line(term, minor.saturating_neg());
        Block::Terms(vec![
            line(gross, account.gross_minor),
            line(w.campaigns_term_matched(), account.matched_minor),
            less(w.campaigns_term_fees(), account.fees_minor),
            less(w.campaigns_term_returned(), account.returned_minor),
            less(w.campaigns_term_reserve(), account.reserve_minor()),
            line(net, account.net_minor()),
        ])
    }
}
