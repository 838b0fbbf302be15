//! The rows of every table, as the database holds them. Times are milliseconds since 1970 (UTC); lists and bodies are
//! JSON text. Nothing outside the store sees a row.

/// A community this server serves, with the counters that order what arrives.
pub mod community {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "community")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub name: String,
        pub demo: bool,
        pub utc_offset_minutes: i32,
        pub last_sequence: i64,
        pub last_audit: i64,
        pub audit_head: Option<Vec<u8>>,
        pub street: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A value that staff edit: thresholds, consents.
pub mod setting {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "setting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Something to choose.
pub mod kind {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "kind")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub place: i32,
        pub name: String,
        pub hint: String,
        pub within_hours: Option<i32>,
        pub emergency: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// An estate.
pub mod estate {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "estate")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub place: i32,
        pub name: String,
        pub archived_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A building of an estate.
pub mod building {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "building")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub estate_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub place: i32,
        pub name: String,
        pub units: String,
        pub grid_id: Option<String>,
        pub archived_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A household: a room of a building. `unit` is empty where the building has only one entrance.
pub mod household {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "household")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub estate_id: String,
        pub building_id: String,
        pub unit: String,
        pub room: String,
        pub archived_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A grid: a set of buildings that named people are responsible for.
pub mod grid {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "grid")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub code: String,
        pub name: String,
        pub place: i32,
        pub archived_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who is or was responsible for a grid, from the one day to the other, both included; days as `2026-11-26`.
pub mod grid_person {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "grid_person")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub grid_id: String,
        pub name: String,
        pub phone: String,
        pub staff_id: Option<Uuid>,
        pub part: String,
        pub from_date: String,
        pub until_date: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody to call.
pub mod contact {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub place: i32,
        pub name: String,
        pub phone: String,
        pub hours: String,
        pub purpose: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A notice.
pub mod notice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub title: String,
        pub text: String,
        pub urgent: bool,
        pub updated_at: i64,
        pub until: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// An activity. `confirmed` and `waiting` count persons and change only in the transaction that changes a sign-up;
/// `on_paper` is how many of `confirmed` signed up on paper at the office.
pub mod activity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "activity")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub title: String,
        pub kind: String,
        pub summary: String,
        pub starts_at: i64,
        pub ends_at: i64,
        pub place: String,
        pub host: String,
        pub cost: String,
        pub audience: String,
        pub capacity: Option<i32>,
        pub on_paper: i32,
        pub confirmed: i32,
        pub waiting: i32,
        pub state: String,
        pub sign_up_until: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// One of several sessions of an activity.
pub mod activity_session {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "activity_session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub activity_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub starts_at: i64,
        pub ends_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A form as it came. `body` is canonical JSON, `digest` its SHA-256. Of one whose account was deleted there is no more than
/// what is counted, with a digest that nothing has. `account_sequence` is its place among the changes of its account;
/// `grid_id` the grid it was for when it arrived, `person_id` whom it is for, as far as that is known.
pub mod submission {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "submission")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub sequence: i64,
        pub kind: String,
        pub digest: Vec<u8>,
        pub receipt: String,
        pub channel: String,
        pub made_at: i64,
        pub received_at: i64,
        pub state: String,
        pub body: String,
        pub account_id: Option<Uuid>,
        pub account_sequence: Option<i64>,
        pub grid_id: Option<String>,
        /// Who of staff filled it in for somebody.
        pub staff_id: Option<Uuid>,
        pub person_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a sign-up takes: an activity's places. Sequence and state are those of its submission, kept here too so that a
/// waiting list is one range of an index.
pub mod sign_up {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_up")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission_id: Uuid,
        pub activity_id: Uuid,
        pub session_id: Option<Uuid>,
        pub party: i32,
        pub sequence: i64,
        pub state: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A photo, made anew from what came: `hash` is that of what came, `bytes` are a JPEG of our own.
pub mod photo {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "photo")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: Vec<u8>,
        pub received_at: i64,
        pub bytes: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// That a report names a photo, whether or not it has come.
pub mod report_photo {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "report_photo")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A key that shared tablets seal to. The highest place is the newest.
pub mod seal_key {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seal_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i32,
        pub public_key: Vec<u8>,
        pub private_key: Vec<u8>,
        pub made_at: i64,
    }

