//! Taking and choosing photos, and seeing what was chosen. What becomes of the files is not decided here: they are handed on
//! as the browser gave them.

use leptos::prelude::*;

use super::field::{FieldFrame, Labelled};
use super::icon::Icon;

/// A photo that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// What it is called when it is removed.
    pub key: String,
    /// Where its small picture is, or empty while there is none.
    pub src: String,
    /// What it is called.
    pub name: String,
    /// What it waits for, that it is there, or why it failed.
    pub words: String,
    /// How it stands.
    pub state: PhotoState,
}

/// How a photo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoState {
    /// Being read and made smaller.
    Waiting,
    /// Ready to be sent.
    Ready,
    /// Could not be read.
    Failed,
}

impl PhotoState {
    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// The words on the buttons.
#[derive(Debug, Clone, Copy)]
pub struct PhotoWords {
    /// On the one that takes a photo, where there is a camera to hand.
    pub take: &'static str,
    /// On the one that chooses among those that were taken.
    pub choose: &'static str,
    /// On the one that removes one; its name is read after it.
    pub remove: &'static str,
}

/// Taking and choosing photos.
#[component]
pub fn PhotoField(
    /// Label, hint, error, id.
    of: Labelled,
    /// What was chosen.
    photos: Signal<Vec<Photo>>,
    /// A line below the buttons: what can still be added.
    note: Signal<String>,
    /// Whether no more can be added.
    full: Signal<bool>,
    /// The words on the buttons.
    words: PhotoWords,
    /// Called with the files that were chosen.
    on_choose: Callback<web_sys::FileList>,
    /// Called with the key of the photo to remove.
    on_remove: Callback<String>,
) -> impl IntoView {
    let described = of.described_by();
    let camera = Chooser { id: [&of.id, "-take"].concat(), icon: "camera", words: words.take, camera: true };
    let album = Chooser { id: of.id.clone(), icon: "image", words: words.choose, camera: false };
    let choosers = [camera, album].map(|chooser| chooser.shown(described, of.invalid(), full, on_choose));
    let shown = move |photo: Photo| chosen(photo, words.remove, on_remove);
    let list = move || {
        let photos = photos.get();
        (!photos.is_empty())
            .then(|| view! { <ul class="photo-field__list">{photos.into_iter().map(shown).collect_view()}</ul> })
    };
    view! {
        <FieldFrame of>
            <div class="photo-field">
                {list}
                <div class="photo-field__choosers" data-full=move || full.get().then_some("")>
                    {choosers}
                </div>
                <p class="photo-field__note" role="status">
                    {note}
                </p>
            </div>
        </FieldFrame>
    }
}

/// One way to a photo: the browser's own, dressed as a button.
struct Chooser {
    id: String,
    icon: &'static str,
    words: &'static str,
    camera: bool,
}

impl Chooser {
    fn shown(
        self,
        described: Signal<Option<String>>,
        invalid: Signal<Option<&'static str>>,
        full: Signal<bool>,
        on_choose: Callback<web_sys::FileList>,
    ) -> AnyView {
        let class =
            if self.camera { "photo-field__chooser photo-field__chooser--camera" } else { "photo-field__chooser" };
        view! {
            <div class=class>
                <input
                    class="photo-field__input visually-hidden"
                    id=self.id.clone()
                    type="file"
                    accept="image/*"
                    multiple=!self.camera
                    capture=self.camera.then_some("environment")
                    aria-describedby=described
                    aria-invalid=invalid
                    disabled=full
                    // Forgets the last choice, or choosing the same file again would not be told.
                    on:click:target=|event| event.target().set_value("")
                    on:change:target=move |event| {
                        if let Some(files) = event.target().files() {
                            on_choose.run(files);
                        }
                    }
                />
                <label class="photo-field__add" for=self.id>
                    <Icon name=self.icon />
                    {self.words}
                </label>
            </div>
        }
        .into_any()
    }
}

fn chosen(photo: Photo, remove: &'static str, on_remove: Callback<String>) -> AnyView {
    let label = [remove, " ", &photo.name].concat();
    let picture = if photo.src.is_empty() {
        view! { <span class="photo-field__picture"></span> }.into_any()
    } else {
        view! { <img class="photo-field__picture" src=photo.src alt="" decoding="async" /> }.into_any()
    };
    view! {
        <li class="photo-field__photo" data-state=photo.state.word() aria-busy=(photo.state == PhotoState::Waiting).then_some("true")>
            {picture}
            <span class="photo-field__name">{photo.name}</span>
            <span class="photo-field__words">{photo.words}</span>
            <button
                class="button button--quiet"
                type="button"
                aria-label=label
                on:click=move |_| on_remove.run(photo.key.clone())
            >
                {remove}
            </button>
        </li>
    }
    .into_any()
}
