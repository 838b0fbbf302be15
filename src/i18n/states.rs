//! Where a submission, a sign-up door or the courier stands, in words.

use linli_domain::activity::SignUpDoor;
use linli_domain::sign_up::Role;
use linli_domain::submission::{Channel, SubmissionKind, SubmissionState};

use super::words;

/// Which form it is.
pub fn kind(kind: SubmissionKind) -> &'static str {
    match kind {
        SubmissionKind::Report => words::home::report(),
        SubmissionKind::CheckIn => words::home::check_in(),
        SubmissionKind::SignUp => words::home::sign_up(),
    }
}

/// Where an accepted submission stands.
pub fn accepted(state: SubmissionState, position: Option<u32>) -> String {
    match (state, position) {
        (SubmissionState::Confirmed, _) => words::state::confirmed().to_owned(),
        (SubmissionState::Waiting, Some(position)) => words::state::waiting_at(&position),
        (SubmissionState::Waiting, None) => words::state::waiting_list().to_owned(),
        (SubmissionState::Received | SubmissionState::Other, _) => words::state::received().to_owned(),
    }
}

/// What somebody who wants to sign up meets.
pub fn door(door: SignUpDoor) -> String {
    match door {
        SignUpDoor::Open { free: None } => words::door::open().to_owned(),
        SignUpDoor::Open { free: Some(free) } => words::door::free(&free),
        SignUpDoor::WaitingList { waiting: 0 } => words::door::full().to_owned(),
        SignUpDoor::WaitingList { waiting } => words::door::full_waiting(&waiting),
        SignUpDoor::Closed => words::door::closed().to_owned(),
    }
}

/// As what somebody comes.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Participant => words::role::participant(),
        Role::Volunteer => words::role::volunteer(),
        Role::Guest => words::role::guest(),
        Role::Representative => words::role::representative(),
    }
}

/// How a submission came.
pub fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Phone => words::channel::phone(),
        Channel::Kiosk => words::channel::kiosk(),
        Channel::Desk => words::channel::desk(),
        Channel::Open311 => words::channel::open311(),
    }
}
