//! Who calls us, and what each wants in its own words. Knows nothing of how a command does its work.

pub mod krm;
mod results;
pub mod kubectl;
pub mod helm;