    // The private half is told to nobody, not even to a log.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("seal_key").field("place", &self.place).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A shared tablet. What is kept of its code and its token is their SHA-256.
pub mod device {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "device")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub room: String,
        pub keeper: String,
        pub phone: String,
        pub code: Option<Vec<u8>>,
        pub code_until: Option<i64>,
        pub token: Option<Vec<u8>>,
        pub revoked_at: Option<i64>,
        pub contact_at: Option<i64>,
        pub unsent: i32,
        pub refused: i32,
        pub waiting_minutes: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A staff account. `secret` is what its authenticator knows, `last_step` the last of its steps that signed in.
pub mod staff {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub password: String,
        pub switched_off_at: Option<i64>,
        pub secret: Option<Vec<u8>>,
        pub pending_secret: Option<Vec<u8>>,
        pub last_step: Option<i64>,
    }

    // The secret is told to nobody, not even to a log.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("staff").field("id", &self.id).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// That a staff account holds a role: in a grid, or in the whole community where that is empty.
pub mod staff_role {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff_role")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub staff_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub grid_id: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A recovery code of a staff account that was not used. The code itself is nowhere, only its SHA-256.
pub mod recovery_code {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: Vec<u8>,
        pub staff_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody for whom a member of staff acts, or did until a day ago.
pub mod acting {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "acting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub staff_id: Uuid,
        pub account_id: Option<Uuid>,
        pub name: String,
        pub phone: String,
        pub via: String,
        pub expires_at: i64,
        pub ended_at: Option<i64>,
    }

    // Names and numbers are for no log.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("acting").field("id", &self.id).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A code that sets the PIN of an account, once. The code itself is nowhere, only its SHA-256.
pub mod pin_code {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pin_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: Vec<u8>,
        pub account_id: Uuid,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// An account that ended while something of it may still be there.
pub mod ended_account {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ended_account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub ended_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody the community knows.
pub mod person {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "person")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub phone: String,
        pub place: String,
        pub household_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A resident's account: the telephone number it goes by, and what its PIN is checked against.
pub mod account {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: Uuid,
        pub phone: String,
        pub pin: String,
        pub opened_at: i64,
    }

    // A hash of six digits is as good as the digits.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("account").field("id", &self.id).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// That an account acts for a person, besides its own. `born` is a day, of a child under 14 only.
pub mod family {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "family")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        pub relation: String,
        pub born: Option<String>,
        pub since: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// That somebody agreed to a version of a text, or took it back. Rows are only added, and go with the person. `sequence` is
/// that of the line of the audit log that tells of it; below nought are those from before there was this record.
pub mod consent {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consent")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub person_id: Option<Uuid>,
        pub submission_id: Option<Uuid>,
        pub account_id: Option<Uuid>,
        pub subject: String,
        pub version: String,
        pub given: bool,
        pub guardian: bool,
        pub channel: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A person card: one that ended leads to nobody, and its number is not given again.
pub mod card {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "card")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: String,
        pub code: Uuid,
        pub person_id: Uuid,
        pub since: i64,
        pub ended_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A household code that was printed. The code itself is nowhere, only its SHA-256.
pub mod household_code {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "household_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: Vec<u8>,
        pub place: String,
        pub expires_at: i64,
        pub used_at: Option<i64>,
        pub household_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A signed-in browser, of staff or of a resident. The token itself is nowhere, only its SHA-256.
pub mod session {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub token: Vec<u8>,
        pub staff_id: Option<Uuid>,
        pub account_id: Option<Uuid>,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who did what to what, and when. Rows are only ever added; each carries the hash of the one before it and its own
/// content.
pub mod audit {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub at: i64,
        pub actor: String,
        pub action: String,
        pub object: String,
        pub hash: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

#[cfg(test)]
mod tests {
    use super::{seal_key, staff};

    #[test]
    fn a_secret_is_told_to_no_log() {
        let (secret, shown) = (vec![113; 32], "113, 113");
        let key = seal_key::Model {
            community_id: "test".to_owned(),
            place: 1,
            public_key: vec![1; 32],
            private_key: secret.clone(),
            made_at: 0,
        };
        let member = staff::Model {
            community_id: "test".to_owned(),
            id: uuid::Uuid::nil(),
            name: "Li".to_owned(),
            password: "argon2id-hash".to_owned(),
            switched_off_at: None,
            secret: Some(secret.clone()),
            pending_secret: Some(secret),
            last_step: None,
        };
        let told = format!("{key:?} {member:?}");
        assert!(told.contains("seal_key") && told.contains("staff"));
        assert!(!told.contains(shown) && !told.contains("argon2id-hash"), "{told}");
    }
}
