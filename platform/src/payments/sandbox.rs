//! The sandbox: a provider whose token says what will happen. Its memory is a table, so that it outlasts a
//! crash of ours as a real provider's does; it never looks at our rows.

use std::collections::HashMap;
use std::str::FromStr;

use multitude_domain::banking_day::BankCalendar;
use multitude_domain::email::count_email;
use multitude_domain::fees::FeeSchedule;
use multitude_domain::id::AttemptId;
use multitude_domain::ledger::ProviderCode;
use multitude_domain::money::Currency;
use multitude_domain::pledges::PaymentMethod;
use multitude_domain::time::{Span, Timestamp};
use multitude_domain::transfer::Party;
use uuid::Uuid;

use super::{Answer, AttemptKind, Operation, Provider, ProviderError, TransferAccount, receive_event, sql};
use crate::db::{Db, StoreError, Tx};
use crate::{find_many, on, rows, rows_many};

/// How long a late answer takes, and a transfer.
const LATE: Span = Span::minutes(1);
/// A late transfer: so many banking days until the statement shows it …
const TRANSFER_DAYS: u32 = 5;
/// … with a value date so many banking days before that.
const VALUE_DAYS_BEFORE: u32 = 2;
/// The numbers that banks print on their samples.
const SAMPLE_ACCOUNTS: [(Currency, &str); 2] =
    [(Currency::CHF, "CH9300762011623852957"), (Currency::EUR, "DE89370400440532013000")];

macro_rules! tokens {
    ($($(#[$doc:meta])* $token:ident = $name:literal,)+) => {
        /// What is to happen, chosen by whoever pays.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum SandboxToken { $($(#[$doc])* $token),+ }

        impl SandboxToken {
            /// Every token, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$token),+];

            /// The name in forms, the API and the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$token => $name),+ }
            }
        }
    };
}

tokens! {
    /// Works now and at the deadline.
    Ok = "ok",
    /// The mandate is declined; a transfer never arrives.
    Declined = "declined",
    /// The bank asks to confirm the mandate; a transfer arrives a franc short.
    Challenge = "challenge",
    /// The answer takes a minute; a transfer takes five banking days.
    Late = "late",
    /// The mandate is made, and the answer is lost; a transfer never arrives.
    Lost = "lost",
    /// The charge is declined, each time.
    ChargeDeclined = "charge_declined",
    /// The bank asks to confirm the charge.
    ChargeChallenge = "charge_challenge",
    /// The charge is made, and the answer is lost.
    ChargeLost = "charge_lost",
    /// The charge is declined twice, then works.
    ChargeRecovers = "charge_recovers",
}

/// The text is no token of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such sandbox token")]
pub struct UnknownToken;

impl FromStr for SandboxToken {
    type Err = UnknownToken;

    fn from_str(name: &str) -> Result<Self, UnknownToken> {
        Self::ALL.iter().copied().find(|token| token.name() == name).ok_or(UnknownToken)
    }
}

/// What became of an operation, as the sandbox remembers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Succeeded,
    /// Done; whoever asked first never heard.
    Lost,
    Late,
    ActionRequired,
    Declined,
    /// A transfer was announced.
    Announced,
}

impl Outcome {
    const ALL: [Self; 6] =
        [Self::Succeeded, Self::Lost, Self::Late, Self::ActionRequired, Self::Declined, Self::Announced];

    const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Lost => "lost",
            Self::Late => "late",
            Self::ActionRequired => "action_required",
            Self::Declined => "declined",
            Self::Announced => "announced",
        }
    }

    fn named(name: &str, key: AttemptId) -> Result<Self, StoreError> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name).ok_or_else(|| StoreError::Impossible {
            table: "sandbox_operations",
            column: "outcome",
            id: key.to_string(),
        })
    }
}

/// Simulated money.
#[derive(Debug, Clone)]
pub struct Sandbox {
    db: Db,
}

/// The sandbox's page for confirming could not be used.
#[derive(Debug, thiserror::Error)]
pub enum BankPageError {
    /// There is nothing to confirm, or it was answered already.
    #[error("there is nothing to confirm")]
    NothingToConfirm,
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl crate::db::CarriesStoreError for BankPageError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::NothingToConfirm => None,
            Self::Store(error) => Some(error),
        }
    }
}

impl Sandbox {
    /// A sandbox with its memory in this database.
    pub const fn new(db: Db) -> Self {
        Self { db }
    }

    /// Where transfers would go: an account of nobody, whose holder says so.
    pub(super) fn transfer_account(currency: Currency) -> Option<TransferAccount> {
        let (_, iban) = SAMPLE_ACCOUNTS.into_iter().find(|(own, _)| *own == currency)?;
        let iban = iban.parse().expect("samples are account numbers");
        let holder = Party {
            name: "Sandbox · no real account".to_owned(),
            street: String::new(),
            building: String::new(),
            postcode: "0000".to_owned(),
            town: "Sandbox".to_owned(),
            country: "CH".to_owned(),
        };
        Some(TransferAccount { holder, iban })
    }

