//! A photo, by its hash: taken in from anybody, shown to staff.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use linli_domain::photo::{LARGEST, PhotoKept};
use linli_domain::session::Me;
use linli_domain::{PhotoHash, ProblemCode};

use super::{DeskItemProblems, PhotoProblems};
use crate::App;
use crate::error::Error;
use crate::extract::{self, Hash, Source};
use crate::picture::{self, MEDIA_TYPES};
use crate::store::{Note, Outcome, Photo, Scope, Task};

/// A photo is taken in under the SHA-256 of its bytes, once: the same bytes again are answered alike. It has at most 5 MiB and
/// 16 megapixels. What is kept is made anew, without anything but the picture. Photos that no report names are forgotten after
/// a month.
#[utoipa::path(put, path = "/api/v1/photos/{sha256}", params(("sha256" = PhotoHash, Path)),
    request_body(content(("image/jpeg"), ("image/png"), ("image/webp"))),
    responses(
        (status = 201, description = "New", body = PhotoKept),
        (status = 200, description = "Was there already", body = PhotoKept),
        PhotoProblems,
    ))]
pub async fn put(
    State(app): State<App>,
    source: Source,
    Hash(hash): Hash,
    request: Request,
) -> Result<(StatusCode, Json<PhotoKept>), Error> {
    if !extract::is_one_of(request.headers(), &MEDIA_TYPES) {
        return Err(ProblemCode::UnsupportedMediaType.into());
    }
    app.admit_photo(source)?;
    let _room = app.room_for_photo(source)?;
    let bytes = extract::body(request, LARGEST).await?;
    picture::matches(&bytes, hash)?;
    let store = app.store();
    let new = if store.has_photo(hash).await? {
        false
    } else {
        let bytes = app.pictures().made_anew(bytes).await?;
        let photo = Photo { hash, bytes, received_at: store.now() };
        let outcomes = store.write(vec![Task::KeepPhoto(photo)]).await?;
        matches!(outcomes.first(), Some(Outcome::Kept { new: true }))
    };
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Json(PhotoKept { sha256: hash })))
}

/// A photo of a report. The look is written to the audit log first.
#[utoipa::path(get, path = "/api/v1/desk/photos/{sha256}", params(("sha256" = PhotoHash, Path)), responses(
    (status = 200, description = "The photo", content_type = "image/jpeg"),
    DeskItemProblems,
))]
pub async fn get(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Extension(scope): Extension<Scope>,
    Hash(hash): Hash,
) -> Result<Response, Error> {
    let bytes = app.store().seen_photo(&scope, hash).await?.ok_or(ProblemCode::NotFound)?;
    let at = app.store().now();
    let note = Note { at, actor: me.id.to_string(), action: "photo.look", object: hash.to_string() };
    app.store().carry_out(Task::Note(note)).await?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}
