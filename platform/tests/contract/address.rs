//! Where rewards are sent to.

use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::Actor;
use multitude_domain::pledges::{AddressFault, PostalAddress};
use multitude_domain::time::Span;
use multitude_platform::accounts::erase_person;
use multitude_platform::db::Tx;
use multitude_platform::pledges::{GiveAddressError, PlacedPledge, find_receipt, give_address};

use crate::world::{World, contract};

fn bern() -> PostalAddress {
    PostalAddress {
        name: "Lea Brunschwiler".to_owned(),
        street: "Gerechtigkeitsgasse 12".to_owned(),
        postcode: "3011".to_owned(),
        town: "Bern".to_owned(),
        country: String::new(),
    }
}

/// A pledge for a reward that is sent, to a campaign that will reach its goal with it.
async fn sent(world: &World) -> PlacedPledge {
    open(world).await;
    place(world, "lea@example.ch").await
}

async fn open(world: &World) {
    world
        .open(|new| {
            new.draft.goal_minor = 60_000;
            new.draft.budget[0].1 = 60_000;
        })
        .await;
}

async fn place(world: &World, email: &str) -> PlacedPledge {
    let bank = world.show().await.rewards[0].id;
    world
        .place(|new| {
            new.backer.email = Some(email.to_owned());
            new.wish.amount = Money::new(60_000, Currency::CHF);
            new.wish.reward = Some((bank, 1));
            new.wish.region = Some("CH".to_owned());
        })
        .await
        .unwrap()
}

async fn give(world: &World, receipt: &str, address: PostalAddress) -> Result<(), GiveAddressError> {
    let give = async |tx: &mut Tx| give_address(tx, &Actor::Guest, receipt, &address).await;
    world.db.write(give).await
}

async fn known(world: &World, receipt: &str) -> Option<PostalAddress> {
    world.db.read(async |tx| find_receipt(tx, receipt).await).await.unwrap().unwrap().address
}

contract! {
    async fn address_follows_success_and_the_last_word_counts(world: World) {
        let placed = sent(world).await;
        let receipt = placed.receipt.as_str();
        assert!(matches!(give(world, receipt, bern()).await, Err(GiveAddressError::NothingToSend)), "nothing is asked before success");
        world.settle(Span::days(10)).await;
        let nowhere = PostalAddress { town: " ".to_owned(), ..bern() };
        let refused = give(world, receipt, nowhere).await;
        assert!(matches!(refused, Err(GiveAddressError::Invalid(faults)) if faults == [AddressFault::Town]));
        assert_eq!(known(world, receipt).await, None);
        give(world, receipt, PostalAddress { street: "Kramgasse 1".to_owned(), ..bern() }).await.unwrap();
        give(world, receipt, bern()).await.unwrap();
        assert_eq!(known(world, receipt).await, Some(bern()));
        assert!(matches!(give(world, &"0".repeat(64), bern()).await, Err(GiveAddressError::NotFound)));
    }

    async fn nothing_is_sent_for_an_amount_alone(world: World) {
        world.open(|new| { new.draft.goal_minor = 6_000; new.draft.budget[0].1 = 6_000; }).await;
        let placed = world.place(|_| ()).await.unwrap();
        world.settle(Span::days(10)).await;
        assert!(matches!(give(world, &placed.receipt, bern()).await, Err(GiveAddressError::NothingToSend)));
    }

    async fn address_goes_with_its_person(world: World) {
        let placed = sent(world).await;
        world.settle(Span::days(10)).await;
        give(world, &placed.receipt, bern()).await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM pledge_addresses").await, 1);
        world.db.write(async |tx| erase_person(tx, &Actor::System, "lea@example.ch").await).await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM pledge_addresses").await, 0);
        assert!(matches!(give(world, &placed.receipt, bern()).await, Err(GiveAddressError::NothingToSend)), "nobody is left");
    }

    async fn address_that_comes_while_its_person_goes_goes_too(world: World) {
        open(world).await;
        let emails: Vec<String> = (0..6).map(|n| format!("backer{n}@example.ch")).collect();
        let mut placed = Vec::new();
        for email in &emails {
            placed.push(place(world, email).await);
        }
        world.settle(Span::days(10)).await;
        for (email, one) in emails.iter().zip(&placed) {
            let erase = world.db.write(async |tx| erase_person(tx, &Actor::System, email).await);
            let (erased, _) = tokio::join!(erase, give(world, &one.receipt, bern()));
            erased.unwrap();
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM pledge_addresses").await, 0);
    }
}
