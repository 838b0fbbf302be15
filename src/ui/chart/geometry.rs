//! Where things stand in a drawing. Whole numbers throughout: a drawing needs no more, and code that writes fractions
//! would be most of its weight. The unit is a CSS pixel on a narrow phone; a wider place enlarges all of it.

use std::ops::RangeInclusive;

/// The width of every drawing.
pub const WIDTH: i32 = 320;
/// The height of a line's drawing.
pub const HEIGHT: i32 = 212;
/// Where the lines of a line's drawing run: right of the numbers, above the days.
const ACROSS: RangeInclusive<i32> = 52..=306;
const UPRIGHT: RangeInclusive<i32> = 16..=168;
/// How far two numbers stand apart that can both be read, also in large mode.
const LINE_OF_TEXT: i32 = 24;

/// A way from numbers to places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    low: i32,
    high: i32,
    start: i32,
    end: i32,
}

impl Scale {
    /// From the smallest to the largest of these numbers, or none if there is none.
    pub fn over(numbers: impl IntoIterator<Item = i32>, start: i32, end: i32) -> Option<Self> {
        let mut numbers = numbers.into_iter();
        let first = numbers.next()?;
        let (low, high) = numbers.fold((first, first), |(low, high), number| (low.min(number), high.max(number)));
        Some(Self { low, high, start, end })
    }

    /// The place of a number; all places are the middle when all numbers are equal.
    pub fn place(self, number: i32) -> i32 {
        let (width, room) = (i64::from(self.high) - i64::from(self.low), i64::from(self.end - self.start));
        if width == 0 {
            return self.start + (self.end - self.start) / 2;
        }
        let past = (i64::from(number) - i64::from(self.low)) * room;
        // Half of the width is added before dividing, against the sign of the way, so that places are rounded.
        let rounded = (past * 2 + width * past.signum()) / (width * 2);
        self.start + i32::try_from(rounded).unwrap_or(0)
    }
}

/// A series of numbers over time with its usual band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// When and how much.
    pub points: Vec<(i32, i32)>,
    /// Lowest and highest usual number.
    pub usual: Option<(i32, i32)>,
}

/// One series as it is drawn: the data of three paths, and its band.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// From point to point.
    pub line: String,
    /// The points.
    pub points: String,
    /// The points outside the band once more.
    pub outside: String,
    /// Top and height of the band.
    pub band: Option<(i32, i32)>,
}

/// A drawing of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// Each series.
    pub drawn: Vec<Drawn>,
    /// Numbers beside the drawing and where each stands.
    pub ticks: Vec<(i32, i32)>,
}

/// Lines over one scale; none if there is no point.
pub fn lines(runs: &[Run]) -> Option<Lines> {
    let times = runs.iter().flat_map(|run| run.points.iter().map(|point| point.0));
    let across = Scale::over(times, *ACROSS.start(), *ACROSS.end())?;
    let edges: Vec<i32> = runs.iter().filter_map(|run| run.usual).flat_map(|(low, high)| [low, high]).collect();
    let numbers = || runs.iter().flat_map(|run| run.points.iter().map(|point| point.1));
    let upright = Scale::over(numbers().chain(edges.iter().copied()), *UPRIGHT.end(), *UPRIGHT.start())?;
    let extremes = || [numbers().max(), numbers().min()].into_iter().flatten().collect();
    let ticks = if edges.is_empty() { extremes() } else { edges };
    Some(Lines { drawn: runs.iter().map(|run| draw(run, across, upright)).collect(), ticks: legible(ticks, upright) })
}

fn draw(run: &Run, across: Scale, upright: Scale) -> Drawn {
    let mut drawn = Drawn::default();
    for (at, number) in &run.points {
        let place = [across.place(*at).to_string(), " ".to_owned(), upright.place(*number).to_string()].concat();
        drawn.line.push_str(if drawn.line.is_empty() { "M" } else { "L" });
        drawn.line.push_str(&place);
        // A line of no length with round ends is a point.
        let point = ["M", &place, "h0"].concat();
        drawn.points.push_str(&point);
        if run.usual.is_some_and(|(low, high)| *number < low || *number > high) {
            drawn.outside.push_str(&point);
        }
    }
    drawn.band = run.usual.map(|(low, high)| {
        let top = upright.place(high);
        (top, (upright.place(low) - top).max(1))
    });
    drawn
}

/// Those numbers that have room for a line of text, with their places, from the top.
fn legible(mut numbers: Vec<i32>, upright: Scale) -> Vec<(i32, i32)> {
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    let mut ticks: Vec<(i32, i32)> = Vec::new();
    for number in numbers {
        let place = upright.place(number);
        if ticks.last().is_none_or(|last| place - last.1 >= LINE_OF_TEXT) {
            ticks.push((number, place));
        }
    }
    ticks
}

