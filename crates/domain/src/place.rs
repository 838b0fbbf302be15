//! Where: estate → building → unit, a facility, or free words; optionally a point.

use serde::{Deserialize, Serialize};

use crate::finding::Findings;
use crate::{Code, FieldPath};

/// The place of a report. Ids are those of [`Estate`]; an id this server no longer knows is kept as it came, since a
/// device that was offline may hold an older list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Place {
    /// Estate id.
    #[serde(default)]
    pub estate: Option<String>,
    /// Building id within the estate.
    #[serde(default)]
    pub building: Option<String>,
    /// Unit within the building.
    #[serde(default)]
    pub unit: Option<String>,
    /// Free words, up to 200 characters: "by the north gate".
    #[serde(default)]
    pub words: Option<String>,
    /// A point in WGS 84 degrees.
    #[serde(default)]
    pub point: Option<Point>,
}

/// A position in WGS 84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Point {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}

/// An estate with its buildings, as a device needs it to offer a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Estate {
    /// Estate id, unique in the community.
    pub estate: String,
    /// Its name as people say it.
    #[serde(default)]
    pub name: String,
    /// Its buildings in order.
    pub buildings: Vec<Building>,
}

/// A building with its units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Building {
    /// Building id, unique in the estate.
    pub id: String,
    /// Its name as people say it.
    pub name: String,
    /// Names of its units in order; empty where it has only one entrance.
    #[serde(default)]
    pub units: Vec<String>,
}

const PLACE: FieldPath = FieldPath::new("/place");
/// Free words of the place.
pub const WORDS: FieldPath = FieldPath::new("/place/words");
const POINT: FieldPath = FieldPath::new("/place/point");
/// The estate of the place.
pub const ESTATE: FieldPath = FieldPath::new("/place/estate");
/// The building of the place.
pub const BUILDING: FieldPath = FieldPath::new("/place/building");
/// The unit of the place.
pub const UNIT: FieldPath = FieldPath::new("/place/unit");

/// Longest free words taken.
pub const WORDS_LENGTH: usize = 200;
const ID_LENGTH: usize = 80;

impl Place {
    /// Something must say where: an estate, words or a point. Ids and names of the list are one line; the words may be several.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::new();
        let words = self.words.as_deref().unwrap_or("").trim();
        let estate = self.estate.as_deref().unwrap_or("").trim();
        if words.is_empty() && estate.is_empty() && self.point.is_none() {
            findings.impossible(PLACE, Code::Required);
        }
        if words.chars().count() > WORDS_LENGTH {
            findings.impossible(WORDS, Code::TooLong);
        }
        for (field, id) in [(ESTATE, &self.estate), (BUILDING, &self.building), (UNIT, &self.unit)] {
            let id = id.as_deref().unwrap_or_default();
            if id.chars().count() > ID_LENGTH {
                findings.impossible(field, Code::TooLong);
            } else if id.chars().any(char::is_control) {
                findings.impossible(field, Code::Malformed);
            }
        }
        if let Some(point) = self.point
            && !((-90.0..=90.0).contains(&point.latitude) && (-180.0..=180.0).contains(&point.longitude))
        {
            findings.impossible(POINT, Code::OutOfRange);
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_the_list_is_short_and_has_no_control_characters() {
        let check = |text: &str, code| {
            for field in [ESTATE, BUILDING, UNIT] {
                let mut place = Place { words: Some("gate\nleft".to_owned()), ..Place::default() };
                let part = match field {
                    ESTATE => &mut place.estate,
                    BUILDING => &mut place.building,
                    _ => &mut place.unit,
                };
                *part = Some(text.to_owned());
                assert_eq!(place.check().error_of(field), code, "{field} {text:?}");
            }
        };
        check("1 栋", None);
        check("", None);
        check(&"x".repeat(ID_LENGTH + 1), Some(Code::TooLong));
        for text in ["a\0", "a\nb", "\u{7f}", "\u{85}"] {
            check(text, Some(Code::Malformed));
        }
    }
}
