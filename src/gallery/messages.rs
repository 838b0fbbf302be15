//! What speaks up: boxes, chips, questions, a dialog, a message at the foot.

use leptos::prelude::*;
use linli_domain::{Code, check_in, sign_up};

use super::{block, error, state};
use crate::i18n::words;
use crate::ui::asked_button::AskedButton;
use crate::ui::banner::{Banner, Chip, Tone};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::Dialog;
use crate::ui::disclosure::Disclosure;
use crate::ui::error_summary::{ErrorSummary, Fault};
use crate::ui::phone_link::{Callee, PhoneList};
use crate::ui::toast::Toast;
use crate::ui::warning::Warning;

pub(super) fn shown() -> AnyView {
    [banners(), chips(), errors(), question(), asked(), folded(), dialog(), toast()].into_any()
}

fn banners() -> AnyView {
    let call = [("120", words::report::urgent_term(), "24 h"), ("0592-555-0100", words::home::contacts(), "")];
    let callees = call.map(|(phone, name, hours)| Callee {
        name: name.to_owned(),
        phone: phone.to_owned(),
        hours: hours.to_owned(),
    });
    block(
        "banner",
        [
            state(
                "note",
                view! { <Banner tone=Tone::Note title=words::done::not_sent()><p>{words::done::not_sent_more()}</p></Banner> },
            ),
            state("good", view! { <Banner tone=Tone::Good title=words::outbox::all_sent() /> }),
            state("caution", view! { <Banner tone=Tone::Caution title=words::form::correcting() /> }),
            state(
                "danger, with people to call",
                view! {
                    <Banner tone=Tone::Danger title=words::advice::reading_title()>
                        <p>{words::advice::reading()}</p>
                        <PhoneList callees=callees.to_vec() lang=None />
                    </Banner>
                },
            ),
        ],
    )
}

fn chips() -> AnyView {
    let chips = [
        (Tone::Note, words::state::waiting_list()),
        (Tone::Good, words::state::confirmed()),
        (Tone::Caution, words::state::to_be_sent()),
        (Tone::Danger, words::state::attention()),
    ];
    let chips = chips.map(|(tone, words)| view! { <Chip tone words /> });
    block("chip", [state("each tone", view! { <div class="gallery__row">{chips.collect_view()}</div> })])
}

fn errors() -> AnyView {
    let faults = [
        ("text-error", error(sign_up::PERSON_NAME, Code::Required)),
        ("number-error", error(check_in::SYSTOLIC, Code::OutOfRange)),
    ];
    let faults = faults.map(|(id, words)| Fault { field_id: id.to_owned(), page: String::new(), words }).to_vec();
    block(
        "error_summary",
        [state("two", view! { <ErrorSummary title=words::form::fix_title() faults=Signal::stored(faults) /> })],
    )
}

fn question() -> AnyView {
    let unusual = view! {
        <Warning
            title=words::form::doubt_title()
            lines=vec![words::check_in::pressure_short(&"118", &words::level::act_high(), &"236")]
            confirm=words::form::doubt_confirm()
            again=words::form::doubt_again()
            on_confirm=Callback::new(|()| ())
            on_again=Callback::new(|()| ())
        />
    };
    block("warning", [state("one line", unusual)])
}

fn asked() -> AnyView {
    let shown = view! {
        <AskedButton
            word=words::mine::discard()
            look=Look::Danger
            title=words::mine::discard_title()
            line=words::mine::discard_line()
            confirm=words::mine::discard_confirm()
            again=words::mine::discard_keep()
            on_confirm=Callback::new(|()| ())
        />
    };
    block("asked_button", [state("not pressed; the button asks", shown)])
}

fn folded() -> AnyView {
    let body = || view! { <p class="gallery__text">{words::check_in::below()}</p> };
    block(
        "disclosure",
        [
            state("closed", view! { <Disclosure summary=words::check_in::more()>{body()}</Disclosure> }),
            state("open", view! { <Disclosure summary=words::check_in::more() open=true>{body()}</Disclosure> }),
        ],
    )
}

fn dialog() -> AnyView {
    let open = RwSignal::new(false);
    let shown = view! {
        <Button look=Look::Danger on_press=Callback::new(move |()| open.set(true))>
            {words::mine::discard()}
        </Button>
        <Dialog id="dialog-title" title=words::mine::discard_title() close=words::mine::discard_keep() open>
            <p>{words::mine::discard_line()}</p>
            <Button look=Look::Danger on_press=Callback::new(move |()| open.set(false))>
                {words::mine::discard_confirm()}
            </Button>
        </Dialog>
    };
    block("dialog", [state("closed; the button opens it", shown)])
}

fn toast() -> AnyView {
    let message = RwSignal::new(None);
    let say = Callback::new(move |()| message.set(Some(words::done::title().to_owned())));
    let shown = view! {
        <Button look=Look::Quiet on_press=say>
            {words::outbox::send_now()}
        </Button>
        <Toast message dismiss=words::frame::back() />
    };
    block("toast", [state("none; the button brings one", shown)])
}
