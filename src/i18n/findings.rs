//! Codes in words: why a field was noticed, why something was refused. The words of a field come before the general
//! ones: `/person/phone` with `malformed` is looked up as `person.phone.malformed`, `phone.malformed`, `malformed`.

use linli_domain::{Code, Problem, ProblemCode};

use super::language::{fill, text};
use super::words;

type Table = [(usize, &'static str, &'static str)];

/// What is wrong with a field, and what to do.
pub fn error(pointer: &str, code: Code) -> &'static str {
    look_up(words::ERROR, pointer, code.as_str())
        .or_else(|| look_up(words::ERROR, "", Code::Other.as_str()))
        .unwrap_or_default()
}

/// The question to ask about an unusual value.
pub fn doubt(pointer: &str, code: Code, value: &str) -> String {
    let text = look_up(words::DOUBT, pointer, code.as_str()).unwrap_or_default();
    fill(text, &[("value", &value)])
}

/// Why the server refused a submission.
pub fn refusal(problem: &Problem) -> &'static str {
    match problem.code {
        ProblemCode::Invalid => words::problem::invalid(),
        ProblemCode::IdTaken => words::problem::id_taken(),
        ProblemCode::ChangedMeanwhile => words::problem::changed_meanwhile(),
        ProblemCode::TooLarge => words::problem::too_large(),
        ProblemCode::SignedOut => words::problem::signed_out(),
        ProblemCode::WrongCredentials => words::problem::wrong_credentials(),
        ProblemCode::CodeNeeded => words::problem::code_needed(),
        ProblemCode::ActingOver => words::residents::over(),
        ProblemCode::Forbidden | ProblemCode::ForeignOrigin => words::problem::forbidden(),
        ProblemCode::NotFound => words::problem::not_found(),
        ProblemCode::TooManyRequests => words::problem::too_many_requests(),
        ProblemCode::Unavailable => words::problem::unavailable(),
        ProblemCode::Malformed
        | ProblemCode::UnsupportedMediaType
        | ProblemCode::MethodNotAllowed
        | ProblemCode::Internal
        | ProblemCode::Other => words::problem::internal(),
    }
}

fn look_up(table: &Table, pointer: &str, code: &str) -> Option<&'static str> {
    let field = pointer.trim_start_matches('/').replace('/', ".");
    let last = field.rsplit('.').next().unwrap_or_default();
    [[&field, ".", code].concat(), [last, ".", code].concat(), code.to_owned()].iter().find_map(|key| {
        let at = table.binary_search_by(|(_, known, _)| (*known).cmp(key.as_str())).ok()?;
        let (place, _, compiled_in) = table[at];
        Some(text(place, compiled_in))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_blocks_has_words() {
        let codes = [
            Code::Required,
            Code::WrongType,
            Code::Malformed,
            Code::NotANumber,
            Code::OutOfRange,
            Code::TooLong,
            Code::TooMany,
            Code::UnknownKind,
            Code::WrongCommunity,
            Code::InFuture,
            Code::BelowDiastolic,
            Code::NothingGiven,
            Code::UnknownConsent,
            Code::UnknownActivity,
            Code::UnknownSession,
            Code::SignUpClosed,
            Code::ConsentNeeded,
            Code::ConsentWithdrawn,
            Code::UnknownPerson,
            Code::BadCheckCharacter,
            Code::ReceiptTaken,
            Code::UnknownHouseholdCode,
            Code::PhoneTaken,
            Code::EasilyGuessed,
            Code::ClaimedByAnother,
            Code::TooShort,
            Code::UnknownPinCode,
            Code::WrongPassword,
            Code::WrongCode,
            Code::UnknownGrid,
            Code::LastAdmin,
            Code::Repeated,
            Code::BeforeBeginning,
            Code::NameTaken,
            Code::UnknownPlace,
            Code::InUse,
            Code::PartTaken,
            Code::MissingColumn,
            Code::Contradicted,
            Code::UnknownPairingCode,
            Code::Other,
        ];
        for code in codes {
            assert!(look_up(words::ERROR, "", code.as_str()).is_some(), "{code:?}");
        }
    }

    #[test]
    fn every_unusual_measure_has_a_question() {
        for field in ["systolic", "diastolic", "pulse", "glucose/value", "temperature", "oxygen", "weight"] {
            for code in [Code::UnusuallyHigh, Code::UnusuallyLow] {
                let asked = doubt(field, code, "190");
                assert!(asked.contains("190"), "{field} {code:?}: {asked}");
            }
        }
    }

    #[test]
    fn the_words_of_a_field_come_first() {
        assert_ne!(error("/systolic", Code::OutOfRange), error("/pulse", Code::OutOfRange));
        assert_eq!(error("/guardian/phone", Code::Malformed), error("/reporter/phone", Code::Malformed));
        assert_ne!(error("/reporter/phone", Code::Malformed), error("", Code::Malformed));
    }
}
