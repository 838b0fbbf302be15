//! Where the residents' wasm is parted: a release has every page but the first, and what works behind, in a file of its own, a build for development
//! has them in one. It belongs to the entry, since the desk has no such pages.

use linli_web::pages::later::OtherPages;

/// The pages of the other file.
pub const OTHER_PAGES: OtherPages = OtherPages {
    load: || Box::pin(async { cut::load().await.is_ok() }),
    page: |route| Box::pin(async { cut::page(route).await.ok() }),
    begin: || Box::pin(async { cut::begin().await.is_ok() && cut::load_visit().await.is_ok() }),
    visit: || Box::pin(async { cut::visit().await.ok() }),
    standing: || {
        Box::pin(async {
            match cut::standing().await {
                Ok(standing) => Some(standing.await),
                Err(_) => None,
            }
        })
    },
};

/// What the splitter of the build makes a file of.
#[cfg(split)]
mod cut {
    use leptos::prelude::AnyView;
    use linli_web::data;
    use linli_web::pages::later::{self, Coming};
    use linli_web::pages::standing::{self, Standing};
    use linli_web::routes::Route;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    #[wasm_split(pages, fallible, preload(load))]
    pub fn page(route: Route) -> Result<AnyView, SplitLoaderError> {
        Ok(later::page(&route))
    }

    #[wasm_split(pages, fallible)]
    pub fn begin() -> Result<(), SplitLoaderError> {
        data::start_behind();
        Ok(())
    }

    #[wasm_split(pages, fallible, preload(load_visit))]
    pub fn visit() -> Result<AnyView, SplitLoaderError> {
        Ok(later::visit())
    }

    #[wasm_split(pages, fallible)]
    pub fn standing() -> Result<Coming<Standing>, SplitLoaderError> {
        Ok(Box::pin(standing::read()))
    }
}

/// Everything is here already.
#[cfg(not(split))]
mod cut {
    use std::convert::Infallible;

    use leptos::prelude::AnyView;
    use linli_web::data;
    use linli_web::pages::later::{self, Coming};
    use linli_web::pages::standing::{self, Standing};
    use linli_web::routes::Route;

    #[expect(clippy::unused_async, reason = "as in a release")]
    pub async fn page(route: Route) -> Result<AnyView, Infallible> {
        Ok(later::page(&route))
    }

    #[expect(clippy::unused_async, reason = "as in a release")]
    pub async fn begin() -> Result<(), Infallible> {
        data::start_behind();
        Ok(())
    }

    #[expect(clippy::unused_async, reason = "as in a release")]
    pub async fn visit() -> Result<AnyView, Infallible> {
        Ok(later::visit())
    }

    #[expect(clippy::unused_async, reason = "as in a release")]
    pub async fn standing() -> Result<Coming<Standing>, Infallible> {
        Ok(Box::pin(standing::read()))
    }

    #[expect(clippy::unused_async, reason = "as in a release")]
    pub async fn load() -> Result<(), Infallible> {
        Ok(())
    }

    #[expect(clippy::unused_async, reason = "as in a release")]
    pub async fn load_visit() -> Result<(), Infallible> {
        Ok(())
    }
}
