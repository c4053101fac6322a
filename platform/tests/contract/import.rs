//! Recorded campaigns: a file of our own that holds every oddity, and the first hundred of the real ones,
//! which are found by `MULTITUDE_DATA`, by default beside the repository.
#![expect(clippy::explicit_write, reason = "the test runner would swallow what println! says")]

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use multitude_domain::money::Currency;
use multitude_domain::permission::Actor;
use multitude_domain::time::Day;
use multitude_platform::campaigns::{Origin, record_campaign};
use multitude_platform::import::{
    Encoding, ImportError, Progress, RecordedState, Report, Separator, Tally, import_kickstarter,
};
use tokio_util::sync::CancellationToken;

use crate::world::{World, campaign, contract};

const GOLDEN: &str = include_str!("golden/kickstarter.csv");
const PLEDGES: i64 = 7 + 18 + 4 + 3 + 35 + 7 + 2 + 29 + 5 + 1_203;

async fn import(world: &World, file: &str) -> Result<Report, ImportError> {
    import_in(world, file.as_bytes(), Encoding::default()).await
}

async fn import_in(world: &World, file: &[u8], encoding: Encoding) -> Result<Report, ImportError> {
    let progress = Arc::new(Progress::default());
    import_kickstarter(&world.desk, &Actor::System, file, encoding, &progress, &CancellationToken::new())
        .await
}

/// The golden file as a spreadsheet saves it again, with an empty line after the first: semicolons, days
/// without a time, decimal commas, an older encoding; and how many of its rows make sense.
fn edition() -> (Vec<u8>, u64) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(GOLDEN.as_bytes());
    let heads = reader.headers().unwrap().iter().collect::<Vec<_>>().join(";");
    let (mut text, mut count) = (format!("{heads}\r\n\r\n").into_bytes(), 0);
    for row in reader.records().map(Result::unwrap).filter(|row| row.len() == 14) {
        let fields = row.iter().enumerate().map(|(at, field)| match (at, field.strip_suffix(" 00:00:00")) {
            (5 | 7, Some(day)) => day.split('-').rev().collect::<Vec<_>>().join("."),
            (6 | 8 | 10, _) => field.replace('.', ","),
            _ => format!("\"{}\"", field.replace('"', "\"\"")),
        });
        let line = fields.collect::<Vec<_>>().join(";");
        let (line, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(&line);
        let makes_sense = !["Paid in something else", "The same again"].contains(&&row[2]);
        if makes_sense && !is_lossy {
            text.extend_from_slice(&line);
            text.extend_from_slice(b"\r\n");
            count += 1;
        }
    }
    (text, count)
}

/// Everything in the database that an import decides.
async fn figures(world: &World) -> [i64; 8] {
    let mut figures = [0; 8];
    for (figure, statement) in figures.iter_mut().zip([
        "SELECT COUNT(*) FROM campaigns WHERE origin = 'import' AND policy = 'historical' AND NOT CAST(livemode AS BOOLEAN)",
        "SELECT COUNT(*) FROM campaigns WHERE state = 'settled'",
        "SELECT COUNT(*) FROM campaigns WHERE state = 'closed'",
        "SELECT COUNT(*) FROM pledges WHERE state IN ('paid', 'released')",
        "SELECT COUNT(*) FROM payment_attempts WHERE state = 'succeeded'",
        "SELECT COUNT(*) FROM ledger_transactions",
        "SELECT CAST(SUM(secured_minor) AS BIGINT) FROM campaign_totals",
        "SELECT CAST(SUM(collected_minor - fees_minor - escrow_minor) AS BIGINT) FROM campaign_totals",
    ]) {
        *figure = world.count(statement).await;
    }
    figures
}

fn said<T>(list: &[T], line: impl Fn(&T) -> u64, why: impl Fn(&T) -> String) -> Vec<(u64, String)> {
    list.iter().map(|one| (line(one), why(one))).collect()
}

/// The first rows of the real file, or nothing where it is not here.
fn real_rows(count: usize) -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("MULTITUDE_DATA").map_or(beside, PathBuf::from);
    match std::fs::read_to_string(folder.join("kickstarter-2000.csv")) {
        Ok(text) => Some(text.split_inclusive('\n').take(count + 1).collect()),
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "no kickstarter-2000.csv in MULTITUDE_DATA, which CI must have: {error}"
            );
            None
        }
    }
}

