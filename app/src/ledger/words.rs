//! A book's records in the words of the reader.

use multitude_domain::ledger::{Account, TransactionKind};
use multitude_domain::money::Money;
use multitude_domain::view::{CampaignLedgerView, RecordView};
use multitude_words::Words;
use multitude_words::format::{Precision, day, money, number};

use crate::i18n::Texts;
use crate::kit::{LedgerRow, LedgerRowState};

/// What the table says of a record.
pub(super) fn row(w: Words, ledger: &CampaignLedgerView, record: &RecordView) -> LedgerRow {
    let (kind, amount_minor) = (record.kind.parse(), moved(record));
    let hash: String = record.hash.to_string().chars().take(12).collect();
    LedgerRow {
        id: format!("entry-{}", record.sequence),
        cells: vec![
            number(w.locale, record.sequence),
            record.day.parse().map_or_else(|_| record.day.clone(), |on| day(w.locale, on)),
            kind.map_or_else(|_| record.kind.clone(), |kind| kind_text(w, kind).to_owned()),
            money(w.locale, Money::new(amount_minor, ledger.currency), Precision::Exact),
            hash,
        ],
        state: LedgerRowState::Sound,
    }
}

/// How much moved: the credits of what is owed, or else of anything.
fn moved(record: &RecordView) -> i64 {
    let credits = record.entries.iter().filter(|(_, minor)| *minor < 0);
    let escrow = record
        .entries
        .iter()
        .find(|(account, _)| matches!(account.parse(), Ok(Account::Escrow(_))))
        .map(|(_, minor)| minor.saturating_neg());
    escrow.unwrap_or_else(|| credits.map(|(_, minor)| minor.saturating_neg()).sum())
}

fn kind_text(w: Words, kind: TransactionKind) -> &'static str {
    match kind {
        TransactionKind::Capture => w.tabs_kind_capture(),
        TransactionKind::Fee => w.tabs_kind_fee(),
        TransactionKind::PoolFunded => w.tabs_kind_pool_funded(),
        TransactionKind::MatchReserved => w.tabs_kind_match_reserved(),
        TransactionKind::MatchPosted => w.tabs_kind_match_posted(),
        TransactionKind::MatchVoided => w.tabs_kind_match_voided(),
        TransactionKind::BankIn => w.tabs_kind_bank_in(),
        TransactionKind::BankBooked => w.tabs_kind_bank_booked(),
        TransactionKind::BankReturned => w.tabs_kind_bank_returned(),
        TransactionKind::Refund => w.tabs_kind_refund(),
        TransactionKind::Chargeback => w.tabs_kind_chargeback(),
        TransactionKind::Payout => w.tabs_kind_payout(),
        TransactionKind::Unknown => w.tabs_kind_unknown(),
        TransactionKind::Reversal => w.tabs_kind_reversal(),
    }
}
