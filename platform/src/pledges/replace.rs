//! Another card in the place of the one before: until the deadline, and where its charge failed or waits for
//! its bank.

use multitude_domain::WrongState;
use multitude_domain::id::{AttemptId, PledgeId};
use multitude_domain::permission::Actor;
use multitude_domain::pledges::{PledgeState, SETUPS_A_DAY_MAX};
use multitude_domain::time::Span;

use super::change::{ChangePledgeError, check_open, done, find_managed};
use super::receipt::Access;
use super::write::{NewAttempt, add_attempts};
use super::{attempts, sql};
use crate::db::StoreError;
use crate::payments::{AttemptKind, Operation};
use crate::{Desk, on, rows};

/// What the provider said of the other card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceOutcome {
    /// It takes the place of the one before.
    Replaced,
    /// It was declined; the one before stays.
    Declined,
    /// Its bank asks its customer, or answers later; the one before stays until then.
    Waiting,
}

/// Sets up another card, or another TWINT account, in the place of the one before. After a charge that failed
/// it is charged as soon as it is there; where a charge waits for its bank, that one is withdrawn first, and
/// what was confirmed meanwhile is the one charge.
///
/// # Errors
/// [`ChangePledgeError::TooOften`] beyond [`SETUPS_A_DAY_MAX`]; [`ChangePledgeError::Move`] where nothing can
/// be replaced any more. Nothing changed then.
pub async fn replace_method(
    desk: &Desk,
    actor: &Actor,
    access: impl Into<Access>,
    token: &str,
) -> Result<ReplaceOutcome, ChangePledgeError> {
    let access = access.into();
    let id: PledgeId = access.pledge();
    let (payments, actor, token) = (desk.payments.clone(), actor.clone(), token.to_owned());
    let operation = desk
        .db
        .write(async move |tx| {
            let (record, permit) = find_managed(tx, &actor, access, &[]).await?;
            let now = tx.now().await?;
            match record.state {
                PledgeState::ChargeFailed | PledgeState::ActionRequired => {}
                PledgeState::Secured => check_open(&record, now)?,
                other => {
                    return Err(ChangePledgeError::Move(
                        WrongState { from: other.name(), action: "replace_method" }.into(),
                    ));
                }
            }
            let count: i64 = on!(tx, c => sqlx::query_scalar(sql::COUNT_SETUPS)
                .bind(id.uuid()).bind(now.plus(Span::ZERO.less(Span::days(1))).as_micros()).fetch_one(c).await)?;
            if count > SETUPS_A_DAY_MAX {
                return Err(ChangePledgeError::TooOften);
            }
            // What was tried before and has not been answered is not waited for any more.
            rows!(tx, sqlx::query(sql::ABANDON_ATTEMPTS).bind(id.uuid()).bind(now.as_micros()))?;
            permit.write_down(tx, done(&record, "replace_method")).await?;
            let operation = Operation {
                key: AttemptId::new(tx.uuid()),
                kind: AttemptKind::Setup,
                pledge: id,
                amount: record.amount(),
                method: record.method,
                token: token.clone(),
                email: record.email,
                at: now,
            };
            let attempt = NewAttempt { operation: &operation, state: "pending", answer: None };
            add_attempts(tx, &payments, &[attempt]).await?;
            Ok(operation)
        })
        .await?;
    let key = operation.key;
    attempts::ask_new(desk, vec![operation]).await?;
    let state: String = desk
        .db
        .read(async move |tx| {
            let found = on!(tx, c => sqlx::query_scalar(sql::STATE_OF_ATTEMPT)
                .bind(key.uuid()).fetch_one(c).await)?;
            Ok::<_, StoreError>(found)
        })
        .await?;
    Ok(match state.as_str() {
        "succeeded" => ReplaceOutcome::Replaced,
        "declined" => ReplaceOutcome::Declined,
        _ => ReplaceOutcome::Waiting,
    })
}
