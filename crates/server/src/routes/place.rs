//! Places and grids at the desk: looked at by all staff, changed by those who run the community.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as Answer};
use linli_domain::ProblemCode;
use linli_domain::finding::Findings;
use linli_domain::grid::{
    BuildingEdit, DeskPlaces, EstateEdit, FILE, GridEdit, GridPersonEdit, Households, PlaceImport, StreetEdit,
};
use linli_domain::session::Me;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::{DeskEditProblems, DeskLookProblems, ImportProblems, SUBMISSION, accepted, outcome};
use crate::error::Error;
use crate::extract::{self, Asked, Json, is_one_of};
use crate::intake::typed;
use crate::store::{Outcome, PlaceChange, PlaceDeed, Task};
use crate::{App, place_file};

/// The media type of a file of places.
const CSV: &str = "text/csv";

/// Which households to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// The estate.
    #[serde(default)]
    pub estate: String,
    /// The building in it.
    #[serde(default)]
    pub building: String,
    /// Of one unit only.
    #[serde(default)]
    pub unit: Option<String>,
}

/// Whether a file is to be written.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Confirmed {
    /// `digest` of what the same file was said to come to; without it nothing is written.
    #[serde(default)]
    pub confirm: String,
}

/// All places and grids, archived ones as well.
#[utoipa::path(get, path = "/api/v1/desk/places", responses(
    (status = 200, description = "Places and grids", body = DeskPlaces),
    DeskLookProblems,
))]
pub async fn list(State(app): State<App>) -> Result<Answer<DeskPlaces>, Error> {
    Ok(Answer(app.store().places().await?))
}

/// The households of a building, or of one of its units.
#[utoipa::path(get, path = "/api/v1/desk/households", params(Query), responses(
    (status = 200, description = "Households", body = Households),
    DeskLookProblems,
))]
pub async fn households(State(app): State<App>, Asked(query): Asked<Query>) -> Result<Answer<Households>, Error> {
    let unit = query.unit.as_deref().filter(|unit| !unit.is_empty());
    Ok(Answer(app.store().households(&query.estate, &query.building, unit).await?))
}

/// All places as a file that can be changed and taken in again; where there are none, the heads of one.
#[utoipa::path(get, path = "/api/v1/desk/places.csv", responses(
    (status = 200, description = "One line for each household", body = String, content_type = "text/csv"),
    DeskLookProblems,
))]
pub async fn file(State(app): State<App>) -> Result<Response, Error> {
    let file = place_file::write(app.store().place_rows().await?);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"linli-places.csv\""),
    ];
    Ok((headers, file).into_response())
}

/// Names the street.
#[utoipa::path(post, path = "/api/v1/desk/street", request_body = StreetEdit, responses(
    (status = 200, description = "Places and grids as they are now", body = DeskPlaces),
    DeskEditProblems,
))]
pub async fn street(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SUBMISSION>,
) -> Result<Answer<DeskPlaces>, Error> {
    let edit: StreetEdit = checked(&body, StreetEdit::check)?;
    changed(&app, &me, PlaceChange::Street(edit.street)).await
}

/// Adds, renames or archives an estate.
#[utoipa::path(post, path = "/api/v1/desk/estates", request_body = EstateEdit, responses(
    (status = 200, description = "Places and grids as they are now", body = DeskPlaces),
    DeskEditProblems,
))]
pub async fn estate(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SUBMISSION>,
) -> Result<Answer<DeskPlaces>, Error> {
    let edit = checked(&body, EstateEdit::check)?;
    changed(&app, &me, PlaceChange::Estate(edit)).await
}

/// Adds, changes or archives a building.
#[utoipa::path(post, path = "/api/v1/desk/buildings", request_body = BuildingEdit, responses(
    (status = 200, description = "Places and grids as they are now", body = DeskPlaces),
    DeskEditProblems,
))]
pub async fn building(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SUBMISSION>,
) -> Result<Answer<DeskPlaces>, Error> {
    let edit = checked(&body, BuildingEdit::check)?;
    changed(&app, &me, PlaceChange::Building(edit)).await
}

/// Adds, changes or archives a grid.
#[utoipa::path(post, path = "/api/v1/desk/grids", request_body = GridEdit, responses(
    (status = 200, description = "Places and grids as they are now", body = DeskPlaces),
    DeskEditProblems,
))]
pub async fn grid(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SUBMISSION>,
) -> Result<Answer<DeskPlaces>, Error> {
    let edit = checked(&body, GridEdit::check)?;
    changed(&app, &me, PlaceChange::Grid(edit)).await
}

/// Says who is responsible for a grid, from when until when.
#[utoipa::path(post, path = "/api/v1/desk/grid-people", request_body = GridPersonEdit, responses(
    (status = 200, description = "Places and grids as they are now", body = DeskPlaces),
    DeskEditProblems,
))]
pub async fn person(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SUBMISSION>,
) -> Result<Answer<DeskPlaces>, Error> {
    let edit = checked(&body, GridPersonEdit::check)?;
    changed(&app, &me, PlaceChange::Person(edit)).await
}

/// Says what a file of places comes to, and writes it once that is confirmed. Lines that cannot be taken are left out.
#[utoipa::path(post, path = "/api/v1/desk/places.csv", params(Confirmed),
    request_body(content = String, content_type = "text/csv"), responses(
    (status = 200, description = "What it comes to", body = PlaceImport),
    ImportProblems,
))]
pub async fn import(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Asked(Confirmed { confirm }): Asked<Confirmed>,
    headers: HeaderMap,
    request: Request,
) -> Result<Answer<PlaceImport>, Error> {
    if !is_one_of(&headers, &[CSV]) {
        return Err(ProblemCode::UnsupportedMediaType.into());
    }
    let bytes = extract::body(request, place_file::SIZE).await?;
    let (file, read) = tokio::task::spawn_blocking(move || (Sha256::digest(&bytes).into(), place_file::parse(&bytes)))
        .await
        .map_err(|_| Error::Internal("the server is ending"))?;
    let sheet = read.map_err(|code| Error::field(FILE, code))?;
    if confirm.is_empty() {
        return Ok(Answer(app.store().plan_import(&sheet, &file).await?));
    }
    match done(&app, &me, PlaceChange::Import { sheet, file, digest: confirm }).await? {
        Outcome::Imported(import) => Ok(Answer(import)),
        _ => Err(Error::Internal("an order without its outcome")),
    }
}

/// An edit that can be what it is.
fn checked<T: serde::de::DeserializeOwned>(body: &Value, check: impl Fn(&T) -> Findings) -> Result<T, Error> {
    let edit: T = typed(body)?;
    accepted(&check(&edit))?;
    Ok(edit)
}

async fn changed(app: &App, me: &Me, what: PlaceChange) -> Result<Answer<DeskPlaces>, Error> {
    done(app, me, what).await?;
    Ok(Answer(app.store().places().await?))
}

async fn done(app: &App, me: &Me, what: PlaceChange) -> Result<Outcome, Error> {
    let deed = PlaceDeed { what, by: me.id.to_string(), at: app.store().now() };
    outcome(app, Task::Places(Box::new(deed))).await
}