/// How long each bar is; what is more than nothing can be seen.
pub fn lengths(sizes: &[i32], room: i32) -> Vec<i32> {
    let largest = sizes.iter().copied().max().unwrap_or(0).max(0);
    let Some(scale) = Scale::over([0, largest], 0, room).filter(|_| largest > 0) else { return vec![0; sizes.len()] };
    sizes.iter().map(|size| if *size > 0 { scale.place(*size).max(2) } else { 0 }).collect()
}

/// Where each share of a whole begins and how long it is; none if there is nothing to share. Each end is rounded, not
/// each length, so that together they are exactly the whole.
pub fn shares(sizes: &[i32], room: i32) -> Option<Vec<(i32, i32)>> {
    let whole = sizes.iter().fold(0i32, |sum, size| sum.saturating_add((*size).max(0)));
    let scale = Scale::over([0, whole], 0, room).filter(|_| whole > 0)?;
    let mut sum = 0i32;
    let mut share = |size: &i32| {
        let start = scale.place(sum);
        sum = sum.saturating_add((*size).max(0));
        (start, scale.place(sum) - start)
    };
    Some(sizes.iter().map(&mut share).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(points: &[(i32, i32)], usual: Option<(i32, i32)>) -> Run {
        Run { points: points.to_vec(), usual }
    }

    #[test]
    fn without_a_point_there_is_no_drawing() {
        assert_eq!(lines(&[]), None);
        assert_eq!(lines(&[run(&[], Some((90, 139)))]), None);
    }

    #[test]
    fn one_point_stands_in_the_middle_of_the_days() {
        let drawing = lines(&[run(&[(7, 120)], None)]).unwrap();
        assert_eq!(drawing.drawn[0].line, "M179 92");
        assert_eq!(drawing.drawn[0].points, "M179 92h0");
        assert_eq!(drawing.ticks, [(120, 92)]);
    }

    #[test]
    fn equal_points_are_a_level_line() {
        let drawing = lines(&[run(&[(0, 60), (1, 60), (2, 60)], None)]).unwrap();
        assert_eq!(drawing.drawn[0].line, "M52 92L179 92L306 92");
        assert_eq!(drawing.ticks, [(60, 92)]);
    }

    #[test]
    fn days_stand_apart_as_they_are_apart() {
        let drawing = lines(&[run(&[(0, 1), (1, 1), (4, 1)], None)]).unwrap();
        assert_eq!(drawing.drawn[0].line, "M52 92L116 92L306 92");
    }

    #[test]
    fn what_is_outside_the_band_is_marked_and_inside_the_drawing() {
        let drawing = lines(&[run(&[(0, 120), (1, 180), (2, 139)], Some((90, 139)))]).unwrap();
        let drawn = &drawing.drawn[0];
        assert_eq!(drawn.line, "M52 117L179 16L306 85");
        assert_eq!(drawn.outside, "M179 16h0");
        assert_eq!(drawn.band, Some((85, 83)));
        assert_eq!(drawing.ticks, [(139, 85), (90, 168)]);
    }

    #[test]
    fn two_series_share_a_scale() {
        let drawing = lines(&[run(&[(0, 140)], Some((90, 139))), run(&[(0, 40)], Some((60, 89)))]).unwrap();
        assert_eq!(drawing.drawn[0].points, "M179 16h0");
        assert_eq!(drawing.drawn[1].points, "M179 168h0");
        assert_eq!(drawing.ticks, [(139, 18), (90, 92), (60, 138)], "89 has no room below 90");
    }

    #[test]
    fn the_widest_numbers_do_not_overflow() {
        let drawing = lines(&[run(&[(i32::MIN, i32::MIN), (i32::MAX, i32::MAX)], None)]).unwrap();
        assert_eq!(drawing.drawn[0].line, "M52 168L306 16");
    }

    #[test]
    fn bars_are_as_long_as_their_numbers() {
        assert_eq!(lengths(&[], 300), [0; 0]);
        assert_eq!(lengths(&[0, 0], 300), [0, 0]);
        assert_eq!(lengths(&[7], 300), [300]);
        assert_eq!(lengths(&[50, 100, 0, -3], 300), [150, 300, 0, 0]);
        assert_eq!(lengths(&[1, 100_000], 300), [2, 300], "one is more than nothing");
    }

    #[test]
    fn shares_are_exactly_the_whole() {
        assert_eq!(shares(&[], 320), None);
        assert_eq!(shares(&[0, 0], 320), None);
        assert_eq!(shares(&[5], 320).unwrap(), [(0, 320)]);
        assert_eq!(shares(&[1, 1, 1], 320).unwrap(), [(0, 107), (107, 106), (213, 107)]);
        assert_eq!(shares(&[3, 0, 1], 320).unwrap(), [(0, 240), (240, 0), (240, 80)]);
    }
}
