//! What a first visit weighs, and what Lighthouse says of it.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::load;
use super::report::Report;
use crate::install::{self, Consent};
use crate::sh;

const KIB: f64 = 1_024.0;
const CATEGORIES: [&str; 4] = ["performance", "accessibility", "best-practices", "seo"];

/// The module, and all that a campaign's page loads, as brotli sends it.
pub(super) fn measure(addr: SocketAddr, campaign: &str, report: &mut Report) -> Result<()> {
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(sh::site().join("manifest.json"))?)?;
    let mut sum = 0.0;
    for name in ["wasm", "js", "css"] {
        let path = manifest.get(name).and_then(Value::as_str).context("the manifest names no such file")?;
        let packed = std::fs::metadata(sh::site().join(format!("{}.br", path.trim_start_matches('/'))))?;
        let kib = f64::from(u32::try_from(packed.len())?) / KIB;
        sum += kib;
        if name == "wasm" {
            report.at_most("the module, brotli", kib, "KiB", 260.0);
        } else {
            report.note(&format!("{name}, brotli"), &format!("{kib:>9.1} KiB"));
        }
    }
    let page = f64::from(u32::try_from(load::fetch(addr, &format!("/de/c/{campaign}"))?)?) / KIB;
    report.note("a campaign's page, as sent", &format!("{page:>9.1} KiB"));
    report.note("first visit without fonts", &format!("{:>9.1} KiB", sum + page));
    Ok(())
}

/// Lighthouse's mobile scores.
pub(super) fn lighthouse(consent: Consent, url: &str, campaign: &str, report: &mut Report) -> Result<()> {
    let chromium = install::chromium(consent)?;
    for path in ["/de".to_owned(), format!("/de/c/{campaign}"), "/de/discover".to_owned()] {
        let asked = sh::output(
            sh::program("npx")
                .current_dir(install::npm()?)
                .env("CHROME_PATH", &chromium)
                .args(["--yes", "lighthouse@12", &format!("{url}{path}"), "--quiet", "--output=json"])
                .arg("--chrome-flags=--headless --no-sandbox --disable-gpu"),
        );
        let scores: Value = match asked {
            Ok(text) => serde_json::from_str(&text)?,
            Err(error) => {
                report.note("Lighthouse", &format!("not measured: {error}"));
                return Ok(());
            }
        };
        for category in CATEGORIES {
            let score = scores.pointer(&format!("/categories/{category}/score")).and_then(Value::as_f64);
            report.at_least(&format!("{path}: {category}"), score.unwrap_or_default() * 100.0, 95.0);
        }
    }
    Ok(())
}
