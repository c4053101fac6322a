//! The transfer that a pledge waits for.

use multitude_domain::money::Money;
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::Day;
use multitude_domain::transfer::{CreditorReference, TransferCode};
use multitude_domain::view::ReceiptView;
use multitude_platform::payments::{Payments, TransferAccount};

/// What a backer tells their bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferView {
    /// Where the money goes.
    pub account: TransferAccount,
    /// Whether the account is the sandbox's: nobody's.
    pub is_sample: bool,
    /// How much.
    pub amount: Money,
    /// What tells whose it is.
    pub reference: CreditorReference,
    /// The last day on which it counts.
    pub until: Option<Day>,
    /// What a banking app reads all of it from.
    pub code: Option<TransferCode>,
}

/// The transfer that a pledge waits for; none where it waits for none or its deadline has passed, or where
/// there is no account in its currency.
pub(super) fn awaited_transfer(payments: &Payments, receipt: &ReceiptView) -> Option<TransferView> {
    // What is sent later counts no more.
    if receipt.state != PledgeState::AwaitingFunds || !receipt.is_before_deadline() {
        return None;
    }
    let reference = receipt.bank_reference.clone()?;
    let account = payments.transfer_account(receipt.currency)?;
    let amount = Money::new(receipt.amount_minor, receipt.currency);
    let code = TransferCode::new(&account.holder, &account.iban, amount, &reference);
    let code = code.inspect_err(|error| tracing::error!(%error, "a transfer is shown without its code"));
    Some(TransferView {
        is_sample: !payments.is_live(),
        until: receipt.closes_at.map(|end| end.in_zurich().day),
        code: code.ok(),
        account,
        amount,
        reference,
    })
}
