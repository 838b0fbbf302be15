//! An activity: what, when, where, for whom, and whether one can still sign up.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::RecordId;

/// An activity as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Activity {
    /// Its id.
    pub id: RecordId,
    /// Its title.
    pub title: String,
    /// A kind of the community's kinds of activity.
    pub kind: String,
    /// What happens there, a few sentences.
    #[serde(default)]
    pub summary: String,
    /// When it starts.
    pub starts_at: DateTime<FixedOffset>,
    /// When it ends.
    pub ends_at: DateTime<FixedOffset>,
    /// Where, in words.
    #[serde(default)]
    pub place: String,
    /// Who holds it.
    #[serde(default)]
    pub host: String,
    /// What it costs in words; empty is free.
    #[serde(default)]
    pub cost: String,
    /// Whom it is meant for, by kind id; empty is everybody.
    #[serde(default)]
    pub audience: Vec<String>,
    /// Places in all; `None` is without limit.
    pub capacity: Option<u32>,
    /// Persons who have a place.
    pub confirmed: u32,
    /// Persons on the waiting list.
    #[serde(default)]
    pub waiting: u32,
    /// Where it stands.
    pub state: ActivityState,
    /// When sign-up closes; `None` is at the start.
    #[serde(default)]
    pub sign_up_until: Option<DateTime<FixedOffset>>,
    /// Its sessions, where one signs up for one of several.
    #[serde(default)]
    pub sessions: Vec<Session>,
}

/// One of several sessions of an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Session {
    /// Its id.
    pub id: RecordId,
    /// When it starts.
    pub starts_at: DateTime<FixedOffset>,
    /// When it ends.
    pub ends_at: DateTime<FixedOffset>,
}

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActivityState {
    /// Takes place as announced.
    Announced,
    /// Moved to a time not yet known.
    Postponed,
    /// Does not take place.
    Cancelled,
    /// A state of a newer version than this one.
    #[serde(other)]
    Other,
}

/// What a person who wants to sign up meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpDoor {
    /// Places are free; `None` is without limit.
    Open {
        /// How many.
        free: Option<u32>,
    },
    /// Every place is taken: one joins the waiting list behind so many.
    WaitingList {
        /// Persons already waiting.
        waiting: u32,
    },
    /// Sign-up is over, or the activity does not take place.
    Closed,
}

impl Activity {
    /// The door as it stands at a moment.
    pub fn sign_up_door(&self, now: DateTime<FixedOffset>) -> SignUpDoor {
        if self.state != ActivityState::Announced || now >= self.sign_up_until.unwrap_or(self.starts_at) {
            return SignUpDoor::Closed;
        }
        match self.capacity {
            None => SignUpDoor::Open { free: None },
            Some(capacity) if capacity > self.confirmed && self.waiting == 0 => {
                SignUpDoor::Open { free: Some(capacity - self.confirmed) }
            }
            Some(_) => SignUpDoor::WaitingList { waiting: self.waiting },
        }
    }
}

/// A page of activities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActivityPage {
    /// Soonest first.
    pub items: Vec<Activity>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<String>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn example() -> Activity {
        Activity {
            id: RecordId::new(0, [7; 10]),
            title: "太极拳晨练".to_owned(),
            kind: "sport".to_owned(),
            summary: String::new(),
            starts_at: "2026-11-22T09:30:00+08:00".parse().unwrap(),
            ends_at: "2026-11-22T10:30:00+08:00".parse().unwrap(),
            place: "二楼活动室".to_owned(),
            host: String::new(),
            cost: String::new(),
            audience: vec![],
            capacity: Some(20),
            confirmed: 0,
            waiting: 0,
            state: ActivityState::Announced,
            sign_up_until: None,
            sessions: vec![],
        }
    }

    #[test]
    fn the_door_says_what_one_meets() {
        let before = "2026-11-22T09:00:00+08:00".parse().unwrap();
        let after = "2026-11-22T09:30:00+08:00".parse().unwrap();
        let open = example();
        assert_eq!(open.sign_up_door(before), SignUpDoor::Open { free: Some(20) });
        assert_eq!(open.sign_up_door(after), SignUpDoor::Closed);
        let full = Activity { confirmed: 20, waiting: 3, ..example() };
        assert_eq!(full.sign_up_door(before), SignUpDoor::WaitingList { waiting: 3 });
        let freed = Activity { confirmed: 19, waiting: 3, ..example() };
        assert_eq!(freed.sign_up_door(before), SignUpDoor::WaitingList { waiting: 3 }, "those who wait come first");
        let endless = Activity { capacity: None, ..example() };
        assert_eq!(endless.sign_up_door(before), SignUpDoor::Open { free: None });
        let cancelled = Activity { state: ActivityState::Cancelled, ..example() };
        assert_eq!(cancelled.sign_up_door(before), SignUpDoor::Closed);
    }
}
