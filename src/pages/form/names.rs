//! Under which name the draft of a form is kept, and which form a name stands for. What staff fill in for somebody is in nobody's
//! list.

use linli_domain::submission::SubmissionKind;

use crate::routes::{Begun, Route, Step};

const SIGN_UP: &str = "sign-up-";
const CHECK_IN: &str = "check-in";
const REPORT: &str = "report";
/// As long as a record id is as text.
const ID: usize = 36;

/// Of a draft: which form it belongs to, and where it is gone on with. A correction has none, being listed already as what
/// it corrects.
pub fn form_of(name: &str) -> Option<(SubmissionKind, Route)> {
    let step = Step::Fields;
    if let Some(rest) = name.strip_prefix(SIGN_UP) {
        let (activity, rest) = (rest.get(..ID)?.parse().ok()?, rest.get(ID..)?);
        return Some((SubmissionKind::SignUp, Route::SignUp { activity, step, begun: begun(rest)? }));
    }
    if let Some(rest) = name.strip_prefix(CHECK_IN) {
        return Some((SubmissionKind::CheckIn, Route::CheckIn { step, begun: begun(rest)? }));
    }
    let rest = name.strip_prefix(REPORT)?;
    Some((SubmissionKind::Report, Route::Report { step, begun: begun(rest)? }))
}

fn begun(rest: &str) -> Option<Begun> {
    match rest.strip_prefix('-') {
        Some(receipt) => receipt.parse().ok().map(Begun::FromPaper),
        None => rest.is_empty().then_some(Begun::Anew),
    }
}

/// The name of the draft of a form.
pub fn name_of(form: &str, begun: Begun) -> String {
    match begun {
        Begun::Anew => form.to_owned(),
        Begun::ToCorrect(id) => ["correct-", &id.to_string()].concat(),
        Begun::OnBehalf(id) => [form, "-for-", &id.to_string()].concat(),
        Begun::FromPaper(receipt) => [form, "-", &receipt.to_string()].concat(),
    }
}

#[cfg(test)]
mod tests {
    use linli_domain::{Receipt, RecordId};

    use super::*;

    #[test]
    fn every_form_is_found_by_the_name_of_its_draft() {
        let id = RecordId::new(1_700_000_000_000, [7; 10]);
        let sign_up = SIGN_UP.to_owned() + &id.to_string();
        for begun in [Begun::Anew, Begun::FromPaper(Receipt::new(7))] {
            let step = Step::Fields;
            let check =
                |form: &str, kind, route| assert_eq!(form_of(&name_of(form, begun)), Some((kind, route)), "{form}");
            check(REPORT, SubmissionKind::Report, Route::Report { step, begun });
            check(CHECK_IN, SubmissionKind::CheckIn, Route::CheckIn { step, begun });
            check(&sign_up, SubmissionKind::SignUp, Route::SignUp { activity: id, step, begun });
        }
        for other in [
            name_of(REPORT, Begun::ToCorrect(id)),
            name_of(REPORT, Begun::OnBehalf(id)),
            "reports".to_owned(),
            "sign-up-x".to_owned(),
            String::new(),
        ] {
            assert_eq!(form_of(&other), None, "{other}");
        }
    }
}
