//! Reads SQL text without a server: tokens, statements, positions, hashes, quoting.
