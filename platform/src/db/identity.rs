//! That a SQLite file is still the one that was opened, and sound. A file that was unlinked, renamed or
//! replaced takes every write of a process that has it open, and all of them are gone with the process; one
//! that is damaged is not made worse.

use std::fs::{File, Metadata, metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::StoreError;

/// The file and the log beside it, as they were opened.
#[derive(Debug)]
pub(super) struct Identity {
    file: Part,
    log: Part,
    /// The file never gets shorter: nothing here gives pages back.
    bytes: AtomicU64,
    is_lost: AtomicBool,
    /// What SQLite said when it found the file damaged; it is not believed to be sound again.
    damage: OnceLock<String>,
}

/// A path, and the number of the file that it led to.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    number: (u64, u64),
}

fn number(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

impl Part {
    fn of(path: PathBuf) -> io::Result<Self> {
        let number = number(&metadata(&path)?);
        Ok(Self { path, number })
    }

    /// What is there now, if it is the same.
    fn check(&self) -> Result<Metadata, String> {
        match metadata(&self.path) {
            Ok(file) if number(&file) == self.number => Ok(file),
            Ok(_) => Err(format!("{} is another file by now", self.path.display())),
            Err(error) => Err(format!("{}: {error}", self.path.display())),
        }
    }

    /// A log begins as one (<https://www.sqlite.org/fileformat.html#the_write_ahead_log>), or is empty since a
    /// checkpoint cut it. Where something else emptied it under the process, what that writes lies behind a hole,
    /// and is read by nobody.
    fn check_beginning(&self) -> Result<(), String> {
        let mut magic = [0; 4];
        let read = File::open(&self.path).and_then(|mut file| file.read_exact(&mut magic));
        match (read, u32::from_be_bytes(magic)) {
            (Ok(()), 0x377f_0682 | 0x377f_0683) => Ok(()),
            (Ok(()), _) => Err(format!("{} does not begin as a log does", self.path.display())),
            (Err(error), _) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            (Err(error), _) => Err(format!("{}: {error}", self.path.display())),
        }
    }
}

impl Identity {
    /// Of a file that is open and was written to, so that its log is there.
    pub(super) fn of(path: &str) -> io::Result<Self> {
        let path = std::fs::canonicalize(path)?;
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let (file, log) = (Part::of(path)?, Part::of(log.into())?);
        Ok(Self {
            file,
            log,
            bytes: AtomicU64::new(0),
            is_lost: AtomicBool::new(false),
            damage: OnceLock::new(),
        })
    }

    /// Whether what was written lies where the next start looks for it. Said in the log once.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.check_damage()?;
        let found = self.look();
        let was_lost = self.is_lost.swap(found.is_err(), Ordering::SeqCst);
        match found {
            Ok(()) => Ok(()),
            Err(why) => {
                if !was_lost {
                    tracing::error!(
                        "the database's file is not the one that was opened; nothing is saved: {why}"
                    );
                }
                Err(StoreError::Lost(why))
            }
        }
    }

    /// Whether a write has found the file damaged.
    pub(super) fn check_damage(&self) -> Result<(), StoreError> {
        match self.damage.get() {
            Some(damage) => Err(StoreError::Damaged(damage.clone())),
            None => Ok(()),
        }
    }

    /// Notes that an error says that the file is damaged. Said in the log once.
    pub(super) fn note_damage(&self, error: &StoreError) {
        if error.is_damage() && self.damage.set(error.to_string()).is_ok() {
            tracing::error!("the database's file is damaged; nothing is saved: {error}");
        }
    }

    fn look(&self) -> Result<(), String> {
        let bytes = self.file.check()?.len();
        self.log.check()?;
        self.log.check_beginning()?;
        let before = self.bytes.fetch_max(bytes, Ordering::SeqCst);
        if bytes < before {
            return Err(format!("{} has {bytes} bytes and had {before}", self.file.path.display()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn file_that_is_not_the_one_that_was_opened_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let make = || {
            fs::write(at("a.db"), [0; 100]).unwrap();
            fs::write(at("a.db-wal"), 0x377f_0682_u32.to_be_bytes()).unwrap();
        };
        let damages: [(&str, &dyn Fn()); 7] = [
            ("unlinked", &|| fs::remove_file(at("a.db")).unwrap()),
            ("renamed", &|| fs::rename(at("a.db"), at("b.db")).unwrap()),
            ("its log written to behind a hole", &|| fs::write(at("a.db-wal"), [0; 100]).unwrap()),
            ("its log removed", &|| fs::remove_file(at("a.db-wal")).unwrap()),
            ("replaced", &|| {
                fs::write(at("backup"), [1; 200]).unwrap();
                fs::rename(at("backup"), at("a.db")).unwrap();
            }),
            ("made anew", &|| {
                fs::rename(at("a.db"), at("old")).unwrap();
                fs::write(at("a.db"), [0; 100]).unwrap();
            }),
            ("truncated", &|| fs::write(at("a.db"), [0; 50]).unwrap()),
        ];
        for (what, damage) in damages {
            make();
            let identity = Identity::of(at("a.db").to_str().unwrap()).unwrap();
            assert!(identity.check().is_ok(), "{what}");
            fs::OpenOptions::new().append(true).open(at("a.db")).unwrap().set_len(300).unwrap();
            assert!(identity.check().is_ok(), "it grows");
            damage();
            assert!(matches!(identity.check(), Err(StoreError::Lost(_))), "{what}");
        }
    }
}
