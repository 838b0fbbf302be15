//! What the OpenAPI document says of an operation besides what stands at its handler: a name of its own, and which one can
//! follow it.

use utoipa::openapi::link::Link;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{RefOr, Required};

/// After what (method, path, status), what (method, path), with which parameters taken from where in the answer.
type Follows =
    ((&'static str, &'static str, &'static str), (&'static str, &'static str), &'static [(&'static str, &'static str)]);

/// Which operation can follow which.
const FOLLOWS: [Follows; 9] = [
    (("PUT", "/api/v1/reports/{id}", "201"), ("GET", "/api/v1/receipts/{code}"), &[("code", "/receipt")]),
    (("PUT", "/api/v1/check-ins/{id}", "201"), ("GET", "/api/v1/receipts/{code}"), &[("code", "/receipt")]),
    (("PUT", "/api/v1/sign-ups/{id}", "201"), ("GET", "/api/v1/receipts/{code}"), &[("code", "/receipt")]),
    (("PUT", "/api/v1/reports/{id}", "201"), ("GET", "/api/v1/desk/submissions/{id}"), &[("id", "/id")]),
    (("PUT", "/api/v1/check-ins/{id}", "201"), ("GET", "/api/v1/desk/submissions/{id}"), &[("id", "/id")]),
    (("PUT", "/api/v1/photos/{sha256}", "201"), ("GET", "/api/v1/desk/photos/{sha256}"), &[("sha256", "/sha256")]),
    (("GET", "/api/v1/desk/submissions", "200"), ("GET", "/api/v1/desk/submissions"), &[("cursor", "/next")]),
    (("GET", "/api/v1/activities", "200"), ("GET", "/api/v1/activities/{id}"), &[("id", "/items/0/id")]),
    (("GET", "/api/v1/me/records", "200"), ("GET", "/api/v1/me/records"), &[("since", "/next")]),
];

/// The operations of a path, each with its method.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let methods = [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("PATCH", &mut item.patch),
    ];
    methods.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Gives an operation its name and says what can follow.
pub fn complete(method: &str, path: &str, operation: &mut Operation) {
    operation.operation_id = Some(name(method, path));
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.required = Some(Required::True);
    }
    for ((_, _, status), (then, to), parameters) in FOLLOWS.iter().filter(|((m, p, _), ..)| (*m, *p) == (method, path))
    {
        let mut link = Link::builder().operation_id(name(then, to));
        for (parameter, pointer) in *parameters {
            link = link.parameter(*parameter, format!("$response.body#{pointer}"));
        }
        if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut(*status) {
            answer.links.insert(name(then, to), RefOr::T(link.build()));
        }
    }
}

/// Method and path as one word: handlers are called alike in many files.
fn name(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/api/v1").split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    std::iter::once(method.to_lowercase()).chain(words.map(str::to_owned)).collect::<Vec<_>>().join("_")
}
