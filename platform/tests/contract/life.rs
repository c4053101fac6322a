//! A campaign's life before and beside settlement: sending in, review, start, pause, end; who may, and what
//! refuses.

use multitude_domain::campaigns::{CampaignFault, CampaignState, MEMBERS_MAX};
use multitude_domain::id::CampaignId;
use multitude_domain::permission::{Actor, Role};
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::{Day, Span};
use multitude_platform::campaigns::{
    ChangeCampaignError, NewCampaign, add_member, cancel_campaign, choose_start, decline_campaign,
    list_notes, list_unmet, record_campaign, remove_member, reopen_campaign, request_changes,
    resume_campaign, schedule_campaign, submit_campaign, suspend_campaign,
};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::pledges::PlacePledgeError;
use multitude_platform::settlement::{pay_out, verify_payee};
use multitude_platform::{on, rows};

use crate::world::{World, campaign, contract, start};

/// Who acts in these tests: the team, somebody else, a coach, a moderator.
struct People {
    team: Actor,
    stranger: Actor,
    coach: Actor,
    moderator: Actor,
}

async fn people(world: &World) -> People {
    let user = async |name: &str| world.user(&format!("{name}@example.ch")).await;
    let member = |user, roles: &[Role]| Actor::Member { user, roles: roles.to_vec() };
    People {
        team: member(user("team").await, &[]),
        stranger: member(user("stranger").await, &[]),
        coach: member(user("coach").await, &[Role::Coach]),
        moderator: member(user("moderator").await, &[Role::Moderator]),
    }
}

/// A campaign in `state` that meets every must.
async fn campaign_in(
    world: &World,
    people: &People,
    state: CampaignState,
    change: impl FnOnce(&mut NewCampaign),
) -> CampaignId {
    let mut new = NewCampaign { state, owner: people.team.user(), ..campaign("schatten", 30) };
    new.draft.milestones =
        vec![("Erster".to_owned(), "2027-09-01".to_owned()), ("Letzter".to_owned(), "2027-10-01".to_owned())];
    change(&mut new);
    world.db.write(async |tx| record_campaign(tx, &new).await).await.unwrap()
}

/// Runs one use case in a transaction of its own.
macro_rules! act {
    ($world:expr, $use_case:ident($($argument:expr),*)) => {
        $world.db.write(async |tx| $use_case(tx, $($argument),*).await).await
    };
}

async fn state(world: &World, id: CampaignId) -> CampaignState {
    let read = async |tx: &mut Tx| {
        Ok::<String, StoreError>(
            on!(tx, c => sqlx::query_scalar("SELECT state FROM campaigns WHERE id = $1").bind(id.uuid()).fetch_one(c).await)?,
        )
    };
    world.db.read(read).await.unwrap().parse().unwrap()
}

async fn events(world: &World) -> Vec<String> {
    let read = async |tx: &mut Tx| {
        Ok::<Vec<(String, String)>, StoreError>(
            on!(tx, c => sqlx::query_as("SELECT name, body FROM outbox WHERE subject_kind = 'campaign' ORDER BY at, id").fetch_all(c).await)?,
        )
    };
    let to = |body: &str| {
        serde_json::from_str::<serde_json::Value>(body).unwrap()["to"].as_str().map(str::to_owned)
    };
    let rows = world.db.read(read).await.unwrap();
    rows.into_iter().map(|(name, body)| to(&body).map_or(name.clone(), |to| format!("{name} {to}"))).collect()
}

fn code<T: std::fmt::Debug>(outcome: Result<T, ChangeCampaignError>) -> &'static str {
    outcome.unwrap_err().code()
}

