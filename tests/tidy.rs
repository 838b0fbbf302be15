//! The walls of the house that Cargo cannot hold. Each wall says why it stands, which files it is about and what breaks
//! it, and carries a planted breach, so that none can pass because it looks at nothing.

#[path = "tidy/asvs.rs"]
mod asvs;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/style_sheet.rs"]
mod style_sheet;

use std::path::Path;

use source::Source;

struct Wall {
    why: &'static str,
    room: fn(&str) -> bool,
    breach: Breach,
    /// A path and a text that break it.
    planted: (&'static str, &'static str),
}

enum Breach {
    /// The code outside tests names one of these.
    Names(&'static [&'static str]),
    /// Lines that break it.
    Lines(fn(&Source<'_>) -> Vec<usize>),
}

const WALLS: &[Wall] = &[
    Wall {
        why: "every file opens with //! and says what lives here",
        room: rust,
        breach: Breach::Lines(|file| if file.text.starts_with("//!") { vec![] } else { vec![1] }),
        planted: ("src/ui/x.rs", "fn x() {}"),
    },
    Wall {
        why: "ui knows HTML and nothing of the subject: text and values arrive as props",
        room: |path| path.starts_with("src/ui/"),
        breach: Breach::Names(&[
            "linli_domain",
            "crate::data",
            "crate::desk",
            "crate::gallery",
            "crate::i18n",
            "crate::kiosk",
            "crate::pages",
            "crate::routes",
        ]),
        planted: ("src/ui/x.rs", "//! x\nuse crate::{ui::y, data::api};"),
    },
    Wall {
        why: "IndexedDB is named in src/data only",
        room: |path| app(path) && !path.starts_with("src/data/"),
        breach: Breach::Names(&["indexed_db_futures", "IdbFactory", "IdbDatabase"]),
        planted: ("src/pages/x.rs", "//! x\nuse indexed_db_futures::Database;"),
    },
    Wall {
        why: "HTTP is spoken in src/data/api.rs only",
        room: |path| app(path) && path != "src/data/api.rs",
        breach: Breach::Names(&[
            "gloo::net",
            "gloo_net",
            "fetch_with_str",
            "fetch_with_request",
            "XmlHttpRequest",
            "EventSource",
            "send_beacon",
        ]),
        planted: ("src/data/x.rs", "//! x\nuse gloo::{events, net::http};"),
    },
    Wall {
        why: "pages and desk leave the browser to ui and data",
        room: |path| path.starts_with("src/pages/") || path.starts_with("src/desk/"),
        breach: Breach::Names(&["web_sys", "gloo"]),
        planted: ("src/desk/x.rs", "//! x\nlet w = web_sys::window();"),
    },
    Wall {
        why: "addresses are spelled in src/routes.rs (and the API's in src/data/api.rs)",
        room: |path| app(path) && !["src/routes.rs", "src/data/api.rs", "src/data/worker.rs"].contains(&path),
        breach: Breach::Lines(addresses),
        planted: ("src/pages/x.rs", "//! x\nview! { <a href=\"/\">x</a> }"),
    },
    Wall {
        why: "the rules know no clock, no chance, no I/O and no framework",
        room: |path| path.starts_with("crates/domain/src/"),
        breach: Breach::Names(&[
            "std::time",
            "std::fs",
            "std::net",
            "std::env",
            "chrono::Utc",
            "chrono::Local",
            "Utc::now",
            "Local::now",
            "rand",
            "leptos",
            "axum",
            "sea_orm",
            "tokio",
            "web_sys",
            "js_sys",
        ]),
        planted: ("crates/domain/src/x.rs", "//! x\nuse chrono::{DateTime, Utc};"),
    },
    Wall {
        why: "routes ask the store and know no database",
        room: |path| path.starts_with("crates/server/src/routes"),
        breach: Breach::Names(&["sea_orm", "sea_query", "sqlx"]),
        planted: ("crates/server/src/routes/x.rs", "//! x\nuse sea_orm::EntityTrait;"),
    },
    Wall {
        why: "the store knows no HTTP",
        room: |path| path.starts_with("crates/server/src/store"),
        breach: Breach::Names(&["axum", "http::", "tower_http", "StatusCode"]),
        planted: ("crates/server/src/store/x.rs", "//! x\nuse axum::http::StatusCode;"),
    },
    Wall {
        why: "residents download no desk code",
        room: |path| app(path) && !path.starts_with("src/desk/") && path != "src/bin/desk.rs",
        breach: Breach::Names(&["crate::desk", "linli_web::desk"]),
        planted: ("src/pages/x.rs", "//! x\nuse crate::{data, desk::list};"),
    },
    Wall {
        why: "a release has no gallery: residents and desk do not name it",
        room: |path| app(path) && !path.starts_with("src/gallery/") && path != "src/bin/gallery.rs",
        breach: Breach::Names(&["crate::gallery", "linli_web::gallery"]),
        planted: ("src/desk/x.rs", "//! x\nuse crate::{gallery, ui::tabs};"),
    },
    Wall {
        why: "the gallery shows building blocks: it knows neither data nor pages nor desk",
        room: |path| path.starts_with("src/gallery/"),
        breach: Breach::Names(&["crate::data", "crate::desk", "crate::pages", "web_sys", "gloo"]),
        planted: ("src/gallery/x.rs", "//! x\nuse crate::pages::home::Home;"),
    },
    Wall {
        why: "what places a chart's numbers knows no browser, so that it is tested without one",
        room: |path| path == "src/ui/chart/geometry.rs",
        breach: Breach::Names(&["leptos", "web_sys"]),
        planted: ("src/ui/chart/geometry.rs", "//! x\nuse leptos::prelude::*;"),
    },
    Wall {
        why: "no to-do markers: an issue is where work to come is kept",
        room: |path| rust(path) || style(path) || kind(path) == "js" || kind(path) == "html",
        breach: Breach::Lines(markers),
        planted: ("src/x.rs", concat!("//! x\n// TO", "DO later")),
    },
    Wall {
        why: "no unwrap outside tests: expect states the invariant",
        room: shipped,
        breach: Breach::Lines(|file| lines_with(&file.code, ".unwrap()")),
        planted: ("crates/server/src/x.rs", "//! x\nlet a = b.unwrap();"),
    },
    Wall {
        why: "sentences live in locales/, not in code",
        room: shipped,
        breach: Breach::Lines(han),
        planted: ("src/pages/x.rs", "//! 可以\n// 可以\nview! { <p>\"不可以\"</p> }"),
    },
    Wall {
        why: "no inline styles: the content security policy forbids them",
        room: app,
        breach: Breach::Lines(|file| lines_with(&file.code, " style=")),
        planted: ("src/ui/x.rs", "//! x\nview! { <p style=\"color:red\"></p> }"),
    },
    Wall {
        why: "colours are spelled in style/tokens.css only",
        room: |path| style(path) && path != "style/tokens.css",
        breach: Breach::Lines(|file| style_sheet::colours(file.text)),
        planted: ("style/ui.css", ".a {\n  color: #fff;\n}"),
    },
    Wall {
        why: "no !important: layers decide",
        room: style,
        breach: Breach::Lines(|file| lines_with(&style_sheet::bare(file.text), "!important")),
        planted: ("style/ui.css", ".a {\n  color: var(--b) !important;\n}"),
    },
    Wall {
        why: "no ids in style sheets: classes match components",
        room: style,
        breach: Breach::Lines(|file| style_sheet::ids(file.text)),
        planted: ("style/ui.css", "main #top {\n  gap: 1rem;\n}"),
    },
    Wall {
        why: "what is random and secret at the server comes from the operating system",
        room: |path| shipped(path) && path.starts_with("crates/server/"),
        breach: Breach::Lines(|file| {
            lines(&file.code, |line| line.contains("rand::") || line.contains("DefaultHasher"))
        }),
        planted: ("crates/server/src/x.rs", "//! x\nlet code = fastrand::u64(..);"),
    },
    Wall {
        why: "no window speaks to a window of another site: what is told goes by BroadcastChannel or to one's own worker",
        room: |path| app(path) || (kind(path) == "js" && path.starts_with("public/")),
        breach: Breach::Lines(|file| {
            lines(file.text, |line| {
                ["opener", "parent.postMessage", "window.postMessage", "post_message_with"]
                    .iter()
                    .any(|way| line.contains(way))
            })
        }),
        planted: ("public/x.js", "opener.postMessage('x', '*');"),
    },
    Wall {
        why: "the few scripts make no object out of keys that come from outside",
        room: |path| kind(path) == "js" && path.starts_with("public/"),
        breach: Breach::Lines(|file| {
            lines(file.text, |line| {
                ["JSON.parse", "__proto__", "Object.fromEntries"].iter().any(|way| line.contains(way))
            })
        }),
        planted: ("public/x.js", "const all = Object.fromEntries(pairs);"),
    },
];

/// Breaches of one wall by one file, as a compiler would say them.
fn breaches(wall: &Wall, path: &str, text: &str) -> Vec<String> {
    if !(wall.room)(path) {
        return Vec::new();
    }
    let source = Source::new(text);
    let lines = match wall.breach {
        Breach::Names(names) => source.naming(names),
        Breach::Lines(find) => find(&source),
    };
    lines.into_iter().map(|line| format!("{path}:{line}: {}", wall.why)).collect()
}

fn rust(path: &str) -> bool {
    kind(path) == "rs"
}

fn kind(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, kind)| kind)
}

