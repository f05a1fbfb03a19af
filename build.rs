//! Rebuilds the binary when the shipped schema changes: it carries a copy.

fn main() {
    println!("cargo::rerun-if-changed=schema");
    println!("cargo::rerun-if-changed=migrations.toml");
}
