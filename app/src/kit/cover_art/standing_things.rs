//! Grammars of what people build: repair interlocks, the city stands, care joins homes, learning opens pages,
//! and the trail that every other category follows.

use super::canvas::{Canvas, TILE_A, TILE_B, Tone, at};
use super::seed::Seed;

/// Two rows of rings, each hooked into the next.
pub(super) fn repair(canvas: &mut Canvas, seed: &mut Seed) {
    let a = seed.between(54, 16);
    let b = a * TILE_B / TILE_A;
    let thickness = seed.between(12, 5);
    let step = a * 4 / 3;
    let start = -seed.below(step.unsigned_abs());
    let rows = canvas.height / (b * 2) + 1;
    let shift = (canvas.height - rows * b * 2) / 2 + b;
    let last = canvas.width / step + 4;
    let centres = |row: i32| {
        let row_start = start - (row % 2) * step;
        (0..=last).map(move |nth| (nth, (row_start + nth * step, shift + row * b * 2)))
    };
    for row in 0..rows {
        for (wanted, tone) in [(0, Tone::Low), (1, Tone::High)] {
            for (nth, centre) in centres(row).filter(|(nth, _)| nth % 2 == wanted) {
                let tone = if (nth + row * 2) % 4 == 1 { Tone::Pale } else { tone };
                canvas.ring(tone, centre, a, b, thickness);
            }
        }
        // At its upper right crossing every even ring comes back over its neighbour: they hold each other.
        for (_, (x, y)) in centres(row).filter(|(nth, _)| nth % 2 == 0) {
            let (from, to) = (step / 2 - thickness, step / 2 + thickness);
            let edge = |dx: i32| y - b + dx * b / a;
            canvas.polygon(
                Tone::Low,
                &[
                    (x + from, edge(from)),
                    (x + to, edge(to)),
                    (x + to, edge(to) + thickness),
                    (x + from, edge(from) + thickness),
                ],
            );
        }
    }
    let row = rows / 2;
    let x = centres(row).map(|(_, (x, _))| x).find(|x| *x > canvas.width * 2 / 5).unwrap_or(a);
    canvas.mark((x, shift + row * b * 2), 22);
}

/// Cubes of three rhombi, rows from back to front.
pub(super) fn city(canvas: &mut Canvas, seed: &mut Seed) {
    let (a, b) = (TILE_A, TILE_B);
    let columns = canvas.width / a + 1;
    let rows = canvas.height / b + 6;
    let skyline = canvas.height * seed.between(3, 2) / 10;
    let mut tallest = (i32::MAX, 0);
    for row in 0..rows {
        let mut houses = Vec::new();
        for i in (-1..=columns).filter(|i| (i + row) % 2 == 0) {
            let storeys =
                if seed.chance(2, 5) { 0 } else { seed.between(1, 3) + seed.below(2) * seed.below(4) };
            let base = skyline + row * b;
            let roof = base - storeys * b;
            if storeys > 0 {
                houses.push((i * a, roof, base));
            }
            if roof < tallest.0 && (3..columns - 3).contains(&i) && roof > 30 {
                tallest = (roof, i * a);
            }
        }
        for (x, roof, base) in &houses {
            canvas.polygon(Tone::Low, &[(x - a, *roof), (*x, roof + b), (*x, base + b), (x - a, *base)]);
        }
        for (x, roof, base) in &houses {
            canvas.polygon(Tone::High, &[(x + a, *roof), (*x, roof + b), (*x, base + b), (x + a, *base)]);
        }
        for (x, roof, _) in &houses {
            canvas.rhombus(Tone::Pale, (*x, *roof), a, b);
        }
    }
    let (roof, x) = if tallest.0 == i32::MAX { (skyline, canvas.width / 2) } else { tallest };
    canvas.mark((x, roof), TILE_A);
}

