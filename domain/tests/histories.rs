//! Parts of an amount, and the chain: what holds whatever they are made of. What holds over the lives of
//! pledges and over the books stands in `lives.rs` and `books.rs`.

use multitude_domain::apportion::apportion;
use multitude_domain::id::CampaignId;
use multitude_domain::ledger::{CampaignBooks, Hash, Record, block_hash, commitment, record_hash};
use multitude_domain::money::Currency;
use multitude_domain::time::Day;
use proptest::prelude::*;
use uuid::Uuid;

const CHF: Currency = Currency::CHF;

proptest! {
    #[test]
    fn parts_add_up_and_stay_within_one_unit_of_their_quota(
        total in 0_u64..=1_000_000_000_000_000,
        weights in prop::collection::vec(0_u64..=1_000_000_000_000, 1..40),
    ) {
        let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        prop_assume!(sum > 0);
        let parts = apportion(total, &weights).unwrap();
        prop_assert_eq!(parts.iter().sum::<u64>(), total);
        for (part, weight) in parts.iter().zip(&weights) {
            let quota = u128::from(total) * u128::from(*weight) / sum;
            prop_assert!(u128::from(*part) == quota || u128::from(*part) == quota + 1);
            prop_assert!(*weight > 0 || *part == 0);
        }
    }

    #[test]
    fn no_record_can_change_without_changing_the_head(
        amounts in prop::collection::vec(1_i64..1_000_000, 1..12),
        target in any::<prop::sample::Index>(),
        change in 1_i64..1_000,
    ) {
        let books = campaign_books();
        let head = |amounts: &[i64]| {
            let mut previous = Hash::ZERO;
            let mut block = Hash::ZERO;
            for (sequence, amount_minor) in (1..).zip(amounts) {
                let posting = books.bank_in(*amount_minor).unwrap();
                let record = Record {
                    sequence,
                    day: Day::new(2027, 3, 9).unwrap(),
                    kind: posting.kind(),
                    currency: posting.currency(),
                    entries: posting.entries().to_vec(),
                    commitment: commitment(&[0; 16], ""),
                };
                previous = record_hash(&previous, &record);
                block = block_hash(&block, [&previous]);
            }
            block
        };
        let mut forged = amounts.clone();
        *target.get_mut(&mut forged) += change;
        prop_assert_ne!(head(&amounts), head(&forged));
        prop_assert_ne!(head(&amounts), head(&amounts[1..]));
    }
}

fn campaign_books() -> CampaignBooks {
    CampaignBooks { campaign: CampaignId::new(Uuid::from_u128(1)), currency: CHF }
}
