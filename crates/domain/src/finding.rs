//! What validation says about a submission: a field, a code and how much it weighs.

use serde::{Deserialize, Serialize};

use crate::FieldPath;

/// One thing that validation noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Finding {
    /// Where.
    pub field: FieldPath,
    /// What.
    pub code: Code,
    /// How much it weighs.
    pub weight: Weight,
}

/// The three kinds of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// Cannot be true or cannot be handled: blocks in the page and is a 422 at the server.
    Impossible,
    /// Could be a slip: the page asks to confirm or measure again; the server accepts it.
    Unusual,
    /// True and serious: the page says whom to call and what happens next; nothing is blocked.
    NeedsAction,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident => $text:literal,)*) => {
        /// Why a field was noticed. The words for it live in `locales/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// A code of a newer version than this one.
            #[serde(other)]
            Other,
        }

        impl Code {
            /// The code as it stands on the wire and in message keys.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other => "other",
                }
            }
        }
    };
}

codes! {
    /// Nothing was given where something is needed.
    Required => "required",
    /// The value has the wrong JSON type.
    WrongType => "wrong_type",
    /// The text cannot be read as what the field holds.
    Malformed => "malformed",
    /// Not a number.
    NotANumber => "not_a_number",
    /// Outside the accepted range.
    OutOfRange => "out_of_range",
    /// Longer than the field takes.
    TooLong => "too_long",
    /// Shorter than the field takes.
    TooShort => "too_short",
    /// More entries than the field takes.
    TooMany => "too_many",
    /// The kind is not one of the community's kinds.
    UnknownKind => "unknown_kind",
    /// The submission is addressed to a community this server does not serve.
    WrongCommunity => "wrong_community",
    /// Made later than now.
    InFuture => "in_future",
    /// Systolic pressure below diastolic.
    BelowDiastolic => "below_diastolic",
    /// A check-in in which nothing was said.
    NothingGiven => "nothing_given",
    /// Consent was given to a text this community does not know.
    UnknownConsent => "unknown_consent",
    /// The activity does not exist.
    UnknownActivity => "unknown_activity",
    /// The session does not belong to the activity.
    UnknownSession => "unknown_session",
    /// The account acts for nobody of this id.
    UnknownPerson => "unknown_person",
    /// Sign-up for this activity is not open, or it was cancelled.
    SignUpClosed => "sign_up_closed",
    /// A guardian's agreement is needed.
    ConsentNeeded => "consent_needed",
    /// The person took back their consent to keeping health values.
    ConsentWithdrawn => "consent_withdrawn",
    /// The receipt number's check character does not fit.
    BadCheckCharacter => "bad_check_character",
    /// The receipt number already belongs to another record.
    ReceiptTaken => "receipt_taken",
    /// The bytes of a photo do not have the hash they were sent under.
    HashMismatch => "hash_mismatch",
    /// The bytes are no photo, or one that cannot be read.
    NotAPhoto => "not_a_photo",
    /// A photo of more pixels than are taken.
    TooManyPixels => "too_many_pixels",
    /// Sealed, and not to be opened with any key of this server.
    CannotBeOpened => "cannot_be_opened",
    /// Opens no account: unknown, used or too old.
    UnknownHouseholdCode => "unknown_household_code",
    /// There is an account of this telephone number.
    PhoneTaken => "phone_taken",
    /// A PIN that a neighbour would try early, or a password that many use.
    EasilyGuessed => "easily_guessed",
    /// Sets no PIN: unknown, used or too old.
    UnknownPinCode => "unknown_pin_code",
    /// Not the password of the account.
    WrongPassword => "wrong_password",
    /// Not the code that is shown just now, or one that was used before.
    WrongCode => "wrong_code",
    /// No grid has this id.
    UnknownGrid => "unknown_grid",
    /// The last administrator's.
    LastAdmin => "last_admin",
    /// The submission belongs to another account.
    ClaimedByAnother => "claimed_by_another",
    /// Given more than once.
    Repeated => "repeated",
    /// Ends before it begins.
    BeforeBeginning => "before_beginning",
    /// There is another one of this name or code.
    NameTaken => "name_taken",
    /// No place or grid has this id, or it is archived.
    UnknownPlace => "unknown_place",
    /// What would go is still in use.
    InUse => "in_use",
    /// A grid has two responsible people at a time, one of each part.
    PartTaken => "part_taken",
    /// A column that is needed is not there.
    MissingColumn => "missing_column",
    /// Another line says something else.
    Contradicted => "contradicted",
    /// Pairs no tablet: unknown, used or too old.
    UnknownPairingCode => "unknown_pairing_code",
    /// Rarely seen: please confirm or measure again.
    Unusual => "unusual",
    /// Rarely seen and high.
    UnusuallyHigh => "unusually_high",
    /// Rarely seen and low.
    UnusuallyLow => "unusually_low",
    /// High enough to act at once.
    ActHigh => "act_high",
    /// Low enough to act at once.
    ActLow => "act_low",
    /// The person wants to be contacted.
    ContactWanted => "contact_wanted",
    /// Urgent: call the emergency number first.
    Emergency => "emergency",
}

/// Findings in the order of the fields on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// No findings yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes something that blocks.
    pub fn impossible(&mut self, field: FieldPath, code: Code) {
        self.push(field, code, Weight::Impossible);
    }

    /// Notes something to confirm.
    pub fn unusual(&mut self, field: FieldPath, code: Code) {
        self.push(field, code, Weight::Unusual);
    }

    /// Notes something to act on.
    pub fn needs_action(&mut self, field: FieldPath, code: Code) {
        self.push(field, code, Weight::NeedsAction);
    }

    fn push(&mut self, field: FieldPath, code: Code, weight: Weight) {
        self.0.push(Finding { field, code, weight });
    }

    /// Adds what another check found.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// All findings.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// Those of one weight.
    pub fn of(&self, weight: Weight) -> impl Iterator<Item = &Finding> {
        self.0.iter().filter(move |finding| finding.weight == weight)
    }

    /// Whether anything blocks.
    pub fn blocks(&self) -> bool {
        self.of(Weight::Impossible).next().is_some()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first blocking code of a field.
    pub fn error_of(&self, field: FieldPath) -> Option<Code> {
        self.of(Weight::Impossible).find(|finding| finding.field == field).map(|finding| finding.code)
    }
}
