//! The books and the machines, as the databases themselves keep them.

use multitude_domain::money::Currency;
use multitude_domain::pledge::PledgeState;

use multitude_platform::db::StoreError;
use multitude_platform::ledger::find_campaign_ledger;
use multitude_platform::pledges::{PlacePledge, PlacePledgeError};
use multitude_platform::rows;

use crate::world::{Kind, contract};

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

    async fn campaigns_chain_is_published_whole_and_holds(world: World) {
        world.open(|_| ()).await;
        world.pool(1_000_000, 1_000_000).await;
        let campaign = world.show().await.summary.id;
        let ledger = async |limit| {
            world.db.read(async |tx| find_campaign_ledger(tx, campaign, Currency::CHF, limit).await).await.unwrap()
        };
        let by = |n: u32| move |new: &mut PlacePledge| new.backer.email = Some(format!("{n}@example.ch"));
        for n in 0..3 {
            world.place(by(n)).await.unwrap();
        }
        assert_eq!((ledger(10).await.records.len(), ledger(10).await.unsealed), (0, 3));
        world.verify().await;
        world.place(by(3)).await.unwrap();
        world.verify().await;

        let whole = ledger(10).await;
        assert_eq!((whole.verify(), whole.is_cut, whole.unsealed), (Ok(4), false, 0));
        assert!(ledger(2).await.is_cut);
    }

    async fn machines_in_the_database_are_those_of_the_rules(world: World) {
        use multitude_domain::campaign::CampaignState;
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
