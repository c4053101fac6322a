//! The books and the machines, as the databases themselves keep them.

use multitude_domain::id::TransactionId;
use multitude_domain::ledger::{CampaignBooks, Posting};
use multitude_domain::matching::RatioRule;
use multitude_domain::money::Currency;
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::Span;
use multitude_domain::view::ChainCheck;
use multitude_platform::db::StoreError;
use multitude_platform::ledger::{
    Written, find_campaign_ledger, find_campaign_ledger_end, find_head, post, seal_all,
};
use multitude_platform::pledges::{PlacePledge, PlacePledgeError};
use multitude_platform::pools::{NewPool, open_pool};
use multitude_platform::rows;

use crate::world::{Kind, contract, start};

contract! {
    async fn real_and_simulated_money_do_not_meet(world: World) {
        world.open(|new| new.livemode = true).await;
        assert!(matches!(world.place(|_| ()).await, Err(PlacePledgeError::NoCampaign { .. })));
        assert_eq!(world.count("SELECT COUNT(*) FROM pledges").await, 0);
    }

    async fn ledger_and_pledge_events_are_append_only(world: World) {
        world.open(|_| ()).await;
        world.pool(1_000_000, 3_000).await;
        world.place(|_| ()).await.unwrap();
        world.verify().await;
        let refused = async |statement: &'static str, why: &str| {
            let changed = world.db.write(async |tx| {
                rows!(tx, sqlx::query(statement))?;
                Ok::<_, StoreError>(())
            }).await;
            let told = changed.map_err(|error| error.to_string());
            assert!(told.as_ref().is_err_and(|told| told.contains(why)), "{statement}: {told:?}");
        };
        for (statement, why) in [
            ("UPDATE ledger_transactions SET kind = 'payout'", "the ledger is append-only"),
            ("DELETE FROM ledger_transactions", "the ledger is append-only"),
            ("UPDATE ledger_entries SET amount_minor = 1", "the ledger is append-only"),
            ("DELETE FROM ledger_entries", "the ledger is append-only"),
            ("UPDATE ledger_seals SET block = 1", "the chain is append-only"),
            ("DELETE FROM ledger_seals", "the chain is append-only"),
            ("UPDATE ledger_blocks SET last_sequence = 7", "the chain is append-only"),
            ("DELETE FROM ledger_blocks", "the chain is append-only"),
            ("UPDATE pledge_events SET secured_delta_minor = 0", "pledge events are append-only"),
            ("DELETE FROM pledge_events", "pledge events are append-only"),
            ("UPDATE pledges SET state = 'paid'", "no such change of a pledge"),
            ("UPDATE campaigns SET state = 'completed'", "no such change of a campaign"),
            ("UPDATE campaigns SET goal_minor = 1", "goal"),
            ("UPDATE campaigns SET livemode = NOT livemode", "livemode is fixed"),
            ("UPDATE pledges SET livemode = NOT livemode", "livemode is fixed"),
        ] {
            refused(statement, why).await;
        }
        let back_doors: &[(&str, &str)] = match world.kind() {
            Kind::Sqlite => &[
                ("INSERT OR REPLACE INTO ledger_transactions SELECT * FROM ledger_transactions", "the ledger is append-only"),
                ("REPLACE INTO ledger_entries SELECT transaction_id, position, account, 1 FROM ledger_entries", "the ledger is append-only"),
                ("REPLACE INTO ledger_seals SELECT * FROM ledger_seals", "the chain is append-only"),
                ("REPLACE INTO ledger_blocks SELECT * FROM ledger_blocks", "the chain is append-only"),
                ("REPLACE INTO pledge_events SELECT * FROM pledge_events", "pledge events are append-only"),
            ],
            Kind::Postgres => &[
                ("TRUNCATE ledger_transactions CASCADE", "the ledger is append-only"),
                ("TRUNCATE ledger_entries", "the ledger is append-only"),
                ("TRUNCATE ledger_seals", "the chain is append-only"),
                ("TRUNCATE ledger_blocks CASCADE", "the chain is append-only"),
                ("TRUNCATE pledge_events", "pledge events are append-only"),
                ("TRUNCATE campaigns CASCADE", "append-only"),
            ],
        };
        for (statement, why) in back_doors {
            refused(statement, why).await;
        }
    }

    async fn mistake_is_corrected_by_its_reversal_once(world: World) {
        let campaign = world.open(|_| ()).await;
        let books = CampaignBooks { campaign, currency: Currency::CHF };
        let mistake = books.bank_in(700).unwrap();
        let written = |posting: &Posting, reverses| Written {
            posting: posting.clone(),
            livemode: false,
            source: None,
            details: "a mistake",
            reverses,
            at: start(),
        };
        world.db.write(async |tx| post(tx, &written(&mistake, None)).await).await.unwrap();
        let waiting = "SELECT waiting_minor FROM campaign_totals";
        assert_eq!(world.count(waiting).await, 700);
        let id: uuid::Uuid = world.db.read(async |tx| {
            Ok::<_, StoreError>(multitude_platform::on!(tx, c => sqlx::query_scalar("SELECT id FROM ledger_transactions").fetch_one(c).await)?)
        }).await.unwrap();
        let of = Some((TransactionId::new(id), mistake.kind()));
        let undo = written(&mistake.reversed(), of);
        world.db.write(async |tx| post(tx, &undo).await).await.unwrap();
        assert_eq!(world.count(waiting).await, 0, "the totals follow");
        let verified = world.verify().await;
        assert!(verified.findings.is_empty() && verified.records == 2, "{verified:?}");
        assert!(world.db.write(async |tx| post(tx, &undo).await).await.is_err(), "nothing is undone twice");
    }

    async fn campaigns_chain_is_published_whole_and_holds(world: World) {
        world.open(|_| ()).await;
        world.pool(1_000_000, 1_000_000).await;
        let campaign = world.show().await.summary.id;
        let ledger = async |after, limit| {
            world.db.read(async |tx| find_campaign_ledger(tx, campaign, Currency::CHF, after, limit).await).await.unwrap()
        };
        let newest = async |limit| {
            world.db.read(async |tx| find_campaign_ledger_end(tx, campaign, Currency::CHF, limit).await).await.unwrap()
        };
        let by = |n: u32| move |new: &mut PlacePledge| new.backer.email = Some(format!("{n}@example.ch"));
        for n in 0..3 {
            world.place(by(n)).await.unwrap();
        }
        assert_eq!((ledger(0, 10).await.records.len(), ledger(0, 10).await.unsealed), (0, 3));
        world.verify().await;
        world.place(by(3)).await.unwrap();
        world.verify().await;

        let whole = ledger(0, 10).await;
        let mut check = ChainCheck::default();
        assert_eq!((check.add(&whole), check.count(), whole.is_cut, whole.unsealed), (Ok(()), 4, false, 0));
        let (mut check, mut after, mut parts) = (ChainCheck::default(), 0, 0);
        loop {
            let part = ledger(after, 3).await;
            check.add(&part).unwrap();
            parts += 1;
            if !part.is_cut {
                break;
            }
            after = part.records.last().unwrap().sequence;
        }
        assert_eq!((check.count(), parts), (4, 2));
        let end = newest(2).await;
        assert_eq!(end.records, whole.records[2..], "the newest, in order");
        assert_eq!((end.is_cut, end.block), (true, whole.block), "with the block of the last one of all");
        assert!(!newest(4).await.is_cut);
    }

    async fn a_clock_that_was_set_back_books_nothing_before_the_last_block(world: World) {
        let fund = async || {
            let new = NewPool {
                name: "Klimafonds".to_owned(),
                giver: "Stadt Aarwil".to_owned(),
                currency: Currency::CHF,
                rule: RatioRule { adds: 1, per: 3, campaign_minor_max: 1_000 },
                funded_minor: 1_000,
                campaigns: Vec::new(),
                livemode: false,
            };
            world.db.write(async |tx| open_pool(tx, &new).await).await.unwrap();
            seal_all(&world.db).await.unwrap();
            world.db.read(async |tx| find_head(tx).await).await.unwrap().unwrap()
        };
        let before = fund().await;
        world.db.ambient().advance(Span::days(-3));
        let now = world.db.write(async |tx| tx.now().await).await.unwrap();
        assert_eq!(now, before.sealed_at, "for whatever else is stored too");
        assert_eq!(fund().await.block, before.block, "nothing is sealed before it was");
        assert!(world.db.check_clock().await.unwrap().is_err(), "nor decided");
        assert_eq!(world.count("SELECT COUNT(DISTINCT written_on) FROM ledger_transactions").await, 1);
        world.db.ambient().advance(Span::days(3));
        assert_eq!(fund().await.block, before.block + 1);
    }

    async fn machines_in_the_database_are_those_of_the_rules(world: World) {
        use multitude_domain::campaigns::CampaignState;
        let pairs = async |statement: &'static str| {
            world.db.read(async |tx| {
                let rows: Vec<(String, String)> =
                    multitude_platform::on!(tx, c => sqlx::query_as(statement).fetch_all(c).await)?;
                Ok::<_, StoreError>(rows.into_iter().collect::<std::collections::BTreeSet<_>>())
            }).await.unwrap()
        };
        let names = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(
            pairs("SELECT from_state, to_state FROM pledge_transitions").await,
            PledgeState::CHANGES.iter().map(|(from, _, to)| names(from.name(), to.name())).collect()
        );
        assert_eq!(
            pairs("SELECT from_state, to_state FROM campaign_transitions").await,
            CampaignState::CHANGES.iter().map(|(from, _, to)| names(from.name(), to.name())).collect()
        );
    }
}
