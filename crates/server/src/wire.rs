//! How a body becomes a wire type, each fault named by the pointer of its field. Depends on nothing of the server, so that the
//! fuzz targets read with it as well.

use linli_domain::submission::{Submission, SubmissionKind};
use linli_domain::{Code, Problem};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Fields that hold an object or nothing. Serde would also take a list in field order, which is not the wire format.
const OBJECTS: [&str; 7] = ["/place", "/place/point", "/reporter", "/on_behalf_of", "/person", "/glucose", "/guardian"];

/// Reads a body as one of the forms.
///
/// # Errors
/// The one field at fault.
pub fn read(kind: SubmissionKind, body: &Value) -> Result<Submission, Problem> {
    if let Some(pointer) = OBJECTS.iter().find(|pointer| body.pointer(pointer).is_some_and(Value::is_array)) {
        return Err(Problem::field(*pointer, Code::WrongType));
    }
    match kind {
        SubmissionKind::Report => typed(body).map(Submission::Report),
        SubmissionKind::CheckIn => typed(body).map(Submission::CheckIn),
        SubmissionKind::SignUp => typed(body).map(Submission::SignUp),
    }
}

/// Reads a value as a wire type; a fault is named by the pointer of its field.
///
/// # Errors
/// One field: `required`, `wrong_type`, `out_of_range`, `malformed` or `bad_check_character`.
pub fn typed<T: DeserializeOwned>(body: &Value) -> Result<T, Problem> {
    // Serde takes a list for an object.
    if !body.is_object() {
        return Err(Problem::field("", Code::WrongType));
    }
    serde_path_to_error::deserialize(body).map_err(|error| {
        let mut pointer = pointer(error.path());
        let text = error.inner().to_string();
        let code = code(&text, &mut pointer);
        Problem::field(pointer, code)
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

/// Serde tells what went wrong in words only.
fn code(text: &str, pointer: &mut String) -> Code {
    if let Some(field) = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        pointer.push('/');
        pointer.push_str(field);
        return Code::Required;
    }
    if text.starts_with("invalid type: null") {
        Code::Required
    } else if text.starts_with("invalid type") || text.starts_with("data did not match any variant") {
        Code::WrongType
    } else if text.starts_with("invalid value: integer") {
        Code::OutOfRange
    } else if text.starts_with("bad check character") {
        Code::BadCheckCharacter
    } else {
        Code::Malformed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_fault_of_reading_has_its_pointer_and_code() {
        let good = json!({
            "community": "demo", "kind": "facility", "description": "路灯不亮", "place": {"words": "北门"},
            "made_at": "2026-11-21T09:30:00+08:00"
        });
        let check = |pointer: &str, value: Value, at: &str, code| {
            let mut body = good.clone();
            match pointer.rsplit_once('/') {
                Some(("", key)) => body[key] = value.clone(),
                Some((parent, key)) => body.pointer_mut(parent).unwrap()[key] = value.clone(),
                None => body = value.clone(),
            }
            let problem = read(SubmissionKind::Report, &body).unwrap_err();
            assert_eq!(problem, Problem::field(at, code), "{pointer} {value}");
        };
        assert!(read(SubmissionKind::Report, &good).is_ok());
        let whole = Problem::field("", Code::WrongType);
        assert_eq!(typed::<linli_domain::grid::StreetEdit>(&json!([])), Err(whole));
        check("/description", json!(5), "/description", Code::WrongType);
        check("/urgent", json!("yes"), "/urgent", Code::WrongType);
        check("/place/words", json!(5), "/place/words", Code::WrongType);
        check("/place", json!([]), "/place", Code::WrongType);
        check("/photos", json!(["a", 2]), "/photos/1", Code::WrongType);
        check("/made_at", json!("yesterday"), "/made_at", Code::Malformed);
        check("/made_at", json!(null), "/made_at", Code::Required);
        check("/channel", json!("pigeon"), "/channel", Code::Malformed);
        check("/receipt", json!("short"), "/receipt", Code::Malformed);
        check("/receipt", json!("00000000001Z"), "/receipt", Code::BadCheckCharacter);
        check("", json!([1]), "", Code::WrongType);
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove("made_at");
        assert_eq!(read(SubmissionKind::Report, &body).unwrap_err(), Problem::field("/made_at", Code::Required));
        let reading =
            json!({"person": {"name": "a", "phone": "1"}, "made_at": "2026-11-21T09:30:00+08:00", "pulse": -5});
        assert_eq!(read(SubmissionKind::CheckIn, &reading).unwrap_err(), Problem::field("/pulse", Code::OutOfRange));
    }
}
