//! The photos of a report: made small, kept with the draft at once, and shown. What the draft names is the list of their
//! hashes; what is on the way or could not be read is on this page only.

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::PhotoHash;
use linli_domain::report::{PHOTO_LIST, PHOTOS};

use crate::data::photos::{self, Chosen, Picture};
use crate::data::{Error, kiosk};
use crate::i18n::words;
use crate::pages::form::Form;
use crate::ui::photo_field::{Photo, PhotoField, PhotoState, PhotoWords};

/// A photo on this page.
#[derive(Clone)]
struct Entry {
    key: u32,
    /// Once it is kept.
    hash: Option<PhotoHash>,
    picture: Option<ArcStoredValue<Picture>>,
    words: &'static str,
    state: PhotoState,
}

/// The photos of a report.
#[component]
pub fn Photos(form: Form) -> AnyView {
    if kiosk::is_on() {
        // A photo could be looked at on the tablet until it is sent.
        return view! { <p class="empty">{words::photo::not_here()}</p> }.into_any();
    }
    let album =
        Album { form, entries: RwSignal::new(Vec::new()), over: RwSignal::new(false), next: StoredValue::new(0) };
    album.open();
    let on_choose = Callback::new(move |files| album.add(photos::chosen(&files)));
    let on_remove = Callback::new(move |key: String| album.remove(&key));
    let note = move || match album.free() {
        0 if album.over.get() => words::photo::over().to_owned(),
        0 => words::photo::none_left().to_owned(),
        PHOTOS => String::new(),
        free => words::photo::some_left(&free),
    };
    let words =
        PhotoWords { take: words::photo::take(), choose: words::photo::choose(), remove: words::photo::remove() };
    view! {
        <PhotoField
            of=form.field(PHOTO_LIST, words::report::photos(), words::report::photos_hint())
            photos=Signal::derive(move || album.shown())
            note=Signal::derive(note)
            full=Signal::derive(move || album.free() == 0)
            words
            on_choose
            on_remove
        />
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Album {
    form: Form,
    entries: RwSignal<Vec<Entry>>,
    /// Whether more were chosen than there is room for.
    over: RwSignal<bool>,
    next: StoredValue<u32>,
}

impl Album {
    fn hashes(self) -> Vec<PhotoHash> {
        let named = self.form.value(PHOTO_LIST).get_untracked();
        named.split(' ').filter_map(|hash| hash.parse().ok()).collect()
    }

    /// Those that can still be added; what failed takes no room.
    fn free(self) -> usize {
        let taken = self.entries.read().iter().filter(|entry| entry.state != PhotoState::Failed).count();
        PHOTOS.saturating_sub(taken)
    }

    fn shown(self) -> Vec<Photo> {
        let entries = self.entries.read();
        let photo = |(at, entry): (usize, &Entry)| Photo {
            key: entry.key.to_string(),
            src: entry.picture.as_ref().map(|picture| picture.read_value().address().to_owned()).unwrap_or_default(),
            name: words::photo::name(&(at + 1)),
            words: entry.words.to_owned(),
            state: entry.state,
        };
        entries.iter().enumerate().map(photo).collect()
    }

    fn enter(self, hash: Option<PhotoHash>) -> u32 {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        let entry = Entry { key, hash, picture: None, words: words::photo::working(), state: PhotoState::Waiting };
        self.entries.update(|entries| entries.push(entry));
        key
    }

    /// Changes an entry, unless it or the page has gone meanwhile.
    fn change(self, key: u32, change: impl FnOnce(&mut Entry)) {
        let _ = self.entries.try_update(|entries| entries.iter_mut().find(|entry| entry.key == key).map(change));
    }

    fn settle(self, key: u32, hash: PhotoHash, picture: Option<Picture>) {
        self.change(key, |entry| {
            entry.hash = Some(hash);
            entry.state = if picture.is_some() { PhotoState::Ready } else { PhotoState::Failed };
            entry.words = if picture.is_some() { words::photo::kept() } else { words::photo::gone() };
            entry.picture = picture.map(ArcStoredValue::new);
        });
    }

    fn fail(self, key: u32, words: &'static str) {
        self.change(key, |entry| {
            entry.state = PhotoState::Failed;
            entry.words = words;
        });
    }

    /// Shows what the draft names.
    fn open(self) {
        let id = self.form.record();
        for hash in self.hashes() {
            let key = self.enter(Some(hash));
            spawn_local(async move {
                let picture = photos::picture(id, hash).await;
                self.settle(key, hash, picture);
            });
        }
    }

    /// Takes files in, one after the other: a large picture needs all the memory of a small telephone.
    fn add(self, files: Vec<Chosen>) {
        let room = untrack(|| self.free());
        self.over.set(files.len() > room);
        self.form.begin();
        let entered: Vec<_> = files.into_iter().take(room).map(|file| (self.enter(None), file)).collect();
        spawn_local(async move {
            for (key, file) in entered {
                match photos::shrink(&file).await {
                    Some(shrunk) => self.keep(key, &shrunk).await,
                    None if file.is_heic() => self.fail(key, words::photo::heic()),
                    None => self.fail(key, words::photo::unreadable()),
                }
            }
            self.form.end();
        });
    }

    async fn keep(self, key: u32, shrunk: &photos::Shrunk) {
        // Removed, or the page left, while it was being made small.
        let wanted = self.entries.try_with_untracked(|entries| entries.iter().any(|entry| entry.key == key));
        if wanted != Some(true) {
            return;
        }
        let hash = shrunk.hash;
        let named = self.hashes();
        if named.contains(&hash) {
            self.entries.update(|entries| entries.retain(|entry| entry.key != key));
            return;
        }
        let list = list(named.into_iter().chain([hash]));
        let (name, draft) = self.form.draft_with(PHOTO_LIST, list.clone());
        match photos::keep(&name, &draft, shrunk).await {
            Ok(()) => {
                self.form.value(PHOTO_LIST).set(list);
                self.settle(key, hash, shrunk.picture());
            }
            Err(Error::StorageFull) => self.fail(key, words::photo::full()),
            Err(_) => self.fail(key, words::photo::not_kept()),
        }
    }

    fn remove(self, key: &str) {
        let at = self.entries.read_untracked().iter().position(|entry| entry.key.to_string() == *key);
        let Some(at) = at else { return };
        let Some(entry) = self.entries.try_update(|entries| entries.remove(at)) else { return };
        self.over.set(false);
        if let Some(hash) = entry.hash {
            let list = list(self.hashes().into_iter().filter(|named| *named != hash));
            self.form.value(PHOTO_LIST).set(list.clone());
            let (name, draft) = self.form.draft_with(PHOTO_LIST, list);
            spawn_local(async move { photos::forget(&name, &draft, hash).await });
        }
    }
}

fn list(hashes: impl Iterator<Item = PhotoHash>) -> String {
    hashes.map(|hash| hash.to_string()).collect::<Vec<_>>().join(" ")
}
