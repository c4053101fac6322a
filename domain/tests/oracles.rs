//! Results that other people's software computed, reproduced. They are found by `MULTITUDE_ORACLES`, by
//! default beside the repository; without them only the goldens in the modules run, and in CI that is an
//! error.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::explicit_write, reason = "the test runner would swallow what println! says")]

use std::io::Write as _;
use std::path::PathBuf;

use multitude_domain::apportion::apportion;
use multitude_domain::money::{Currency, Money, parse_decimal};
use multitude_domain::transfer::{
    CharacterSet, CreditorReference, EpcTransfer, Iban, IbanError, Party, QrBill, QrBillError, QrReference,
    Reference, ReferenceError, Remittance, check_reference,
};
use serde_json::Value;

/// The lines of one file, or nothing where the folder is not here.
fn cases(file: &str) -> Vec<Value> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/oracles");
    let folder = std::env::var_os("MULTITUDE_ORACLES").map_or(beside, PathBuf::from);
    match std::fs::read_to_string(folder.join(file)) {
        Ok(text) if text.trim().is_empty() => panic!("{file} in MULTITUDE_ORACLES has no cases"),
        Ok(text) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "no {file} in MULTITUDE_ORACLES, which CI must have: {error}"
            );
            Vec::new()
        }
    }
}

/// Straight to the terminal: the number belongs in every run's output.
fn report(file: &str, count: usize) {
    writeln!(std::io::stderr(), "oracles: {count} cases of {file} reproduced").unwrap();
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect()
}

#[test]
fn oracle_apportionment() {
    let cases = cases("apportionment.jsonl");
    for case in &cases {
        let parts = apportion(case["total"].as_u64().unwrap(), &numbers(&case["weights"]));
        match &case["expected"] {
            Value::Null => assert!(parts.is_err(), "{}", case["id"]),
            expected => assert_eq!(parts, Ok(numbers(expected)), "{}", case["id"]),
        }
    }
    report("apportionment.jsonl", cases.len());
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn reason(error: ReferenceError, of_format: &'static str, of_digits: &'static str) -> &'static str {
    match error {
        ReferenceError::Format => of_format,
        ReferenceError::Length => "length",
        ReferenceError::CheckDigits => of_digits,
    }
}

/// The electronic and the printed form of a reference; what is wrong with it.
fn read_reference(kind: &str, input: &str) -> Result<(String, String), &'static str> {
    if kind == "qrr" {
        let read =
            input.parse::<QrReference>().map_err(|error| reason(error, "not_digits", "check_digit"))?;
        Ok((read.as_str().to_owned(), read.to_string()))
    } else {
        let read =
            input.parse::<CreditorReference>().map_err(|error| reason(error, "format", "check_digits"))?;
        Ok((read.as_str().to_owned(), read.to_string()))
    }
}

fn same_reference(case: &Value, kind: &str) {
    let expected = match case["valid"].as_bool() {
        Some(true) => Ok((text(&case["normalized"]), text(&case["formatted"]))),
        _ => Err(case["reason"].as_str().unwrap()),
    };
    assert_eq!(read_reference(kind, case["input"].as_str().unwrap()), expected, "{}", case["id"]);
}

fn same_iban(case: &Value) {
    let read = case["input"].as_str().unwrap().parse::<Iban>();
    let known = read.as_ref().ok().map(|iban| {
        (iban.as_str().to_owned(), iban.country().to_owned(), iban.institution(), iban.is_qr_iban())
    });
    let error = read.err().map(|error| match error {
        IbanError::Character => "InvalidStructure",
        IbanError::Country => "InvalidCountryCode",
        IbanError::Length { .. } => "InvalidLength",
        IbanError::CheckDigits => "InvalidChecksumDigits",
    });
    let expected = (case["valid"] == true).then(|| {
        let institution = case["iid"].as_u64().and_then(|number| u32::try_from(number).ok());
        (text(&case["normalized"]), text(&case["country"]), institution, case["qr_iban"] == true)
    });
    assert_eq!((known, error), (expected, case["schwifty_error"].as_str()), "{}", case["id"]);
}

