//! The words of backers' letters, from what is true when they are sent.

use multitude_domain::UnknownState;
use multitude_domain::email::shown_email;
use multitude_domain::id::PledgeId;
use multitude_domain::locale::Locale;
use multitude_domain::money::{Currency, Money};
use multitude_domain::name::isolated;
use multitude_domain::pledges::{
    CHARGES_END_AFTER, PaymentMethod, PledgeState, bank_reference, charge_window, next_charge,
};
use multitude_domain::time::Timestamp;
use multitude_words::Words;
use multitude_words::format::{Precision, date_time, day, money};
use uuid::Uuid;

use super::{PledgeLetter, sql};
use crate::db::{StoreError, Tx};
use crate::keys::Purpose;
use crate::mail::{Block, Letter, Writing};
use crate::on;
use crate::words::{Texts, words_of};

#[derive(Debug, sqlx::FromRow)]
struct PledgeRow {
    id: Uuid,
    name: String,
    locale: String,
    state: String,
    amount_minor: i64,
    arrived_minor: Option<i64>,
    currency: String,
    method: String,
    email_confirmed_at: Option<i64>,
    state_since: i64,
    reward_qty: i64,
    reward_title: Option<String>,
    campaign_title: String,
    closes_at: Option<i64>,
    decided_at: Option<i64>,
    campaign_state: String,
    is_flexible: bool,
    has_address: bool,
}

/// What mails say of a pledge.
struct PledgeWriter {
    w: Words,
    row: PledgeRow,
    state: PledgeState,
    method: PaymentMethod,
    currency: Currency,
    receipt: String,
    proof: String,
    code: String,
}

