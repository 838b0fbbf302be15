//! Measured values in words: with their unit and what they mean, never alone.

use linli_domain::check_in::{CheckIn, GlucoseWhen, Level, Thresholds};

use super::words;

/// What a level means.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::ActLow => words::level::act_low(),
        Level::Low => words::level::low(),
        Level::Usual => words::level::usual(),
        Level::High => words::level::high(),
        Level::ActHigh => words::level::act_high(),
    }
}

/// When glucose was taken.
pub fn glucose_when(when: GlucoseWhen) -> &'static str {
    match when {
        GlucoseWhen::Fasting => words::glucose_when::fasting(),
        GlucoseWhen::AfterMeal => words::glucose_when::after_meal(),
        GlucoseWhen::Random => words::glucose_when::random(),
    }
}

/// A mood or a night's sleep, 1 to 5.
pub fn feeling(value: u8) -> &'static str {
    match value {
        1 => words::feeling::very_bad(),
        2 => words::feeling::bad(),
        3 => words::feeling::so_so(),
        4 => words::feeling::good(),
        _ => words::feeling::very_good(),
    }
}

/// The pressure of a check-in with what it means.
pub fn pressure(check_in: &CheckIn, bands: &Thresholds) -> Option<String> {
    let (systolic, diastolic) = (check_in.systolic?, check_in.diastolic?);
    let level = level(bands.pressure(systolic, diastolic));
    Some(words::check_in::pressure_reads(&diastolic, &level, &systolic))
}

/// The same in a few words, where its heading says what it is.
pub fn pressure_short(check_in: &CheckIn, bands: &Thresholds) -> Option<String> {
    let (systolic, diastolic) = (check_in.systolic?, check_in.diastolic?);
    let level = level(bands.pressure(systolic, diastolic));
    Some(words::check_in::pressure_short(&diastolic, &level, &systolic))
}
