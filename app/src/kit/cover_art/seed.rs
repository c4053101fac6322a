//! Numbers that look random and follow from the slug: FNV-1a, then `SplitMix64`.

/// A stream of numbers; the same slug gives the same stream on every machine.
pub(super) struct Seed(u64);

impl Seed {
    pub(super) fn from_slug(slug: &str) -> Self {
        let hash = slug.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `end`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> i32 {
        let number = self.next().checked_rem(u64::from(end)).unwrap_or(0);
        i32::try_from(number).unwrap_or(0)
    }

    /// A number from `from`, with `span` possible values.
    pub(super) fn between(&mut self, from: i32, span: u32) -> i32 {
        from + self.below(span)
    }

    /// True `n` times in `of`.
    pub(super) fn chance(&mut self, n: i32, of: u32) -> bool {
        self.below(of) < n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_below_their_end_and_differ() {
        let mut seed = Seed::from_slug("heat-line");
        let drawn: Vec<i32> = (0..200).map(|_| seed.below(7)).collect();
        assert!(drawn.iter().all(|n| (0..7).contains(n)));
        assert!((0..7).all(|n| drawn.contains(&n)));
        assert_eq!(seed.below(0), 0);
    }

    #[test]
    fn the_stream_is_fixed_for_ever() {
        let mut seed = Seed::from_slug("heat-line");
        let first: Vec<i32> = (0..4).map(|_| seed.below(1_000)).collect();
        assert_eq!(first, FIRST_OF_HEAT_LINE);
    }

    const FIRST_OF_HEAT_LINE: [i32; 4] = [622, 721, 367, 951];
}
