//! Photos that somebody sent: small side by side, large one at a time. One that has not come yet keeps its place.

use leptos::prelude::*;

use super::dialog::Dialog;
use super::icon::Icon;

/// A photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallPhoto {
    /// What it is called.
    pub name: String,
    /// The words of the button that shows it large.
    pub open: String,
    /// Where it is; `None` while it has not come.
    pub src: Option<String>,
}

/// The words around them.
#[derive(Debug, Clone, Copy)]
pub struct WallWords {
    /// Where one has not come yet.
    pub missing: &'static str,
    /// What will become of that, once for all.
    pub missing_hint: &'static str,
    /// Where one could not be loaded.
    pub failed: &'static str,
    /// On the button that closes a large one.
    pub close: &'static str,
}

/// Photos side by side.
#[component]
pub fn PhotoWall(
    /// The id of the heading of a large one.
    id: &'static str,
    /// The photos.
    photos: Vec<WallPhoto>,
    /// The words around them.
    words: WallWords,
) -> impl IntoView {
    let (open, large) = (RwSignal::new(false), RwSignal::new(None::<(String, String)>));
    let waits = photos.iter().any(|photo| photo.src.is_none());
    let shown = move |photo: WallPhoto| {
        let WallPhoto { name, open: label, src } = photo;
        let picture = match src {
            Some(src) => small(name.clone(), label, src, words.failed, move |name, src| {
                large.set(Some((name, src)));
                open.set(true);
            }),
            None => absent("cloud-off", words.missing),
        };
        view! {
            <li class="photo-wall__photo">
                {picture} <span class="photo-wall__name">{name}</span>
            </li>
        }
        .into_any()
    };
    let hint = waits.then(|| view! { <p class="photo-wall__hint">{words.missing_hint}</p> });
    let dialog = move || {
        large.get().map(|(name, src)| {
            view! {
                <Dialog id title=name.clone() close=words.close open>
                    <img class="photo-wall__large" src=src.clone() alt=name.clone() />
                </Dialog>
            }
        })
    };
    view! {
        <ul class="photo-wall">{photos.into_iter().map(shown).collect_view()}</ul>
        {hint}
        {dialog}
    }
}

fn small(
    name: String,
    label: String,
    src: String,
    failed_words: &'static str,
    on_open: impl Fn(String, String) + Copy + Send + Sync + 'static,
) -> AnyView {
    let failed = RwSignal::new(false);
    let picture = move || {
        let (name, src, address) = (name.clone(), src.clone(), src.clone());
        if failed.get() {
            return absent("circle-alert", failed_words);
        }
        view! {
            <button
                class="photo-wall__open"
                type="button"
                aria-label=label.clone()
                on:click=move |_| on_open(name.clone(), src.clone())
            >
                <img class="photo-wall__small" src=address alt="" loading="lazy" on:error=move |_| failed.set(true) />
            </button>
        }
        .into_any()
    };
    picture.into_any()
}

fn absent(icon: &'static str, words: &'static str) -> AnyView {
    view! {
        <p class="photo-wall__absent">
            <Icon name=icon />
            {words}
        </p>
    }
    .into_any()
}
