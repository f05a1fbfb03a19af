//! Times commands, and shows the results.

use std::fmt;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// A line of the result.
pub struct Row {
    name: String,
    ours_ms: f64,
    theirs_ms: f64,
    ratio: f64,
}

impl Row {
    /// Returns the line of pairs of times in milliseconds: ours, and the other's.
    pub fn of(name: &str, samples: &[(f64, f64)]) -> Self {
        let of =
            |pick: fn(&(f64, f64)) -> f64| median(&samples.iter().map(pick).collect::<Vec<_>>());
        Self {
            name: name.to_owned(),
            ours_ms: of(|sample| sample.0),
            theirs_ms: of(|sample| sample.1),
            ratio: of(|sample| sample.0 / sample.1),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<34} {:>8.1} ms {:>8.1} ms {:>7.2}",
            self.name, self.ours_ms, self.theirs_ms, self.ratio
        )
    }
}

/// The middle of some numbers.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Runs a command to its end and returns how long it took, in milliseconds.
pub fn time(command: &mut Command) -> f64 {
    let started = Instant::now();
    let output = command.output().expect("the command starts");
    let took = started.elapsed().as_secs_f64() * 1000.0;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    took
}

/// Runs a script with one psql, and returns how long it took, in milliseconds.
pub fn psql(url: &str, script: &str) -> f64 {
    let mut file = tempfile::NamedTempFile::new().expect("a script");
    file.write_all(script.as_bytes()).expect("the script");
    let mut command = program("psql");
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f"]);
    command.arg(file.path()).arg(url);
    time(&mut command)
}

/// Returns a program of PostgreSQL itself: Debian's `psql` is a script that finds it, which takes
/// longer than its work.
pub fn program(name: &str) -> Command {
    let env = crmdb::server::Env::of_process();
    let programs = crmdb::server::Programs::find(&env, &mut |_| {}).expect("server programs");
    let beside = programs.bin.join(name);
    Command::new(if beside.exists() { beside } else { name.into() })
}

/// Runs a command to its end and returns the most memory it had, in MiB.
pub fn peak_memory(command: &mut Command) -> f64 {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    while child.try_wait().expect("the child").is_none() {
        let status = std::fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        peak = kib.map_or(peak, |kib| kib / 1024.0);
    }
    peak
}
