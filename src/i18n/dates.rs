//! Dates as people say them: today, tomorrow 09:30, a month and day with its weekday. The lunar date comes from the
//! browser, which has the calendar.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Timelike};
use js_sys::{Array, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::{language, words};

/// A moment as dates are kept everywhere.
pub type Moment = DateTime<FixedOffset>;

/// The day: today, tomorrow, yesterday, or month, day and weekday.
pub fn day(at: Moment, now: Moment) -> String {
    let date = at.with_timezone(now.offset()).date_naive();
    let today = now.date_naive();
    if date == today {
        words::date::today().to_owned()
    } else if date == today + TimeDelta::days(1) {
        words::date::tomorrow().to_owned()
    } else if date == today - TimeDelta::days(1) {
        words::date::yesterday().to_owned()
    } else {
        calendar_day(at.with_timezone(now.offset()))
    }
}

/// Month, day and weekday.
pub fn calendar_day(at: Moment) -> String {
    // A month is no number everywhere.
    let month = words::date::months().split(' ').nth(at.month0() as usize).unwrap_or_default();
    words::date::month_day(&at.day(), &month, &weekday(at))
}

/// The day with its year, for what lasts.
pub fn day_of_year(day: NaiveDate) -> String {
    let month = words::date::months().split(' ').nth(day.month0() as usize).unwrap_or_default();
    words::date::day_of_year(&day.day(), &month, &day.year())
}

/// The time of day.
pub fn clock(at: Moment, now: Moment) -> String {
    let at = at.with_timezone(now.offset());
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Day and time of day.
pub fn moment(at: Moment, now: Moment) -> String {
    [&day(at, now), " ", &clock(at, now)].concat()
}

/// Day, beginning and end.
pub fn span(from: Moment, to: Moment, now: Moment) -> String {
    [&moment(from, now), "–", &clock(to, now)].concat()
}

/// Whether both are on the same day where this device is.
pub fn same_day(a: Moment, b: Moment, now: Moment) -> bool {
    a.with_timezone(now.offset()).date_naive() == b.with_timezone(now.offset()).date_naive()
}

/// The day by the Chinese calendar, such as 十月初三; empty where the browser does not know it, and in a language that does
/// not count by it.
pub fn lunar(at: Moment) -> String {
    let options = Object::new();
    for (name, value) in [("month", "long"), ("day", "numeric")] {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let locales = Array::of1(&JsValue::from_str(&[language::spoken().tag(), "-u-ca-chinese"].concat()));
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64(at.timestamp_millis() as f64));
    let parts = Intl::DateTimeFormat::new(&locales, &options).format_to_parts(&date);
    let day = part(&parts, "day").and_then(|day| day.parse::<usize>().ok());
    let day = day.and_then(|day| words::date::lunar_days().split(' ').nth(day.checked_sub(1)?));
    match (part(&parts, "month"), day) {
        (Some(month), Some(day)) => month + day,
        _ => String::new(),
    }
}

/// The value of one part of a formatted date.
fn part(parts: &Array, wanted: &str) -> Option<String> {
    let text = |part: &JsValue, name: &str| Reflect::get(part, &JsValue::from_str(name)).ok()?.as_string();
    parts.iter().find(|part| text(part, "type").as_deref() == Some(wanted)).and_then(|part| text(&part, "value"))
}

fn weekday(at: Moment) -> &'static str {
    match at.weekday().num_days_from_monday() {
        0 => words::weekday::monday(),
        1 => words::weekday::tuesday(),
        2 => words::weekday::wednesday(),
        3 => words::weekday::thursday(),
        4 => words::weekday::friday(),
        5 => words::weekday::saturday(),
        _ => words::weekday::sunday(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_near_by_are_called_by_their_names() {
        let now: Moment = "2026-11-21T23:30:00+08:00".parse().unwrap();
        let check = |at: &str, expected: &str| assert_eq!(moment(at.parse().unwrap(), now), expected);
        check("2026-11-21T09:05:00+08:00", "今天 09:05");
        check("2026-11-21T16:30:00+00:00", "明天 00:30");
        check("2026-11-20T09:30:00+08:00", "昨天 09:30");
        check("2026-11-29T09:30:00+08:00", "11月29日 星期日 09:30");
    }
}
