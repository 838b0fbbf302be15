//! Where one can go at the desk: what arrived, residents, places and tablets, paper, and what administrators run.

use leptos::prelude::*;
use linli_domain::session::Me;
use linli_domain::submission::SubmissionKind;

use super::session::{handles, is_admin};
use crate::i18n::words;
use crate::routes::DeskRoute;
use crate::ui::tabs::{Tab, Tabs};

/// The areas that somebody may enter; nothing for those who only see figures.
pub fn areas(me: &Me, route: Memo<DeskRoute>) -> Option<AnyView> {
    let tab = |route: DeskRoute, label: &str| Tab { href: route.path(), label: label.to_owned(), count: None };
    let mut tabs = vec![
        tab(DeskRoute::List { kind: None }, words::areas::list()),
        tab(DeskRoute::Residents, words::areas::residents()),
        tab(DeskRoute::Card, words::areas::card()),
        tab(DeskRoute::Places, words::areas::places()),
        tab(DeskRoute::Devices, words::areas::devices()),
        tab(DeskRoute::Sheets(SubmissionKind::CheckIn), words::areas::sheets()),
    ];
    if is_admin(me) {
        tabs.extend([
            tab(DeskRoute::HouseholdCodes, words::areas::codes()),
            tab(DeskRoute::Staff, words::areas::staff()),
            tab(DeskRoute::Audit, words::areas::audit()),
        ]);
    }
    let current = Signal::derive(move || area(route.get()).path());
    handles(me).then(|| view! { <Tabs label=words::desk::areas() tabs current /> }.into_any())
}

/// The area that a page is part of.
fn area(route: DeskRoute) -> DeskRoute {
    match route {
        DeskRoute::List { .. } | DeskRoute::Item(_) => DeskRoute::List { kind: None },
        DeskRoute::Sheets(_) => DeskRoute::Sheets(SubmissionKind::CheckIn),
        DeskRoute::PlaceImport => DeskRoute::Places,
        other => other,
    }
}
