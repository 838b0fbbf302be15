//! What lies on this device is encrypted: AES-GCM under a key that scripts of this origin may use and nobody may read
//! out. A row is bound to its table, so that one cannot be passed off as another's. Where the browser has no WebCrypto
//! (a page that came without TLS) rows are kept as they are: to lose them would be worse.

use std::cell::RefCell;

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::clock;

/// Bytes of the initialisation vector, as AES-GCM wants it.
const IV: usize = 12;
const CIPHER: &str = "AES-GCM";

thread_local! {
    static KEY: RefCell<Option<CryptoKey>> = const { RefCell::new(None) };
}

/// Whether the browser can encrypt.
pub(super) fn works() -> bool {
    subtle().is_some()
}

/// Makes a key, which is not yet the device's.
pub(super) async fn new_key() -> Option<CryptoKey> {
    let algorithm = algorithm(None, None);
    Reflect::set(&algorithm, &"length".into(), &256.into()).ok()?;
    let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
    awaited(subtle()?.generate_key_with_object(&algorithm, false, &usages)).await?.dyn_into().ok()
}

/// From now on rows are encrypted under this key.
pub(super) fn take_key(key: CryptoKey) {
    KEY.set(Some(key));
}

/// Whether the device's key is known here.
pub(super) fn has_key() -> bool {
    KEY.with_borrow(Option::is_some)
}

/// Encrypts a row of a table: bytes, the initialisation vector first. Without a key it stays the text it is. Begun at once.
pub(super) fn lock(table: &str, text: &str) -> impl Future<Output = Option<JsValue>> + use<> {
    let iv = clock::random::<IV>();
    let locking = KEY.with_borrow(Clone::clone).map(|key| {
        let algorithm = algorithm(Some(&iv), Some(table));
        subtle().map(|subtle| subtle.encrypt_with_object_and_u8_array(&algorithm, &key, text.as_bytes()))
    });
    let plain = locking.is_none().then(|| text.into());
    async move {
        let Some(locking) = locking else { return plain };
        let secret = Uint8Array::new(&awaited(locking?).await?);
        let bytes = Uint8Array::new_with_length(u32::try_from(IV).ok()? + secret.length());
        bytes.set(&Uint8Array::from(&iv[..]), 0);
        bytes.set(&secret, u32::try_from(IV).ok()?);
        Some(bytes.into())
    }
}

/// Reads a row of a table; `None` if it was written under another key, or is damaged. Begun at once.
pub(super) fn unlock(table: &str, row: JsValue) -> impl Future<Output = Option<String>> + use<> {
    let unlocking = row.dyn_into::<Uint8Array>().map(|bytes| {
        let bytes = bytes.to_vec();
        let (iv, secret) = bytes.split_at_checked(IV)?;
        let algorithm = algorithm(Some(iv), Some(table));
        let key = KEY.with_borrow(Clone::clone)?;
        Some(subtle()?.decrypt_with_object_and_u8_array(&algorithm, &key, secret))
    });
    async move {
        match unlocking {
            Ok(unlocking) => String::from_utf8(Uint8Array::new(&awaited(unlocking?).await?).to_vec()).ok(),
            Err(text) => text.as_string(),
        }
    }
}

fn algorithm(iv: Option<&[u8]>, table: Option<&str>) -> Object {
    let algorithm = Object::new();
    let set = |name: &str, value: &JsValue| {
        // A plain object takes any property.
        let _ = Reflect::set(&algorithm, &name.into(), value);
    };
    set("name", &CIPHER.into());
    if let Some(iv) = iv {
        set("iv", &Uint8Array::from(iv));
    }
    if let Some(table) = table {
        set("additionalData", &Uint8Array::from(table.as_bytes()));
    }
    algorithm
}

async fn awaited(promise: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(promise.ok()?).await.ok()
}

fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    // Its type says that it is always there; a page without TLS has none.
    let there = Reflect::get(&crypto, &"subtle".into()).is_ok_and(|subtle| !subtle.is_undefined());
    there.then(|| crypto.subtle())
}
