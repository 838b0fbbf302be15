//! What leads somewhere or does something: buttons, tabs, the steps of a form.

use leptos::prelude::*;

use super::{block, state};
use crate::i18n::words;
use crate::routes::Route;
use crate::ui::actions::Actions;
use crate::ui::button::{Button, LinkButton, Look, SubmitButton};
use crate::ui::steps::Steps;
use crate::ui::tabs::{Tab, Tabs};

pub(super) fn shown() -> AnyView {
    [buttons(), bar(), steps(), tabs()].into_any()
}

fn nothing() -> Callback<()> {
    Callback::new(|()| ())
}

fn buttons() -> AnyView {
    let busy = Signal::stored(true);
    block(
        "button",
        [
            state("main", view! { <Button look=Look::Main on_press=nothing()>{words::form::send()}</Button> }),
            state(
                "main, busy",
                view! { <Button look=Look::Main on_press=nothing() busy>{words::outbox::sending()}</Button> },
            ),
            state("quiet", view! { <Button look=Look::Quiet on_press=nothing()>{words::done::print()}</Button> }),
            state(
                "quiet, busy",
                view! { <Button look=Look::Quiet on_press=nothing() busy>{words::outbox::sending()}</Button> },
            ),
            state(
                "danger",
                view! { <Button look=Look::Danger on_press=nothing()>{words::mine::discard_confirm()}</Button> },
            ),
            state(
                "link",
                view! { <LinkButton look=Look::Quiet href=Route::Home.path()>{words::frame::home()}</LinkButton> },
            ),
            state("long text", view! { <Button look=Look::Main on_press=nothing()>{words::activity::none()}</Button> }),
        ],
    )
}

fn bar() -> AnyView {
    let both = view! {
        <Actions>
            <SubmitButton>{words::form::next()}</SubmitButton>
            <Button look=Look::Quiet on_press=nothing()>
                {words::frame::back()}
            </Button>
        </Actions>
    };
    block("actions", [state("a main action and a quiet one", both)])
}

fn steps() -> AnyView {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let two = || names(&[words::form::person(), words::form::check_title()]);
    let three = names(&[words::home::check_in(), words::form::check_title(), words::done::title()]);
    block(
        "steps",
        [
            state("the first of two", view! { <Steps words=words::form::step(&1, &2) names=two() at=0 /> }),
            state("the second of two", view! { <Steps words=words::form::step(&2, &2) names=two() at=1 /> }),
            state("the second of three", view! { <Steps words=words::form::step(&2, &3) names=three at=1 /> }),
        ],
    )
}

fn tabs() -> AnyView {
    let tab = |route: Route, label: &str, count| Tab { href: route.path(), label: label.to_owned(), count };
    let plain = vec![tab(Route::Mine, words::home::mine(), None), tab(Route::Receipts, words::home::receipts(), None)];
    let counted = vec![
        tab(Route::Home, words::desk::all(), Some(1024)),
        tab(Route::Mine, words::home::sign_up(), Some(12)),
        tab(Route::Outbox, words::home::check_in(), Some(0)),
        tab(Route::Receipts, words::home::report(), Some(3)),
    ];
    block(
        "tabs",
        [
            state("two", view! { <Tabs label=words::home::own() tabs=plain current=Route::Mine.path() /> }),
            state(
                "with counts, more than fit",
                view! { <Tabs label=words::desk::kinds() tabs=counted current=Route::Mine.path() /> },
            ),
        ],
    )
}
