//! A campaign before anybody else reads it: begun and written by its team.

use multitude_domain::campaigns::{
    CampaignDraft, CampaignState, DRAFTS_MAX, DraftAddOn, DraftFaultKind, FundingModel, StretchGoal,
};
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::permission::{Actor, Role};
use multitude_domain::time::Span;
use multitude_platform::campaigns::{
    CampaignQuery, ChangeCampaignError, CreatedCampaign, create_campaign, edit_campaign, find_campaign,
    find_draft, find_unpublished, list_campaigns, list_unmet, reopen_campaign, request_changes,
    schedule_campaign, submit_campaign,
};

use crate::world::{World, campaign, contract, start};

/// Runs one use case in a transaction of its own.
macro_rules! act {
    ($world:expr, $use_case:ident($($argument:expr),*)) => {
        $world.db.write(async |tx| $use_case(tx, $($argument),*).await).await
    };
}

async fn member(world: &World, name: &str, roles: &[Role]) -> Actor {
    Actor::Member { user: world.user(&format!("{name}@example.ch")).await, roles: roles.to_vec() }
}

/// Everything a draft can hold, all of it finished.
fn full() -> CampaignDraft {
    let mut draft = campaign("schatten", 30).draft;
    draft.model = FundingModel::MinimumAndOptimum { optimum_minor: 6_000_000 };
    draft.stretch_goals = vec![StretchGoal { amount_minor: 7_000_000, label: "Zwei Bänke".to_owned() }];
    draft.milestones.push(("Zwölf Bäume".to_owned(), "2027-07-01".to_owned()));
    draft.rewards[0].early_until = Some(start().plus(Span::days(3)));
    draft.rewards[0].regions.push(("EU".to_owned(), 900));
    draft.add_ons = vec![DraftAddOn { title: "Postkarte".to_owned(), price_minor: 200, stock: Some(50) }];
    draft
}

/// The least that can be kept. Every field is named: what an edit forgets to write is seen by its difference
/// to [`full`].
fn bare(title: &str) -> CampaignDraft {
    let whole = full();
    CampaignDraft {
        title: title.to_owned(),
        one_liner: String::new(),
        topic: String::new(),
        place: String::new(),
        team_name: String::new(),
        model: FundingModel::AllOrNothing,
        stretch_goals: Vec::new(),
        run_days: None,
        problem: String::new(),
        solution: String::new(),
        plan: String::new(),
        risks: String::new(),
        budget: Vec::new(),
        milestones: Vec::new(),
        rewards: Vec::new(),
        add_ons: Vec::new(),
        locale: whole.locale,
        currency: whole.currency,
        goal_minor: whole.goal_minor,
    }
}

async fn read(world: &World, actor: &Actor, made: &CreatedCampaign) -> CampaignDraft {
    world.db.read(async |tx| find_draft(tx, actor, made.id).await).await.unwrap()
}

fn code<T: std::fmt::Debug>(outcome: Result<T, ChangeCampaignError>) -> &'static str {
    outcome.unwrap_err().code()
}