/// Homes on the lattice; a line of lit ones, each calling the next.
pub(super) fn care(canvas: &mut Canvas, seed: &mut Seed) {
    let (a, b) = (TILE_A * 2, TILE_B * 2);
    let (columns, rows) = (canvas.width / a + 1, canvas.height / b + 1);
    let mut row = seed.between(rows / 3, (rows / 2).unsigned_abs() + 1);
    let mut calls = Vec::new();
    for column in -1..=columns {
        row = if (column + row) % 2 == 0 { row } else { row + if seed.chance(1, 2) { 1 } else { -1 } };
        row = if row < 1 {
            row + 2
        } else if row >= rows {
            row - 2
        } else {
            row
        };
        calls.push((column, row));
    }
    let homes =
        || (-1..=rows).flat_map(|j| (-1..=columns).filter(move |i| (i + j) % 2 == 0).map(move |i| (i, j)));
    for (i, j) in homes() {
        canvas.ring(Tone::Low, (i * a, j * b), a - 3, b - 2, 7);
    }
    for (i, j) in &calls {
        canvas.ring(Tone::High, (i * a, j * b), a - 3, b - 2, 9);
    }
    for (i, j) in homes() {
        let size = if calls.contains(&(i, j)) { 7 } else { seed.between(1, 3) };
        let tone = if size == 7 { Tone::Pale } else { Tone::High };
        canvas.rhombus(tone, (i * a, j * b), size * 2, size * 12 / 10);
    }
    let nth = usize::try_from(seed.between(3, 3)).unwrap_or(3);
    let (i, j) = calls.get(nth).copied().unwrap_or((2, 2));
    canvas.mark((i * a, j * b), 27);
}

/// Open books: two leaning pages, row above row.
pub(super) fn learning(canvas: &mut Canvas, seed: &mut Seed) {
    let a = seed.between(24, 12);
    let rise = a * 3 / 5;
    let depth = seed.between(13, 7);
    let (columns, rows) = (canvas.width / (2 * a) + 1, canvas.height / (depth + 6) + 2);
    let mut pages = Vec::new();
    for row in 0..=rows {
        for column in -1..=columns {
            let (x, y) = (column * 2 * a + a, row * (depth + 6) - 6);
            let read = seed.below(9);
            let (left, right) = match read {
                0..=3 => (Tone::Low, Tone::High),
                4..=5 => (Tone::High, Tone::Low),
                6..=7 => (Tone::Low, Tone::Low),
                _ => (Tone::High, Tone::Pale),
            };
            pages.push((left, [(x - a, y - rise), (x, y), (x, y + depth), (x - a, y + depth - rise)]));
            pages.push((right, [(x + a, y - rise), (x, y), (x, y + depth), (x + a, y + depth - rise)]));
        }
    }
    for tone in [Tone::Low, Tone::High, Tone::Pale] {
        for (_, points) in pages.iter().filter(|page| page.0 == tone) {
            canvas.polygon(tone, points);
        }
    }
    let column = seed.between(1, columns.unsigned_abs().saturating_sub(2).max(1));
    canvas.mark((column * 2 * a, canvas.height * seed.between(3, 3) / 8), 26);
}

/// A field of small signs and one marked way through it.
pub(super) fn trail(canvas: &mut Canvas, seed: &mut Seed) {
    let columns = canvas.width / TILE_A;
    let rows = canvas.height / TILE_B;
    let mut j = seed.between(rows / 3, (rows / 2).unsigned_abs() + 1);
    let mut way = Vec::new();
    let climb = seed.between(3, 3);
    for i in -1..=columns + 1 {
        j += if seed.chance(climb, 8) { -1 } else { 1 };
        j = j.clamp(2, rows - 2);
        way.push((i, if (i + j) % 2 == 0 { j } else { j + 1 }));
    }
    let period = seed.between(3, 4);
    for (i, j) in canvas.lattice() {
        let size = 2 + (i * 3 + j * 5).rem_euclid(period);
        canvas.rhombus(Tone::Low, at((i, j)), size * 2, size * 12 / 10);
    }
    for (tone, widen) in [(Tone::High, 0), (Tone::Pale, -9)] {
        for (nth, point) in way.iter().enumerate() {
            if tone == Tone::High || nth % 2 == 0 {
                let a = TILE_A + widen;
                canvas.rhombus(tone, at(*point), a, a * TILE_B / TILE_A);
            }
        }
    }
    let nth = usize::try_from(columns * seed.between(3, 4) / 8).unwrap_or(4);
    canvas.mark(at(way.get(nth).copied().unwrap_or((4, 4))), 30);
}
