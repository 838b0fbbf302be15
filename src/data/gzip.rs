//! Packs what is sent, with the browser's own compressor: forms are alike, and a slow line carries a fifth of them. Spoken to by
//! name because its bindings are not stable yet.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableWritablePair, Response};

/// The bytes of a text, packed; `None` where the browser has no compressor.
pub(super) async fn pack(text: &str) -> Option<JsValue> {
    let compressor = Reflect::get(&web_sys::window()?.into(), &"CompressionStream".into()).ok()?;
    let packer = Reflect::construct(&compressor.dyn_into::<Function>().ok()?, &Array::of1(&"gzip".into())).ok()?;
    // It has the two ends of such a pair.
    let packer: ReadableWritablePair = packer.unchecked_into();
    let text = Blob::new_with_str_sequence(&Array::of1(&text.into())).ok()?;
    let answer = Response::new_with_opt_readable_stream(Some(&text.stream().pipe_through(&packer))).ok()?;
    JsFuture::from(answer.array_buffer().ok()?).await.ok()
}
