//! `multitude import kickstarter`: its table, and `kill -9` in the middle of it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use crate::site::{Home, on_both};

const GOLDEN: &str = include_str!("../../../platform/tests/contract/golden/kickstarter.csv");
const KILLS: u64 = 8;

fn written(home: &Home, text: &str) -> PathBuf {
    let file = home.folder().join("recorded.csv");
    std::fs::write(&file, text).unwrap();
    file
}

fn import(home: &Home, file: &Path) -> Output {
    home.plain().args(["import", "kickstarter"]).arg(file).output().unwrap()
}

/// What it printed but for how long it took and what it found there.
fn table(done: &Output) -> String {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8_lossy(&done.stdout);
    said.split_once(" campaigns, ").unwrap().0.to_owned()
}

fn verify(home: &Home) -> String {
    let done = home.plain().args(["ledger", "verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{said}");
    let counts = said.split_once(';').unwrap().0;
    // Blocks are cut by the clock.
    let (records, campaigns) =
        (counts.split_once(" records").unwrap().0, counts.rsplit_once(", ").unwrap().1);
    format!("{records} records, {campaigns}")
}

/// Campaigns of every size, one of them many transactions long.
fn crowd() -> String {
    let head = GOLDEN.lines().next().unwrap();
    (0..40_u32).fold(format!("{head}\n"), |mut text, n| {
        let backers = if n == 7 { 1_700 } else { n * 13 % 90 };
        let (goal, state) = if n % 3 == 0 { (9_000_000, "failed") } else { (10, "successful") };
        let pledged = backers * 20;
        let (goal, state) = if backers == 0 { (10, "failed") } else { (goal, state) };
        writeln!(
            text,
            "{n},{},Crowd {n},Art,CHF,2016-05-01 00:00:00,{goal}.0,2016-04-01 10:00:00,{pledged}.0,{state},{backers}.0,CH,0.0,29",
            5_000 + n
        )
        .unwrap();
        text
    })
}

on_both! {
    fn import_ends_with_a_table(home: Home) {
        let said = table(&import(home, &written(home, GOLDEN)));

        assert_eq!(said, "\
read as UTF-8, with commas between fields

recorded        rows  reached  missed   agree
successful         5        3       2       3
failed             4        1       3       3
canceled           2        0       2       –  imported as such, not compared
suspended          1        0       1       –  imported as such, not compared
live               1        1       0       –  open when recorded, not compared
undefined          1        0       1       –  no outcome recorded, not compared

6 of 9 recorded outcomes agree
line 10: \"Said to have made it\" is recorded as successful: the record itself has only USD 1036.00 of a goal of USD 5000.00
line 11: \"Said to have missed it\" is recorded as failed: the record itself has NOK 2000.00 and reaches its goal of NOK 2000.00
line 16: \"Money from nobody\" is recorded as successful: of NZD 100.00 only NZD 0.00 has backers; the goal was NZD 50.00

4 rows came in without some of what is recorded
line 7: USD 6146.00 recorded without a single backer: no pledge stands for it
line 8: 3 of 10 backers have no part in JPY 7: a pledge is at least one unit
line 16: NZD 100.00 recorded without a single backer: no pledge stands for it
line 17: 13 of 13 backers have no part in DKK 0.00: a pledge is at least one unit

3 rows were left out
line 13: currency is \"XBT\", no currency known here
line 14: it has 3 fields, not 14
line 15: its id is the one of line 3

14");
        let unknown = home.plain().args(["import", "kickstarter", "x.csv", "--encoding", "klingon"]).output().unwrap();
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("no encoding known here: write utf-8, windows-1252"));
        let missing = import(home, Path::new("nowhere.csv"));
        assert!(!missing.status.success());
        assert!(String::from_utf8_lossy(&missing.stderr).contains("cannot read nowhere.csv"));
    }

    fn killed_import_goes_on_and_ends_as_one_that_was_left_alone(home: Home) {
        let file = written(home, &crowd());
        let mut killed = 0;
        for round in 0..KILLS {
            let mut process = home
                .plain()
                .args(["import", "kickstarter"])
                .arg(&file)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Spread over the life of an import: while it opens, while it places, while it settles.
            std::thread::sleep(Duration::from_millis(120 + round * 170));
            killed += u64::from(process.try_wait().unwrap().is_none());
            process.kill().unwrap();
            process.wait().unwrap();
        }
        let alone = Home::on_sqlite();

        assert!(killed > 2, "only {killed} were killed before they had ended");
        assert_eq!(table(&import(home, &file)), table(&import(&alone, &file)));
        assert_eq!(verify(home), verify(&alone));
    }
}
