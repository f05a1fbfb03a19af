//! Finds out which database is meant, and connects to it.
