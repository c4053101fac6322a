//! Grammars of what lives: food is shared out, nature lies in layers, seeds rise.

use super::canvas::{Canvas, TILE_A, TILE_B, Tone, wave};
use super::seed::Seed;

/// Six directions of a star, in thousandths.
const DIRECTIONS: [(i32, i32); 7] =
    [(1000, 0), (500, 866), (-500, 866), (-1000, 0), (-500, -866), (500, -866), (1000, 0)];

/// Stars of six shares, packed like loaves on a tray.
pub(super) fn food(canvas: &mut Canvas, seed: &mut Seed) {
    let spacing = seed.between(62, 20);
    let rise = spacing * 866 / 1000;
    let shift = seed.below(spacing.unsigned_abs());
    let mut loaves = Vec::new();
    for row in -1..=canvas.height / rise + 1 {
        for column in -1..=canvas.width / spacing + 1 {
            let x = column * spacing + (row % 2).abs() * spacing / 2 + shift - spacing / 2;
            loaves.push(((x, row * rise + shift / 2), spacing * seed.between(48, 18) / 200, seed.below(12)));
        }
    }
    for (tone, even) in [(Tone::Low, true), (Tone::High, false)] {
        for (centre, radius, taken) in &loaves {
            star(canvas, tone, *centre, *radius, |share| (share % 2 == 0) == even && share != *taken);
        }
    }
    for (centre, radius, taken) in loaves.iter().filter(|(_, _, taken)| *taken < 6) {
        star(canvas, Tone::Pale, *centre, *radius, |share| share == *taken);
    }
    let middle = (canvas.width * seed.between(3, 3) / 8, canvas.height / 2);
    let nearest = loaves.iter().min_by_key(|((x, y), _, _)| (x - middle.0).abs() + (y - middle.1).abs());
    canvas.mark(nearest.map_or(middle, |(centre, _, _)| *centre), 24);
}

fn star(canvas: &mut Canvas, tone: Tone, (x, y): (i32, i32), radius: i32, wanted: impl Fn(i32) -> bool) {
    for (share, pair) in (0..).zip(DIRECTIONS.windows(2)) {
        if let [(ax, ay), (bx, by)] = pair
            && wanted(share)
        {
            let point = |dx: i32, dy: i32| (x + dx * radius / 1000, y + dy * radius / 1000);
            canvas.polygon(tone, &[(x, y), point(*ax, *ay), point(ax + bx, ay + by), point(*bx, *by)]);
        }
    }
}

/// Layers of land under a wide sky; reeds stand in the nearest.
pub(super) fn nature(canvas: &mut Canvas, seed: &mut Seed) {
    let horizon = canvas.height * seed.between(4, 2) / 10;
    let mark = (canvas.width * seed.between(2, 5) / 8, horizon * seed.between(4, 3) / 8);
    for (nth, tone) in (0..).zip([Tone::Low, Tone::High, Tone::Low, Tone::Ground]) {
        let (period, phase) = (seed.between(110, 120), seed.below(200));
        let top = horizon + nth * canvas.height / 7;
        let ridge = |x: i32| top + wave(x + phase, period) * (16 - nth * 3) / 50;
        let bands = if tone == Tone::Ground { canvas.height / TILE_B } else { 3 };
        for band in 0..bands {
            for i in -1..=canvas.width / (TILE_A * 2) + 1 {
                let x = i * TILE_A * 2 + (band % 2) * TILE_A;
                canvas.rhombus(tone, (x, ridge(x) + band * TILE_B), TILE_A, TILE_B);
            }
        }
    }
    let mut reeds = Vec::new();
    for clump in 0..seed.between(4, 3) {
        let root = canvas.width * clump / 5 + seed.between(-10, 50);
        for _ in 0..seed.between(2, 4) {
            reeds.push((root + seed.between(-16, 33), seed.between(18, 30)));
        }
    }
    for (x, b) in &reeds {
        canvas.rhombus(Tone::High, (*x, canvas.height - b + 4), 3, *b);
    }
    for (x, b) in reeds.iter().step_by(3) {
        canvas.rhombus(Tone::Pale, (*x, canvas.height - b * 2), 4, 11);
    }
    canvas.mark(mark, 30);
}

/// Rows sown from left to right, the older the higher.
pub(super) fn growing(canvas: &mut Canvas, seed: &mut Seed) {
    let gap = seed.between(22, 8);
    let columns = canvas.width / gap + 1;
    let ground = canvas.height - 26;
    for (row, tone) in (0..).zip([Tone::High, Tone::Low, Tone::Low]) {
        for i in -1..=columns {
            canvas.rhombus(tone, (i * gap + (row % 2) * gap / 2, ground + 2 + row * 9), gap / 2, 7);
        }
    }
    let highest = (canvas.height - 60) / 22;
    let from_left = seed.chance(1, 2);
    let mut tips = Vec::new();
    for i in 0..columns {
        let age = if from_left { i } else { columns - 1 - i };
        let joints = (age * highest / columns + seed.between(-1, 3)).clamp(0, highest);
        let x = i * gap + gap / 2;
        for joint in 0..joints {
            let tone = if joint + 1 == joints { Tone::Pale } else { Tone::High };
            tips.push((tone, (x, ground - 14 - joint * 22), joint));
        }
    }
    for tone in [Tone::High, Tone::Pale] {
        for (_, centre, joint) in tips.iter().filter(|tip| tip.0 == tone) {
            canvas.rhombus(tone, *centre, (gap / 2 - joint).max(5), 11);
        }
    }
    let tallest =
        tips.iter().filter(|(_, (x, _), _)| (40..canvas.width - 40).contains(x)).max_by_key(|tip| tip.2);
    let (x, y) = tallest.map_or((canvas.width / 2, ground), |tip| tip.1);
    canvas.mark((x, y - 24), 20);
}
