//! What became of a submission, for whoever holds its receipt number.

use axum::Json;
use axum::extract::State;
use linli_domain::receipt::ReceiptError;
use linli_domain::submission::ReceiptStatus;
use linli_domain::{Code, FieldPath, ProblemCode, Receipt};

use super::{ItemProblems, ReceiptProblems};
use crate::App;
use crate::auth::By;
use crate::error::Error;
use crate::extract::Word;

/// What became of a submission; the code is read as people write it.
#[utoipa::path(get, path = "/api/v1/receipts/{code}", params(("code" = String, Path)), responses(
    (status = 200, description = "Nothing personal", body = ReceiptStatus),
    ItemProblems,
    ReceiptProblems,
))]
pub async fn get(
    State(app): State<App>,
    By { shared, .. }: By,
    Word(code): Word,
) -> Result<Json<ReceiptStatus>, Error> {
    let receipt: Receipt = code.parse().map_err(unreadable)?;
    let mut status = app.store().receipt(receipt).await?.ok_or(ProblemCode::NotFound)?;
    if shared {
        // Whoever stands behind reads along: how it stands, and not what it is about.
        status.title = None;
    }
    Ok(Json(status))
}

fn unreadable(error: ReceiptError) -> Error {
    let code = match error {
        ReceiptError::Malformed => Code::Malformed,
        ReceiptError::BadCheckCharacter => Code::BadCheckCharacter,
    };
    Error::field(FieldPath::new("/code"), code)
}
