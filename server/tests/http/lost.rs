//! A SQLite file that is no longer where it was, damaged or without room, under the process that has it
//! open; and a clock that is not to be believed.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;

use crate::live::pledge;
use crate::site::{Home, Site};

const PLEDGES: &str = "/api/v1/campaigns/batterie-de-palier/pledges";

/// What happens to the file.
type Damage = fn(&Path);

fn place(site: &Site, n: usize) -> u16 {
    site.post(PLEDGES, &format!("l{n}"), &pledge(n)).status
}

#[test]
fn nothing_is_acknowledged_that_is_gone_after_a_restart() {
    let damages: [(&str, Damage); 5] = [
        ("unlinked", |file| fs::remove_file(file).unwrap()),
        ("renamed", |file| fs::rename(file, file.with_extension("old")).unwrap()),
        ("its log removed", |file| fs::remove_file(file.with_extension("db-wal")).unwrap()),
        ("a backup moved over it", |file| {
            fs::copy(file, file.with_extension("backup")).unwrap();
            fs::rename(file.with_extension("backup"), file).unwrap();
        }),
        ("truncated", |file| fs::OpenOptions::new().write(true).open(file).unwrap().set_len(4_096).unwrap()),
    ];
    for (what, damage) in damages {
        let home = Home::on_sqlite();
        let site = home.serve();
        assert_eq!(place(&site, 0), 201);
        assert_eq!(site.get("/readyz").status, 200);
        std::thread::sleep(Duration::from_millis(1_100));
        damage(&home.folder().join("demo.db"));
        assert_eq!((1..20).filter(|n| place(&site, *n) == 201).count(), 0, "{what}");
        assert_eq!(site.get("/readyz").status, 503, "{what}");
        let page = site.form("/en/sign-in", "", &[("email", "lea@example.ch")]);
        assert_eq!(page.status, 503, "{what}");
        assert!(!site.stop().success(), "{what}");
        let log = site.log_once("is not the one that was opened");
        assert!(
            log.contains("is not the one that was opened")
                && !log.contains("everything acknowledged is kept"),
            "{what}: {log}"
        );
    }
}

#[test]
fn nothing_is_written_to_a_file_that_was_found_damaged() {
    let home = Home::on_sqlite();
    let file = home.folder().join("demo.db");
    drop(home.serve());
    let sound = fs::read(&file).unwrap();
    let site = home.serve();
    let open = fs::OpenOptions::new().write(true).open(&file).unwrap();
    // All but the first page, which says where everything is.
    open.write_all_at(&vec![0x5a; sound.len() - 4_096], 4_096).unwrap();
    assert_eq!(place(&site, 1), 503);
    open.write_all_at(&sound, 0).unwrap();
    for n in 2..6 {
        assert_eq!(place(&site, n), 503, "what else is damaged, nobody knows");
    }
    assert_eq!(site.get("/readyz").status, 503);
    assert!(!site.stop().success());
    let log = site.log_once("file is damaged");
    assert!(log.contains("file is damaged") && !log.contains("everything acknowledged is kept"), "{log}");
}

#[test]
fn process_whose_disk_is_full_is_not_ready_and_goes_on_once_there_is_room() {
    let home = Home::on_sqlite();
    let site = home.serve_without_room();
    assert_eq!((place(&site, 1), site.get("/readyz").status), (201, 200));
    site.limit_files("0");
    assert_eq!(place(&site, 2), 503);
    // However often it is asked, it tries once a second.
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(site.get("/readyz").status, 503);
    assert_eq!(site.get("/healthz").status, 200);
    site.limit_files("unlimited");
    assert_eq!(place(&site, 2), 201);
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(site.get("/readyz").status, 200);
    assert!(site.stop().success());
}

#[test]
fn process_that_can_only_read_is_not_ready() {
    let Some(home) = Home::on_postgres() else { return };
    let site = home.serve();
    assert_eq!(site.get("/readyz").status, 200);
    home.forbid_writing();
    std::thread::sleep(Duration::from_millis(1_100));
    let ready = site.get("/readyz");
    assert_eq!((ready.status, ready.text.as_str()), (503, "nothing can be saved\n"));
    assert_eq!(site.get("/en").status, 200);
}

#[test]
fn process_whose_clock_jumped_is_not_ready_before_an_operator_says_that_it_is_right() {
    let Some(home) = Home::on_postgres() else { return };
    assert_eq!(home.serve_plain(&[]).get("/readyz").status, 200);
    // As if it had been believed forty days ago; the clock of a database is not set here.
    let back = "UPDATE instance SET clock_seen_at = clock_seen_at - 40 * 86400::bigint * 1000000";
    home.query(back);
    let site = home.serve_plain(&[]);
    let ready = site.get("/readyz");
    assert_eq!(ready.status, 503);
    assert!(ready.text.starts_with("the clock jumped by 34560"), "{}", ready.text);
    let said = home.plain().args(["clock", "confirm"]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(site.get("/readyz").status, 200);
}

#[test]
fn no_world_is_made_beside_the_secret_of_another() {
    let home = Home::on_sqlite();
    assert!(home.run(&["seed"]).0);
    for file in ["demo.db", "demo.db-wal", "demo.db-shm"] {
        // Whoever closes last takes the log away.
        let _ = fs::remove_file(home.folder().join(file));
    }
    assert!(!home.run(&["seed"]).0, "it is said, and nothing is made");
    assert!(!home.folder().join("demo.db").exists());
    assert!(home.run(&["seed", "--new-database"]).0);
}
