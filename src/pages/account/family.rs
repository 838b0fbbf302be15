//! The people the account acts for: added, put right, removed after a question.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::RecordId;
use linli_domain::family::{BORN, Member as Known, MemberWanted, NAME, PHONE, RELATION, Relation};

use super::fields::{Fields, failure_words};
use super::signed_in;
use crate::data::{Error, clock, family};
use crate::i18n::{states, words};
use crate::router::Router;
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::asked_button::AskedButton;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{LinkButton, Look, SubmitButton};
use crate::ui::checkbox::Checkbox;
use crate::ui::date_field::DateField;
use crate::ui::field::TICKED;
use crate::ui::list_state::Empty;
use crate::ui::page_head::PageHead;
use crate::ui::radios::{Choice, Layout, Radios};
use crate::ui::text_field::{TextField, TextKind};

/// Whether it is a child under 14; told by the day of birth.
const YOUNG: linli_domain::FieldPath = linli_domain::FieldPath::new("/young");

/// Everybody, oneself first.
#[component]
pub fn Family() -> impl IntoView {
    signed_in(|| {
        let known = family::signal();
        let list = move || {
            let family = known.get().unwrap_or_default();
            let alone = family.members.len() < 2;
            let rows = family.members.iter().map(row).collect_view();
            view! {
                <ul class="list">{rows}</ul>
                {alone.then(|| view! { <div class="section"><Empty words=words::family::none() /></div> })}
            }
        };
        view! {
            <PageHead title=words::family::title() below=words::family::below() />
            <section class="section">{list}</section>
            <Actions>
                <LinkButton look=Look::Main href=Route::Member(None).path()>{words::family::add()}</LinkButton>
            </Actions>
        }
        .into_any()
    })
}

/// One's own row leads to one's data, another's to theirs; each has its card beside it.
fn row(member: &Known) -> AnyView {
    let route = if member.relation == Relation::Oneself { Route::OwnData } else { Route::Member(Some(member.id)) };
    let young = member.is_child(clock::now().date_naive()).then(words::family::is_young);
    let parts = [Some(states::relation(member.relation)), young, Some(member.phone.as_str())];
    let detail = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__link" href=route.path()>
                    {member.name.clone()}
                </a>
                <p class="row__detail">{detail}</p>
            </div>
            <a class="chip chip--link" data-tone="note" href=Route::Card(member.id).path() aria-label=words::card::title(&member.name)>
                {words::family::card()}
            </a>
        </li>
    }
    .into_any()
}

/// One of them, or somebody new.
#[component]
pub fn Member(
    /// Which.
    id: Option<RecordId>,
) -> impl IntoView {
    signed_in(move || {
        let known = family::signal().get_untracked().and_then(|family| family.member(id?).cloned());
        match (id, known) {
            (Some(_), None) => crate::pages::not_found::NotFound().into_any(),
            (_, known) => form(known),
        }
    })
}

fn form(known: Option<Known>) -> AnyView {
    let (fields, router) = (Fields::empty(), Router::here());
    let id = known.as_ref().map_or_else(clock::new_record_id, |member| member.id);
    if let Some(member) = &known {
        fields.begin(NAME, &member.name);
        fields.begin(RELATION, member.relation.as_str());
        fields.begin(PHONE, &member.phone);
        if let Some(born) = member.born {
            fields.begin(YOUNG, TICKED);
            fields.begin(BORN, &born.to_string());
        }
    }
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let young = fields.text(YOUNG) == TICKED;
        let wanted = MemberWanted {
            name: fields.text(NAME),
            relation: Relation::read(&fields.text(RELATION)),
            phone: fields.text(PHONE),
            born: fields.text(BORN).parse().ok().filter(|_| young),
        };
        let mut found = wanted.check(clock::now().date_naive());
        if young && wanted.born.is_none() {
            found.impossible(BORN, linli_domain::Code::Required);
        }
        fields.send(&found, || {
            Box::pin(async move {
                family::keep(id, &wanted).await?;
                router.replace(&Route::Family.path());
                Ok(())
            })
        });
    };
    let relations = Relation::ADDED.map(|relation| Choice::new(relation.as_str(), states::relation(relation))).to_vec();
    let young = fields.chosen(YOUNG);
    let born = move || {
        (*young.read() == TICKED).then(|| {
            let of = fields.field(BORN, words::family::born(), words::family::born_hint());
            view! { <DateField of latest=clock::now().date_naive().to_string() /> }
        })
    };
    let title = known.as_ref().map_or_else(|| words::family::add().to_owned(), |member| member.name.clone());
    view! {
        <form class="form" novalidate on:submit=submit>
            <PageHead title />
            {fields.failure()}
            <TextField of=fields.field(NAME, words::form::name(), words::form::name_hint()) kind=TextKind::Name />
            <Radios of=fields.field(RELATION, words::family::relation(), "") choices=relations layout=Layout::Row />
            <TextField of=fields.field(PHONE, words::form::phone(), words::family::phone_hint()) kind=TextKind::Phone />
            <Checkbox of=fields.field(YOUNG, words::family::young(), "") />
            {born}
            <Actions>
                <SubmitButton busy=fields.busy()>{words::family::save()}</SubmitButton>
            </Actions>
        </form>
        {known.map(|member| view! { <Besides id=member.id /> })}
    }
    .into_any()
}

/// Their card, and that one acts for them no more.
#[component]
fn Besides(id: RecordId) -> impl IntoView {
    let router = Router::here();
    let failed = RwSignal::new(None::<Error>);
    let remove = Callback::new(move |()| {
        spawn_local(async move {
            match family::remove(id).await {
                Ok(()) => router.replace(&Route::Family.path()),
                Err(error) => {
                    // The page may have been left meanwhile.
                    failed.try_set(Some(error));
                }
            }
        });
    });
    let failure = move || {
        let title = failed.get().as_ref().and_then(failure_words)?;
        Some(view! { <Banner tone=Tone::Danger title /> })
    };
    view! {
        <section class="section buttons">
            <div role="alert">{failure}</div>
            <AskedButton
                word=words::family::remove()
                look=Look::Danger
                title=words::family::remove_title()
                line=words::family::remove_line()
                confirm=words::family::remove_confirm()
                again=words::account::delete_keep()
                on_confirm=remove
            />
        </section>
    }
}