contract! {
    async fn every_row_that_makes_sense_becomes_a_campaign(world: World) {
        let report = import(world, GOLDEN).await.unwrap();

        assert_eq!((report.campaigns, report.found), (14, 0));
        let (pledges, paid) = (PLEDGES, 7 + 35 + 2 + 5 + 1_203);
        assert_eq!((i64::try_from(report.pledges).unwrap(), i64::try_from(report.placed).unwrap()), (pledges, pledges));
        assert_eq!(said(&report.bad, |one| one.line, |one| one.reason.to_string()), [
            (13, "currency is \"XBT\", no currency known here".to_owned()),
            (14, "it has 3 fields, not 14".to_owned()),
            (15, "its id is the one of line 3".to_owned()),
        ]);
        assert_eq!(said(&report.remarks, |one| one.line, |one| one.why.to_string()), [
            (7, "USD 6146.00 recorded without a single backer: no pledge stands for it".to_owned()),
            (8, "3 of 10 backers have no part in JPY 7: a pledge is at least one unit".to_owned()),
            (16, "NZD 100.00 recorded without a single backer: no pledge stands for it".to_owned()),
            (17, "13 of 13 backers have no part in DKK 0.00: a pledge is at least one unit".to_owned()),
        ]);
        assert_eq!((report.agree(), report.compared()), (6, 9));
        assert_eq!(said(&report.disagreements, |one| one.line, |one| one.why.to_string()), [
            (10, "the record itself has only USD 1036.00 of a goal of USD 5000.00".to_owned()),
            (11, "the record itself has NOK 2000.00 and reaches its goal of NOK 2000.00".to_owned()),
            (16, "of NZD 100.00 only NZD 0.00 has backers; the goal was NZD 50.00".to_owned()),
        ]);
        assert_eq!(report.tallies[&RecordedState::Canceled], Tally { rows: 2, reached: 0, missed: 2, agree: 0 });
        assert_eq!(report.tallies[&RecordedState::Live], Tally { rows: 1, reached: 1, missed: 0, agree: 0 });

        let [campaigns, settled, closed, ended, attempts, transactions, ..] = figures(world).await;
        assert_eq!((campaigns, settled, closed, ended), (14, 5, 9, pledges));
        // One mandate each, and one charge where the goal was reached; a capture each, and fees.
        assert_eq!((attempts, transactions), (pledges + paid, paid + 5));
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox").await, 0, "nobody is told");
        assert_eq!(world.subjects().await, [""; 0]);
        assert_eq!(world.count("SELECT COUNT(*) FROM pledges WHERE email IS NOT NULL").await, 0);
    }

    async fn pledges_lie_between_launch_and_deadline_and_the_campaign_ends_at_it(world: World) {
        import(world, GOLDEN).await.unwrap();

        let astray = "SELECT COUNT(*) FROM pledges p JOIN campaigns c ON c.id = p.campaign_id
            WHERE p.created_at <= c.opens_at OR p.created_at >= c.closes_at OR c.decided_at < c.closes_at
                OR p.state_since <> c.decided_at";
        assert_eq!(world.count(astray).await, 0);
        let days = "SELECT COUNT(DISTINCT p.created_at / 86400000000) FROM pledges p JOIN campaigns c ON c.id = p.campaign_id
            WHERE c.external_id = 'kickstarter:1016'";
        assert_eq!(world.count(days).await, 30, "on every day that it was open");
        let uneven = "SELECT MAX(p.amount_minor) - MIN(p.amount_minor) FROM pledges p JOIN campaigns c ON c.id = p.campaign_id
            WHERE c.external_id = 'kickstarter:1016'";
        assert_eq!(world.count(uneven).await, 1, "split as evenly as units allow");
        assert_eq!(world.count("SELECT COUNT(*) FROM ledger_transactions WHERE written_on > '2018-01-03'").await, 0);
    }

    async fn second_run_adds_nothing(world: World) {
        let first = import(world, GOLDEN).await.unwrap();
        let before = figures(world).await;
        let second = import(world, GOLDEN).await.unwrap();

        assert_eq!(figures(world).await, before);
        assert_eq!((second.found, second.placed), (14, 0));
        assert_eq!(Report { found: 0, placed: first.placed, ..second }, first, "it says the same");
    }

    async fn import_that_is_cut_off_anywhere_goes_on_where_it_was(world: World) {
        let mut cuts = 0;
        let mut after = Duration::from_millis(5);
        while tokio::time::timeout(after, import(world, GOLDEN)).await.is_err() {
            cuts += 1;
            after += Duration::from_millis(5);
        }
        let report = import(world, GOLDEN).await.unwrap();

        assert!(cuts > 2, "cut off {cuts} times");
        assert_eq!((i64::try_from(report.pledges).unwrap(), report.agree()), (PLEDGES, 6));
        let [campaigns, settled, closed, ended, ..] = figures(world).await;
        assert_eq!((campaigns, settled, closed, ended), (14, 5, 9, PLEDGES));
    }

    async fn two_imports_at_once_place_every_pledge_once(world: World) {
        let (one, other) = tokio::join!(import(world, GOLDEN), import(world, GOLDEN));

        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(i64::try_from(one.placed + other.placed).unwrap(), PLEDGES);
        for report in [one, other] {
            assert_eq!((report.campaigns, report.agree(), report.bad.len()), (14, 6, 3), "{:?}", report.disagreements);
        }
        let [campaigns, settled, closed, ended, ..] = figures(world).await;
        assert_eq!((campaigns, settled, closed, ended), (14, 5, 9, PLEDGES));
    }

    async fn row_that_comes_again_with_another_goal_is_left_out(world: World) {
        import(world, GOLDEN).await.unwrap();
        let changed = GOLDEN.replace("CHF,2017-11-30 00:00:00,500.0", "CHF,2017-11-30 00:00:00,700.0");
        let report = import(world, &changed).await.unwrap();

        assert_eq!(report.bad[0].line, 2);
        assert_eq!(report.bad[0].reason.to_string(), "it was imported before with another goal, currency or deadline");
        assert_eq!(report.campaigns, 13);
    }

    async fn other_editions_of_the_file_are_the_same_campaigns(world: World) {
        let first = import(world, GOLDEN).await.unwrap();
        let (edition, rows) = edition();
        let told = "windows-1252".parse().unwrap();
        let again = import_in(world, &edition, told).await.unwrap();

        assert_eq!((again.found, again.campaigns, again.placed), (rows, rows, 0), "{:?}", again.bad);
        assert_eq!((again.format.separator, again.format.encoding), (Separator::Semicolon, told));
        assert!(rows > 10 && first.campaigns == rows + 1, "one has a name that the encoding lacks");
        let untold = import_in(world, &edition, Encoding::default()).await.unwrap();
        assert_eq!(said(&untold.bad, |one| one.line, |one| one.reason.to_string())[0], (
            4,
            "it is no UTF-8: name the file's encoding, as --encoding windows-1252".to_owned(),
        ), "on the line that an editor shows, blank ones too");
    }

    async fn campaign_that_came_in_under_another_address_keeps_it(world: World) {
        let mut before = campaign("older-spelling", 9);
        let at = |day: Day, hour, minute| Some(day.at_in_utc(hour, minute, 0));
        before.origin = Origin::Import { external_id: "kickstarter:1016".to_owned() };
        (before.draft.currency, before.draft.goal_minor) = (Currency::USD, 2_000_000);
        before.opens_at = at(Day::new(2011, 7, 12).unwrap(), 2, 1);
        before.closes_at = at(Day::new(2011, 8, 11).unwrap(), 0, 0);
        world.db.write(async |tx| record_campaign(tx, &before).await).await.unwrap();
        let lines: Vec<&str> = GOLDEN.lines().collect();
        let report = import(world, &format!("{}\n{}\n", lines[0], lines[lines.len() - 1])).await.unwrap();

        assert_eq!((report.campaigns, report.placed), (1, 1_203), "{:?}", report.bad);
        assert_eq!(world.count("SELECT COUNT(*) FROM campaigns WHERE slug = 'older-spelling' AND state = 'settled'").await, 1);
    }

    async fn file_without_a_column_is_refused(world: World) {
        let refused = import(world, "ID,name\n1,Bank\n").await;

        assert_eq!(
            refused.unwrap_err().to_string(),
            "the first line names no column main_category, currency, deadline, goal, launched, pledged, state, backers, country; \
             it was read as UTF-8, with commas between fields, and begins with \"ID, name\""
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM campaigns").await, 0);
    }

    async fn data_hundred_real_campaigns_end_as_recorded(world: World) {
        let Some(rows) = real_rows(100) else { return };
        let report = import(world, &rows).await.unwrap();

        assert_eq!((report.campaigns, report.bad.len()), (100, 0), "{:?}", report.bad);
        assert_eq!(report.agree(), report.compared(), "{:?}", report.disagreements);
        // Straight to the terminal: the number belongs in every run's output.
        writeln!(std::io::stderr(), "data: 100 rows of kickstarter-2000.csv imported, {} pledges", report.pledges).unwrap();
    }
}
