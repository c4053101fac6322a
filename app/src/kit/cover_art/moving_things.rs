//! Grammars of what moves: water drifts, heat radiates, energy charges, traffic streaks, warnings spread.

use super::canvas::{Canvas, TILE_A, TILE_B, Tone, at, wave};
use super::seed::Seed;

/// Flat rhombi whose size follows two crossing waves.
pub(super) fn water(canvas: &mut Canvas, seed: &mut Seed) {
    let (long, short) = (seed.between(150, 70), seed.between(70, 40));
    let (phase, lean) = (seed.below(200), seed.between(2, 4));
    let rows = canvas.height / 15 + 1;
    let swell = |x: i32, j: i32| {
        wave(x + j * lean * 7 + phase, long) * 100 / long + wave(x - j * 31, short) * 60 / short
    };
    for (tone, from, cut) in [(Tone::Low, 10, 0), (Tone::High, 44, 6), (Tone::Pale, 66, 10)] {
        for j in 0..=rows {
            let drift = (j * 23 + phase) % 40;
            for i in -1..=canvas.width / 40 + 1 {
                let (x, y) = (i * 40 + drift, j * 15);
                let height = swell(x, j);
                if height >= from {
                    let a = 8 + height / 4 - cut;
                    canvas.rhombus(tone, (x, y), a, (height / 8 - cut / 2).clamp(2, 8));
                }
            }
        }
    }
    let x = canvas.width * seed.between(2, 5) / 8;
    canvas.mark((x, canvas.height * seed.between(2, 4) / 8), 22);
}

/// Tiles that pulse outward from one source, strongest nearby.
pub(super) fn heat(canvas: &mut Canvas, seed: &mut Seed) {
    let columns = canvas.width / TILE_A;
    let rows = canvas.height / TILE_B;
    let source_i = seed.between(columns / 4, (columns / 2).unsigned_abs() + 1);
    let source_j = seed.between(rows / 3, (rows / 2).unsigned_abs() + 1);
    let source = (source_i, source_j + (source_i + source_j) % 2);
    let pulse = seed.between(4, 3);
    for tone in [Tone::Low, Tone::High, Tone::Pale] {
        for (i, j) in canvas.lattice() {
            // On this lattice a ring of equal distance is a rhombus.
            let distance = (i - source.0).abs() + (j - source.1).abs();
            let ring = distance / 2;
            let wanted = match ring {
                0..=2 => Tone::Pale,
                3..=6 => Tone::High,
                _ => Tone::Low,
            };
            if wanted == tone {
                let size = (10 - ring % pulse * 2 - ring / 6).max(3);
                canvas.rhombus(tone, at((i, j)), size * TILE_A / 10, size * TILE_B / 10);
            }
        }
    }
    canvas.mark(at(source), 34);
}

/// Columns of tiles charged to a level that wanders from one column to the next.
pub(super) fn energy(canvas: &mut Canvas, seed: &mut Seed) {
    let columns = canvas.width / TILE_A + 1;
    let top = canvas.height / TILE_B;
    let mut level = seed.between(top / 3, 5);
    let mut levels = Vec::new();
    for _ in -1..=columns {
        level = (level + seed.between(-3, 8)).clamp(2, top - 3);
        if seed.chance(1, 6) {
            level = (level / 2).max(2);
        }
        levels.push(level);
    }
    let filled = |step: i32| if step % 4 == 3 { 6 } else { 9 };
    for (tone, wanted) in [(Tone::Low, 0), (Tone::High, 1), (Tone::Pale, 2)] {
        for (i, level) in (-1..=columns).zip(&levels) {
            for step in 0..=*level {
                let band = if step == *level { 2 } else { i32::from(step * 2 > *level) };
                if band == wanted {
                    let y = canvas.height - step * TILE_B;
                    let size = filled(step);
                    canvas.rhombus(
                        tone,
                        (i * TILE_A, y - (i % 2).abs() * TILE_B / 2),
                        size * 2,
                        size * 6 / 10,
                    );
                }
            }
        }
    }
    let highest =
        (-1..=columns).zip(&levels).filter(|(i, _)| (2..columns - 2).contains(i)).max_by_key(|(_, l)| **l);
    let (i, level) = highest.map_or((2, 2), |(i, level)| (i, *level));
    canvas.mark((i * TILE_A, canvas.height - (level + 1) * TILE_B), 22);
}

/// Long rhombi run in lanes, fast ones longer.
pub(super) fn mobility(canvas: &mut Canvas, seed: &mut Seed) {
    let lanes = canvas.height / 18;
    let mut streaks = Vec::new();
    for lane in 0..=lanes {
        let stride = seed.between(14, 44);
        let mut x = seed.between(-60, 60);
        while x < canvas.width + stride {
            let tone = match seed.below(8) {
                0..=3 => Tone::Low,
                4..=6 => Tone::High,
                _ => Tone::Pale,
            };
            streaks.push((tone, x, lane * 18 + 9, stride));
            x += stride * 2 + seed.between(6, 40);
        }
    }
    for tone in [Tone::Low, Tone::High, Tone::Pale] {
        for (_, x, y, stride) in streaks.iter().filter(|streak| streak.0 == tone) {
            canvas.rhombus(tone, (*x, *y), *stride, 8);
        }
    }
    let lane = seed.between(lanes / 3, (lanes / 3).unsigned_abs() + 1);
    canvas.mark((canvas.width * seed.between(5, 3) / 8, lane * 18 + 9), 30);
}

/// Outlines spread from a source near one side, thinner as they go.
pub(super) fn warning(canvas: &mut Canvas, seed: &mut Seed) {
    let from_left = seed.chance(1, 2);
    let x = if from_left { seed.between(46, 40) } else { canvas.width - seed.between(46, 40) };
    let y = canvas.height * seed.between(4, 3) / 8;
    let gap = seed.between(11, 4);
    let reach = (canvas.width + canvas.height) / gap;
    for ring in (1..reach).rev() {
        let b = 14 + ring * gap;
        let (tone, thickness) = match ring {
            1..=2 => (Tone::Pale, 7),
            3..=5 => (Tone::High, 6),
            _ => (Tone::Low, (7 - ring / 3).max(2)),
        };
        canvas.ring(tone, (x, y), b * TILE_A / TILE_B, b, thickness);
    }
    canvas.mark((x, y), 30);
}