    /// The backer's bank asks "is it you?"; this is the answer. That there is one is told to our inbox.
    ///
    /// # Errors
    /// [`BankPageError::NothingToConfirm`] where nothing waits for an answer.
    pub async fn confirm(&self, key: AttemptId, is_accepted: bool) -> Result<(), BankPageError> {
        let outcome = if is_accepted { Outcome::Succeeded } else { Outcome::Declined };
        self.db
            .write(async move |tx| {
                if rows!(tx, sqlx::query(sql::CONFIRM).bind(key.uuid()).bind(outcome.name()))
                    .map_err(StoreError::from)?
                    != 1
                {
                    return Err(BankPageError::NothingToConfirm);
                }
                receive_event(tx, ProviderCode::Sandbox, &format!("answered-{key}"), key).await?;
                Ok(())
            })
            .await
    }

    fn answer(operation: &Operation, outcome: Outcome, since: Timestamp) -> Answer {
        let cost_minor = match operation.kind {
            AttemptKind::Charge => {
                // A provider charges by its own list, whatever a campaign's row says.
                FeeSchedule::default_for(operation.amount.currency()).provider_cost(operation.amount.minor())
            }
            AttemptKind::Setup | AttemptKind::Refund => 0,
        };
        let done = || Answer::Done {
            reference: format!("sandbox-{}", operation.key),
            payer: payer(operation),
            cost_minor,
        };
        match outcome {
            Outcome::Succeeded | Outcome::Lost => done(),
            Outcome::Late if operation.at >= since.plus(LATE) => done(),
            Outcome::Late => Answer::Pending,
            Outcome::ActionRequired => Answer::ActionRequired,
            Outcome::Declined => Answer::Declined,
            Outcome::Announced => transfer(operation, since),
        }
    }
}

/// Everybody has one card and one account here, however they write their address.
fn payer(operation: &Operation) -> Option<String> {
    operation.email.as_ref().map(|email| format!("{}-{}", operation.method, count_email(email)))
}

/// What the bank's statement shows of an announced transfer.
fn transfer(operation: &Operation, since: Timestamp) -> Answer {
    let calendar = BankCalendar::for_currency(operation.amount.currency());
    let announced = since.in_zurich().day;
    let (arrives_at, value_day, short_minor) = match operation.token.parse() {
        Ok(SandboxToken::Declined | SandboxToken::Lost) | Err(UnknownToken) => return Answer::Pending,
        Ok(SandboxToken::Late) => {
            let shown = calendar.banking_days_after(announced, TRANSFER_DAYS);
            (shown.at_in_zurich(6, 0, 0), calendar.banking_days_before(shown, VALUE_DAYS_BEFORE), 0)
        }
        Ok(SandboxToken::Challenge) => {
            (since.plus(LATE), announced, operation.amount.currency().minor_per_major())
        }
        Ok(
            SandboxToken::Ok
            | SandboxToken::ChargeDeclined
            | SandboxToken::ChargeChallenge
            | SandboxToken::ChargeLost
            | SandboxToken::ChargeRecovers,
        ) => (since.plus(LATE), announced, 0),
    };
    if operation.at < arrives_at {
        return Answer::Pending;
    }
    Answer::Arrived {
        entry: format!("sandbox-{}", operation.key),
        amount_minor: operation.amount.minor().saturating_sub(short_minor),
        value_day,
        payer: payer(operation),
    }
}

/// What a token does to an operation; `earlier` charges were tried under the same mandate.
fn outcome(operation: &Operation, token: SandboxToken, earlier: i64) -> Outcome {
    match (operation.kind, operation.method, token) {
        (AttemptKind::Setup, PaymentMethod::Bank, _) => Outcome::Announced,
        (AttemptKind::Setup, _, SandboxToken::Declined)
        | (AttemptKind::Charge, _, SandboxToken::ChargeDeclined) => Outcome::Declined,
        (AttemptKind::Setup, _, SandboxToken::Challenge)
        | (AttemptKind::Charge, _, SandboxToken::ChargeChallenge) => Outcome::ActionRequired,
        (AttemptKind::Setup, _, SandboxToken::Lost) | (AttemptKind::Charge, _, SandboxToken::ChargeLost) => {
            Outcome::Lost
        }
        (AttemptKind::Setup, _, SandboxToken::Late) => Outcome::Late,
        (AttemptKind::Charge, _, SandboxToken::ChargeRecovers) if earlier < 2 => Outcome::Declined,
        (AttemptKind::Setup | AttemptKind::Charge | AttemptKind::Refund, _, _) => Outcome::Succeeded,
    }
}

impl Provider for Sandbox {
    fn code(&self) -> ProviderCode {
        ProviderCode::Sandbox
    }

    /// A mandate is only a note until it is charged, so the sandbox need not remember one that simply works
    /// or not.
    fn instant(&self, operation: &Operation) -> Option<Answer> {
        let Ok(token) = operation.token.parse() else { return Some(Answer::Declined) };
        match (operation.kind, outcome(operation, token, 0)) {
            (AttemptKind::Setup, known @ (Outcome::Succeeded | Outcome::Declined)) => {
                Some(Self::answer(operation, known, operation.at))
            }
            _ => None,
        }
    }

