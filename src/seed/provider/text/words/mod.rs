//! Lists of words.

mod geography;
mod kinds;
mod machines;
mod names;
mod sentences;
mod things;

pub(in crate::seed::provider) use geography::*;
pub(in crate::seed::provider) use kinds::*;
pub(in crate::seed::provider) use machines::*;
pub(in crate::seed::provider) use names::*;
pub(in crate::seed::provider) use sentences::*;
pub(in crate::seed::provider) use things::*;