contract! {
    async fn campaign_is_begun_written_sent_in_and_opened(world: World) {
        let team = member(world, "team", &[]).await;
        let coach = member(world, "coach", &[Role::Coach]).await;
        let made = act!(world, create_campaign(&team, &bare(" Kühle Plätze "))).unwrap();
        assert_eq!(made.slug, "kuehle-plaetze");
        assert_eq!(read(world, &team, &made).await, bare("Kühle Plätze"));
        assert_eq!(code(act!(world, submit_campaign(&team, made.id))), "campaign.unmet");

        act!(world, edit_campaign(&team, made.id, &full())).unwrap();
        assert_eq!(read(world, &coach, &made).await, full(), "every part of it, also for who reviews it");
        act!(world, edit_campaign(&team, made.id, &full())).unwrap();
        assert_eq!(read(world, &team, &made).await, full(), "written again, nothing is there twice");
        assert!(act!(world, list_unmet(&team, made.id)).unwrap().is_empty());

        act!(world, submit_campaign(&team, made.id)).unwrap();
        act!(world, request_changes(&coach, made.id, "Sag, wer giesst.")).unwrap();
        let answer = CampaignDraft { plan: "Die Schule giesst.".to_owned(), ..full() };
        act!(world, edit_campaign(&team, made.id, &answer)).unwrap();
        act!(world, submit_campaign(&team, made.id)).unwrap();
        act!(world, schedule_campaign(&coach, made.id, start().plus(Span::days(2)))).unwrap();
        world.settle(Span::days(2)).await;
        let shown = world.db.read(async |tx| find_campaign(tx, "kuehle-plaetze").await).await.unwrap().unwrap();
        assert_eq!((shown.summary.state, shown.plan.as_str()), (CampaignState::Live, "Die Schule giesst."));
        assert_eq!((shown.rewards.len(), shown.add_ons.len(), shown.stretch_goals.len()), (1, 1, 1));
    }

    async fn page_before_it_is_public_is_for_team_and_readers(world: World) {
        let team = member(world, "team", &[]).await;
        let coach = member(world, "coach", &[Role::Coach]).await;
        let stranger = member(world, "stranger", &[]).await;
        let made = act!(world, create_campaign(&team, &full())).unwrap();
        let seen = async |actor: &Actor| {
            world.db.read(async |tx| find_unpublished(tx, actor, &made.slug).await).await.unwrap()
        };
        act!(world, submit_campaign(&team, made.id)).unwrap();
        act!(world, request_changes(&coach, made.id, "Sag, wer giesst.")).unwrap();

        for actor in [&Actor::Guest, &stranger] {
            assert_eq!(seen(actor).await, None);
        }
        let (shown, read) = (seen(&team).await.unwrap(), seen(&coach).await);
        assert_eq!(Some(&shown), read.as_ref());
        assert_eq!(shown.campaign.summary.state, CampaignState::ChangesRequested);
        assert_eq!((shown.campaign.rewards.len(), shown.campaign.summary.secured_minor), (1, 0));
        assert_eq!(shown.notes[0].body, "Sag, wer giesst.");
        act!(world, submit_campaign(&team, made.id)).unwrap();
        act!(world, schedule_campaign(&coach, made.id, start().plus(Span::days(2)))).unwrap();
        assert_eq!(seen(&team).await, None, "everybody sees it on its public page");
    }

    async fn words_of_the_last_version_find_it(world: World) {
        let team = member(world, "team", &[]).await;
        let made = act!(world, create_campaign(&team, &CampaignDraft { title: "Lastenrad".to_owned(), ..full() })).unwrap();
        act!(world, edit_campaign(&team, made.id, &CampaignDraft { title: "Nachtvelo".to_owned(), ..full() })).unwrap();
        let coach = member(world, "coach", &[Role::Coach]).await;
        act!(world, submit_campaign(&team, made.id)).unwrap();
        act!(world, schedule_campaign(&coach, made.id, start().plus(Span::days(2)))).unwrap();
        let found = async |q: &str| {
            let query = CampaignQuery { q: Some(q.to_owned()), ..CampaignQuery::default() };
            world.db.read(async |tx| list_campaigns(tx, &query).await).await.unwrap().items.len()
        };
        assert_eq!((found("nachtvelo").await, found("lastenrad").await), (1, 0));
    }

    async fn only_people_begin_campaigns_and_only_teams_write_them(world: World) {
        let team = member(world, "team", &[]).await;
        let stranger = member(world, "stranger", &[]).await;
        let operator = member(world, "operator", &[Role::Operator, Role::Coach, Role::Moderator]).await;
        assert_eq!(code(act!(world, create_campaign(&Actor::Guest, &full()))), "campaign.denied");
        let made = act!(world, create_campaign(&team, &full())).unwrap();
        assert_eq!(code(act!(world, edit_campaign(&stranger, made.id, &bare("x")))), "campaign.not_found");
        assert_eq!(code(act!(world, edit_campaign(&Actor::Guest, made.id, &bare("x")))), "campaign.not_found");
        assert_eq!(code(act!(world, edit_campaign(&operator, made.id, &bare("x")))), "campaign.denied");
        assert_eq!(code(act!(world, find_draft(&stranger, made.id))), "campaign.not_found");
        assert_eq!(read(world, &team, &made).await, full());
    }

    async fn what_is_accepted_stands(world: World) {
        let team = member(world, "team", &[]).await;
        let coach = member(world, "coach", &[Role::Coach]).await;
        let made = act!(world, create_campaign(&team, &full())).unwrap();
        let change = || bare("Anders");
        act!(world, submit_campaign(&team, made.id)).unwrap();
        assert_eq!(code(act!(world, edit_campaign(&team, made.id, &change()))), "campaign.wrong_state", "being read");
        act!(world, schedule_campaign(&coach, made.id, start().plus(Span::days(2)))).unwrap();
        assert_eq!(code(act!(world, edit_campaign(&team, made.id, &change()))), "campaign.wrong_state");
        act!(world, reopen_campaign(&team, made.id)).unwrap();
        act!(world, edit_campaign(&team, made.id, &change())).unwrap();
        act!(world, edit_campaign(&team, made.id, &full())).unwrap();
        act!(world, submit_campaign(&team, made.id)).unwrap();
        act!(world, schedule_campaign(&coach, made.id, start().plus(Span::days(2)))).unwrap();
        world.settle(Span::days(2)).await;
        assert_eq!(code(act!(world, edit_campaign(&team, made.id, &change()))), "campaign.wrong_state", "backers read it");
        assert_eq!(read(world, &team, &made).await, full());
    }

    async fn fields_that_cannot_be_kept_are_named_and_nothing_changes(world: World) {
        let team = member(world, "team", &[]).await;
        let made = act!(world, create_campaign(&team, &full())).unwrap();
        let mut broken = CampaignDraft { title: "\u{0} ".to_owned(), currency: Currency::EUR, ..full() };
        broken.budget[0].1 = 0;
        broken.rewards[0].regions[1].0 = "CH ".to_owned();
        let expected =
            [("title", DraftFaultKind::Missing), ("rewards.0.regions.1.region", DraftFaultKind::Repeated)];
        for refusal in [
            act!(world, edit_campaign(&team, made.id, &broken)).unwrap_err(),
            act!(world, create_campaign(&team, &broken)).unwrap_err(),
        ] {
            let ChangeCampaignError::Draft(faults) = refusal else { panic!("{refusal}") };
            assert_eq!(faults.len(), 3, "{faults:?}");
            for (field, kind) in expected {
                assert!(faults.iter().any(|fault| fault.field == field && fault.kind == kind), "{faults:?}");
            }
        }
        assert_eq!(read(world, &team, &made).await, full());
        assert_eq!(world.count("SELECT COUNT(*) FROM campaigns").await, 1);
    }

    async fn names_in_addresses_are_unlike(world: World) {
        let team = member(world, "team", &[]).await;
        let first = act!(world, create_campaign(&team, &bare("Nachtvelo"))).unwrap();
        let second = act!(world, create_campaign(&team, &bare("Nachtvelo"))).unwrap();
        let without = act!(world, create_campaign(&team, &bare("夜の自転車"))).unwrap();
        assert_eq!(first.slug, "nachtvelo");
        assert!(second.slug.starts_with("nachtvelo-") && second.slug.len() == 16, "{}", second.slug);
        assert!(without.slug.starts_with("campaign-"), "{}", without.slug);
        let french = CampaignDraft { locale: Locale::Fr, ..bare("Bülach") };
        assert_eq!(act!(world, create_campaign(&team, &french)).unwrap().slug, "bulach");
    }

    async fn nobody_keeps_drafts_without_end(world: World) {
        let team = member(world, "team", &[]).await;
        for n in 0..DRAFTS_MAX {
            act!(world, create_campaign(&team, &bare(&format!("Entwurf {n}")))).unwrap();
        }
        assert_eq!(code(act!(world, create_campaign(&team, &bare("Noch einer")))), "campaign.too_many_drafts");
        let other = member(world, "other", &[]).await;
        act!(world, create_campaign(&other, &bare("Noch einer"))).unwrap();
    }
}
