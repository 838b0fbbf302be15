//! Photos on this device: made small in a worker (`public/shrink.js`), kept beside the draft that names them, shown, and
//! read again when they are sent. A photo lies under the record it belongs to and its hash, so that whatever becomes of the
//! record becomes of its photos too, and no other record's.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use linli_domain::courier::PhotoSettled;
use linli_domain::device::{self, Owners, PhotoRow, SubmissionRow};
use linli_domain::{PhotoHash, RecordId};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Event, File, FileList, HtmlScriptElement, MessageEvent, Url, Worker};

use super::drafts::Draft;
use super::store::{self, Change, Durability, Table, WriteError};
use super::{Error, clock, status};
use crate::routes;

/// What [`routes::SHRINK`] adds to a page.
const IN_PAGE: &str = "shrinkPhoto";

/// A photo made small, not kept yet.
pub struct Shrunk {
    /// Its hash.
    pub hash: PhotoHash,
    text: String,
    blob: Blob,
}

/// A file that was chosen.
pub struct Chosen(File);

impl Chosen {
    /// Whether it is in the format of some telephones that few browsers open.
    pub fn is_heic(&self) -> bool {
        let (kind, name) = (self.0.type_(), self.0.name().to_ascii_lowercase());
        ["heic", "heif"].iter().any(|word| kind.contains(word) || name.ends_with(word))
    }
}

/// The files that were chosen.
pub fn chosen(files: &FileList) -> Vec<Chosen> {
    (0..files.length()).filter_map(|at| files.get(at)).map(Chosen).collect()
}

/// The address of a picture in this page; given back when it is dropped.
#[derive(Debug)]
pub struct Picture(String);

impl Picture {
    fn of(blob: &Blob) -> Option<Self> {
        Url::create_object_url_with_blob(blob).ok().map(Self)
    }

    /// The address.
    pub fn address(&self) -> &str {
        &self.0
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // Fails for nothing but a text that is no address.
        let _ = Url::revoke_object_url(&self.0);
    }
}

impl Shrunk {
    /// The picture, to look at.
    pub fn picture(&self) -> Option<Picture> {
        Picture::of(&self.blob)
    }
}

/// Makes a chosen file small; `None` if this browser cannot open it as a picture.
pub async fn shrink(Chosen(file): &Chosen) -> Option<Shrunk> {
    let made = match in_worker(file).await {
        Some(made) => made,
        None => in_page(file).await?,
    };
    let part = |name: &str| Reflect::get(&made, &name.into()).ok();
    Some(Shrunk {
        hash: part("hash")?.as_string()?.parse().ok()?,
        text: part("text")?.as_string()?,
        blob: part("blob")?.dyn_into().ok()?,
    })
}

/// A worker for one photo: the memory of a large picture goes with it.
async fn in_worker(file: &File) -> Option<JsValue> {
    let worker = Worker::new(routes::SHRINK).ok()?;
    let held = Rc::new(RefCell::new(None));
    let answered = Promise::new(&mut |resolve, reject| {
        let told = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            let _ = resolve.call1(&JsValue::NULL, &event.data());
        });
        let failed = Closure::<dyn FnMut(_)>::new(move |event: Event| {
            // It is tried once more in the page; nothing to report.
            event.prevent_default();
            let _ = reject.call0(&JsValue::NULL);
        });
        worker.set_onmessage(Some(told.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        if worker.post_message(file).is_err() {
            let _ = failed.as_ref().unchecked_ref::<Function>().call1(&JsValue::NULL, &JsValue::NULL);
        }
        held.replace(Some((told, failed)));
    });
    let made = JsFuture::from(answered).await.ok();
    worker.terminate();
    made.filter(|made| !made.is_null())
}

async fn in_page(file: &File) -> Option<JsValue> {
    let window = web_sys::window()?;
    let shrink = || Reflect::get(&window, &IN_PAGE.into()).ok()?.dyn_into::<Function>().ok();
    let shrink = if let Some(shrink) = shrink() {
        shrink
    } else {
        load_script().await?;
        shrink()?
    };
    let made: Promise = shrink.call1(&JsValue::NULL, file).ok()?.dyn_into().ok()?;
    JsFuture::from(made).await.ok()
}

async fn load_script() -> Option<()> {
    let document = web_sys::window()?.document()?;
    let script: HtmlScriptElement = document.create_element("script").ok()?.dyn_into().ok()?;
    script.set_src(routes::SHRINK);
    let loaded = Promise::new(&mut |resolve, reject| {
        script.set_onload(Some(&resolve));
        script.set_onerror(Some(&reject));
    });
    document.head()?.append_child(&script).ok()?;
    JsFuture::from(loaded).await.ok().map(|_| ())
}

