//! Whose card it is, for staff: looked up by number or printed code, and noted.

use std::time::Instant;

use axum::extract::State;
use axum::{Extension, Json as Answer};
use linli_domain::ProblemCode;
use linli_domain::card::{CARD, CardHolder, CardMark, CardShown};
use linli_domain::session::Me;

use super::session::SIGN_IN;
use super::{ClaimProblems, accepted};
use crate::App;
use crate::error::Error;
use crate::extract::Json;
use crate::intake::typed;
use crate::store::{Note, Scope, Task};

/// Whoever a card leads to. Every look is written to the audit log, also one at a number that leads to nobody, and there are
/// so many an hour. Of somebody of a grid that is not one's own there is nothing but the name.
#[utoipa::path(post, path = "/api/v1/desk/cards", request_body = CardShown, responses(
    (status = 200, description = "The person", body = CardHolder),
    ClaimProblems,
))]
pub async fn look(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Json(body): Json<SIGN_IN>,
) -> Result<Answer<CardHolder>, Error> {
    let shown: CardShown = typed(&body)?;
    accepted(&shown.check())?;
    let mark: CardMark = shown.card.parse().map_err(|code| Error::field(CARD, code))?;
    app.admit_look(me.id, Instant::now())?;
    let holder = app.store().card_holder(&scope, mark).await?;
    let object = holder.as_ref().map_or_else(|| "nobody".to_owned(), |holder| holder.id.to_string());
    let note = Note { at: app.store().now(), actor: me.id.to_string(), action: "card.look", object };
    app.store().carry_out(Task::Note(note)).await?;
    Ok(Answer(holder.ok_or(ProblemCode::NotFound)?))
}
