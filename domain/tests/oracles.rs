//! Results that other people's software computed, reproduced. They are found by `MULTITUDE_ORACLES`, by
//! default beside the repository; without them only the goldens in the modules run, and in CI that is an
//! error.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::explicit_write, reason = "the test runner would swallow what println! says")]

use std::io::Write as _;
use std::path::PathBuf;

use multitude_domain::apportion::apportion;
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
