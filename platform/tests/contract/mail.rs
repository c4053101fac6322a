//! What is mailed, when, in which words; and proving the address of a pledge.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use multitude_domain::campaigns::{CampaignState, FundingModel};
use multitude_domain::locale::Locale;
use multitude_domain::permission::Actor;
use multitude_domain::pledges::PaymentMethod;
use multitude_domain::time::Span;
use multitude_platform::accounts::{AskSignIn, ask_sign_in};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::mail::Post;
use multitude_platform::pledges::{
    CodeOutcome, confirm_by_code, confirm_email, find_by_receipt, find_receipt, is_proof,
};
use multitude_platform::work::{Task, round};
use multitude_platform::{Desk, keys::Keys, mail, pledges, rows};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::world::{World, contract, pledge, start};

async fn id(world: &World, receipt: &str) -> multitude_domain::id::PledgeId {
    world.db.read(async |tx| find_by_receipt(tx, receipt).await).await.unwrap().unwrap().pledge()
}

/// A desk whose mails go to a server on this machine.
fn by_smtp(world: &World, port: u16) -> Desk {
    let url = format!("smtp://127.0.0.1:{port}");
    let from = "Multitude <hello@example.ch>";
    Desk { post: Post::smtp("https://multitude.example", &url, from).unwrap(), ..world.desk.clone() }
}

/// A mail server that remembers the mails' ids.
struct MailServer {
    port: u16,
    ids: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    /// It takes everything.
    fn start() -> Self {
        Self::saying("220 here", "250 good")
    }

    /// It says this to whoever connects, and this of every addressee.
    fn saying(greeting: &'static str, of_addressee: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, ids) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let kept = ids.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = kept.clone();
                std::thread::spawn(move || serve(&stream.unwrap(), &kept, greeting, of_addressee));
            }
        });
        Self { port, ids }
    }
}

fn serve(stream: &TcpStream, ids: &Mutex<Vec<String>>, greeting: &str, of_addressee: &str) {
    let say = |text: &str| (&*stream).write_all(text.as_bytes()).unwrap();
    say(&format!("{greeting}\r\n"));
    let mut in_mail = false;
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        if in_mail {
            if let Some(id) = line.strip_prefix("Message-ID: ") {
                ids.lock().unwrap().push(id.to_owned());
            }
            in_mail = line != ".";
            if !in_mail {
                say("250 taken\r\n");
            }
            continue;
        }
        match line.split(' ').next() {
            Some("EHLO") => say("250-here\r\n250 8BITMIME\r\n"),
            Some("RCPT") => say(&format!("{of_addressee}\r\n")),
            Some("DATA") => {
                in_mail = true;
                say("354 go on\r\n");
            }
            _ => say("250 good\r\n"),
        }
    }
}

