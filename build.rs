//! Makes the typed catalogue of words out of `locales/`: one function per key of 简体中文, with one parameter per
//! placeholder, so that a misspelt key does not compile. A language that lacks a key, has one too many or names another
//! placeholder stops the build. A file more is a language more: its name is its tag, `frame.language` what it calls itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// The language that is written first and compiled in.
const BASE: &str = "zh-Hans";
/// The section that is looked up by field and code instead of being called by name.
const LOOKED_UP: [&str; 2] = ["error", "doubt"];

fn main() {
    println!("cargo::rerun-if-changed=locales");
    let base = read(&Path::new("locales").join(BASE).with_extension("json"));
    let texts = flat(&base);
    let mut languages = BTreeMap::new();
    for entry in fs::read_dir("locales").expect("locales/ is a folder").flatten() {
        let path = entry.path();
        let other = flat(&read(&path));
        compare(&texts, &other, &path);
        let tag = path.file_stem().expect("a language has a name").to_string_lossy().into_owned();
        // The one compiled in comes first, then its relatives.
        let relative = tag.starts_with("zh");
        languages.insert((tag != BASE, !relative, tag), other["frame.language"].clone());
    }
    let order: BTreeMap<&str, usize> = texts.keys().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let mut code = String::new();
    module(&mut code, "", &base, &order);
    for section in LOOKED_UP {
        table(&mut code, section, &texts, &order);
    }
    list(&mut code, &languages, texts.len());
    let out = std::env::var("OUT_DIR").expect("Cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("words.rs"), code).expect("OUT_DIR can be written");
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All texts by their dotted key.
fn flat(value: &Value) -> BTreeMap<String, String> {
    fn walk(at: &str, value: &Value, found: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    // The app puts a catalogue in order section by section; with these letters that is this order.
                    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                    assert!(key.chars().all(plain), "{key}: a key is made of a to z, 0 to 9 and _");
                    walk(&join(at, key), value, found);
                }
            }
            Value::String(text) => {
                found.insert(at.to_owned(), text.clone());
            }
            other => panic!("{at}: a text or a section is expected, not {other}"),
        }
    }
    let mut found = BTreeMap::new();
    walk("", value, &mut found);
    found
}

fn join(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

/// The names between double braces.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim()).collect()
}

fn compare(base: &BTreeMap<String, String>, other: &BTreeMap<String, String>, path: &Path) {
    let name = path.display();
    for (key, text) in base {
        let other = other.get(key).unwrap_or_else(|| panic!("{name}: {key} is missing"));
        assert!(placeholders(other) == placeholders(text), "{name}: {key} names other placeholders than {BASE}");
    }
    for key in other.keys() {
        assert!(base.contains_key(key), "{name}: {key} is not a key of {BASE}");
    }
}

/// A section as a module, a text as a function.
fn module(code: &mut String, at: &str, section: &Value, order: &BTreeMap<&str, usize>) {
    for (key, value) in section.as_object().expect("a section") {
        let full = join(at, key);
        match value {
            Value::String(text) => function(code, key, text, order[full.as_str()]),
            _ if LOOKED_UP.contains(&full.as_str()) => {}
            _ => {
                writeln!(code, "/// Words of `{full}`.\npub mod {key} {{").expect("a string takes everything");
                module(code, &full, value, order);
                code.push_str("}\n");
            }
        }
    }
}

fn function(code: &mut String, name: &str, text: &str, at: usize) {
    let names = placeholders(text);
    let doc = text.replace('\n', " ");
    let written = if names.is_empty() {
        writeln!(code, "/// {doc}\npub fn {name}() -> &'static str {{ crate::i18n::language::text({at}, {text:?}) }}")
    } else {
        let parameters: Vec<_> = names.iter().map(|name| format!("{name}: &dyn std::fmt::Display")).collect();
        let values: Vec<_> = names.iter().map(|name| format!("({name:?}, {name})")).collect();
        writeln!(
            code,
            "/// {doc}\npub fn {name}({}) -> String {{ crate::i18n::language::fill(crate::i18n::language::text({at}, {text:?}), &[{}]) }}",
            parameters.join(", "),
            values.join(", ")
        )
    };
    written.expect("a string takes everything");
}

/// A section as a sorted table of key and text.
fn table(code: &mut String, section: &str, texts: &BTreeMap<String, String>, order: &BTreeMap<&str, usize>) {
    let prefix = format!("{section}.");
    let name = section.to_uppercase();
    writeln!(code, "/// Words of `{section}`, sorted by key: place in the catalogue, key, text.").expect("a string");
    writeln!(code, "pub static {name}: &[(usize, &str, &str)] = &[").expect("a string takes everything");
    for (key, text) in texts.iter().filter(|(key, _)| key.starts_with(&prefix)) {
        writeln!(code, "({}, {:?}, {text:?}),", order[key.as_str()], &key[prefix.len()..]).expect("a string");
    }
    code.push_str("];\n");
}

/// The languages, the one compiled in first, and how many texts each has.
fn list(code: &mut String, languages: &BTreeMap<(bool, bool, String), String>, texts: usize) {
    writeln!(code, "/// Tag and own name of each language, the one compiled in first.").expect("a string");
    code.push_str("pub static LANGUAGES: &[(&str, &str)] = &[");
    for ((.., tag), name) in languages {
        write!(code, "({tag:?}, {name:?}), ").expect("a string takes everything");
    }
    writeln!(code, "];\n/// How many texts a language has.\npub const TEXTS: usize = {texts};").expect("a string");
}
