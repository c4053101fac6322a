//! What `ledger verify` finds where somebody got past every trigger.

use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::Actor;
use multitude_domain::pledges::PaymentMethod;
use multitude_domain::time::Span;
use multitude_platform::campaigns::find_id;
use multitude_platform::db::{CarriesStoreError, StoreError, Tx};
use multitude_platform::ledger::verify_ledger;
use multitude_platform::on;
use multitude_platform::pledges::PlacePledge;
use multitude_platform::settlement::{pay_out, verify_payee};

use crate::world::{Kind, World, contract};

/// How a tampering transaction ends: undone.
#[derive(Debug)]
enum Undone {
    Found(Vec<String>),
    Store(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl CarriesStoreError for Undone {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Found(_) => None,
            Self::Store(error) => Some(error),
        }
    }
}

const KEPT: [&str; 5] =
    ["pledge_events", "ledger_transactions", "ledger_entries", "ledger_blocks", "ledger_seals"];

async fn execute(tx: &mut Tx, statement: &str) -> Result<(), StoreError> {
    let statement = sqlx::AssertSqlSafe(statement.to_owned());
    Ok(on!(tx, c => sqlx::raw_sql(statement).execute(c).await.map(|_| ()))?)
}

/// Removes every trigger, runs the statements, recounts, and undoes all of it; says what was found.
async fn found(world: &World, statements: &str) -> Vec<String> {
    let kind = world.kind();
    let undone = world
        .db
        .write(async |tx| {
            for table in KEPT {
                match kind {
                    Kind::Sqlite => {
                        execute(tx, &format!("DROP TRIGGER {table}_keep; DROP TRIGGER {table}_stay")).await?;
                    }
                    Kind::Postgres => {
                        execute(tx, &format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await?;
                    }
                }
            }
            for table in ["pledges", "campaigns"] {
                match kind {
                    Kind::Sqlite => execute(tx, &format!("DROP TRIGGER {table}_livemode")).await?,
                    Kind::Postgres => {
                        execute(tx, &format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await?;
                    }
                }
            }
            if kind == Kind::Sqlite {
                execute(tx, "DROP TRIGGER campaigns_transition").await?;
            }
            execute(tx, statements).await?;
            let verified = verify_ledger(tx).await?;
            Err::<(), _>(Undone::Found(verified.findings.iter().map(ToString::to_string).collect()))
        })
        .await;
    match undone {
        Err(Undone::Found(findings)) => findings,
        Err(Undone::Store(error)) => panic!("{statements}: {error}"),
        Ok(()) => unreachable!("it is always undone"),
    }
}

/// A campaign that runs, with a pool, and one that was settled: every kind of row is there, and sealed.
async fn open_both(world: &World) {
    world.open(|_| ()).await;
    world
        .open(|new| {
            new.slug = "fertig".to_owned();
            new.draft.goal_minor = 1_000;
            new.closes_at = Some(crate::world::start().plus(Span::days(1)));
        })
        .await;
    world.pool(1_000_000, 1_000_000).await;
    world.place(|_| ()).await.unwrap();
    let by_bank = |new: &mut PlacePledge| {
        new.wish.method = PaymentMethod::Bank;
        new.backer.email = Some("mia@example.ch".to_owned());
    };
    world.place(by_bank).await.unwrap();
    world.place(|new| new.wish.amount = Money::new(500_000, Currency::CHF)).await.unwrap();
    world.place(|new| new.slug = "fertig".to_owned()).await.unwrap();
    world.settle(Span::days(2)).await;
    let paid = world.db.read(async |tx| find_id(tx, "fertig").await).await.unwrap().unwrap();
    world.db.write(async |tx| verify_payee(tx, &Actor::System, paid, [1; 32]).await).await.unwrap();
    world.db.write(async |tx| pay_out(tx, &Actor::System, paid).await).await.unwrap();
    let sound = world.verify().await;
    assert!(sound.findings.is_empty() && sound.records > 4, "{sound:?}");
}

contract! {
    async fn whatever_was_tampered_with_is_found(world: World) {
        open_both(world).await;
        assert_eq!(found(world, "SELECT 1").await, Vec::<String>::new());
        for (statements, what) in [
            ("UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE position = 0", "was changed after it was sealed"),
            ("UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE position = 0", "does not add up to nothing"),
            ("UPDATE ledger_transactions SET kind = 'refund' WHERE kind = 'capture'", "was changed after it was sealed"),
            ("UPDATE ledger_seals SET hash = previous_hash WHERE sequence = 1", "was changed after it was sealed"),
            ("UPDATE ledger_seals SET campaign_id = NULL", "is sealed in a chain that is not its campaign's"),
            ("UPDATE ledger_blocks SET last_sequence = last_sequence + 1000", "not with 100"),
            ("UPDATE ledger_blocks SET hash = previous_hash WHERE number = 1", "does not hold the records it sealed"),
            ("UPDATE ledger_details SET details = 'pledge of somebody else'", "its details are not what was committed to"),
            ("UPDATE pledge_events SET secured_delta_minor = secured_delta_minor + 1 WHERE secured_delta_minor > 0", "the books say"),
            ("UPDATE pledge_events SET to_state = 'released' WHERE to_state = 'paid'", "is in a state that its events do not lead to"),
            ("DELETE FROM pledge_events WHERE to_state = 'paid'", "is in a state that its events do not lead to"),
            ("UPDATE campaign_totals SET secured_minor = secured_minor + 1", "secured shows 6001, the books say 6000"),
            ("UPDATE campaign_totals SET secured_minor = secured_minor + 1", "secured shows 12001, its pledges say 12000"),
            ("UPDATE campaign_totals SET pledged_minor = pledged_minor + 1", "pledged shows 500001, its pledges say 500000"),
            ("UPDATE campaign_totals SET reached_bp = reached_bp + 1", "share of the goal shows"),
            ("UPDATE campaign_totals SET captured_minor = captured_minor + 1", "captured shows"),
            ("DELETE FROM campaign_totals", "is in the books and has no totals"),
            ("UPDATE pools SET funded_minor = funded_minor + 1", "funded shows 1000001, the books say 1000000"),
            ("UPDATE pools SET used_minor = used_minor + 1", "used shows 4001"),
            ("UPDATE pool_campaigns SET used_minor = used_minor + 1", "used of its pool shows 4001"),
            ("UPDATE ledger_transactions SET source = 'nothing' WHERE kind = 'capture'", "was charged without a capture in the ledger"),
            ("UPDATE payment_attempts SET state = 'declined' WHERE kind = 'charge'", "is of what no provider did"),
            ("UPDATE ledger_transactions SET reverses = (SELECT s.transaction_id FROM ledger_seals s WHERE s.sequence = 1) WHERE kind = 'capture'", "is not the opposite of what it reverses"),
            ("UPDATE pledges SET arrived_minor = arrived_minor + 1 WHERE arrived_minor IS NOT NULL", "waiting shows 6000, its pledges say 6001"),
            ("UPDATE campaigns SET payee_verified_at = NULL", "was paid out to a payee that nobody has verified"),
            ("UPDATE campaigns SET state = 'settled' WHERE slug = 'fertig'", "was paid out while settled"),
            ("UPDATE ledger_entries SET amount_minor = amount_minor + CASE WHEN amount_minor > 0 THEN 1 ELSE -1 END WHERE transaction_id IN (SELECT id FROM ledger_transactions WHERE kind = 'payout')", "its reserve is"),
            ("UPDATE pledges SET livemode = NOT livemode", "is of other money than its campaign"),
            ("UPDATE ledger_transactions SET livemode = NOT livemode WHERE campaign_id IS NOT NULL", "is of other money than its campaign"),
        ] {
            let findings = found(world, statements).await;
            assert!(findings.iter().any(|one| one.contains(what)), "{statements}: {findings:#?}");
        }
        // Totals and book may agree; the pledges know better.
        let both = "UPDATE campaign_totals SET pledged_minor = 500001 WHERE pledged_minor = 500000;
            UPDATE pledge_events SET pledged_delta_minor = 500001 WHERE pledged_delta_minor = 500000";
        let findings = found(world, both).await;
        assert!(findings.len() == 1 && findings[0].contains("pledged shows 500001, its pledges say 500000"), "{findings:#?}");
        let erased = found(world, "DELETE FROM ledger_details").await;
        assert!(erased.is_empty(), "erasing details breaks nothing: {erased:?}");
    }
}
