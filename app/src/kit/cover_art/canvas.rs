//! Paths in four tones. Shapes of one tone drawn in a row share a path: a cover weighs a few kilobytes, not
//! fifty.

/// Half the width of one tile of the lattice; tiles of this size fill the plane.
pub(super) const TILE_A: i32 = 20;
/// Half the height of one tile.
pub(super) const TILE_B: i32 = 12;

/// A fill, named by its class in `style/cover-art.css`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Ground,
    Low,
    High,
    Pale,
    Mark,
}

impl Tone {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Ground => "cover-art__ground",
            Self::Low => "cover-art__low",
            Self::High => "cover-art__high",
            Self::Pale => "cover-art__pale",
            Self::Mark => "cover-art__mark",
        }
    }
}

/// A drawing under way.
pub(super) struct Canvas {
    pub(super) width: i32,
    pub(super) height: i32,
    layers: Vec<(Tone, String)>,
}

impl Canvas {
    pub(super) const fn new(width: i32, height: i32) -> Self {
        Self { width, height, layers: Vec::new() }
    }

    pub(super) fn into_layers(self) -> Vec<(Tone, String)> {
        self.layers
    }

    /// A closed shape through `points`, which may lie outside the picture.
    pub(super) fn polygon(&mut self, tone: Tone, points: &[(i32, i32)]) {
        let path = self.path(tone);
        for (nth, (x, y)) in points.iter().enumerate() {
            let command = if nth == 0 { "M" } else { "L" };
            put(path, &[(command, *x), (" ", *y)]);
        }
        path.push('Z');
    }

    /// A rhombus around its centre; `a` and `b` are half its width and height. Nothing where it would not be
    /// seen.
    pub(super) fn rhombus(&mut self, tone: Tone, (x, y): (i32, i32), a: i32, b: i32) {
        let is_seen = x + a > 0 && x - a < self.width && y + b > 0 && y - b < self.height;
        if a > 0 && b > 0 && is_seen {
            let path = self.path(tone);
            put(path, &[("M", x - a), (" ", y), ("l", a), ("-", b), (" ", a), (" ", b), ("-", a), (" ", b)]);
            path.push('z');
        }
    }

    /// A rhombus with a hole; `thickness` is measured along the vertical.
    pub(super) fn ring(&mut self, tone: Tone, (x, y): (i32, i32), a: i32, b: i32, thickness: i32) {
        let (hole_b, hole_a) = (b - thickness, (b - thickness) * a / b.max(1));
        self.rhombus(tone, (x, y), a, b);
        if hole_b > 0 && hole_a > 0 {
            // Drawn the other way round, so that the fill leaves it out.
            let path = self.path(tone);
            put(path, &[("M", x - hole_a), (" ", y), ("l", hole_a), (" ", hole_b), (" ", hole_a)]);
            put(path, &[("-", hole_b), ("-", hole_a), ("-", hole_b)]);
            path.push('z');
        }
    }

    /// The one yellow waymark; a grammar ends with it.
    pub(super) fn mark(&mut self, centre: (i32, i32), a: i32) {
        let (x, y) = centre;
        let b = a * TILE_B / TILE_A;
        // Squares are cropped further where a card is tall: there the mark keeps to the middle.
        let margin = if self.width == self.height { self.width / 4 } else { 6 };
        let (left, top) = (a + margin, b + margin);
        let inside = (x.clamp(left, self.width - left), y.clamp(top, self.height - top));
        self.rhombus(Tone::Mark, inside, a, b);
    }

    /// Columns and rows of the lattice, with one more on every side.
    pub(super) fn lattice(&self) -> impl Iterator<Item = (i32, i32)> + use<> {
        let (columns, rows) = (self.width / TILE_A + 1, self.height / TILE_B + 1);
        (-1..=rows).flat_map(move |j| (-1..=columns).filter(move |i| (i + j) % 2 == 0).map(move |i| (i, j)))
    }

    fn path(&mut self, tone: Tone) -> &mut String {
        if self.layers.last().is_none_or(|(last, _)| *last != tone) {
            self.layers.push((tone, String::new()));
        }
        let last = self.layers.len().saturating_sub(1);
        &mut self.layers.get_mut(last).expect("a layer was pushed above").1
    }
}

/// Writes numbers, each after its text. A page of cards has tens of thousands of them.
fn put(path: &mut String, numbers: &[(&str, i32)]) {
    let mut digits = itoa::Buffer::new();
    for (before, number) in numbers {
        path.push_str(before);
        path.push_str(digits.format(*number));
    }
}

/// Where a lattice point lies.
pub(super) const fn at((i, j): (i32, i32)) -> (i32, i32) {
    (i * TILE_A, j * TILE_B)
}

/// A wave of straight lines: 0 up to `period / 2` and back.
pub(super) const fn wave(at: i32, period: i32) -> i32 {
    let phase = at.rem_euclid(period);
    if phase * 2 < period { phase } else { period - phase }
}