fn app(path: &str) -> bool {
    path.starts_with("src/") && rust(path)
}

fn style(path: &str) -> bool {
    path.starts_with("style/") && kind(path) == "css"
}

/// Rust that runs on somebody's machine: not tests, not build scripts.
fn shipped(path: &str) -> bool {
    let tests = path.ends_with("/tests.rs");
    rust(path) && !tests && (path.starts_with("src/") || (path.starts_with("crates/") && path.contains("/src/")))
}

fn lines_with(text: &str, part: &str) -> Vec<usize> {
    lines(text, |line| line.contains(part))
}

fn lines(text: &str, bad: impl Fn(&str) -> bool) -> Vec<usize> {
    text.lines().enumerate().filter(|(_, line)| bad(line)).map(|(at, _)| at + 1).collect()
}

fn markers(file: &Source<'_>) -> Vec<usize> {
    let markers = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("HA", "CK")];
    let word = |line: &str, marker: &str| line.split(|c: char| !c.is_alphanumeric()).any(|word| word == marker);
    lines(file.text, |line| markers.iter().any(|marker| word(line, marker)))
}

/// Literals that look like a path, and the bare `"/"` as the value of an attribute. The pointer of a field and the file
/// that the build script wrote look like one and are none.
fn addresses(file: &Source<'_>) -> Vec<usize> {
    let address = |before: &str, text: &str| {
        let inside = text.trim_start_matches(['r', '#', '"']);
        let mut letters = inside.chars();
        let path = letters.next() == Some('/')
            && match letters.next() {
                Some('"') | None => before.ends_with('='),
                Some(next) => next.is_ascii_alphabetic(),
            };
        path && !before.ends_with("FieldPath::new(") && !inside.ends_with(".rs\"")
    };
    file.strings.iter().filter(|(_, before, text)| address(before, text)).map(|(line, ..)| *line).collect()
}

