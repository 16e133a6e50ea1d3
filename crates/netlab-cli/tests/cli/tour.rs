//! `netlab tour`.

use serde_json::Value;

use crate::harness::{run, stderr, stdout};

#[test]
fn every_step_does_what_it_should_and_the_total_counts_them() {
    let output = run(&["tour", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let objects: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (total, steps) = objects.split_last().unwrap();
    assert_eq!(total["steps"].as_u64().unwrap(), steps.len() as u64);
    assert_eq!(total["failed"], 0);
    for (index, step) in steps.iter().enumerate() {
        assert_eq!(step["step"].as_u64().unwrap(), index as u64 + 1);
        assert_eq!(step["ok"], true, "{step}");
        assert!(step["title"].is_string());
    }
}

#[test]
fn the_human_form_ends_with_one_line_a_step_and_a_total() {
    let output = run(&["tour"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let last = text.lines().last().unwrap();
    let steps: usize = last.split(' ').next().unwrap().parse().unwrap();
    assert!(
        last.starts_with(&format!("{steps} steps, 0 failed, ")),
        "{last}"
    );
    let summary = text.lines().filter(|line| line.starts_with("ok  ")).count();
    assert_eq!(summary, steps);
}
