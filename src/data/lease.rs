//! The lease that makes one sender among all tabs: the Web Locks API, spoken to by name because its bindings are not
//! stable yet. A lock dies with its tab. Where the browser has no locks every tab may send; the server still stores once.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

const LOCK: &str = "linli-courier";

/// The lease; given back by [`Lease::release`].
pub(super) struct Lease(Option<Function>);

impl Lease {
    /// Gives the lease back.
    pub(super) fn release(self) {
        if let Some(release) = self.0 {
            // Resolving a promise cannot fail.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Waits until the lease is ours; `None` if the browser refuses it.
pub(super) async fn take() -> Option<Lease> {
    let Some((locks, request)) = lock_manager() else { return Some(Lease(None)) };
    let held = Rc::new(RefCell::new(None));
    let granted = Promise::new(&mut |resolve, reject| {
        let held = Rc::clone(&held);
        let on_granted = Closure::once_into_js(move |_lock: JsValue| {
            let until_released = Promise::new(&mut |release, _| {
                held.replace(Some(release));
            });
            let _ = resolve.call0(&JsValue::NULL);
            until_released
        });
        match request.call2(&locks, &LOCK.into(), &on_granted) {
            Ok(outcome) => {
                let refused = Closure::once_into_js(move |error: JsValue| {
                    let _ = reject.call1(&JsValue::NULL, &error);
                });
                if let Ok(catch) = Reflect::get(&outcome, &"catch".into())
                    && let Ok(catch) = catch.dyn_into::<Function>()
                {
                    let _ = catch.call1(&outcome, &refused);
                }
            }
            Err(error) => {
                let _ = reject.call1(&JsValue::NULL, &error);
            }
        }
    });
    JsFuture::from(granted).await.ok()?;
    held.take().map(|release| Lease(Some(release)))
}

fn lock_manager() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(|locks| !locks.is_undefined())?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