/// Keeps a photo together with the draft that names it, on the disk before it is called kept.
///
/// # Errors
/// [`Error::StorageFull`], [`Error::Storage`]; neither is kept then, and an earlier draft stays as it was.
pub async fn keep<T: Serialize>(form: &str, draft: &Draft<T>, photo: &Shrunk) -> Result<(), Error> {
    let row = PhotoRow { hash: photo.hash, jpeg: photo.text.clone() };
    let changes = [
        Change::put(Table::Photo, &device::photo_key(draft.id, photo.hash), &row),
        Change::put(Table::Draft, &form, draft),
    ];
    Ok(store::write(Durability::Strict, &changes).await?)
}

/// Keeps a draft that no longer names a photo, and forgets the photo with it; unless it is the correction of a submission
/// that names it as long as it is not corrected.
pub async fn forget<T: Serialize>(form: &str, draft: &Draft<T>, hash: PhotoHash) {
    let mut changes = vec![Change::put(Table::Draft, &form, draft)];
    let corrected: Result<Option<SubmissionRow>, _> = store::get(Table::Submission, &draft.id.to_string()).await;
    if matches!(corrected, Ok(None)) {
        changes.push(Change::delete(Table::Photo, &device::photo_key(draft.id, hash)));
    }
    // What could not be forgotten is tidied away with its draft.
    let _ = store::write(Durability::Relaxed, &changes).await;
}

/// Saves what became of a photo that was sent.
pub(super) async fn settle(settled: PhotoSettled) -> Result<(), Error> {
    let key = device::photo_key(settled.record, settled.hash);
    let [row] = store::row([Table::PhotoOutbox], &key).await?;
    match store::write(Durability::Strict, &device::settle_photo(&settled, row.as_deref())).await {
        // Another tab threw it away, or was told that the server has it not: it is read again.
        Ok(()) | Err(WriteError::Changed) => {
            status::submissions_changed();
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is read of a draft here.
#[derive(Deserialize)]
struct Begun {
    id: RecordId,
}

/// Forgets photos that nothing names any more, and those that were sent long ago. By their keys alone: no photo is read. What
/// owns them is read in the same moment, or what was just submitted would be neither draft nor submission.
pub(super) async fn tidy() -> Result<(), Error> {
    if store::counts([Table::Photo]).await? == [0] {
        return Ok(());
    }
    let keys_of = [Table::Photo, Table::Outbox, Table::Attention, Table::Sent];
    let ([photos, outbox, attention, sent], [drafts, to_send]) =
        store::keys_and_rows(keys_of, [Table::Draft, Table::PhotoOutbox]).await?;
    let ids = |keys: &[String]| keys.iter().filter_map(|key| key.parse().ok()).collect();
    let begun = drafts.iter().filter_map(|text| serde_json::from_str::<Begun>(text).ok());
    let owners = Owners {
        drafts: begun.map(|draft| draft.id).collect(),
        unsettled: ids(&[outbox, attention].concat()),
        sent: ids(&sent),
    };
    let changes = device::tidied(&photos, &to_send, &owners, clock::millis());
    Ok(store::write(Durability::Relaxed, &changes).await?)
}

/// A photo of a record, to look at; `None` if it is no longer on this device.
pub async fn picture(id: RecordId, hash: PhotoHash) -> Option<Picture> {
    Picture::of(&blob(&bytes(id, hash).await.ok()??)?)
}

/// The bytes of a photo as they travel; `None` if it is no longer on this device.
///
/// # Errors
/// [`Error::Storage`].
pub(super) async fn bytes(id: RecordId, hash: PhotoHash) -> Result<Option<Uint8Array>, Error> {
    let row: Option<PhotoRow> = store::get(Table::Photo, &device::photo_key(id, hash)).await?;
    Ok(row.and_then(|row| base64(&row.jpeg)).map(|bytes| Uint8Array::from(&bytes[..])))
}

/// The bytes that a text stands for; `None` if it is no base64.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for part in digits.chunks(4) {
        let mut bits = 0u32;
        for digit in part {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let [_, first, second, third] = (bits << (6 * (4 - part.len()))).to_be_bytes();
        bytes.extend_from_slice(&[first, second, third][..part.len() - 1]);
    }
    Some(bytes)
}

fn blob(bytes: &Uint8Array) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type("image/jpeg");
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        for (text, bytes) in
            [("", &b""[..]), ("TQ==", b"M"), ("TWE=", b"Ma"), ("TWFu", b"Man"), ("/+8AAQ==", &[255, 239, 0, 1])]
        {
            assert_eq!(base64(text).as_deref(), Some(bytes), "{text}");
        }
        assert_eq!(base64("T-"), None);
    }
}
