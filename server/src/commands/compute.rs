//! `compute`: the rules of the domain on lines of JSON, one answer a line.

use std::io::{BufRead, Write};

use multitude_domain::apportion::apportion;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::Method;

#[derive(Deserialize)]
struct Split {
    total: u64,
    weights: Vec<u64>,
}

/// Answers every line of `input`; a line that is not understood is answered with its error.
///
/// # Errors
/// Where reading or writing fails.
pub(crate) fn compute(method: Method, input: impl BufRead, mut output: impl Write) -> std::io::Result<()> {
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match method {
            Method::Apportionment => split(&line),
        };
        writeln!(output, "{answer}")?;
    }
    Ok(())
}

fn split(line: &str) -> Value {
    let parsed: Result<Split, _> = serde_json::from_str(line);
    match parsed.map(|split| apportion(split.total, &split.weights)) {
        Ok(Ok(parts)) => json!({ "expected": parts }),
        Ok(Err(error)) => json!({ "expected": null, "error": error.to_string() }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_answered_one_by_one() {
        let input = "{\"total\":100,\"weights\":[1,1,1]}\n\n{\"total\":5,\"weights\":[0]}\nx\n";
        let mut output = Vec::new();
        compute(Method::Apportionment, input.as_bytes(), &mut output).unwrap();
        let lines: Vec<Value> = String::from_utf8(output)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines[0]["expected"], json!([34, 33, 33]));
        assert_eq!(lines[1]["error"], "all weights are zero");
        assert!(lines[2]["error"].is_string());
    }
}
