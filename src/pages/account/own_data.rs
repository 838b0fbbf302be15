//! What the community keeps about one: name and telephone number, PIN and consents, each put right where it stands.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;
use linli_domain::account::PIN;
use linli_domain::community::Public;
use linli_domain::consent::ConsentWanted;
use linli_domain::family::{Member, NAME, NEW_PIN, OwnDetails, OwnPin, PHONE, Relation};

use super::fields::{Fields, failure_words};
use super::signed_in;
use crate::data::account::{self, Account};
use crate::data::{Error, clock, family};
use crate::i18n::{dates, words};
use crate::pages::community::with_community;
use crate::pages::form::consent;
use crate::ui::asked_button::AskedButton;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::disclosure::Disclosure;
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};
use crate::ui::warning::Warning;

/// What the community keeps about one.
#[component]
pub fn OwnData() -> impl IntoView {
    signed_in(|| {
        view! {
            <PageHead title=words::own::title() below=words::own::below() />
            <Details />
            <Consents />
            <Pin />
        }
        .into_any()
    })
}

/// That it went well, until something else is done.
fn saved(well: RwSignal<bool>, title: &'static str) -> impl IntoView {
    let banner = move || well.get().then(|| view! { <Banner tone=Tone::Good title /> });
    view! { <div role="status">{banner}</div> }
}

#[component]
fn Details() -> impl IntoView {
    let (fields, well) = (Fields::empty(), RwSignal::new(false));
    // Who one is is known from the device, before the community has said it.
    let oneself = family::signal().with_untracked(|family| {
        let members = family.as_ref().map_or(&[][..], |family| &family.members);
        members.iter().find(|member| member.relation == Relation::Oneself).cloned()
    });
    if let Some(oneself) = oneself {
        fields.begin(NAME, &oneself.name);
        fields.begin(PHONE, &oneself.phone);
    }
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = OwnDetails { name: fields.text(NAME), phone: fields.text(PHONE), pin: fields.text(PIN) };
        let found = wanted.check();
        well.set(false);
        fields.send(&found, || {
            Box::pin(async move {
                family::correct(&wanted).await?;
                fields.begin(PIN, "");
                let _ = well.try_set(true);
                Ok(())
            })
        });
    };
    view! {
        <form class="form section" novalidate on:submit=submit>
            <h2 class="section__title">{words::own::details()}</h2>
            {fields.failure()}
            <TextField of=fields.field(NAME, words::form::name(), "") kind=TextKind::Name />
            <TextField of=fields.field(PHONE, words::form::phone(), words::own::details_line()) kind=TextKind::Phone />
            <TextField of=fields.field(PIN, words::own::pin_confirm(), "") kind=TextKind::Pin />
            {saved(well, words::own::saved())}
            <SubmitButton busy=fields.busy()>{words::family::save()}</SubmitButton>
        </form>
    }
}

#[component]
fn Pin() -> impl IntoView {
    // Of its own names, since the form above has a PIN too.
    let (fields, well) = (Fields::empty(), RwSignal::new(false));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let phone = match account::signal().get_untracked() {
            Account::Of(me) => me.phone.unwrap_or_default(),
            Account::Unknown | Account::Nobody | Account::Unreached => String::new(),
        };
        let wanted = OwnPin { pin: fields.text(PIN), new_pin: fields.text(NEW_PIN) };
        let found = wanted.check(&phone);
        well.set(false);
        fields.send(&found, || {
            Box::pin(async move {
                family::change_pin(&wanted).await?;
                fields.begin(PIN, "");
                fields.begin(NEW_PIN, "");
                let _ = well.try_set(true);
                Ok(())
            })
        });
    };
    let old = crate::ui::field::Labelled { id: "old-pin".to_owned(), ..fields.field(PIN, words::own::old_pin(), "") };
    view! {
        <Disclosure summary=words::own::pin_title()>
            <form class="form" novalidate on:submit=submit>
                {fields.failure()}
                <TextField of=old kind=TextKind::Pin />
                <TextField of=fields.field(NEW_PIN, words::own::new_pin(), words::account::pin_hint()) kind=TextKind::NewPin />
                {saved(well, words::own::pin_saved())}
                <SubmitButton busy=fields.busy()>{words::own::pin_save()}</SubmitButton>
            </form>
        </Disclosure>
    }
}

