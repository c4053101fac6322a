//! What must be reached for anybody to pay: each funding model, its decision, and what is promised beyond the
//! goal.

use multitude_domain::campaigns::{CampaignState, FundingModel, StretchGoal, goals_reached};
use multitude_domain::fees::BasisPoints;
use multitude_domain::permission::{Actor, Role};
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::Span;
use multitude_platform::campaigns::NewCampaign;
use multitude_platform::db::StoreError;
use multitude_platform::fees::{SetFeeError, set_platform_fee};
use multitude_platform::rows;

use crate::world::{World, contract};

/// A campaign that closes in nine days and wants 100.00.
async fn open(world: &World, model: FundingModel, change: impl FnOnce(&mut NewCampaign)) {
    world
        .open(|new| {
            new.draft.goal_minor = 10_000;
            new.draft.budget = Vec::new();
            new.draft.model = model;
            change(new);
        })
        .await;
}

contract! {
    async fn flexible_campaign_collects_whatever_is_secured(world: World) {
        open(world, FundingModel::Flexible, |_| ()).await;
        let one = world.give(600, "ok").await;
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;

        assert_eq!(world.show().await.summary.model, FundingModel::Flexible);
        assert_eq!(world.state_of(&one).await, PledgeState::Paid);
        assert_eq!(world.campaign_state().await, CampaignState::Settled, "without a minimum nobody has to say anything");
    }

    async fn flexible_campaign_without_a_backer_is_missed(world: World) {
        open(world, FundingModel::Flexible, |_| ()).await;
        world.settle(Span::days(9)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Closed);
    }

    async fn all_or_nothing_lets_everybody_go_under_its_goal(world: World) {
        open(world, FundingModel::AllOrNothing, |_| ()).await;
        let one = world.give(9_999, "ok").await;
        world.settle(Span::days(9)).await;
        assert_eq!((world.campaign_state().await, world.state_of(&one).await), (CampaignState::Closed, PledgeState::Released));
    }

    async fn minimum_decides_whatever_the_optimum_is(world: World) {
        let model = FundingModel::MinimumAndOptimum { optimum_minor: 50_000 };
        open(world, model, |_| ()).await;
        let one = world.give(10_000, "ok").await;
        assert_eq!(world.show().await.summary.model, model);
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;
        assert_eq!((world.campaign_state().await, world.state_of(&one).await), (CampaignState::Settled, PledgeState::Paid));
    }

    async fn minimum_missed_is_missed(world: World) {
        open(world, FundingModel::MinimumAndOptimum { optimum_minor: 50_000 }, |_| ()).await;
        let one = world.give(9_999, "ok").await;
        world.settle(Span::days(9)).await;
        assert_eq!((world.campaign_state().await, world.state_of(&one).await), (CampaignState::Closed, PledgeState::Released));
    }

    async fn who_is_short_of_the_minimum_has_to_say_so_and_who_has_none_has_not(world: World) {
        open(world, FundingModel::MinimumAndOptimum { optimum_minor: 50_000 }, |_| ()).await;
        world.give(8_000, "ok").await;
        world.give(2_000, "charge_declined").await;
        world.settle(Span::days(9)).await;
        for _ in 0..4 {
            world.settle(Span::days(2)).await;
        }
        assert_eq!(world.campaign_state().await, CampaignState::Collecting);
        assert_eq!(world.count("SELECT COUNT(*) FROM campaigns WHERE statement_due_at IS NOT NULL").await, 1);
    }

    async fn stretch_goals_are_shown_in_their_order(world: World) {
        let goal = |amount_minor, label: &str| StretchGoal { amount_minor, label: label.to_owned() };
        let goals = vec![goal(12_000, "Zwei Bäume"), goal(15_000, "Drei Bäume")];
        open(world, FundingModel::AllOrNothing, |new| new.draft.stretch_goals = goals.clone()).await;
        world.give(12_000, "ok").await;

        let view = world.show().await;
        assert_eq!(view.stretch_goals, goals);
        let counted = view.summary.counted_minor();
        let reached = goals_reached(view.summary.goal_minor, view.summary.model, &view.stretch_goals, counted);
        assert_eq!((reached.goal, reached.stretch), (true, vec![true, false]));
    }

    async fn fees_are_what_holds_at_the_start_and_stand_once_it_is_open(world: World) {
        open(world, FundingModel::AllOrNothing, |new| {
            new.state = CampaignState::Scheduled;
            new.opens_at = Some(crate::world::start().plus(Span::days(1)));
        })
        .await;
        let set = async |points: i64| {
            world.db.write(async move |tx| {
                rows!(tx, sqlx::query("UPDATE campaigns SET platform_fee_bp = $1").bind(points))?;
                Ok::<_, StoreError>(())
            }).await
        };
        assert_eq!(world.count("SELECT platform_fee_bp FROM campaigns").await, 500);
        let decide = async |actor: Actor, points| world.db.write(async move |tx| {
            set_platform_fee(tx, &actor, BasisPoints::new(points)).await
        }).await;
        let coach = Actor::Member { user: world.user("coach@example.ch").await, roles: vec![Role::Coach] };
        for nobody in [Actor::Guest, coach] {
            assert!(matches!(decide(nobody, 0).await, Err(SetFeeError::Denied)));
        }
        decide(Actor::System, 300).await.unwrap();
        world.settle(Span::days(1)).await;
        assert_eq!(world.campaign_state().await, CampaignState::Live);
        decide(Actor::System, 900).await.unwrap();
        assert!(set(900).await.is_err());
        assert_eq!(world.count("SELECT platform_fee_bp FROM campaigns").await, 300);

        world.give(10_000, "ok").await;
        world.settle(Span::days(8)).await;
        world.settle(Span::minutes(1)).await;
        let borne = world.count("SELECT fees_minor FROM campaign_totals").await;
        assert_eq!(borne, 300 + 150 + 25, "3 % as it was at the start, 1.5 % and 0.25");
    }
}
