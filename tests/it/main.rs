//! One binary for all tests that need a server or the program itself.
