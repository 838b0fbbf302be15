//! Looking up what became of a submission by its receipt number.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use linli_domain::receipt::ReceiptError;
use linli_domain::submission::ReceiptStatus;
use linli_domain::{Code, ProblemCode, Receipt};

use crate::data::account::{self, Account};
use crate::data::{self, api, clock};
use crate::i18n::{dates, findings, states, words};
use crate::pages::account::fields::failure_words;
use crate::ui::actions::Actions;
use crate::ui::banner::{Banner, Tone};
use crate::ui::button::{Button, Look, SubmitButton};
use crate::ui::field::{Labelled, Value};
use crate::ui::focus;
use crate::ui::page_head::PageHead;
use crate::ui::text_field::{TextField, TextKind};

/// How looking up goes.
#[derive(Clone, PartialEq)]
enum LookUp {
    NotBegun,
    Misread(Code),
    UnderWay,
    Found(ReceiptStatus),
    Failed(data::Error),
}

const FIELD: &str = "receipt";

/// Looking up a receipt number.
#[component]
pub fn Receipts() -> impl IntoView {
    let code = Value::alone(FIELD);
    let look_up = RwSignal::new(LookUp::NotBegun);
    let error = Signal::derive(move || match look_up.get() {
        LookUp::Misread(code) => Some(findings::error(FIELD, code)),
        _ => None,
    });
    let of = Labelled {
        id: FIELD.to_owned(),
        label: words::receipts::label().to_owned(),
        hint: words::receipts::hint(),
        value: code,
        error,
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match code.get_untracked().parse::<Receipt>() {
            Err(error) => {
                look_up.set(LookUp::Misread(misread(&code.get_untracked(), error)));
                focus::to_id(FIELD);
            }
            Ok(receipt) => {
                look_up.set(LookUp::UnderWay);
                spawn_local(async move {
                    let answer = api::receipt_status(&receipt.to_string()).await;
                    look_up.set(answer.map_or_else(LookUp::Failed, LookUp::Found));
                });
            }
        }
    };
    let busy = Signal::derive(move || look_up.get() == LookUp::UnderWay);
    view! {
        <form class="form" novalidate on:submit=submit>
            <PageHead title=words::receipts::title() below=words::receipts::below() />
            <TextField of kind=TextKind::Code />
            <div role="status">{move || outcome(look_up.get())}</div>
            <Actions>
                <SubmitButton busy>{words::receipts::look_up()}</SubmitButton>
            </Actions>
        </form>
    }
}

fn misread(typed: &str, error: ReceiptError) -> Code {
    match error {
        _ if typed.trim().is_empty() => Code::Required,
        ReceiptError::BadCheckCharacter => Code::BadCheckCharacter,
        ReceiptError::Malformed => Code::Malformed,
    }
}

fn outcome(look_up: LookUp) -> AnyView {
    match look_up {
        LookUp::NotBegun | LookUp::Misread(_) | LookUp::UnderWay => ().into_any(),
        LookUp::Found(status) => {
            let title = status.title.clone().unwrap_or_else(|| states::kind(status.kind).to_owned());
            let received = words::receipts::received(&dates::moment(status.received_at, clock::now()));
            view! {
                <Banner tone=Tone::Good title=states::accepted(status.state, status.position)>
                    <p>{title}</p>
                    <p>{received}</p>
                </Banner>
                <Claiming receipt=status.receipt />
            }
            .into_any()
        }
        LookUp::Failed(error) => {
            let words = match &error {
                data::Error::Offline => words::receipts::offline(),
                data::Error::Refused(problem) if problem.code == ProblemCode::NotFound => words::receipts::unknown(),
                data::Error::Refused(problem) => findings::refusal(problem),
                _ => words::problem::internal(),
            };
            view! { <Banner tone=Tone::Caution title=words /> }.into_any()
        }
    }
}

/// How taking it into the account goes.
#[derive(Clone, PartialEq)]
enum Claim {
    NotBegun,
    UnderWay,
    Done,
    Failed(data::Error),
}

/// Takes what was found into the account, where somebody is signed in.
#[component]
fn Claiming(receipt: Receipt) -> impl IntoView {
    let (signed_in, claim) = (account::signal(), RwSignal::new(Claim::NotBegun));
    let press = Callback::new(move |()| {
        claim.set(Claim::UnderWay);
        spawn_local(async move {
            let claimed = account::claim(receipt).await;
            // The page may have been left meanwhile.
            let _ = claim.try_set(claimed.map_or_else(Claim::Failed, |()| Claim::Done));
        });
    });
    let busy = Signal::derive(move || claim.get() == Claim::UnderWay);
    move || {
        if !matches!(*signed_in.read(), Account::Of(_)) {
            return ().into_any();
        }
        let button =
            move || view! { <Button look=Look::Quiet on_press=press busy=busy>{words::account::claim()}</Button> };
        match claim.get() {
            Claim::Done => view! { <Banner tone=Tone::Good title=words::account::claimed() /> }.into_any(),
            Claim::NotBegun | Claim::UnderWay => button().into_any(),
            Claim::Failed(error) => {
                let field = match &error {
                    data::Error::Refused(problem) => problem.fields.first(),
                    _ => None,
                };
                let title = field.map(|fault| findings::error(&fault.pointer, fault.code));
                let title = title.or_else(|| failure_words(&error)).unwrap_or_default();
                view! {
                    <Banner tone=Tone::Danger title />
                    {button()}
                }
                .into_any()
            }
        }
    }
}