    async fn perform(&self, operations: &[Operation]) -> Vec<Result<Answer, ProviderError>> {
        let asked: Vec<Operation> =
            operations.iter().filter(|one| self.instant(one).is_none()).cloned().collect();
        let remembered = self.db.write(async move |tx| remember(tx, &asked).await).await;
        let Ok(remembered) = remembered.inspect_err(|error| {
            tracing::error!(%error, "the sandbox could not remember");
        }) else {
            return operations.iter().map(|_| Err(ProviderError::NoAnswer)).collect();
        };
        let answer = |operation: &Operation| match remembered.get(&operation.key) {
            Some(known) if known.is_new && known.outcome == Outcome::Lost => Err(ProviderError::NoAnswer),
            Some(known) => Ok(Self::answer(operation, known.outcome, known.since)),
            None => self.instant(operation).ok_or(ProviderError::NoAnswer),
        };
        operations.iter().map(answer).collect()
    }

    async fn withdraw(&self, charge: &Operation) -> Result<Answer, ProviderError> {
        let unseen = charge.clone();
        let withdraw = async move |tx: &mut Tx| {
            rows!(tx, sqlx::query(sql::CONFIRM).bind(unseen.key.uuid()).bind(Outcome::Declined.name()))?;
            // Where it is known already, it stays what it is.
            add_operations(tx, &[(&unseen, Outcome::Declined)]).await?;
            Ok::<_, StoreError>(())
        };
        if let Err(error) = self.db.write(withdraw).await {
            tracing::error!(%error, "the sandbox could not withdraw");
            return Err(ProviderError::NoAnswer);
        }
        self.perform(std::slice::from_ref(charge)).await.pop().unwrap_or(Err(ProviderError::NoAnswer))
    }
}

/// What became of an operation, and since when.
#[derive(Debug, Clone, Copy)]
struct Known {
    outcome: Outcome,
    since: Timestamp,
    /// Nobody had asked before.
    is_new: bool,
}

/// What became of operations; decides it where nobody has asked before.
async fn remember(tx: &mut Tx, operations: &[Operation]) -> Result<HashMap<AttemptId, Known>, StoreError> {
    let mut known = find(tx, operations).await?;
    let mut new = Vec::new();
    for operation in operations.iter().filter(|one| !known.contains_key(&one.key)) {
        let token = operation.token.parse().ok();
        // Only this token looks back.
        let earlier = if token == Some(SandboxToken::ChargeRecovers) {
            on!(tx, c => sqlx::query_scalar(sql::COUNT_CHARGES).bind(operation.pledge.uuid()).fetch_one(c).await)?
        } else {
            0
        };
        let outcome = token.map_or(Outcome::Declined, |token| outcome(operation, token, earlier));
        new.push((operation, outcome));
    }
    let added = add_operations(tx, &new).await?;
    if usize::try_from(added) == Ok(new.len()) {
        known.extend(new.into_iter().map(|(operation, outcome)| {
            (operation.key, Known { outcome, since: operation.at, is_new: true })
        }));
        return Ok(known);
    }
    // Somebody asked with one of the keys at the same time and was first; whether their answer was lost is
    // theirs.
    find(tx, operations).await
}

/// Notes what becomes of those that nobody asked about before; says how many.
async fn add_operations(tx: &mut Tx, new: &[(&Operation, Outcome)]) -> Result<u64, StoreError> {
    Ok(rows_many!(tx, sql::ADD_OPERATIONS, new, |(operation, outcome)| [
        operation.key.uuid(),
        operation.kind.name(),
        operation.token.as_str(),
        operation.amount.minor(),
        operation.amount.currency().code(),
        outcome.name(),
        operation.pledge.uuid(),
        operation.at.as_micros(),
    ])?)
}

async fn find(tx: &mut Tx, operations: &[Operation]) -> Result<HashMap<AttemptId, Known>, StoreError> {
    let rows =
        find_many!(tx, sql::FIND_OPERATIONS, operations, |one| [one.key.uuid()] => (Uuid, String, i64))?;
    rows.into_iter()
        .map(|(key, name, since)| {
            let key = AttemptId::new(key);
            let since = Timestamp::from_micros(since);
            Ok((key, Known { outcome: Outcome::named(&name, key)?, since, is_new: false }))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use multitude_domain::id::PledgeId;
    use multitude_domain::money::Money;
    use multitude_domain::pledges::bank_reference;
    use multitude_domain::transfer::TransferCode;

    use super::*;

    #[test]
    fn sample_accounts_say_that_they_are_none_and_have_codes() {
        let reference = bank_reference(PledgeId::new(Uuid::nil()));
        for (currency, _) in SAMPLE_ACCOUNTS {
            let TransferAccount { holder, iban } = Sandbox::transfer_account(currency).unwrap();
            assert!(holder.name.starts_with("Sandbox"));
            let code = TransferCode::new(&holder, &iban, Money::new(6_000, currency), &reference).unwrap();
            assert!(code.payload.contains("\nSandbox · no real account"), "{}", code.payload);
        }
        assert_eq!(Sandbox::transfer_account(Currency::USD), None);
    }
}
