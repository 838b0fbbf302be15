//! Faults planted between the real parts. Each must be found, or the simulation is not to be believed.

/// A planted fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// The server says 201 before it has written anything, and then does not write.
    AcknowledgedBeforeCommit,
    /// The device takes a record out of its outbox when it is sent, not when it is confirmed.
    DeletedBeforeConfirmed,
    /// Every tab sends.
    LockNotTaken,
    /// The device does not care which epoch the server names.
    EpochIgnored,
    /// A sweep for a new epoch is noted as done before it is.
    EpochNotedBeforeSweep,
    /// A record whose time is put right gets a new id.
    RestampChangesId,
    /// Outcomes are not on the disk when they count as saved.
    OutcomeRelaxed,
    /// "Saved" is said before the record is on the disk.
    SubmitRelaxed,
    /// The server forgets which ids it has seen.
    DuplicateIsAnotherRow,
    /// Sending again as it is makes another record.
    RetryMakesAnotherId,
    /// What needs attention is dropped.
    AttentionDropped,
    /// A pause has no end.
    BackOffNeverEnds,
    /// One bad record has the whole batch refused.
    BadItemBlocksBatch,
    /// The answer to another batch is taken for one's own.
    OtherReplyBelieved,
    /// What was typed stays for the next person.
    HandOverKeepsDraft,
    /// A full device is called "saved".
    FullIsCalledSaved,
    /// A record gets the time of its sending.
    BodyChangesWithEverySend,
    /// The answer to what was said before a correction is taken for one to the correction.
    EditionIgnored,
    /// What a decision rests on is not looked at again when it is written.
    ExpectIgnored,
    /// That a record got another time is forgotten.
    RestampFlagLost,
    /// A shared tablet keeps what is submitted on it as it was written.
    SealedIsClear,
}

impl Mutation {
    /// Every planted fault.
    pub const ALL: [Self; 21] = [
        Self::AcknowledgedBeforeCommit,
        Self::DeletedBeforeConfirmed,
        Self::LockNotTaken,
        Self::EpochIgnored,
        Self::EpochNotedBeforeSweep,
        Self::RestampChangesId,
        Self::OutcomeRelaxed,
        Self::SubmitRelaxed,
        Self::DuplicateIsAnotherRow,
        Self::RetryMakesAnotherId,
        Self::AttentionDropped,
        Self::BackOffNeverEnds,
        Self::BadItemBlocksBatch,
        Self::OtherReplyBelieved,
        Self::HandOverKeepsDraft,
        Self::FullIsCalledSaved,
        Self::BodyChangesWithEverySend,
        Self::EditionIgnored,
        Self::ExpectIgnored,
        Self::RestampFlagLost,
        Self::SealedIsClear,
    ];
}