contract! {
    async fn campaign_walks_from_draft_to_live_by_itself(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Draft, |_| ()).await;
        act!(world, submit_campaign(&who.team, id)).unwrap();
        act!(world, request_changes(&who.coach, id, "  Sag, wer giesst. ")).unwrap();
        world.db.ambient().advance(Span::hours(1));
        act!(world, submit_campaign(&who.team, id)).unwrap();
        let opens_at = Day::new(2027, 3, 5).unwrap().at_in_zurich(8, 0, 0);
        let closes_at = act!(world, schedule_campaign(&who.coach, id, opens_at)).unwrap();
        assert_eq!(closes_at, Day::new(2027, 4, 4).unwrap().end_in_zurich(), "thirty days after its first");

        world.settle(opens_at.since(world.db.ambient().now()).less(Span::micros(1))).await;
        assert_eq!(state(world, id).await, CampaignState::Scheduled, "not a microsecond early");
        assert!(matches!(world.place(|_| ()).await, Err(PlacePledgeError::NotOpen { .. })));
        world.settle(Span::micros(1)).await;
        assert_eq!(state(world, id).await, CampaignState::Live);
        world.place(|_| ()).await.unwrap();
        let kinds = ["moved in_review", "moved changes_requested", "moved in_review", "moved scheduled", "moved live"];
        assert_eq!(events(world).await, kinds);
        let notes = world.db.read(async |tx| list_notes(tx, &who.team, id).await).await.unwrap();
        assert_eq!(notes.len(), 1);
        assert_eq!((notes[0].state, notes[0].body.as_str()), (CampaignState::ChangesRequested, "Sag, wer giesst."));
    }

    async fn team_chooses_another_start_until_it_comes(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::InReview, |_| ()).await;
        let at = |month, day| Day::new(2027, month, day).unwrap().at_in_zurich(9, 0, 0);
        assert_eq!(code(act!(world, choose_start(&who.team, id, at(3, 9)))), "campaign.wrong_state");
        act!(world, schedule_campaign(&who.coach, id, at(3, 5))).unwrap();
        assert_eq!(code(act!(world, choose_start(&who.coach, id, at(3, 9)))), "campaign.denied");
        assert_eq!(code(act!(world, choose_start(&who.stranger, id, at(3, 9)))), "campaign.denied");
        assert_eq!(code(act!(world, choose_start(&who.team, id, world.db.ambient().now()))), "campaign.start");
        assert_eq!(code(act!(world, choose_start(&who.team, id, at(9, 9)))), "campaign.unmet", "a promise would come too early");

        let closes_at = act!(world, choose_start(&who.team, id, at(3, 9))).unwrap();
        assert_eq!(closes_at, Day::new(2027, 4, 8).unwrap().end_in_zurich(), "it runs as long");
        world.settle(at(3, 5).since(world.db.ambient().now())).await;
        assert_eq!(state(world, id).await, CampaignState::Scheduled, "the first start is none any more");
        world.db.ambient().advance(Span::days(4));
        assert_eq!(code(act!(world, choose_start(&who.team, id, at(3, 20)))), "campaign.wrong_state", "it has come");
        world.settle(Span::ZERO).await;
        assert_eq!(state(world, id).await, CampaignState::Live);
        assert_eq!(code(act!(world, choose_start(&who.team, id, at(3, 20)))), "campaign.wrong_state");
        assert!(events(world).await.contains(&"start_chosen".to_owned()));
    }

    async fn team_is_written_to_at_each_step(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Draft, |new| {
            new.draft.goal_minor = 100_000;
            new.draft.budget = vec![("Alles".to_owned(), 100_000)];
        }).await;
        act!(world, submit_campaign(&who.team, id)).unwrap();
        let submitted = world.mails().await.remove(0);
        assert_eq!(submitted.email, "team@example.ch");
        act!(world, request_changes(&who.coach, id, "Sag, wer giesst.")).unwrap();
        assert!(world.mails().await[1].text.contains("Sag, wer giesst."));
        act!(world, submit_campaign(&who.team, id)).unwrap();
        act!(world, schedule_campaign(&who.coach, id, Day::new(2027, 3, 5).unwrap().at_in_zurich(8, 0, 0))).unwrap();
        // Sent in, and accepted before the mail about that left: only what is still so is said.
        let subjects = world.subjects().await;
        assert_eq!(subjects.len(), 3, "{subjects:?}");
        assert!(subjects[0].contains("Antwort bis 8. März 2027"), "five banking days after 1 March: {subjects:?}");
        assert!(subjects[2].contains("startet am 5. März 2027, 08:00 Schweizer Zeit"), "{subjects:?}");
        world.settle(Span::days(6)).await;
        world.post().await;
        for _ in 0..20 {
            world.place(|new| new.backer.email = None).await.unwrap();
        }
        for _ in 0..45 {
            world.settle(Span::days(1)).await;
        }
        let mails = world.mails().await;
        let of_team: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).skip(3).collect();
        assert_eq!(of_team, ["Kühle schatten ist offen", "Kühle schatten hat das Ziel erreicht", "Die Abrechnung von Kühle schatten", "Kühle schatten: Identität zu prüfen"]);
        assert!(mails[5].text.contains("Für euch: CHF"), "{}", mails[5].text);
        act!(world, verify_payee(&Actor::System, id, [1; 32])).unwrap();
        act!(world, pay_out(&Actor::System, id)).unwrap();
        assert!(world.subjects().await[7].starts_with("Die Auszahlung"));
    }

    async fn unmet_musts_are_all_named_and_nothing_moves(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Draft, |new| {
            new.draft.title = "x".repeat(61);
            new.draft.budget[0].1 -= 80_000;
            new.draft.milestones.truncate(1);
            new.draft.rewards[0].delivery_month = Some("2027-03".to_owned());
            new.draft.milestones[0].1 = "soon".to_owned();
            for text in [&mut new.draft.topic, &mut new.draft.place, &mut new.draft.problem, &mut new.draft.solution, &mut new.draft.plan, &mut new.draft.risks] {
                text.clear();
            }
        })
        .await;
        let codes = [
            "campaign.title",
            "campaign.topic",
            "campaign.place",
            "campaign.story",
            "campaign.story",
            "campaign.story",
            "campaign.story",
            "campaign.budget",
            "campaign.few_milestones",
            "campaign.milestone_day",
            "campaign.delivery_too_early",
        ];
        let seen = world.db.read(async |tx| list_unmet(tx, &who.coach, id).await).await.unwrap();
        assert_eq!(seen.iter().map(CampaignFault::code).collect::<Vec<_>>(), codes);

        let refusal = act!(world, submit_campaign(&who.team, id)).unwrap_err();
        assert!(matches!(refusal, ChangeCampaignError::Unmet(faults) if faults == seen));
        assert_eq!(state(world, id).await, CampaignState::Draft);
        assert!(events(world).await.is_empty());
        let hidden = world.db.read(async |tx| list_unmet(tx, &who.stranger, id).await).await;
        assert_eq!(code(hidden), "campaign.not_found", "a draft is nobody's to see");
    }

    async fn imported_campaigns_have_no_limits_to_speak_of(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Draft, |new| {
            new.origin = multitude_platform::campaigns::Origin::Import { external_id: "9".to_owned() };
            new.draft.title = "x".repeat(200);
            new.draft.run_days = Some(90);
            new.draft.milestones.clear();
        })
        .await;
        act!(world, submit_campaign(&who.team, id)).unwrap();
    }

    async fn every_deed_is_refused_to_those_who_may_not(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::InReview, |_| ()).await;
        let soon = start().plus(Span::days(2));
        assert_eq!(code(act!(world, schedule_campaign(&who.team, id, soon))), "campaign.denied", "nobody accepts their own");
        assert_eq!(code(act!(world, request_changes(&who.team, id, "x"))), "campaign.denied");
        assert_eq!(code(act!(world, decline_campaign(&who.moderator, id, "x"))), "campaign.denied");
        assert_eq!(code(act!(world, decline_campaign(&who.stranger, id, "x"))), "campaign.not_found");
        assert_eq!(code(act!(world, submit_campaign(&Actor::Guest, id))), "campaign.not_found");
        assert_eq!(code(act!(world, submit_campaign(&who.coach, id))), "campaign.denied");
        act!(world, schedule_campaign(&who.coach, id, soon)).unwrap();
        world.settle(Span::days(2)).await;
        assert_eq!(code(act!(world, suspend_campaign(&who.team, id, "x"))), "campaign.denied");
        assert_eq!(code(act!(world, suspend_campaign(&who.coach, id, "x"))), "campaign.denied");
        act!(world, suspend_campaign(&who.moderator, id, "Bild von anderen")).unwrap();
        assert_eq!(code(act!(world, resume_campaign(&who.team, id))), "campaign.denied");
        assert_eq!(code(act!(world, cancel_campaign(&who.stranger, id, "x"))), "campaign.denied");
        let notes = world.db.read(async |tx| list_notes(tx, &who.stranger, id).await).await;
        assert_eq!(code(notes), "campaign.denied");
        assert_eq!(state(world, id).await, CampaignState::Suspended);
    }

    async fn whoever_joins_the_team_may_what_it_may_and_decides_nothing(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::ChangesRequested, |_| ()).await;
        let joins = Actor::Member { user: who.coach.user().unwrap(), roles: vec![Role::Coach, Role::Moderator] };
        let member = joins.user().unwrap();
        assert_eq!(code(act!(world, add_member(&who.stranger, id, member))), "campaign.not_found");
        assert_eq!(code(act!(world, add_member(&joins, id, member))), "campaign.denied", "nobody takes themselves in");
        assert_eq!(code(act!(world, submit_campaign(&joins, id))), "campaign.denied");

        act!(world, add_member(&who.team, id, member)).unwrap();
        act!(world, add_member(&who.team, id, member)).unwrap();
        act!(world, submit_campaign(&joins, id)).unwrap();
        let soon = start().plus(Span::days(2));
        assert_eq!(code(act!(world, schedule_campaign(&joins, id, soon))), "campaign.denied", "it is their own now");
        act!(world, remove_member(&joins, id, who.team.user().unwrap())).unwrap();
        act!(world, remove_member(&joins, id, member)).unwrap();
        assert_eq!(code(act!(world, remove_member(&joins, id, member))), "campaign.denied", "they have left");
        act!(world, schedule_campaign(&joins, id, soon)).unwrap();
        act!(world, cancel_campaign(&who.team, id, "Whoever began it answers for it.")).unwrap();
    }

    async fn teams_have_an_end(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Draft, |_| ()).await;
        for n in 1..MEMBERS_MAX {
            let member = world.user(&format!("member{n}@example.ch")).await;
            act!(world, add_member(&who.team, id, member)).unwrap();
        }
        let more = act!(world, add_member(&who.team, id, who.stranger.user().unwrap()));
        assert_eq!(code(more), "campaign.team_full");
    }

    async fn reasons_are_wanted_and_states_are_kept(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::InReview, |_| ()).await;
        assert_eq!(code(act!(world, request_changes(&who.coach, id, " \n"))), "campaign.note_empty");
        assert_eq!(code(act!(world, decline_campaign(&who.coach, id, &"x".repeat(4_001)))), "campaign.note_too_long");
        assert_eq!(code(act!(world, resume_campaign(&who.moderator, id))), "campaign.wrong_state");
        assert_eq!(code(act!(world, reopen_campaign(&who.team, id))), "campaign.wrong_state");
        assert_eq!(code(act!(world, cancel_campaign(&who.team, id, "x"))), "campaign.wrong_state");
        assert_eq!(state(world, id).await, CampaignState::InReview);
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_notes").await, 0);
        assert!(events(world).await.is_empty());

        act!(world, decline_campaign(&who.coach, id, "Das ist Werbung.")).unwrap();
        act!(world, reopen_campaign(&who.team, id)).unwrap();
        assert_eq!(state(world, id).await, CampaignState::Draft);
        assert_eq!(world.count("SELECT COUNT(*) FROM campaigns WHERE closes_at IS NULL AND run_days = 30").await, 1);
        act!(world, submit_campaign(&who.team, id)).unwrap();
    }

    async fn start_lies_ahead_and_promises_after_the_deadline(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::InReview, |_| ()).await;
        for wrong in [start(), start().plus(Span::days(-1)), start().plus(Span::days(366))] {
            assert_eq!(code(act!(world, schedule_campaign(&who.coach, id, wrong))), "campaign.start");
        }
        let late = Day::new(2027, 8, 10).unwrap().at_in_zurich(8, 0, 0);
        let refusal = act!(world, schedule_campaign(&who.coach, id, late)).unwrap_err();
        let ChangeCampaignError::Unmet(faults) = refusal else { panic!("{refusal}") };
        assert_eq!(faults.iter().map(CampaignFault::field).collect::<Vec<_>>(), ["milestones", "rewards"]);
        assert_eq!(state(world, id).await, CampaignState::InReview);
    }

    async fn accepted_campaign_keeps_goal_and_dates(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::InReview, |_| ()).await;
        act!(world, schedule_campaign(&who.coach, id, start().plus(Span::days(1)))).unwrap();
        let change = async |statement: &'static str| {
            let change = async |tx: &mut Tx| {
                rows!(tx, sqlx::query(statement))?;
                Ok::<_, StoreError>(())
            };
            world.db.write(change).await
        };
        let goal = ["UPDATE campaigns SET goal_minor = 1", "UPDATE campaigns SET run_days = 31"];
        let dates = ["UPDATE campaigns SET opens_at = opens_at + 1", "UPDATE campaigns SET closes_at = closes_at + 1"];
        for statement in goal {
            assert!(change(statement).await.is_err(), "scheduled: {statement}");
        }
        for statement in dates {
            change(statement).await.unwrap();
        }
        world.settle(Span::days(2)).await;
        for statement in goal.into_iter().chain(dates) {
            assert!(change(statement).await.is_err(), "live: {statement}");
        }
    }

    async fn start_that_has_not_come_is_taken_back_or_cancelled(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::InReview, |_| ()).await;
        act!(world, schedule_campaign(&who.coach, id, start().plus(Span::days(3)))).unwrap();
        assert_eq!(code(act!(world, reopen_campaign(&who.coach, id))), "campaign.denied");
        act!(world, reopen_campaign(&who.team, id)).unwrap();
        world.settle(Span::days(4)).await;
        assert_eq!(state(world, id).await, CampaignState::Draft, "nothing opens a draft");

        act!(world, submit_campaign(&who.team, id)).unwrap();
        act!(world, schedule_campaign(&who.coach, id, start().plus(Span::days(9)))).unwrap();
        act!(world, cancel_campaign(&who.team, id, "Die Bewilligung fehlt.")).unwrap();
        world.settle(Span::days(9)).await;
        assert_eq!(state(world, id).await, CampaignState::Closed);
    }

    async fn suspended_campaign_goes_on_where_it_stood(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Live, |new| {
            new.opens_at = Some(start().plus(Span::days(-1)));
            new.closes_at = Some(start().plus(Span::days(9)));
        }).await;
        let placed = world.place(|_| ()).await.unwrap();
        act!(world, suspend_campaign(&who.moderator, id, "Wir prüfen ein Bild.")).unwrap();
        assert!(matches!(world.place(|_| ()).await, Err(PlacePledgeError::NotOpen { .. })));
        assert_eq!(code(act!(world, suspend_campaign(&who.moderator, id, "x"))), "campaign.wrong_state");
        act!(world, resume_campaign(&who.moderator, id)).unwrap();
        world.place(|new| new.backer.email = Some("b@example.ch".to_owned())).await.unwrap();
        assert_eq!(code(act!(world, cancel_campaign(&who.team, id, "x"))), "campaign.wrong_state", "suspended first");
        assert_eq!(world.state_of(&placed).await, PledgeState::Secured);
    }

    async fn suspended_past_its_deadline_waits_a_fortnight_then_releases(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Live, |new| {
            new.opens_at = Some(start().plus(Span::days(-1)));
            new.closes_at = Some(start().plus(Span::days(9)));
        }).await;
        let placed = world.place(|_| ()).await.unwrap();
        act!(world, suspend_campaign(&who.moderator, id, "Wir prüfen.")).unwrap();
        world.settle(Span::days(23).less(Span::micros(1))).await;
        assert_eq!(state(world, id).await, CampaignState::Suspended);
        world.db.ambient().advance(Span::micros(1));
        assert_eq!(code(act!(world, resume_campaign(&who.moderator, id))), "campaign.too_late");
        world.settle(Span::ZERO).await;
        assert_eq!(state(world, id).await, CampaignState::Closed);
        assert_eq!(world.state_of(&placed).await, PledgeState::Released);
    }

    async fn resumed_after_its_deadline_closes_and_is_counted(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Live, |new| {
            new.opens_at = Some(start().plus(Span::days(-1)));
            new.closes_at = Some(start().plus(Span::days(9)));
            new.draft.goal_minor = 6_000;
        }).await;
        let placed = world.place(|_| ()).await.unwrap();
        act!(world, suspend_campaign(&who.moderator, id, "Wir prüfen.")).unwrap();
        world.settle(Span::days(12)).await;
        act!(world, resume_campaign(&who.moderator, id)).unwrap();
        world.settle(Span::ZERO).await;
        assert_eq!(state(world, id).await, CampaignState::Settled);
        assert_eq!(world.state_of(&placed).await, PledgeState::Paid);
    }

    async fn cancelled_while_suspended_lets_everybody_go(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::Live, |_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();
        act!(world, suspend_campaign(&who.moderator, id, "Wir prüfen.")).unwrap();
        act!(world, cancel_campaign(&who.team, id, "Wir geben auf.")).unwrap();
        world.settle(Span::ZERO).await;
        assert_eq!(state(world, id).await, CampaignState::Closed);
        assert_eq!(world.state_of(&placed).await, PledgeState::Released);
        assert_eq!(world.count("SELECT COUNT(*) FROM payment_attempts WHERE kind = 'charge'").await, 0);
        assert!(!world.show().await.summary.is_decided, "it was stopped, and missed nothing");
        let subjects = world.subjects().await;
        assert!(!subjects.iter().any(|one| one.contains("verfehlt")), "{subjects:?}");
    }

    async fn two_who_decide_at_once_decide_once(world: World) {
        let who = people(world).await;
        let id = campaign_in(world, &who, CampaignState::InReview, |_| ()).await;
        let decisions = (0..8).map(|n| {
            let (db, coach) = (world.db.clone(), who.coach.clone());
            tokio::spawn(async move {
                db.write(async move |tx| {
                    if n % 2 == 0 {
                        decline_campaign(tx, &coach, id, "Nein.").await
                    } else {
                        request_changes(tx, &coach, id, "Noch nicht.").await
                    }
                }).await.is_ok()
            })
        }).collect::<Vec<_>>();
        let mut made = 0;
        for decision in decisions {
            made += i64::from(decision.await.unwrap());
        }
        assert_eq!((made, world.count("SELECT COUNT(*) FROM campaign_notes").await), (1, 1));
        assert_eq!(events(world).await.len(), 1);
    }
}
