//! One submission with every field in words.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;
use linli_domain::community::Public;
use linli_domain::session::{DeskPhoto, DeskSubmission};
use linli_domain::submission::{Submission, SubmissionKind};

use super::session::Session;
use super::sign_in::failure_words;
use crate::data::public::{self, PublicState};
use crate::data::{self, api, clock};
use crate::i18n::{dates, states, words};
use crate::pages::answers;
use crate::ui::answers::{Answer, Answers};
use crate::ui::banner::{Banner, Tone};
use crate::ui::list_state::Skeleton;
use crate::ui::page_head::PageHead;
use crate::ui::photo_wall::{PhotoWall, WallPhoto, WallWords};

/// One submission.
#[component]
pub fn Item(
    /// Which.
    id: RecordId,
) -> impl IntoView {
    let session = Session::here();
    let read = RwSignal::new(None::<Result<DeskSubmission, data::Error>>);
    spawn_local(async move {
        match api::desk_submission(id).await {
            Err(data::Error::SignedOut) => session.end(),
            answer => read.set(Some(answer)),
        }
    });
    let known = public::signal();
    let community = Memo::new(move |_| match &*known.read() {
        PublicState::Ready(public) => Some(Arc::clone(public)),
        PublicState::Loading | PublicState::Failed => None,
    });
    move || match (read.get(), community.get()) {
        (Some(Err(error)), _) => view! {
            <PageHead title=words::not_found::title() />
            <Banner tone=Tone::Danger title=failure_words(&error) />
        }
        .into_any(),
        (Some(Ok(item)), Some(public)) => shown(&item, &public),
        _ => view! { <Skeleton label=words::frame::loading() /> }.into_any(),
    }
}

fn shown(item: &DeskSubmission, public: &Public) -> AnyView {
    let now = clock::now();
    let kind = states::kind(item.kind);
    let above = if item.title.is_some() { kind } else { "" };
    let title = item.title.clone().unwrap_or_else(|| kind.to_owned());
    let row = |term: &'static str, words: String| Answer { term: term.to_owned(), words, field_id: String::new() };
    let mut envelope = vec![
        row(words::desk::state(), states::accepted(item.state, None)),
        row(words::desk::receipt(), item.receipt.grouped()),
        row(words::desk::channel(), states::channel(item.channel).to_owned()),
        row(words::desk::number(), item.sequence.to_string()),
    ];
    let filled_in_by = item.filled_in_by.clone();
    envelope.extend(filled_in_by.map(|name| row(words::desk::filled_in_by(), name)));
    envelope.extend(item.grid.clone().map(|grid| row(words::desk::grid(), grid)));
    envelope.extend(item.person.as_ref().map(|whom| row(words::card::holder(), whom.name.clone())));
    // A card that leads to nobody is for staff to find out.
    let unmatched = (item.person.is_none() && !item.body["person"]["card"].is_null()).then(|| {
        view! {
            <Banner tone=Tone::Caution title=words::card::unmatched()>
                <p>{words::card::unmatched_line()}</p>
            </Banner>
        }
    });
    let times = [
        &words::desk::received(&dates::moment(item.received_at, now)),
        " · ",
        &words::desk::made(&dates::moment(item.made_at, now)),
    ]
    .concat();
    let body = match submission(item) {
        Some(submission) => view! { <Answers answers=answers::of(&submission, public, now) /> }.into_any(),
        None => view! {
            <Banner tone=Tone::Caution title=words::desk::unreadable() />
            <pre class="raw">{item.body.to_string()}</pre>
        }
        .into_any(),
    };
    view! {
        <PageHead title above below=times />
        <div class="desk-item">
            <div>{unmatched} {body}</div>
            <div>
                <Answers answers=envelope />
                {photos(item)}
            </div>
        </div>
    }
    .into_any()
}

/// The photos of a report, here or not.
fn photos(item: &DeskSubmission) -> Option<AnyView> {
    let shown = |(at, photo): (usize, &DeskPhoto)| WallPhoto {
        name: words::photo::name(&(at + 1)),
        open: words::desk::photo_open(&(at + 1)),
        src: photo.here.then(|| api::desk_photo(photo.sha256)),
    };
    let photos: Vec<_> = item.photos.iter().enumerate().map(shown).collect();
    let words = WallWords {
        missing: words::desk::photo_missing(),
        missing_hint: words::desk::photo_missing_hint(),
        failed: words::desk::photo_failed(),
        close: words::desk::photo_close(),
    };
    (!photos.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2 class="section__title">{words::desk::photos()}</h2>
                <PhotoWall id="photo-title" photos words />
            </section>
        }
        .into_any()
    })
}

/// The body as one of the forms; `None` if a newer version wrote it.
fn submission(item: &DeskSubmission) -> Option<Submission> {
    let body = item.body.clone();
    match item.kind {
        SubmissionKind::Report => serde_json::from_value(body).ok().map(Submission::Report),
        SubmissionKind::CheckIn => serde_json::from_value(body).ok().map(Submission::CheckIn),
        SubmissionKind::SignUp => serde_json::from_value(body).ok().map(Submission::SignUp),
    }
}
