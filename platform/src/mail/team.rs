//! What a campaign's team is told of its way: review, start, goal, money.

use multitude_domain::UnknownState;
use multitude_domain::banking_day::BankCalendar;
use multitude_domain::campaigns::{CampaignState, REVIEW_DAYS};
use multitude_domain::email::shown_email;
use multitude_domain::fees::{Account, BasisPoints, FeeSchedule, PAYOUT_DAYS};
use multitude_domain::locale::Locale;
use multitude_domain::money::{Currency, Money};
use multitude_domain::name::isolated;
use multitude_domain::pledges::TRIES_END;
use multitude_domain::time::{Day, Timestamp};
use multitude_domain::view::percent_of;
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, money, percent};
use uuid::Uuid;

use super::kind::LetterKind;
use super::letter::{Block, Letter};
use super::post::Post;
use super::sql;
use super::words::{Texts, words_of};
use super::write::site;
use crate::db::{StoreError, Tx};
use crate::on;

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

struct Facts {
    w: Words,
    row: CampaignRow,
    state: CampaignState,
    currency: Currency,
    page: String,
    site: String,
}

/// The letter to a campaign's team; none where what it would say is no longer so.
pub(super) async fn letter(
    tx: &mut Tx,
    post: &Post,
    kind: LetterKind,
    campaign: Uuid,
    email: &str,
) -> Result<Option<Letter>, StoreError> {
    let row: Option<CampaignRow> = on!(tx, c => sqlx::query_as(sql::CAMPAIGN)
        .bind(campaign).bind(explained(kind).name()).bind(email).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let bad = |column| StoreError::Impossible { table: "campaigns", column, id: campaign.to_string() };
    let locale: Locale = row.locale.parse().map_err(|_| bad("locale"))?;
    let facts = Facts {
        w: words_of(locale),
        state: row.state.parse().map_err(|UnknownState| bad("state"))?,
        currency: row.currency.parse().map_err(|_| bad("currency"))?,
        page: format!("{}/{locale}/c/{}", post.public_url, row.slug),
        site: site(post).to_owned(),
        row,
    };
    let told =
        facts.of_its_way(kind).or_else(|| facts.of_its_money(kind)).or_else(|| facts.of_its_news(kind));
    let Some((subject, blocks)) = told else { return Ok(None) };
    Ok(Some(Letter {
        subject,
        locale,
        hello: facts.w.letter_hello(isolated(&facts.row.name)),
        blocks,
        footer: facts.w.letter_team_footer(&facts.site, shown_email(email)),
    }))
}

/// The state whose note a letter tells, where it tells one.
const fn explained(kind: LetterKind) -> CampaignState {
    match kind {
        LetterKind::Changes => CampaignState::ChangesRequested,
        LetterKind::Paused => CampaignState::Suspended,
        LetterKind::Stopped => CampaignState::Cancelled,
        _ => CampaignState::Declined,
    }
}

impl Facts {
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

    /// Review, start, pauses, end.
    fn of_its_way(&self, kind: LetterKind) -> Option<(String, Vec<Block>)> {
        let (w, row, title) = (self.w, &self.row, self.row.title.as_str());
        let is_now = |state| self.state == state;
        let with_page = |words| self.with_page(words);
        let with_note = |words| vec![Block::Text(words), Block::Text(row.note.clone()), self.open()];
        Some(match kind {
            LetterKind::Submitted if is_now(CampaignState::InReview) => {
                let sent = Timestamp::from_micros(row.state_since).in_zurich().day;
                let answer = BankCalendar::for_currency(self.currency).banking_days_after(sent, REVIEW_DAYS);
                let answer = day(w.locale, answer);
                let words = w.letter_submitted_text(title, &answer);
                (w.letter_submitted_subject(title, answer), with_page(words))
            }
            LetterKind::Changes if is_now(CampaignState::ChangesRequested) => {
                (w.letter_changes_subject(title), with_note(w.letter_changes_text(title)))
            }
            LetterKind::Declined if is_now(CampaignState::Declined) => {
                (w.letter_declined_subject(title), with_note(w.letter_declined_text(title)))
            }
            LetterKind::Accepted if is_now(CampaignState::Scheduled) => {
                let opens = self.instant(row.opens_at);
                let words = w.letter_accepted_text(title, &opens, self.instant(row.closes_at));
                (w.letter_accepted_subject(title, opens), with_page(words))
            }
            LetterKind::Start if is_now(CampaignState::Scheduled) => {
                let opens = self.instant(row.opens_at);
                let words = w.letter_start_text(title, &opens, self.instant(row.closes_at));
                (w.letter_start_subject(title, opens), with_page(words))
            }
            LetterKind::Live if is_now(CampaignState::Live) => {
                let words =
                    w.letter_live_text(title, self.money(row.goal_minor), self.instant(row.closes_at));
                (w.letter_live_subject(title), with_page(words))
            }
            LetterKind::Paused if is_now(CampaignState::Suspended) => {
                (w.letter_paused_subject(title), with_note(w.letter_paused_text(title)))
            }
            LetterKind::Resumed if is_now(CampaignState::Live) => (
                w.letter_resumed_subject(title),
                with_page(w.letter_resumed_text(title, self.instant(row.closes_at))),
            ),
            LetterKind::Stopped if row.note.is_empty() => {
                (w.letter_stopped_late_subject(title), with_page(w.letter_stopped_late_text(title)))
            }
            LetterKind::Stopped => {
                (w.letter_stopped_team_subject(title), with_note(w.letter_stopped_team_text(title)))
            }
            _ => return None,
        })
    }

    /// What came together, and what becomes of it.
    fn of_its_money(&self, kind: LetterKind) -> Option<(String, Vec<Block>)> {
        let (w, row, title) = (self.w, &self.row, self.row.title.as_str());
        let with_page = |words| self.with_page(words);
        let goal = || self.money(row.goal_minor);
        Some(match kind {
            // Where transfers decide nothing, what was decided is told at once instead.
            LetterKind::Closing if self.state == CampaignState::Closing && row.transfers > 0 => {
                let (secured, matched) = (self.money(row.secured_minor), self.money(row.matched_minor));
                let words =
                    w.letter_closing_text(title, secured, matched, goal(), self.money(row.pledged_minor));
                let transfers = row.transfers.unsigned_abs();
                (w.letter_closing_subject(transfers, title, self.share()), with_page(words))
            }
            LetterKind::Missed => {
                let (secured, matched) = self.counted();
                let words = w.letter_missed_team_text(title, secured, matched, goal());
                (w.letter_missed_team_subject(title, self.share()), with_page(words))
            }
            LetterKind::Reached => self.reached(),
            LetterKind::Failing if self.state == CampaignState::Collecting && row.failing > 0 => {
                let until = Timestamp::from_micros(row.decided_at?).plus(TRIES_END);
                let until = day(w.locale, until.in_zurich().day);
                (
                    w.letter_failing_subject(row.failing.unsigned_abs(), title),
                    with_page(w.letter_failing_text(self.money(row.failing_minor), until)),
                )
            }
            LetterKind::Statement if row.stated_at.is_none() => {
                let due = Timestamp::from_micros(row.statement_due_at?);
                let (collected, matched) = (self.money(row.collected_minor), self.money(row.matched_minor));
                let until = date_time(w.locale, due);
                let words = w.letter_statement_text(title, collected, matched, goal(), until);
                let say =
                    Block::Action(w.letter_statement_button().to_owned(), format!("{}/deliver", self.page));
                (
                    w.letter_statement_subject(title, day(w.locale, due.in_zurich().day)),
                    vec![Block::Text(words), say],
                )
            }
            LetterKind::Settled => (w.letter_settled_subject(title), self.settled()),
            LetterKind::Identity
                if self.state == CampaignState::Settled
                    && !row.is_payee_verified
                    && self.account().net_minor() > 0 =>
            {
                let lead = w.letter_identity_lead(title, self.money(self.account().net_minor()));
                let blocks =
                    vec![Block::Text(lead), Block::Text(w.letter_identity_text(&self.site)), self.open()];
                (w.letter_identity_subject(title), blocks)
            }
            LetterKind::PaidOut => {
                let paid = vec![
                    (w.letter_fact_paid_out().to_owned(), self.money(row.paid_out_minor)),
                    (w.letter_fact_reserve().to_owned(), self.money(self.account().reserve_minor())),
                ];
                let words = Block::Text(w.letter_paid_out_text(title));
                (w.letter_paid_out_subject(title), vec![words, Block::Facts(paid), self.open()])
            }
            _ => return None,
        })
    }

    /// The updates that it promised.
    fn of_its_news(&self, kind: LetterKind) -> Option<(String, Vec<Block>)> {
        let (w, row, title) = (self.w, &self.row, self.row.title.as_str());
        let spelt = |day_text: &Option<String>| {
            let promised: Day = day_text.as_deref()?.parse().ok()?;
            Some(day(w.locale, promised))
        };
        Some(match kind {
            LetterKind::UpdateDue => {
                let by = spelt(&row.due_on)?;
                let words = w.letter_update_due_text(&by, title);
                (w.letter_update_due_subject(title, by), self.with_page(words))
            }
            LetterKind::UpdatePast => {
                let words = w.letter_update_past_text(spelt(&row.promised_on)?, title);
                (w.letter_update_past_subject(title), self.with_page(words))
            }
            _ => return None,
        })
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
            (w.letter_closed_flexible_subject(title), w.letter_closed_flexible_text(title, secured, matched))
        } else {
            (w.letter_reached_subject(title), w.letter_reached_text(title, secured, matched))
        };
        let platform = BasisPoints::new(u32::try_from(row.platform_fee_bp).unwrap_or(0));
        let fees = FeeSchedule { platform, ..FeeSchedule::default_for(self.currency) };
        let expected = Account::expected(row.secured_minor, row.counted_match_minor, row.backers, fees);
        let mut blocks = vec![
            Block::Text(words),
            Block::Text(w.letter_expected_text().to_owned()),
            self.facts(expected, w.letter_fact_secured(), w.letter_fact_expected()),
        ];
        if !row.is_payee_verified {
            blocks.push(Block::Text(w.letter_identity_text(&self.site)));
        }
        blocks.extend([Block::Text(w.letter_reached_news().to_owned()), self.open()]);
        (subject, blocks)
    }

    /// All pledges have ended: what came together, and what is left of it.
    fn settled(&self) -> Vec<Block> {
        let (w, row) = (self.w, &self.row);
        let account = self.account();
        let mut blocks = vec![
            Block::Text(w.letter_settled_text(&row.title)),
            self.facts(account, w.letter_fact_collected(), w.letter_fact_net()),
        ];
        if row.dropped > 0 {
            let (count, amount) = (row.dropped.unsigned_abs(), self.money(row.dropped_minor));
            blocks.push(Block::Text(w.letter_dropped_text(count, amount)));
        }
        // One whose payee is not known yet is told so in a letter of its own.
        if self.state == CampaignState::Settled && row.is_payee_verified && account.net_minor() > 0 {
            let since = Timestamp::from_micros(row.state_since).in_zurich().day;
            let by = BankCalendar::for_currency(self.currency).banking_days_after(since, PAYOUT_DAYS);
            blocks.push(Block::Text(w.letter_payout_text(day(w.locale, by))));
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
    fn facts(&self, account: Account, gross: &str, net: &str) -> Block {
        let w = self.w;
        let line = |term: &str, minor| (term.to_owned(), self.money(minor));
        let less = |term, minor: i64| line(term, minor.saturating_neg());
        Block::Facts(vec![
            line(gross, account.gross_minor),
            line(w.letter_fact_matched(), account.matched_minor),
            less(w.letter_fact_fees(), account.fees_minor),
            less(w.letter_fact_returned(), account.returned_minor),
            less(w.letter_fact_reserve(), account.reserve_minor()),
            line(net, account.net_minor()),
        ])
    }
}