/// The letter of a pledge; none where what it would say is no longer so.
///
/// # Errors
/// [`StoreError`] where the database does not answer, or has what this version does not understand.
pub(crate) async fn write(
    tx: &mut Tx,
    writing: &Writing<'_>,
    kind: PledgeLetter,
) -> Result<Option<Letter>, StoreError> {
    let row: Option<PledgeRow> =
        on!(tx, c => sqlx::query_as(sql::PLEDGE).bind(writing.subject).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let bad = |column| StoreError::Impossible { table: "pledges", column, id: row.id.to_string() };
    let locale: Locale = row.locale.parse().map_err(|_| bad("locale"))?;
    let (keys, id) = (writing.keys, row.id.as_bytes());
    let receipt = writing.address(locale, &format!("p/{}", keys.token(Purpose::Receipt, id)));
    let writer = PledgeWriter {
        w: words_of(locale),
        state: row.state.parse().map_err(|UnknownState| bad("state"))?,
        method: row.method.parse().map_err(|_| bad("method"))?,
        currency: row.currency.parse().map_err(|_| bad("currency"))?,
        proof: format!("{receipt}/confirm/{}", keys.token(Purpose::PledgeProof, id)),
        code: keys.code(Purpose::PledgeCode, id),
        receipt,
        row,
    };
    let Some((subject, blocks)) = writer.words_for(kind) else { return Ok(None) };
    Ok(Some(Letter {
        subject,
        locale,
        hello: writer.hello(),
        blocks,
        footer: writer.w.letter_footer(writing.site(), shown_email(writing.email)),
    }))
}

impl PledgeWriter {
    fn money(&self, minor: i64) -> String {
        money(self.w.locale, Money::new(minor, self.currency), Precision::Exact)
    }

    fn closes_at(&self) -> Timestamp {
        self.row.closes_at.map_or(Timestamp::from_micros(0), Timestamp::from_micros)
    }

    fn decided_at(&self) -> Timestamp {
        Timestamp::from_micros(self.row.decided_at.unwrap_or(self.row.state_since))
    }

    /// A name that somebody typed for an address that is not proved goes to nobody: it could say anything to
    /// anybody.
    fn hello(&self) -> String {
        if self.is_proved() && !self.row.name.is_empty() {
            self.w.letter_hello(isolated(&self.row.name))
        } else {
            self.w.letter_hello_nobody().to_owned()
        }
    }

    fn is_proved(&self) -> bool {
        self.row.email_confirmed_at.is_some()
    }

    /// Whether its campaign missed its goal: one that was stopped has no decision, and one that reached it
    /// collects.
    fn has_missed(&self) -> bool {
        self.row.decided_at.is_some()
            && matches!(self.row.campaign_state.as_str(), "failed" | "releasing" | "closed")
    }

    fn on_day(&self, at: Timestamp) -> String {
        day(self.w.locale, at.in_zurich().day)
    }

    fn open(&self) -> Block {
        Block::Action(self.w.pledges_open_receipt().to_owned(), self.receipt.clone())
    }

    /// The way to prove the address.
    fn confirmation(&self) -> [Block; 5] {
        let w = self.w;
        [
            Block::Text(w.pledges_confirm_text().to_owned()),
            Block::Action(w.pledges_confirm_button().to_owned(), self.proof.clone()),
            Block::Text(w.pledges_confirm_code().to_owned()),
            Block::Code(self.code.clone()),
            Block::Text(w.pledges_confirm_other().to_owned()),
        ]
    }

    /// Subject and body; none where it is no longer so.
    fn words_for(&self, kind: PledgeLetter) -> Option<(String, Vec<Block>)> {
        let w = self.w;
        let (amount, campaign) = (self.money(self.row.amount_minor), self.row.campaign_title.as_str());
        let text = |words: String| vec![Block::Text(words), self.open()];
        let last_try = self.on_day(self.decided_at().plus(CHARGES_END_AFTER));
        Some(match kind {
            PledgeLetter::Confirm => (w.pledges_confirm_subject(&amount, campaign), self.confirm()?),
            PledgeLetter::Reminder => (w.pledges_reminder_subject(&amount, campaign), self.confirm()?),
            PledgeLetter::Secured => (w.pledges_secured_subject(&amount, campaign), text(self.secured()?)),
            PledgeLetter::Bank => self.bank()?,
            PledgeLetter::Arrived => {
                let words = if self.row.is_flexible {
                    w.pledges_arrived_flexible_text(&amount, campaign)
                } else {
                    w.pledges_arrived_text(&amount, campaign)
                };
                (w.pledges_arrived_subject(&amount), text(words))
            }
            PledgeLetter::Differs if self.row.arrived_minor == Some(self.row.amount_minor) => {
                (w.pledges_late_subject(&amount), text(w.pledges_late_text(&amount, campaign)))
            }
            PledgeLetter::Differs => {
                let arrived = self.money(self.row.arrived_minor?);
                (
                    w.pledges_differs_subject(&arrived, &amount),
                    text(w.pledges_differs_text(campaign, &amount, &arrived)),
                )
            }
            PledgeLetter::Address if self.state == PledgeState::Paid && !self.row.has_address => {
                let reward = self.row.reward_title.as_deref()?;
                let tell = Block::Action(w.pledges_address_button().to_owned(), self.receipt.clone());
                let words = w.pledges_address_text(campaign, reward);
                (w.pledges_address_subject().to_owned(), vec![Block::Text(words), tell])
            }
            PledgeLetter::Ended => {
                (w.pledges_ended_subject().to_owned(), text(w.pledges_ended_text(&amount, campaign)))
            }
            PledgeLetter::Success if self.row.is_flexible => (
                w.pledges_success_flexible_subject(campaign, &amount),
                text(w.pledges_success_flexible_text(campaign, &amount)),
            ),
            PledgeLetter::Success => (
                w.pledges_success_subject(campaign, &amount),
                text(w.pledges_success_text(campaign, &amount)),
            ),
            PledgeLetter::Paid => (w.pledges_paid_subject(&amount), self.paid()),
            PledgeLetter::Action if self.state == PledgeState::ActionRequired => {
                let button = Block::Action(w.pledges_action_button().to_owned(), self.receipt.clone());
                let words = w.pledges_action_text(campaign, &amount, &last_try);
                (w.pledges_action_subject(&amount, &last_try), vec![Block::Text(words), button])
            }
            PledgeLetter::Failed if self.state == PledgeState::ChargeFailed => self.failed(),
            PledgeLetter::Released if self.has_missed() => {
                (w.pledges_missed_subject(campaign), text(w.pledges_missed_text(campaign, &amount)))
            }
            PledgeLetter::Released => {
                (w.pledges_stopped_subject(campaign), text(w.pledges_stopped_text(campaign, &amount)))
            }
            PledgeLetter::Returning => {
                let amount = self.money(self.row.arrived_minor.unwrap_or(self.row.amount_minor));
                (w.pledges_returning_subject(&amount), text(w.pledges_returning_text(&amount, campaign)))
            }
            PledgeLetter::Refunded => {
                let amount = self.money(self.row.arrived_minor.unwrap_or(self.row.amount_minor));
                (w.pledges_refunded_subject(&amount), text(w.pledges_refunded_text(&amount, campaign)))
            }
            PledgeLetter::Suspended if self.row.campaign_state == "suspended" => {
                (w.pledges_suspended_subject(campaign), text(w.pledges_suspended_text(campaign, &amount)))
            }
            PledgeLetter::Action | PledgeLetter::Failed | PledgeLetter::Suspended | PledgeLetter::Address => {
                return None;
            }
        })
    }

    fn secured(&self) -> Option<String> {
        if self.state != PledgeState::Secured {
            return None;
        }
        let (from, until) = charge_window(self.closes_at(), self.currency);
        let (from, until) = (day(self.w.locale, from), day(self.w.locale, until));
        let (amount, campaign) = (self.money(self.row.amount_minor), &self.row.campaign_title);
        Some(if self.row.is_flexible {
            self.w.pledges_secured_flexible_text(amount, campaign, from, until)
        } else {
            self.w.pledges_secured_text(amount, campaign, from, until)
        })
    }

    /// Nobody is asked to prove an address that is proved, or for a pledge that has ended.
    fn confirm(&self) -> Option<Vec<Block>> {
        if self.is_proved() {
            return None;
        }
        if self.state == PledgeState::AwaitingFunds {
            return Some(self.bank()?.1);
        }
        let first = if self.state == PledgeState::AwaitingSetup {
            self.w.pledges_confirm_waiting(self.money(self.row.amount_minor), &self.row.campaign_title)
        } else {
            self.secured()?
        };
        Some([Block::Text(first)].into_iter().chain(self.confirmation()).chain([self.open()]).collect())
    }

    fn bank(&self) -> Option<(String, Vec<Block>)> {
        if self.state != PledgeState::AwaitingFunds {
            return None;
        }
        let (w, campaign) = (self.w, self.row.campaign_title.as_str());
        let until = self.on_day(self.closes_at());
        let mut blocks = vec![
            Block::Text(w.pledges_bank_text(self.money(self.row.amount_minor), campaign, &until)),
            Block::Text(w.pledges_bank_reference(bank_reference(PledgeId::new(self.row.id)))),
        ];
        if !self.row.is_flexible {
            blocks.push(Block::Text(w.pledges_bank_missed().to_owned()));
        }
        blocks.push(self.open());
        if !self.is_proved() {
            blocks.extend(self.confirmation());
        }
        Some((w.pledges_bank_subject(campaign, &until), blocks))
    }

    /// A charge that was declined: when it is tried again, and what the backer can do at once.
    fn failed(&self) -> (String, Vec<Block>) {
        let (w, is_twint) = (self.w, self.method == PaymentMethod::Twint);
        let (amount, campaign) = (self.money(self.row.amount_minor), &self.row.campaign_title);
        let next = next_charge(Timestamp::from_micros(self.row.state_since), self.decided_at());
        let day = self.on_day(next.unwrap_or_else(|| self.decided_at().plus(CHARGES_END_AFTER)));
        let text = match next {
            Some(_) => w.pledges_failed_text(campaign, &amount, &day),
            None => w.pledges_failed_last_text(campaign, &amount, &day),
        };
        let (subject, button) = match (next, is_twint) {
            (Some(_), false) => (w.pledges_failed_subject(&day), w.pledges_failed_button()),
            (Some(_), true) => (w.pledges_failed_twint_subject(&day), w.pledges_failed_twint_button()),
            (None, false) => (w.pledges_failed_last_subject(&day), w.pledges_failed_button()),
            (None, true) => (w.pledges_failed_last_twint_subject(&day), w.pledges_failed_twint_button()),
        };
        (subject, vec![Block::Text(text), Block::Action(button.to_owned(), self.receipt.clone())])
    }

    fn paid(&self) -> Vec<Block> {
        let (w, row) = (self.w, &self.row);
        let method = match self.method {
            PaymentMethod::Card => w.pledges_card(),
            PaymentMethod::Twint => w.pledges_twint(),
            PaymentMethod::Bank => w.pledges_bank(),
        };
        let term = |term: &str, text: String| (term.to_owned(), text);
        let mut terms = vec![
            term(w.pledges_term_campaign(), row.campaign_title.clone()),
            term(w.pledges_term_amount(), self.money(row.amount_minor)),
        ];
        if let Some(title) = &row.reward_title {
            let title =
                if row.reward_qty > 1 { format!("{} × {title}", row.reward_qty) } else { title.clone() };
            terms.push(term(w.pledges_term_reward(), title));
        }
        terms.push(term(w.pledges_term_method(), method.to_owned()));
        terms.push(term(w.pledges_term_date(), date_time(w.locale, Timestamp::from_micros(row.state_since))));
        let words = w.pledges_paid_text(self.money(row.amount_minor), &row.campaign_title);
        vec![Block::Text(words), Block::Terms(terms), self.open()]
    }
}
