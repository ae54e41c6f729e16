//! The flags as a layer. Knows nothing of how they are read.

use super::{Reading, RunOption};
use crate::wireguard::settings::Setting;

/// Flags with the values that were typed.
pub type Typed<T> = [(&'static T, Vec<String>)];

/// The flags as a layer.
pub fn from_flags(settings: &Typed<Setting>, options: &Typed<RunOption>) -> Reading {
    let mut reading = Reading::default();
    for (setting, values) in settings {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        reading.set(setting, &values, None, &format!("--{}", setting.name));
    }
    for (option, values) in options {
        let flag = format!("--{}", option.name);
        // A variable of a script that is not set makes a value empty, and then it would select everything.
        if !option.slot.is_list() && values.iter().all(|value| value.trim().is_empty()) {
            reading.error(None, format!("`{flag}`: the value is empty"));
        } else {
            reading.set_option(option, values.iter().map(String::as_str), None, &flag);
        }
    }
    reading
}
