//! A SQLite file that is no longer where it was, under the process that has it open.

use std::fs;
use std::path::Path;

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
        std::thread::sleep(std::time::Duration::from_millis(1_100));
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
