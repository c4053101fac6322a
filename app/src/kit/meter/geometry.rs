//! From sums to places along a line. Whole ten-thousandths, so that server and browser agree.

/// The sums a meter draws, in minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeterSums {
    /// What the campaign needs.
    pub goal_minor: i64,
    /// Secured.
    pub secured_minor: i64,
    /// Matched.
    pub matched_minor: i64,
    /// Pledged.
    pub pledged_minor: i64,
}

/// The whole line, in the unit of [`Segment`].
pub(super) const WHOLE: i64 = 10_000;

/// A stretch of the line, in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) from: i64,
    pub(super) length: i64,
}

/// Where everything lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segments {
    pub(super) secured: Segment,
    pub(super) matched: Segment,
    pub(super) pledged: Segment,
    /// Where the goal lies, if inside the line.
    pub(super) goal_at: Option<i64>,
}

impl MeterSums {
    /// The line is as long as the goal, or as all sums together where those are more.
    pub(super) fn segments(self) -> Segments {
        let [secured, matched, pledged] =
            [self.secured_minor, self.matched_minor, self.pledged_minor].map(|sum| sum.max(0));
        let goal = self.goal_minor.max(0);
        let all = secured.saturating_add(matched).saturating_add(pledged);
        let line = all.max(goal).max(1);
        let place =
            |sum: i64| i64::try_from(i128::from(sum) * i128::from(WHOLE) / i128::from(line)).unwrap_or(WHOLE);
        let (first, second, third) = (place(secured), place(secured.saturating_add(matched)), place(all));
        Segments {
            secured: Segment { from: 0, length: first },
            matched: Segment { from: first, length: second - first },
            pledged: Segment { from: second, length: third - second },
            goal_at: (goal < line).then(|| place(goal)),
        }
    }
}

/// Ten-thousandths as an SVG percentage: `62.5%`.
pub(super) fn percent(place: i64) -> String {
    let (whole, rest) = (place / 100, place % 100);
    if rest == 0 { format!("{whole}%") } else { format!("{whole}.{rest:02}%") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(goal: i64, secured: i64, matched: i64, pledged: i64) -> MeterSums {
        MeterSums { goal_minor: goal, secured_minor: secured, matched_minor: matched, pledged_minor: pledged }
    }

    #[test]
    fn parts_follow_each_other_up_to_the_goal() {
        let segments = sums(4_800_000, 3_024_000, 1_000_000, 336_000).segments();
        assert_eq!(segments.secured, Segment { from: 0, length: 6_300 });
        assert_eq!(segments.matched, Segment { from: 6_300, length: 2_083 });
        assert_eq!(segments.pledged, Segment { from: 8_383, length: 700 });
        assert_eq!(segments.goal_at, None);
    }

    #[test]
    fn beyond_the_goal_the_line_grows_and_the_goal_is_marked() {
        let segments = sums(100, 200, 0, 50).segments();
        assert_eq!(segments.goal_at, Some(4_000));
        assert_eq!(segments.pledged.from + segments.pledged.length, WHOLE);
    }

    #[test]
    fn extremes_stay_inside_the_line() {
        for each in [
            sums(0, 0, 0, 0),
            sums(i64::MAX, i64::MAX, i64::MAX, i64::MAX),
            sums(-5, -5, -5, -5),
            sums(1, i64::MAX, 0, 1),
        ] {
            let segments = each.segments();
            for segment in [segments.secured, segments.matched, segments.pledged] {
                assert!(segment.from >= 0 && segment.length >= 0, "{each:?}");
                assert!(segment.from + segment.length <= WHOLE, "{each:?}");
            }
        }
    }

    #[test]
    fn percentages_have_no_needless_digits() {
        assert_eq!(percent(6_300), "63%");
        assert_eq!(percent(6_205), "62.05%");
        assert_eq!(percent(0), "0%");
    }
}
