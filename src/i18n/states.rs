//! Where a submission, a sign-up door or the courier stands, in words.

use linli_domain::acting::Via;
use linli_domain::activity::SignUpDoor;
use linli_domain::family::Relation;
use linli_domain::session::Role as StaffRole;
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

/// What somebody is to the account.
pub fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Oneself => words::family::oneself(),
        Relation::Parent => words::family::parent(),
        Relation::Spouse => words::family::spouse(),
        Relation::Child => words::family::child(),
        Relation::Grandparent => words::family::grandparent(),
        Relation::Grandchild => words::family::grandchild(),
        Relation::Sibling => words::family::sibling(),
        Relation::Relative => words::family::relative(),
        Relation::Neighbour => words::family::neighbour(),
        Relation::Other => words::family::other(),
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

/// What somebody of staff may do.
pub fn staff_role(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Admin => words::staff::admin(),
        StaffRole::GridManager => words::staff::grid_manager(),
        StaffRole::Worker => words::staff::worker(),
        StaffRole::StreetViewer => words::staff::street_viewer(),
        StaffRole::Resident => words::audit::resident(),
    }
}

/// How somebody reached the office.
pub fn via(via: Via) -> &'static str {
    match via {
        Via::Telephone => words::residents::telephone(),
        Via::Paper => words::residents::paper(),
        Via::Visit => words::residents::visit(),
    }
}

/// What was done, as the audit log names it; the name itself where this version does not know it.
pub fn deed(action: &str) -> String {
    let words = match action {
        "submission.arrive" => words::audit::submission_arrive(),
        "submission.claim" => words::audit::submission_claim(),
        "submission.delete" => words::audit::submission_delete(),
        "photo.arrive" => words::audit::photo_arrive(),
        "photo.forget" => words::audit::photo_forget(),
        "photo.look" => words::audit::photo_look(),
        "retention.run" => words::audit::retention_run(),
        "retention.keep" => words::audit::retention_keep(),
        "seal_key.make" => words::audit::seal_key_make(),
        "epoch.begin" => words::audit::epoch_begin(),
        "check_in.look" => words::audit::check_in_look(),
        "session.open" => words::audit::session_open(),
        "session.close" => words::audit::session_close(),
        "staff.add" => words::audit::staff_add(),
        "household_code.print" => words::audit::household_code_print(),
        "staff.roles" => words::audit::staff_roles(),
        "staff.password" => words::audit::staff_password(),
        "staff.switch_off" => words::audit::staff_switch_off(),
        "staff.switch_on" => words::audit::staff_switch_on(),
        "staff.second_step_offer" => words::audit::staff_second_step_offer(),
        "staff.second_step_on" => words::audit::staff_second_step_on(),
        "staff.second_step_off" => words::audit::staff_second_step_off(),
        "staff.recovery_code" => words::audit::staff_recovery_code(),
        "acting.begin" => words::audit::acting_begin(),
        "acting.renew" => words::audit::acting_renew(),
        "acting.end" => words::audit::acting_end(),
        "acting.submit" => words::audit::acting_submit(),
        "pin_code.print" => words::audit::pin_code_print(),
        "account.pin" => words::audit::account_pin(),
        "account.open" => words::audit::account_open(),
        "account.find" => words::audit::account_find(),
        "account.export" => words::audit::account_export(),
        "account.delete" => words::audit::account_delete(),
        "place.change" => words::audit::place_change(),
        "place.import" => words::audit::place_import(),
        "grid.change" => words::audit::grid_change(),
        "grid.person" => words::audit::grid_person(),
        "device.name" => words::audit::device_name(),
        "device.pair" => words::audit::device_pair(),
        "device.revoke" => words::audit::device_revoke(),
        "account.change" => words::audit::account_change(),
        "family.add" => words::audit::family_add(),
        "family.change" => words::audit::family_change(),
        "family.remove" => words::audit::family_remove(),
        "consent.give" => words::audit::consent_give(),
        "consent.withdraw" => words::audit::consent_withdraw(),
        "card.make" => words::audit::card_make(),
        "card.end" => words::audit::card_end(),
        "card.look" => words::audit::card_look(),
        unknown => unknown,
    };
    words.to_owned()
}
