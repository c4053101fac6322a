//! The chain over the public record: who changes, drops or reorders a line cannot reach the published head.
//!
//! Each record's hash carries the hash of the record before it in the same campaign, so a campaign's own
//! chain can be checked alone; each block's hash carries the block before it and the hashes of all records in
//! it, so the last block's hash, the head, stands for everything (ADR 5).

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Entry, TransactionKind};
use crate::money::Currency;
use crate::time::Day;

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hash(pub [u8; 32]);

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256: 64 hexadecimal digits")]
pub struct MalformedHash;

impl Hash {
    /// Before the first record and the first block.
    pub const ZERO: Self = Self([0; 32]);

    /// From the bytes of a database.
    ///
    /// # Errors
    /// [`MalformedHash`] where they are not 32.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, MalformedHash> {
        bytes.try_into().map(Self).map_err(|_| MalformedHash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = MalformedHash;

    fn from_str(text: &str) -> Result<Self, MalformedHash> {
        if text.len() != 64 || !text.is_ascii() {
            return Err(MalformedHash);
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            let digits = text.get(at..at + 2).ok_or(MalformedHash)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| MalformedHash)?;
        }
        Ok(Self(bytes))
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for Hash {
    type Error = MalformedHash;

    fn try_from(text: String) -> Result<Self, MalformedHash> {
        text.parse()
    }
}

/// What is public about one transaction: no name, address, pledge or time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place among all, from 1.
    pub sequence: i64,
    /// The day in Zurich on which it was written.
    pub day: Day,
    /// What moved.
    pub kind: TransactionKind,
    /// In which currency.
    pub currency: Currency,
    /// From where to where.
    pub entries: Vec<Entry>,
    /// SHA-256 of salt and private details: see [`commitment`].
    pub commitment: Hash,
}

impl Record {
    /// The exact text that is hashed: one line for each field and entry, each ended by a line feed, UTF-8.
    pub fn text(&self) -> String {
        use core::fmt::Write as _;
        let mut text = format!("{}\n{}\n{}\n{}\n", self.sequence, self.day, self.kind, self.currency);
        for entry in &self.entries {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} {}", entry.account, entry.amount_minor);
        }
        let _ = writeln!(text, "{}", self.commitment);
        text
    }
}

/// What stands in the public record for details that are not public: SHA-256(salt ‖ details).
pub fn commitment(salt: &[u8; 16], details: &str) -> Hash {
    Hash(Sha256::new().chain_update(salt).chain_update(details).finalize().into())
}

/// A record's hash: SHA-256(hash of the record before it in the same campaign ‖ text).
pub fn record_hash(previous: &Hash, record: &Record) -> Hash {
    Hash(Sha256::new().chain_update(previous.0).chain_update(record.text()).finalize().into())
}

/// A block's hash: SHA-256(hash of the block before it ‖ the hashes of its records in order).
pub fn block_hash<'h>(previous: &Hash, records: impl IntoIterator<Item = &'h Hash>) -> Hash {
    let mut sha = Sha256::new().chain_update(previous.0);
    for record in records {
        sha.update(record.0);
    }
    Hash(sha.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Account;

    fn record() -> Record {
        Record {
            sequence: 1,
            day: Day::new(2027, 3, 9).unwrap(),
            kind: TransactionKind::PoolFunded,
            currency: Currency::CHF,
            entries: vec![
                Entry { account: Account::Bank, amount_minor: 500 },
                Entry { account: Account::Suspense, amount_minor: -500 },
            ],
            commitment: commitment(&[7; 16], "details"),
        }
    }

    #[test]
    fn text_of_a_record_is_fixed() {
        assert_eq!(
            record().text(),
            "1\n2027-03-09\npool_funded\nCHF\nbank 500\nsuspense -500\n\
             4d779e9d00c4693813482acf8caaac32d2121228d4a4389473f180d935c8f086\n"
        );
    }

    #[test]
    fn any_change_changes_the_hash() {
        let first = record_hash(&Hash::ZERO, &record());
        let mut changed = record();
        changed.entries.reverse();
        assert_ne!(record_hash(&Hash::ZERO, &changed), first);
        assert_ne!(record_hash(&first, &record()), first);
        assert_ne!(block_hash(&Hash::ZERO, [&first]), block_hash(&first, [&first]));
        assert_ne!(block_hash(&Hash::ZERO, [&first]), block_hash(&Hash::ZERO, [&first, &first]));
    }

    #[test]
    fn hashes_are_read_as_they_are_written() {
        let hash = commitment(&[1; 16], "x");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!("abc".parse::<Hash>(), Err(MalformedHash));
        assert_eq!("é".repeat(32).parse::<Hash>(), Err(MalformedHash));
    }
}