/// A reference as a bill's fields name it: QR references have digits only.
fn reference(value: &Value) -> Reference {
    match value.as_str() {
        None => Reference::None,
        Some(text) if text.starts_with("RF") => Reference::Creditor(text.parse().unwrap()),
        Some(text) => Reference::Qr(text.parse().unwrap()),
    }
}

fn same_combination(case: &Value) {
    let reference = reference(&case["reference"]);
    let checked = check_reference(&case["iban"].as_str().unwrap().parse().unwrap(), &reference);
    let expected = match case["reason"].as_str() {
        None => Ok(()),
        Some("A QR-IBAN requires a QRR reference number") => Err(QrBillError::NeedsQrReference),
        Some("A QRR reference number is only allowed for a QR-IBAN") => Err(QrBillError::NeedsQrIban),
        Some(other) => panic!("{}: {other}", case["id"]),
    };
    assert_eq!(checked, expected, "{}", case["id"]);
    let kind = case["reference_type"].as_str();
    assert!(kind.is_none_or(|kind| kind == reference.kind()), "{}", case["id"]);
}

#[test]
fn oracle_payment_references() {
    let cases = cases("payment_references.jsonl");
    for case in &cases {
        match case["kind"].as_str().unwrap() {
            "iban" => same_iban(case),
            "combination" => same_combination(case),
            kind => same_reference(case, kind),
        }
    }
    report("payment_references.jsonl", cases.len());
}

fn money(amount: &Value, currency: &str) -> Money {
    parse_decimal(amount.as_str().unwrap(), currency.parse().unwrap()).unwrap()
}

fn party(fields: &Value) -> Party {
    Party {
        name: text(&fields["name"]),
        street: text(&fields["street"]),
        building: text(&fields["house_num"]),
        postcode: text(&fields["pcode"]),
        town: text(&fields["city"]),
        country: text(&fields["country"]),
    }
}

#[test]
fn oracle_swiss_qr_payloads() {
    let cases = cases("swiss_qr_payloads.jsonl");
    for case in &cases {
        let fields = &case["fields"];
        let bill = QrBill {
            account: fields["account"].as_str().unwrap().parse().unwrap(),
            creditor: party(&fields["creditor"]),
            amount: money(&fields["amount"], fields["currency"].as_str().unwrap()),
            debtor: fields["debtor"].is_object().then(|| party(&fields["debtor"])),
            reference: reference(&fields["reference"]),
            message: text(&fields["unstructured_message"]),
            billing_information: text(&fields["billing_information"]),
            alternative_procedures: fields["alternative_procedures"]
                .as_array()
                .unwrap()
                .iter()
                .map(text)
                .collect(),
        };
        assert_eq!(bill.payload().unwrap(), case["payload"].as_str().unwrap(), "{}", case["id"]);
    }
    report("swiss_qr_payloads.jsonl", cases.len());
}

#[test]
fn oracle_epc_qr_payloads() {
    let cases = cases("epc_qr_payloads.jsonl");
    for case in &cases {
        let fields = &case["fields"];
        let remittance = match fields["reference"].as_str() {
            Some(reference) => Remittance::Reference(reference.parse().unwrap()),
            None => Remittance::Text(text(&fields["text"])),
        };
        let transfer = EpcTransfer {
            character_set: match fields["encoding"].as_str() {
                Some("iso-8859-1") => CharacterSet::Latin1,
                _ => CharacterSet::Utf8,
            },
            bic: text(&fields["bic"]),
            holder: text(&fields["name"]),
            account: fields["iban"].as_str().unwrap().parse().unwrap(),
            amount: money(&fields["amount"], Currency::EUR.code()),
            purpose: text(&fields["purpose"]),
            remittance,
        };
        assert_eq!(transfer.payload().unwrap(), case["payload"].as_str().unwrap(), "{}", case["id"]);
    }
    report("epc_qr_payloads.jsonl", cases.len());
}
