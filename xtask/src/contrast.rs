//! Whether the palette can be read: text has 7:1 on every ground it may stand on (WCAG 2.2, 1.4.6), what is
//! drawn has 4:1.

use std::collections::HashMap;

use anyhow::{Context as _, Result, bail};

use crate::sh;

/// Text, the grounds it may stand on, and how much they have to differ.
const PAIRS: [(&[&str], &[&str], f64); 6] = [
    (&["ink", "muted", "link"], &["paper", "surface", "sunken"], 7.0),
    (&["ink"], &["mark-soft", "good-soft", "warn-soft", "bad-soft"], 7.0),
    (&["good", "warn", "bad"], &["paper", "surface"], 7.0),
    (&["on-mark"], &["mark"], 7.0),
    (&["secured", "matched", "data-3", "data-4", "data-5", "data-6"], &["surface"], 4.0),
    (&["control", "focus"], &["paper", "surface"], 4.0),
];
/// Each soft ground carries the words of its own tone.
const TONES: [(&str, &str); 3] = [("good", "good-soft"), ("warn", "warn-soft"), ("bad", "bad-soft")];

/// A colour as its lightness, chroma and hue.
type Oklch = [f64; 3];

/// Fails where two of the palette's colours are too much alike, in light or in dark.
pub(crate) fn check() -> Result<()> {
    let path = sh::root().join("style/tokens.css");
    let css = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let faint = faint(&palette(&css))?;
    if !faint.is_empty() {
        bail!("these colours of style/tokens.css are too much alike: {}", faint.join("; "));
    }
    Ok(())
}

fn faint(palette: &HashMap<String, [Oklch; 2]>) -> Result<Vec<String>> {
    let all = PAIRS.iter().flat_map(|(texts, grounds, least)| {
        texts.iter().flat_map(move |text| grounds.iter().map(move |ground| (*text, *ground, *least)))
    });
    let mut faint = Vec::new();
    for (text, ground, least) in all.chain(TONES.map(|(text, ground)| (text, ground, 7.0))) {
        let find = |name: &str| palette.get(name).with_context(|| format!("there is no --{name}"));
        for ((one, other), theme) in find(text)?.iter().zip(find(ground)?).zip(["light", "dark"]) {
            let ratio = ratio(*one, *other);
            if ratio < least {
                faint.push(format!("{text} on {ground}, {theme}: {ratio:.2} of {least}"));
            }
        }
    }
    Ok(faint)
}

/// Every token that is one colour in light and one in dark.
fn palette(css: &str) -> HashMap<String, [Oklch; 2]> {
    css.lines().filter_map(token).collect()
}

/// `--ink: light-dark(oklch(0.24 0.035 250), oklch(0.955 0.008 230));`
fn token(line: &str) -> Option<(String, [Oklch; 2])> {
    let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
    let mut colours = value.split("oklch(").skip(1).map(|rest| {
        let mut numbers = rest.split(')').next()?.split_whitespace().map(|n| n.parse::<f64>().ok());
        Some([numbers.next()??, numbers.next()??, numbers.next()??])
    });
    Some((name.to_owned(), [colours.next()??, colours.next()??]))
}

/// The contrast ratio of WCAG 2.2.
fn ratio(one: Oklch, other: Oklch) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The relative luminance of a colour in sRGB (CSS Color 4, "OKLCH"; matrices by B. Ottosson).
fn luminance([lightness, chroma, hue]: Oklch) -> f64 {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (green_red, blue_yellow) = (chroma * cos, chroma * sin);
    let cone = |a: f64, b: f64| (lightness + a * green_red + b * blue_yellow).powi(3);
    let long = cone(0.396_337_777_4, 0.215_803_757_3);
    let medium = cone(-0.105_561_345_8, -0.063_854_172_8);
    let short = cone(-0.089_484_177_5, -1.291_485_548);
    let red = 4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short;
    let green = -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short;
    let blue = -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short;
    0.212_6 * red.clamp(0.0, 1.0) + 0.715_2 * green.clamp(0.0, 1.0) + 0.072_2 * blue.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_differ_by_twenty_one() {
        assert!((ratio([0.0, 0.0, 0.0], [1.0, 0.0, 0.0]) - 21.0).abs() < 0.01);
        assert!((ratio([0.5, 0.1, 90.0], [0.5, 0.1, 90.0]) - 1.0).abs() < 1e-9);
        // Pure red, as sRGB has it: 5.25 on black.
        assert!((ratio([0.627_96, 0.257_68, 29.234], [0.0, 0.0, 0.0]) - 5.25).abs() < 0.05);
    }

    #[test]
    fn faint_text_is_named() {
        let css = "  --ink: light-dark(oklch(0.24 0.035 250), oklch(0.955 0.008 230));";
        let (name, [light, dark]) = token(css).unwrap();
        assert_eq!((name.as_str(), light, dark), ("ink", [0.24, 0.035, 250.0], [0.955, 0.008, 230.0]));
        let path = sh::root().join("style/tokens.css");
        let mut palette = palette(&std::fs::read_to_string(path).unwrap());
        assert_eq!(faint(&palette).unwrap(), Vec::<String>::new());
        palette.insert("muted".to_owned(), [[0.6, 0.03, 245.0]; 2]);
        assert!(faint(&palette).unwrap().iter().any(|one| one.starts_with("muted on paper, light")));
    }
}