/// Lines with Chinese on them; the product's own name is one in every language.
fn han(file: &Source<'_>) -> Vec<usize> {
    let written = |text: &str| text.replace("邻里", "").chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
    let strings = file.strings.iter().filter(|(_, _, text)| written(text)).map(|(line, ..)| *line);
    lines(&file.code, written).into_iter().chain(strings).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies two folders below the root")
}

/// Every text file of the house that a wall may be about.
fn house() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the house can be read").flatten() {
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if path.is_dir() {
                if !name.starts_with('.') && !["target", "dist", "node_modules"].contains(&&*name) {
                    folders.push(path);
                }
            } else if ["rs", "css", "js", "html"].contains(&kind(&name)) {
                let text = std::fs::read_to_string(&path).expect("source is UTF-8");
                let relative = path.strip_prefix(root()).expect("found below the root");
                found.push((relative.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_wall_stands() {
    let house = house();
    let broken: Vec<String> =
        WALLS.iter().flat_map(|wall| house.iter().flat_map(move |(path, text)| breaches(wall, path, text))).collect();
    assert!(broken.is_empty(), "{} breaches:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn every_wall_finds_its_planted_breach() {
    for wall in WALLS {
        let (path, text) = wall.planted;
        let found = breaches(wall, path, text);
        assert_eq!(found.len(), 1, "{}: {found:?}", wall.why);
    }
}

#[test]
fn every_wall_guards_a_room_with_somebody_in_it() {
    let house = house();
    for wall in WALLS {
        assert!(house.iter().any(|(path, _)| (wall.room)(path)), "no file is guarded by: {}", wall.why);
    }
}

/// In the OpenAPI document a wire type goes by its bare name: of two with one name, one would be told as the other.
#[test]
fn no_two_wire_types_share_a_name() {
    let house = house();
    let domain = house.iter().filter(|(path, _)| path.starts_with("crates/domain/src/"));
    let mut names: Vec<&str> = domain.flat_map(|(_, text)| names_of_schemas(text)).collect();
    assert!(names.contains(&"SignUpRole") && names.contains(&"Report"), "they are found: {names:?}");
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

fn names_of_schemas(text: &str) -> Vec<&str> {
    text.split("ToSchema").skip(1).filter_map(name_behind).collect()
}

/// What the type behind a derive is called: by `as`, or by its own name.
fn name_behind(derive: &str) -> Option<&str> {
    let (attributes, rest) = derive.split_once("pub ")?;
    let named = attributes.split_once("as = ").map(|(_, name)| name);
    let own = rest.strip_prefix("struct ").or_else(|| rest.strip_prefix("enum "));
    named.or(own)?.split(|c: char| !c.is_alphanumeric()).next()
}

#[test]
fn what_is_allowed_passes() {
    let fine = [
        ("src/pages/x.rs", "//! 可以\nuse crate::routes;\n#[cfg(test)]\nmod tests {\n    const A: &str = \"汉\";\n}\n"),
        (
            "src/pages/x.rs",
            "//! x\nview! { <p>\"/\"</p> }\nlet share = \"a/b\";\nconst A: FieldPath = FieldPath::new(\"/a\");",
        ),
        ("crates/domain/src/x.rs", "//! x\nuse chrono::{DateTime, FixedOffset};\nlet grand = operand;\n"),
        ("crates/domain/src/x/tests.rs", "//! x\nfn a() { b.unwrap(); }\n"),
        ("crates/server/src/x.rs", "//! x\n#[cfg(test)]\nmod tests {\n    fn a() { b.unwrap(); }\n}\n"),
        (
            "style/ui.css",
            ".a:hover { color: var(--color-text); /* not #fff */ }\n@media (width > 1px) { .b { gap: 0 } }",
        ),
    ];
    for (path, text) in fine {
        let found: Vec<_> = WALLS.iter().flat_map(|wall| breaches(wall, path, text)).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}