contract! {
    async fn new_pledge_is_mailed_once_and_reminded_twice(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();
        world.post().await;
        let mails = world.mails().await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].email, "lea@example.ch");
        assert_eq!(mails[0].subject, "Bestätige deine E-Mail-Adresse für CHF\u{a0}60.00 an Kühle schatten");
        assert!(mails[0].text.contains(&format!("https://multitude.example/de/p/{}", placed.receipt)));
        world.db.ambient().advance(Span::hours(1));
        assert_eq!(world.mails().await.len(), 2);
        world.db.ambient().advance(Span::hours(19));
        assert!(world.subjects().await[2].starts_with("Deine Bestätigung fehlt noch"));
        world.db.ambient().advance(Span::days(2));
        assert_eq!(world.mails().await.len(), 3);
    }

    async fn proved_address_is_not_asked_for(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|new| new.backer.locale = Locale::En).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        world.db.ambient().advance(Span::days(1));
        assert_eq!(world.subjects().await, ["CHF\u{a0}60.00 secured for Kühle schatten"]);
        let waiting = "SELECT COUNT(*) FROM mails WHERE state = 'waiting'";
        assert_eq!(world.count(waiting).await, 0);
    }

    async fn backers_without_an_address_are_not_written_to(world: World) {
        world.open(|_| ()).await;
        world
            .place(|new| {
                new.backer.email = None;
                new.wish.amount = chf(2_000);
            })
            .await
            .unwrap();
        assert!(world.mails().await.is_empty());
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox WHERE dispatched_at IS NULL").await, 0);
    }

    async fn what_is_recorded_at_a_told_time_is_nobodys_news(world: World) {
        world.open(|_| ()).await;
        let told = world.db.at(start());
        let new = pledge(6_000);
        told.write(async |tx| {
            pledges::place_pledge(tx, &world.desk.keys, &world.desk.payments, &new).await
        })
        .await
        .unwrap();
        assert!(world.mails().await.is_empty());
    }

    async fn reached_campaign_says_so_then_sends_receipts(world: World) {
        world.open(|new| { new.draft.goal_minor = 10_000; new.draft.budget[0].1 = 10_000; }).await;
        let placed = world.place(|new| { new.wish.amount = chf(10_000); new.backer.locale = Locale::Fr; }).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        world.post().await;
        world.settle(Span::days(10)).await;
        let subjects = world.subjects().await;
        assert_eq!(subjects[1..], [
            "Kühle schatten a réussi\u{a0}: 100.00\u{a0}CHF débités aujourd’hui",
            "Reçu 100.00\u{a0}CHF",
        ]);
        let receipt = world.mails().await.pop().unwrap();
        assert!(receipt.text.contains("Montant: 100.00\u{a0}CHF") || receipt.text.contains("Montant\u{a0}: 100.00"), "{}", receipt.text);
    }

    async fn failing_card_is_told_at_each_try_and_when_it_is_over(world: World) {
        world.open(|new| { new.draft.goal_minor = 10_000; new.draft.budget[0].1 = 10_000; }).await;
        let placed = world.place(|new| {
            new.wish.amount = chf(10_000);
            new.token = "charge_declined".to_owned();
            new.backer.locale = Locale::En;
        }).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        world.settle(Span::days(9).less(Span::hours(-15))).await;
        world.post().await;
        for _ in 0..10 {
            world.settle(Span::days(1)).await;
            world.post().await;
        }
        let subjects = world.subjects().await;
        let failed = subjects.iter().filter(|subject| subject.starts_with("Your card did not work; next try")).count();
        let last = subjects.iter().filter(|subject| subject.starts_with("Your card did not work; the pledge ends")).count();
        assert_eq!((failed, last), (3, 1), "{subjects:#?}");
        assert_eq!(subjects.last().unwrap(), "Your pledge has ended; nothing was charged");
    }

    async fn twint_that_is_declined_is_not_called_a_card(world: World) {
        world.open(|new| { new.draft.goal_minor = 10_000; new.draft.budget[0].1 = 10_000; }).await;
        let placed = world.place(|new| {
            new.wish.amount = chf(10_000);
            new.wish.method = PaymentMethod::Twint;
            new.token = "charge_declined".to_owned();
        }).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        world.settle(Span::days(9).less(Span::hours(-15))).await;
        let failed = world.mails().await.pop().unwrap();
        assert!(failed.subject.starts_with("TWINT ging nicht; nächster Versuch"), "{}", failed.subject);
        assert!(failed.text.contains("Ein anderes TWINT-Konto nehmen"), "{}", failed.text);
        assert!(!failed.text.contains("Karte"), "{}", failed.text);
    }

    async fn flexible_campaign_promises_no_goal(world: World) {
        world.open(|new| {
            new.draft.model = FundingModel::Flexible;
            new.draft.goal_minor = 10_000;
            new.draft.budget[0].1 = 10_000;
        }).await;
        let card = world.place(|new| new.wish.amount = chf(600)).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, card.id).await).await.unwrap();
        world.place(|new| {
            new.wish.amount = chf(700);
            new.wish.method = PaymentMethod::Bank;
            new.backer.email = Some("bank@example.ch".to_owned());
        }).await.unwrap();
        world.post().await;
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;
        let mails = world.mails().await;
        assert!(mails.len() >= 6, "{mails:#?}");
        for mail in &mails {
            assert!(!mail.text.contains("Ziel") && !mail.subject.contains("geschafft"), "{}\n{}", mail.subject, mail.text);
        }
        let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
        assert!(subjects.iter().any(|subject| subject.ends_with("ist zu Ende: CHF\u{a0}6.00 werden heute belastet")), "{subjects:?}");
    }

    async fn missed_campaign_says_that_nobody_pays(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|new| new.backer.locale = Locale::It).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        world.settle(Span::days(30)).await;
        assert_eq!(world.subjects().await.last().unwrap(), "Kühle schatten ha mancato l’obiettivo: non paghi nulla");
        assert_eq!(world.show().await.summary.state, CampaignState::Closed);
    }

    async fn transfer_is_announced_and_acknowledged(world: World) {
        world.open(|_| ()).await;
        world.place(|new| {
            new.wish.method = PaymentMethod::Bank;
            new.backer.locale = Locale::En;
        }).await.unwrap();
        world.post().await;
        world.pass(Span::days(3)).await;
        let subjects = world.subjects().await;
        assert_eq!(subjects[0], "Your transfer for Kühle schatten, pay by 10 March 2027");
        assert_eq!(subjects.last().unwrap(), "Your CHF\u{a0}60.00 arrived");
    }

    async fn name_that_runs_from_the_right_is_isolated_in_letters(world: World) {
        world.open(|_| ()).await;
        for name in ["שרה", "Lea"] {
            let placed = world.place(|new| new.backer.name = name.to_owned()).await.unwrap();
            world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        }
        let mails = world.mails().await;
        let is_said = |text: &str| mails.iter().any(|mail| mail.text.contains(text));
        assert!(is_said("Hallo \u{2068}שרה\u{2069}") && is_said("Hallo Lea"), "{mails:#?}");
        let isolated = "SELECT COUNT(*) FROM captured_mails WHERE body_html LIKE '%Hallo <bdi>שרה</bdi>%'";
        assert!(world.count(isolated).await > 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM captured_mails WHERE body_html LIKE '%<bdi>Lea%'").await, 0);
    }

    async fn code_proves_the_address_of_its_pledge_only(world: World) {
        world.open(|_| ()).await;
        let (one, two) = (world.place(|_| ()).await.unwrap(), world.place(|_| ()).await.unwrap());
        let mails = world.mails().await;
        let code_of = |receipt: &str| {
            let mail = mails.iter().find(|mail| mail.text.contains(receipt)).unwrap();
            mail.text.lines().map(str::trim).find(|line| line.len() == 6 && line.parse::<u32>().is_ok()).unwrap().to_owned()
        };
        let keys = &world.desk.keys;
        let type_in = async |pledge, code: &str| {
            world.db.write(async |tx| confirm_by_code(tx, keys, pledge, code).await).await.unwrap()
        };
        assert_eq!(type_in(id(world, &one.receipt).await, &code_of(&two.receipt)).await, CodeOutcome::Wrong);
        assert_eq!(type_in(one.id, &code_of(&one.receipt)).await, CodeOutcome::Confirmed);
        let shown = world.db.read(async |tx| find_receipt(tx, &one.receipt).await).await.unwrap().unwrap();
        assert!(shown.is_email_confirmed);
        let wrong = if code_of(&two.receipt) == "000000" { "000001" } else { "000000" };
        for (typed, outcome) in [("", CodeOutcome::NoCode), ("00000", CodeOutcome::NoCode), (wrong, CodeOutcome::Wrong)] {
            for _ in 0..10 {
                assert_eq!(type_in(two.id, typed).await, outcome, "{typed}: what is no code is no try");
            }
        }
        assert_eq!(type_in(two.id, &code_of(&two.receipt)).await, CodeOutcome::TooManyTries);
        let link = mails.iter().find(|mail| mail.text.contains(&two.receipt)).unwrap();
        let proof = link.text.split("/confirm/").nth(1).unwrap().lines().next().unwrap();
        assert!(is_proof(keys, two.id, proof) && !is_proof(keys, one.id, proof));
        assert!(!is_proof(&Keys::new([8; 32]), two.id, proof));
    }

    async fn confirmation_is_sent_again_but_not_without_end(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();
        world.post().await;
        let again = async || world.db.write(async |tx| pledges::resend_confirmation(tx, placed.id).await).await;
        for _ in 0..3 {
            again().await.unwrap();
        }
        assert!(matches!(again().await, Err(pledges::ResendError::TooMany)));
        assert_eq!(world.mails().await.len(), 4);
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        world.db.ambient().advance(Span::days(2));
        again().await.unwrap();
        assert_eq!(world.mails().await.len(), 4, "nothing is left to prove");
    }

    async fn mails_are_counted_by_their_end_and_read_as_they_look(world: World) {
        world.open(|_| ()).await;
        let unsent = async || world.db.read(async |tx| mail::count_unsent(tx).await).await.unwrap();
        assert_eq!(unsent().await, (0, 0));
        world.place(|_| ()).await.unwrap();
        world.queue_letters().await;
        assert_eq!(unsent().await, (1, 0), "queued, and due");
        world.post().await;
        assert_eq!(unsent().await, (0, 0));
        let mail = world.mails().await.remove(0);
        let html = async |seen: &mail::Captured| {
            world.db.read(async |tx| mail::find_captured_html(tx, seen, mail.id.parse().unwrap()).await).await.unwrap()
        };
        assert!(html(&mail::Captured::All).await.unwrap().starts_with("<!DOCTYPE html>"));
        assert_eq!(html(&mail::Captured::To("somebody.else@example.ch".to_owned())).await, None);
    }

    async fn cancelled_pledge_says_that_it_ended(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|new| new.backer.locale = Locale::En).await.unwrap();
        world.post().await;
        world.cancel(&placed).await.unwrap();
        assert_eq!(world.subjects().await.last().unwrap(), "Your pledge has ended; nothing was charged");
        world.db.ambient().advance(Span::days(1));
        assert_eq!(world.mails().await.len(), 2, "nobody is reminded of what has ended");
    }

    async fn two_workers_mail_each_event_once(world: World) {
        world.open(|_| ()).await;
        for n in 0..20 {
            world.place(|new| new.backer.email = Some(format!("lea{n}@example.ch"))).await.unwrap();
        }
        world.dispatch().await;
        let queue = async || world.db.write(async |tx| mail::queue_events(tx).await).await.unwrap();
        let (one, two) = tokio::join!(queue(), queue());
        assert_eq!(one + two, 20);
        assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE letter = 'confirm'").await, 20);
    }

    async fn mail_that_does_not_leave_is_tried_for_a_day_and_given_up(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        world.queue_letters().await;
        // Nobody listens there.
        let desk = by_smtp(world, 1);
        let waiting = "SELECT COUNT(*) FROM mails WHERE state = 'waiting'";
        for (nth, pause) in [1, 5, 30, 120, 360, 720, 1440, 1440, 1440, 1440].into_iter().enumerate() {
            assert_eq!(mail::send_due(&desk).await.unwrap(), 1, "{nth}");
            assert_eq!(world.count("SELECT tries FROM mails").await, i64::try_from(nth).unwrap() + 1);
            world.db.ambient().advance(Span::minutes(pause).less(Span::micros(1)));
            assert_eq!(mail::send_due(&desk).await.unwrap(), 0, "not before its pause of {pause} minutes is over");
            world.db.ambient().advance(Span::micros(1));
        }
        assert_eq!((mail::send_due(&desk).await.unwrap(), world.count(waiting).await), (1, 0));
        assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE state = 'failed'").await, 1);
    }

    async fn mail_is_not_given_up_because_the_server_refuses_us(world: World) {
        world.open(|_| ()).await;
        world.place(|_| ()).await.unwrap();
        world.queue_letters().await;
        let tries = "SELECT CAST(COALESCE(SUM(tries), 0) AS BIGINT) FROM mails WHERE letter = 'confirm' AND state = 'waiting'";
        for nth in 1..=5 {
            mail::send_due(&by_smtp(world, MailServer::saying("554 not you", "250 good").port)).await.unwrap();
            assert_eq!(world.count(tries).await, nth);
            world.db.ambient().advance(Span::hours(12));
        }
    }

    async fn mail_whose_addressee_is_refused_is_given_up_until_somebody_says_otherwise(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        world.queue_letters().await;
        let refusing = by_smtp(world, MailServer::saying("220 here", "550 nobody").port);
        let given_up = "SELECT COUNT(*) FROM mails WHERE state = 'failed'";
        for nth in 1..=3 {
            assert_eq!(world.count(given_up).await, 0, "{nth}");
            assert_eq!(mail::send_due(&refusing).await.unwrap(), 1, "{nth}");
            world.db.ambient().advance(Span::hours(1));
        }
        assert_eq!(world.count(given_up).await, 1);
        assert_eq!(world.db.write(async |tx| mail::retry_failed(tx, &Actor::System).await).await.unwrap(), 1);
        let server = MailServer::start();
        assert_eq!(mail::send_due(&by_smtp(world, server.port)).await.unwrap(), 1);
        assert_eq!(server.ids.lock().unwrap().len(), 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE state = 'sent'").await, 1);
    }

    async fn two_workers_hand_each_mail_over_once(world: World) {
        world.open(|_| ()).await;
        for n in 0..20 {
            world.place(|new| new.backer.email = Some(format!("b{n}@example.ch"))).await.unwrap();
        }
        world.queue_letters().await;
        let server = MailServer::start();
        let desk = by_smtp(world, server.port);
        let work = async || while mail::send_due(&desk).await.unwrap() > 0 {};
        tokio::join!(work(), work(), work());
        let mut ids = server.ids.lock().unwrap().clone();
        ids.sort();
        assert_eq!(ids.len(), 20, "{ids:#?}");
        ids.dedup();
        assert_eq!(ids.len(), 20);
        assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE state = 'sent'").await, 20);
    }

    async fn mail_whose_sender_died_is_sent_once_its_claim_has_run_out(world: World) {
        world.open(|_| ()).await;
        world.place(|_| ()).await.unwrap();
        world.queue_letters().await;
        let until = world.db.ambient().now().plus(Span::minutes(5)).as_micros();
        world.run(&[format!("UPDATE mails SET claimed_until = {until}")]).await;
        assert_eq!(mail::send_due(&world.desk).await.unwrap(), 0);
        world.db.ambient().advance(Span::minutes(5));
        assert_eq!(mail::send_due(&world.desk).await.unwrap(), 1);
    }

    async fn nobody_fills_the_mailbox_of_an_address_that_is_not_proved(world: World) {
        world.open(|_| ()).await;
        let place = async |email: &str| {
            world.place(|new| { new.backer.email = Some(email.to_owned()); new.backer.name = "Read this".to_owned(); }).await.unwrap()
        };
        let mut placed = Vec::new();
        for n in 0..8 {
            placed.push(place(if n % 2 == 0 { "lea@example.ch" } else { "LEA@Example.ch" }).await);
            placed.push(place(&format!("LEA+{n}@Example.ch")).await);
        }
        let mails = world.mails().await;
        assert_eq!(mails.len(), 12, "whatever the case; and whatever the tag, beside it");
        assert!(mails.iter().all(|mail| !mail.text.contains("Read this") && !mail.subject.contains("Read this")));
        let again = async |id| world.db.write(async |tx| pledges::resend_confirmation(tx, id).await).await;
        for one in [14, 15] {
            assert!(matches!(again(placed[one].id).await, Err(pledges::ResendError::TooMany)));
        }
        place("noemie@example.ch").await;
        assert_eq!(world.mails().await.len(), 13, "others are not kept from it");
        for token in ["late", "late"] {
            world.place(|new| token.clone_into(&mut new.token)).await.unwrap();
        }
        world.pass(Span::minutes(2)).await;
        assert_eq!(world.mails().await.len(), 13, "nor is it told of what it was not asked about");
        world.db.ambient().advance(Span::minutes(61));
        place("lea@example.ch").await;
        let mails = world.mails().await;
        assert_eq!(mails.iter().filter(|mail| mail.subject.starts_with("Bestätige")).count(), 20, "none was lost");
        world.db.write(async |tx| confirm_email(tx, placed[0].id).await).await.unwrap();
        world.settle(Span::days(30)).await;
        let ended = world.mails().await.into_iter().rfind(|mail| mail.text.contains("Read this"));
        assert!(ended.is_some(), "who is proved is greeted by name");
    }

    async fn what_somebody_waits_for_leaves_first(world: World) {
        world.open(|_| ()).await;
        for n in 0..260 {
            let placed = world.place(|new| new.backer.email = Some(format!("b{n}@example.ch"))).await.unwrap();
            world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        }
        world.queue_letters().await;
        world.db.ambient().advance(Span::seconds(1));
        let ask = AskSignIn { email: "lea@example.ch".to_owned(), locale: Locale::En, browser: [1; 32] };
        world.db.write(async |tx| ask_sign_in(tx, &world.desk.keys, &ask).await).await.unwrap();
        assert_eq!(mail::send_due(&world.desk).await.unwrap(), 250);
        let sent = world.db.read(async |tx| mail::list_captured(tx, &mail::Captured::All, 500).await).await.unwrap();
        assert!(sent.iter().any(|mail| mail.email == "lea@example.ch"), "it does not wait behind 260 others");
    }

    async fn one_reminder_is_enough_after_a_day_without_mail(world: World) {
        world.open(|_| ()).await;
        world.place(|_| ()).await.unwrap();
        world.post().await;
        let reminders = async || world.mails().await.iter().filter(|mail| mail.subject.starts_with("Deine Bestätigung fehlt")).count();
        world.db.ambient().advance(Span::hours(2));
        world.post().await;
        assert_eq!(reminders().await, 1, "after an hour");
        world.place(|_| ()).await.unwrap();
        world.post().await;
        world.db.ambient().advance(Span::hours(30));
        world.post().await;
        assert_eq!(reminders().await, 3, "the second of one, and one of two of the other");
    }

    async fn what_time_brings_is_queued_once_however_many_look(world: World) {
        world.open(|_| ()).await;
        for n in 0..30 {
            world.place(|new| new.backer.email = Some(format!("b{n}@example.ch"))).await.unwrap();
        }
        world.post().await;
        world.db.ambient().advance(Span::hours(20));
        let other = world.of_another_process().await;
        other.ambient().advance(world.db.ambient().now().since(other.ambient().now()));
        // Its ids are others.
        for _ in 0..10_000 {
            other.ambient().uuid();
        }
        let looked = tokio::sync::Notify::new();
        let one = world.db.write(async |tx| {
            mail::queue_ripe(tx).await?;
            looked.notify_one();
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            Ok::<_, StoreError>(())
        });
        let next = async {
            looked.notified().await;
            other.write(async |tx| mail::queue_ripe(tx).await).await.unwrap()
        };
        let (one, found) = tokio::join!(one, next);
        one.unwrap();
        assert_eq!(found, 0, "the one before has queued them");
        assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE letter = 'reminder'").await, 30);
        other.close().await;
    }

    async fn reminder_counts_from_when_its_letter_left(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();
        let reminders = async || {
            world.post().await;
            world.count("SELECT COUNT(*) FROM mails WHERE letter = 'reminder'").await
        };
        // Nobody worked meanwhile.
        world.db.ambient().advance(Span::hours(2));
        assert_eq!(reminders().await, 0);
        world.db.ambient().advance(Span::hours(1));
        assert_eq!(reminders().await, 1);

        let other = world.place(|new| new.backer.email = Some("mia@example.ch".to_owned())).await.unwrap();
        world.queue_letters().await;
        world.run(&["UPDATE mails SET state = 'failed', ended_at = send_at WHERE state = 'waiting'".to_owned()]).await;
        world.db.write(async |tx| pledges::resend_confirmation(tx, other.id).await).await.unwrap();
        assert_eq!(reminders().await, 1);
        world.db.ambient().advance(Span::hours(1));
        assert_eq!(reminders().await, 2, "what did not leave asked nobody");
        assert_ne!(placed.id, other.id);
    }

    async fn mail_that_cannot_be_written_keeps_no_other_back(world: World) {
        world.open(|_| ()).await;
        let placed = world.place(|_| ()).await.unwrap();
        world.queue_letters().await;
        let of_another_version = async |tx: &mut Tx| {
            rows!(tx, sqlx::query("UPDATE mails SET letter = 'valentine' WHERE subject_id = $1").bind(placed.id.uuid()))?;
            Ok::<(), StoreError>(())
        };
        world.db.write(of_another_version).await.unwrap();
        world.place(|_| ()).await.unwrap();
        world.post().await;
        assert_eq!(world.mails().await.len(), 1, "the other one's");
        assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE letter = 'valentine' AND state = 'waiting'").await, 1);
    }

    async fn old_mails_are_forgotten_and_waiting_ones_stay(world: World) {
        world.open(|_| ()).await;
        world.place(|_| ()).await.unwrap();
        world.post().await;
        world.db.ambient().advance(Span::hours(1));
        world.post().await;
        world.place(|_| ()).await.unwrap();
        world.queue_letters().await;
        let letters = "SELECT COUNT(*) FROM mails";
        let forget = async || {
            let stop = CancellationToken::new();
            round(&world.desk, Task::Forget, Uuid::from_u128(1), &stop).await.unwrap();
        };
        assert_eq!(world.count(letters).await, 3, "two that asked, one of them waiting, and a reminder");
        world.db.ambient().advance(Span::days(8));
        forget().await;
        assert_eq!(world.count(letters).await, 3, "the reminder is gone, another is due, and what asked is kept for longer");
        world.db.ambient().advance(Span::days(23));
        forget().await;
        assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE state = 'waiting'").await, 2);
        assert_eq!(world.count(letters).await, 2);
    }
}

fn chf(minor: i64) -> multitude_domain::money::Money {
    multitude_domain::money::Money::new(minor, multitude_domain::money::Currency::CHF)
}
