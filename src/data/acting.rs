//! What staff send for a resident: at once and not from the outbox, so that nothing of somebody's stays on a computer of the
//! office. A draft is kept until the community has it.

use linli_domain::courier::Event;
use linli_domain::outbox::OutboxItem;
use linli_domain::submission::{Accepted, Submission};
use linli_domain::{Receipt, RecordId};
use web_sys::AbortController;

use super::{Error, api, drafts, photos};

/// Sends the photos, then the form; only then the draft goes.
///
/// # Errors
/// [`Error::Refused`], [`Error::SignedOut`], [`Error::Offline`]; the draft is untouched then.
pub async fn submit(
    acting: RecordId,
    draft: &str,
    id: RecordId,
    receipt: Receipt,
    mut submission: Submission,
) -> Result<Accepted, Error> {
    for hash in submission.photos() {
        let bytes = photos::bytes(id, hash).await?.ok_or(Error::Broken)?;
        let controller = AbortController::new().map_err(|_| Error::Broken)?;
        match api::put_photo(hash, &bytes, controller).await {
            Event::PhotoTaken => {}
            Event::Refused { problem, .. } => return Err(Error::Refused(problem)),
            _ => return Err(Error::Offline),
        }
    }
    submission.set_receipt(receipt);
    let kind = submission.kind().as_str().to_owned();
    let item = OutboxItem { kind, id: id.to_string(), body: submission.body(), account: None };
    let accepted = api::submit_acting(acting, &item).await?;
    // The community has it; a left-over draft is found to be submitted when it is sent again.
    let _ = drafts::discard(draft).await;
    Ok(accepted)
}