/// How the consent of each stands, to be taken back or given again.
#[component]
fn Consents() -> impl IntoView {
    with_community(|public| {
        let known = family::signal();
        let failed = RwSignal::new(None::<Error>);
        // Whose text is open stays so while the list is drawn anew.
        let reading = RwSignal::new(None::<RecordId>);
        let rows = move || {
            let (family, public) = (known.get().unwrap_or_default(), public.get());
            family.members.iter().map(|member| row(member, &public, failed, reading)).collect_view()
        };
        let failure = move || {
            let title = failed.get().as_ref().and_then(failure_words)?;
            Some(view! { <Banner tone=Tone::Danger title /> })
        };
        view! {
            <section class="section">
                <h2 class="section__title">{words::own::health()}</h2>
                <Disclosure summary=words::consent::contents()>{consent::text()}</Disclosure>
                <div role="alert">{failure}</div>
                <ul class="list">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn row(
    member: &Member,
    public: &Public,
    failed: RwSignal<Option<Error>>,
    reading: RwSignal<Option<RecordId>>,
) -> AnyView {
    let version = public.consents.last().cloned().unwrap_or_default();
    let (id, given) = (member.id, member.agrees_to(&version));
    let row_id = ["consent-", &id.to_string()].concat();
    let back = StoredValue::new(row_id.clone());
    let done = move |outcome: Result<(), Error>| {
        // The list is drawn anew when it went well.
        let _ = failed.try_set(outcome.err());
        if let Some(row) = back.try_get_value() {
            focus::to_id_soon(row);
        }
    };
    let withdraw = Callback::new(move |()| spawn_local(async move { done(family::withdraw(id).await) }));
    let guardian_consent = member.is_child(clock::now().date_naive());
    let give = Callback::new(move |()| {
        let wanted = ConsentWanted { consent: version.clone(), guardian_consent };
        reading.set(None);
        spawn_local(async move { done(family::agree(id, &wanted).await) });
    });
    let read = Callback::new(move |()| reading.set(Some(id)));
    let leave = Callback::new(move |()| {
        reading.set(None);
        focus::to_id_soon(back.get_value());
    });
    let stands = match &member.consent {
        None => words::consent::not_asked().to_owned(),
        Some(consent) => {
            let what = if consent.given { words::consent::given() } else { words::consent::withdrawn() };
            words::consent::since(&dates::moment(consent.at, clock::now()), &what)
        }
    };
    let foot = if given {
        view! {
            <AskedButton
                word=words::consent::withdraw()
                look=Look::Quiet
                title=words::consent::withdraw_title()
                line=words::consent::withdraw_line()
                confirm=words::consent::withdraw_confirm()
                again=words::consent::keep()
                on_confirm=withdraw
            />
        }
        .into_any()
    } else {
        let yes = if guardian_consent { words::consent::agree_guardian() } else { words::consent::give() };
        let asked = move || {
            if reading.get() != Some(id) {
                return view! { <Button look=Look::Quiet on_press=read>{words::consent::read()}</Button> }.into_any();
            }
            let guardian = guardian_consent.then(|| view! { <p>{words::consent::guardian()}</p> });
            let first = Some((guardian, consent::text()).into_any());
            view! {
                <Warning
                    title=words::consent::below()
                    lines=Vec::new()
                    first
                    confirm=yes
                    again=words::consent::not_now()
                    on_confirm=give
                    on_again=leave
                />
            }
            .into_any()
        };
        asked.into_any()
    };
    view! {
        <li class="draft" id=row_id>
            <div class="draft__body">
                <p class="draft__title">{member.name.clone()}</p>
                <p class="row__detail">{stands}</p>
            </div>
            <div class="draft__foot">{foot}</div>
        </li>
    }
    .into_any()
}
