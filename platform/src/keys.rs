//! Keyed hashes: what must be found again but not read from the database alone.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What is hashed; the same bytes never hash alike for two purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The token of a pledge's receipt.
    Receipt,
    /// Who sent an idempotency key.
    Caller,
    /// A card or an account.
    Payer,
    /// A browser that holds a reward.
    Browser,
    /// A network address.
    Address,
    /// The link that proves the address of who wants to hear of a campaign.
    Follow,
    /// The link in a sign-in mail.
    SignInLink,
    /// The code in a sign-in mail.
    SignInCode,
    /// The link that proves a pledge's address.
    PledgeProof,
    /// The code that proves a pledge's address.
    PledgeCode,
    /// The mark by which a database knows its secret.
    Mark,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Receipt => b"multitude receipt\0",
            Self::Caller => b"multitude caller\0",
            Self::Payer => b"multitude payer\0",
            Self::Browser => b"multitude browser\0",
            Self::Address => b"multitude address\0",
            Self::Follow => b"multitude follow\0",
            Self::SignInLink => b"multitude sign-in link\0",
            Self::SignInCode => b"multitude sign-in code\0",
            Self::PledgeProof => b"multitude pledge proof\0",
            Self::PledgeCode => b"multitude pledge code\0",
            Self::Mark => b"multitude mark\0",
        }
    }
}

/// This installation's secret. It is kept outside the database.
#[derive(Clone)]
pub struct Keys([u8; 32]);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// From the secret's bytes.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The keyed hash (HMAC-SHA-256, RFC 2104) of some bytes for one purpose.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    pub fn hash(&self, purpose: Purpose, bytes: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose.label());
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// A token of 256 bits that only this installation can make, in hexadecimal digits.
    pub fn token(&self, purpose: Purpose, bytes: &[u8]) -> String {
        hex(&self.hash(purpose, bytes))
    }

    /// A code of six digits that only this installation can make. Whoever checks one bounds the tries.
    pub fn code(&self, purpose: Purpose, bytes: &[u8]) -> String {
        let number =
            self.hash(purpose, bytes).into_iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(byte));
        format!("{:06}", number % 1_000_000)
    }
}

/// What is stored of a token that only its holder has.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_do_not_share_hashes() {
        let keys = Keys::new([7; 32]);
        assert_eq!(keys.token(Purpose::Receipt, b"a"), keys.token(Purpose::Receipt, b"a"));
        assert_ne!(keys.token(Purpose::Receipt, b"a"), keys.token(Purpose::Caller, b"a"));
        assert_ne!(keys.token(Purpose::Receipt, b"a"), Keys::new([8; 32]).token(Purpose::Receipt, b"a"));
        assert_eq!(keys.token(Purpose::Receipt, b"a").len(), 64);
        assert!(!format!("{keys:?}").contains('7'));
        assert_eq!(keys.code(Purpose::SignInCode, b"a").len(), 6);
        assert_ne!(keys.code(Purpose::SignInCode, b"a"), keys.code(Purpose::PledgeCode, b"a"));
    }
}
