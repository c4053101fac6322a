//! Codes that cameras read (QR, ISO/IEC 18004), drawn in the size of a QR-bill's: 46 mm, error correction M.

use core::fmt::Write as _;

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

/// The side of the code, in tenths of a millimetre.
const SIDE: f64 = 460.0;
/// The smallest version that is drawn, and the largest of a QR-bill. Four modules of the smallest fit into the
/// 5 mm that stay empty around every code.
const VERSIONS: [u8; 2] = [5, 25];
/// The Swiss cross of a QR-bill, 7 mm with its white edge: its ground, and the cross itself.
const CROSS_EDGE: &str = "M245 245h70v70h-70z";
const CROSS_GROUND: &str = "M250 250h60v60h-60z";
const CROSS: &str = "M274 260h12v14h14v12h-14v14h-12v-14h-14v-12h14z";

/// What stands in the middle of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QrMark {
    /// Nothing: all of it can be read.
    None,
    /// The Swiss cross of a QR-bill; error correction reads what is under it.
    SwissCross,
}

/// The code of a text as an image with this label; none where the text is too long for one. It is black on
/// white in every theme: many readers know no other.
pub(crate) fn qr_code(text: &str, mark: QrMark, label: String) -> Option<AnyView> {
    let (modules, path) = drawn(text)?;
    let cross = (mark == QrMark::SwissCross).then(|| {
        view! {
            <path class="qr-code__ground" d=CROSS_EDGE></path>
            <path class="qr-code__ink" d=CROSS_GROUND></path>
            <path class="qr-code__ground" d=CROSS></path>
        }
    });
    Some(
        view! {
            <svg
                class="qr-code"
                viewBox="0 0 560 560"
                width="56mm"
                height="56mm"
                role="img"
                aria-label=label
                focusable="false"
            >
                <rect class="qr-code__ground" width="560" height="560"></rect>
                <path
                    class="qr-code__ink"
                    shape-rendering="crispEdges"
                    transform=format!("translate(50 50) scale({})", SIDE / f64::from(modules))
                    d=path
                ></path>
                {cross}
            </svg>
        }
        .into_any(),
    )
}

/// How many modules a side of a text's code has, and its dark ones as a path of runs from left to right.
fn drawn(text: &str) -> Option<(i32, String)> {
    let [smallest, largest] = VERSIONS.map(Version::new);
    let bytes = [QrSegment::make_bytes(text.as_bytes())];
    let level = QrCodeEcc::Medium;
    let code = QrCode::encode_segments_advanced(&bytes, level, smallest, largest, None, false).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            // Beside the code everything is light.
            let run = (x..code.size()).take_while(|at| code.get_module(*at, y)).fold(0, |run, _| run + 1);
            if run > 0 {
                // A text takes whatever is written to it.
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run + 1;
        }
    }
    Some((code.size(), path))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use multitude_domain::money::{Currency, Money};
    use multitude_domain::transfer::{CreditorReference, Party, TransferCode};

    /// So many pixels in a tenth of a millimetre.
    const PIXELS: usize = 2;

    /// The codes of a drawing, as another program finds and reads them: error correction and text.
    fn read(text: &str, mark: QrMark) -> Vec<(u16, String)> {
        let (modules, path) = drawn(text).unwrap();
        let side = usize::try_from(modules).unwrap();
        let mut is_dark = vec![vec![false; side]; side];
        for run in path.split_terminator('z') {
            let (start, rest) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().unwrap());
            is_dark[y][x..x + length].fill(true);
        }
        let is_within = |at: usize, from: usize, to: usize| (from..to).contains(&at);
        let cross = |x, y| {
            let arm = |along, across| is_within(along, 260, 300) && is_within(across, 274, 286);
            is_within(x, 250, 310) && is_within(y, 250, 310) && !arm(x, y) && !arm(y, x)
        };
        let is_ink = |x, y| {
            if mark == QrMark::SwissCross && is_within(x, 245, 315) && is_within(y, 245, 315) {
                cross(x, y)
            } else if is_within(x, 50, 510) && is_within(y, 50, 510) {
                is_dark[(y - 50) * side / 460][(x - 50) * side / 460]
            } else {
                false
            }
        };
        let (width, pixel) = (560 * PIXELS, |x, y| if is_ink(x / PIXELS, y / PIXELS) { 0 } else { 255 });
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, width, pixel);
        let found = image.detect_grids();
        found.iter().map(|grid| grid.decode().map(|(meta, text)| (meta.ecc_level, text)).unwrap()).collect()
    }

    /// Error correction M, as codes write it.
    const MEDIUM: u16 = 0;

    fn transfer(iban: &str, currency: Currency) -> String {
        let holder = Party {
            name: "Zoë Müller · Verein für Größe, Ætheria und anderes".to_owned(),
            street: "Chaussée de l'Église".to_owned(),
            building: "113B".to_owned(),
            postcode: "2000".to_owned(),
            town: "Neuchâtel".to_owned(),
            country: "CH".to_owned(),
        };
        let reference = CreditorReference::of("0C1D2E3F4A5B").unwrap();
        let amount = Money::new(123_456_750, currency);
        TransferCode::new(&holder, &iban.parse().unwrap(), amount, &reference).unwrap().payload
    }

    #[test]
    fn another_program_reads_what_was_drawn() {
        let bill = transfer("CH9300762011623852957", Currency::CHF);
        assert_eq!(read(&bill, QrMark::SwissCross), [(MEDIUM, bill)]);
        let epc = transfer("DE89370400440532013000", Currency::EUR);
        assert_eq!(read(&epc, QrMark::None), [(MEDIUM, epc)]);
    }

    #[test]
    fn longest_bill_can_be_drawn_and_read() {
        let text = "Ab".repeat(452);
        assert_eq!(read(&text, QrMark::SwissCross), [(MEDIUM, text)]);
        assert!(drawn(&"a".repeat(997)).is_some());
        assert!(drawn(&"a".repeat(998)).is_none());
    }

    /// The payloads that other programs wrote, where they are here; `domain/tests/oracles.rs` says how they are
    /// found.
    fn oracles(file: &str) -> Vec<String> {
        let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/oracles");
        let folder = std::env::var_os("MULTITUDE_ORACLES").map_or(beside, PathBuf::from);
        let lines = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        let payload = |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["payload"].clone();
        lines.lines().map(|line| payload(line).as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn oracle_payloads_are_read_as_they_are() {
        let files =
            [("swiss_qr_payloads.jsonl", QrMark::SwissCross), ("epc_qr_payloads.jsonl", QrMark::None)];
        for (file, mark) in files {
            for payload in oracles(file) {
                assert_eq!(read(&payload, mark), [(MEDIUM, payload)]);
            }
        }
    }

    #[test]
    fn four_modules_around_a_code_stay_empty() {
        let (modules, _) = drawn("a").unwrap();
        assert!(4.0 * SIDE / f64::from(modules) <= 50.0);
    }
}
