//! Staff accounts, as administrators keep them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use linli_domain::session::{Granted, Me, PASSWORD};
use linli_domain::staff::{
    GivenPassword, NewStaff, ROLES, StaffActive, StaffList, StaffMember, StaffRoles, check_roles,
};
use linli_domain::{Code, ProblemCode, RecordId};

use super::session::SIGN_IN;
use super::{ExportProblems, StaffProblems, accepted, account, carried};
use crate::App;
use crate::auth;
use crate::error::Error;
use crate::extract::{Id, Json};
use crate::intake::typed;
use crate::store::{StaffChange, StaffDeed, Task};

/// Every account, switched off or not.
#[utoipa::path(get, path = "/api/v1/desk/staff", responses(
    (status = 200, description = "By name", body = StaffList),
    ExportProblems,
))]
pub async fn list(State(app): State<App>) -> Result<Answer<StaffList>, Error> {
    let (items, grids) = (app.store().staff_list().await?, app.store().grid_names().await?);
    Ok(Answer(StaffList { items, grids }))
}

/// Opens an account.
#[utoipa::path(post, path = "/api/v1/desk/staff", request_body = NewStaff, responses(
    (status = 201, description = "Opened", body = StaffMember),
    StaffProblems,
))]
pub async fn add(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Json(body): Json<SIGN_IN>,
) -> Result<(StatusCode, Answer<StaffMember>), Error> {
    let wanted: NewStaff = typed(&body)?;
    accepted(&wanted.check())?;
    if auth::is_common(&wanted.password) {
        return Err(Error::field(PASSWORD, Code::EasilyGuessed));
    }
    known_grids(&app, &wanted.roles).await?;
    let (id, name) = (account::new_id(&app)?, wanted.name.trim().to_owned());
    let password = app.passwords().hashed(wanted.password).await?;
    let what = StaffChange::Open { name: name.clone(), password, roles: wanted.roles.clone() };
    done(&app, id, &me, what).await?;
    let member = StaffMember { id, name, roles: wanted.roles, active: true, second_step: false };
    Ok((StatusCode::CREATED, Answer(member)))
}

/// Says what somebody may do from now on. The last administrator stays one.
#[utoipa::path(put, path = "/api/v1/desk/staff/{id}/roles", params(("id" = RecordId, Path)), request_body = StaffRoles,
    responses((status = 204, description = "Done"), StaffProblems))]
pub async fn roles(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Id(id): Id,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    let wanted: StaffRoles = typed(&body)?;
    accepted(&check_roles(&wanted.roles))?;
    known_grids(&app, &wanted.roles).await?;
    done(&app, id, &me, StaffChange::Roles(wanted.roles)).await
}

/// Gives a password in the place of a forgotten one, and ends every session of the account. One's own is changed by whoever
/// knows the old one (`PUT /api/v1/desk/password`).
#[utoipa::path(put, path = "/api/v1/desk/staff/{id}/password", params(("id" = RecordId, Path)),
    request_body = GivenPassword, responses((status = 204, description = "Done"), StaffProblems))]
pub async fn password(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Id(id): Id,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    of_another(&me, id)?;
    let given: GivenPassword = typed(&body)?;
    let name = app.store().staff(id).await?.map(|account| account.me.name).unwrap_or_default();
    if let Some(fault) = auth::password_fault(&given.password, &name) {
        return Err(Error::field(PASSWORD, fault));
    }
    let hash = app.passwords().hashed(given.password).await?;
    done(&app, id, &me, StaffChange::Password { hash, but: None }).await
}

/// Switches an account off, which ends its sessions, or on again. The last administrator's stays on.
#[utoipa::path(put, path = "/api/v1/desk/staff/{id}/active", params(("id" = RecordId, Path)),
    request_body = StaffActive, responses((status = 204, description = "Done"), StaffProblems))]
pub async fn active(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Id(id): Id,
    Json(body): Json<SIGN_IN>,
) -> Result<StatusCode, Error> {
    let wanted: StaffActive = typed(&body)?;
    done(&app, id, &me, StaffChange::Active(wanted.active)).await
}

/// Takes the second step from an account whose authenticator is lost, and ends every session of it; it can be set up anew.
/// One's own is dropped by whoever knows the password (`DELETE /api/v1/desk/second-step`).
#[utoipa::path(delete, path = "/api/v1/desk/staff/{id}/second-step", params(("id" = RecordId, Path)),
    responses((status = 204, description = "Done"), StaffProblems))]
pub async fn drop_second_step(
    State(app): State<App>,
    Extension(me): Extension<Me>,
    Id(id): Id,
) -> Result<StatusCode, Error> {
    of_another(&me, id)?;
    done(&app, id, &me, StaffChange::DropSecondStep { but: None }).await
}

/// That it is another's account: an administrator's browser that was left open is not enough to take that administrator's own.
fn of_another(me: &Me, id: RecordId) -> Result<(), Error> {
    if id == me.id { Err(ProblemCode::Forbidden.into()) } else { Ok(()) }
}

async fn known_grids(app: &App, roles: &[Granted]) -> Result<(), Error> {
    let known = app.store().grid_names().await?;
    let is_known = |grid: &String| known.iter().any(|known| known.id == *grid);
    let all = roles.iter().filter_map(|granted| granted.grid.as_ref()).all(is_known);
    if all { Ok(()) } else { Err(Error::field(ROLES, Code::UnknownGrid)) }
}

/// Carries out what is done to an account.
pub(super) async fn done(app: &App, staff: RecordId, me: &Me, what: StaffChange) -> Result<StatusCode, Error> {
    let deed = StaffDeed { staff, by: me.id.to_string(), at: app.store().now(), what };
    carried(app, Task::Staff(deed)).await?;
    Ok(StatusCode::NO_CONTENT)
}
