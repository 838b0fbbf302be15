//! What the residents' first page weighs, and whether that is within `budget.json`. The numbers in `README.md` come from
//! here. All sizes are after Brotli 11, as they travel.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::house::{dist, files, load_text, root, save};
use crate::page;
use crate::term::{End, say, table};
use crate::tools::Tool;

const START: &str = "<!-- sizes:start -->";
const END: &str = "<!-- sizes:end -->";

/// A file of the first page.
pub struct Part {
    /// html, css, js or wasm.
    pub class: String,
    /// Its path in `dist/`.
    pub file: String,
    /// Bytes as built.
    pub raw: u64,
    /// Bytes as they travel.
    pub brotli: u64,
}

/// Everything the residents' first page loads before it is usable.
pub fn first_route() -> Result<Vec<Part>> {
    let html = load_text(&dist().join("index.html"))
        .map_err(|failure| Failure::new(failure.to_string()).hint("cargo xtask build"))?;
    let linked = page::resources(&html).into_iter().filter_map(|url| url.strip_prefix('/')).map(str::to_owned);
    std::iter::once("index.html".to_owned()).chain(linked).map(part).collect()
}

fn part(file: String) -> Result<Part> {
    let class = file.rsplit_once('.').map_or("", |(_, class)| class).to_owned();
    let raw = length(&file)?;
    let brotli = length(&format!("{file}.br")).unwrap_or(raw);
    Ok(Part { class, file, raw, brotli })
}

fn length(file: &str) -> Result<u64> {
    let path = dist().join(file);
    path.metadata().map(|data| data.len()).map_err(Failure::about(&path))
}

/// What the residents' app loads altogether, with the pages that come behind the first.
pub fn whole() -> Result<Vec<Part>> {
    let later = files(&dist())?.into_iter().filter(|file| is_later(file));
    let later: Vec<Part> = later.map(part).collect::<Result<_>>()?;
    Ok(first_route()?.into_iter().chain(later).collect())
}

/// Whether a file holds pages that come behind the first, as the splitter names them.
fn is_later(file: &str) -> bool {
    file.starts_with("split_") && file.rsplit_once('.').is_some_and(|(_, kind)| kind == "wasm")
}

/// Bytes of the first page.
pub fn total(parts: &[Part]) -> u64 {
    parts.iter().map(|part| part.brotli).sum()
}

/// The committed budget for what the first page loads; a build with the standard library as shipped has its own.
pub fn budget() -> Result<Value> {
    let (path, all) = committed()?;
    let name = if Tool::StdSource.there() { "first_route" } else { "first_route_with_shipped_std" };
    match &all[name] {
        Value::Object(limits) if !limits.is_empty() => Ok(all[name].clone()),
        _ => Err(Failure::new(format!("{}: {name} is missing", path.display()))),
    }
}

/// Prints what is in `dist/`.
pub fn print() -> Result {
    let first = first_route()?;
    let mut rows: Vec<_> = first.iter().map(|part| row(&part.file, part.raw, part.brotli)).collect();
    rows.push(row("first page, residents", first.iter().map(|part| part.raw).sum(), total(&first)));
    let whole = whole()?;
    rows.push(row("whole app, residents", whole.iter().map(|part| part.raw).sum(), total(&whole)));
    let shown: Vec<&str> = first.iter().map(|part| part.file.as_str()).collect();
    let compressed = |file: &str| file.rsplit_once('.').is_some_and(|(_, kind)| kind == "br");
    for file in files(&dist())?.into_iter().filter(|file| !compressed(file) && !shown.contains(&file.as_str())) {
        let part = part(file)?;
        rows.push(row(&part.file, part.raw, part.brotli));
    }
    table(&["file", "bytes", "brotli", "KiB"], &rows);
    Ok(())
}

fn row(name: &str, raw: u64, brotli: u64) -> Vec<String> {
    vec![name.to_owned(), raw.to_string(), brotli.to_string(), kib(brotli)]
}

/// The budget as a check.
pub fn check() -> Result<End> {
    print()?;
    let mut over = over(&first_route()?, &budget()?);
    if Tool::StdSource.there() {
        over.extend(over_whole(total(&whole()?), limit_of_whole()?));
    }
    if !over.is_empty() {
        return Err(
            Failure::new(over.join("\n")).hint("make it smaller, or raise budget.json and say why in the commit")
        );
    }
    let readme = root().join("README.md");
    match load_text(&readme) {
        // The README speaks of the build with the standard library made for size.
        Ok(text) if Tool::StdSource.there() && text.contains(START) && !within_rounding(&text, &first_route()?) => {
            Err(Failure::new("the sizes in README.md are out of date").hint("cargo xtask sizes --write"))
        }
        _ => Ok(End::Done),
    }
}

fn committed() -> Result<(PathBuf, Value)> {
    let path = root().join("budget.json");
    let all = serde_json::from_str(&load_text(&path)?)
        .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Ok((path, all))
}

/// The committed budget for the whole app.
fn limit_of_whole() -> Result<u64> {
    let (path, all) = committed()?;
    all["whole"].as_u64().ok_or_else(|| Failure::new(format!("{}: whole is missing", path.display())))
}

fn over_whole(bytes: u64, limit: u64) -> Option<String> {
    (bytes > limit).then(|| format!("whole app: {bytes} bytes, budget {limit}"))
}

/// Each class and the total that exceed the budget, in a sentence.
fn over(parts: &[Part], budget: &Value) -> Vec<String> {
    let limits = budget.as_object().into_iter().flatten();
    limits
        .filter_map(|(class, limit)| {
            let limit = limit.as_u64().unwrap_or(0);
            let bytes: u64 =
                parts.iter().filter(|part| class == "total" || part.class == *class).map(|part| part.brotli).sum();
            (bytes > limit).then(|| format!("first page, {class}: {bytes} bytes, budget {limit}"))
        })
        .collect()
}

/// `cargo xtask sizes --write`.
pub fn write() -> Result {
    let readme = root().join("README.md");
    let text = load_text(&readme)?;
    let block = block(&first_route()?);
    let new = replace_block(&text, &block).ok_or_else(|| Failure::new(format!("README.md has no {START} … {END}")))?;
    save(&readme, new.as_bytes())?;
    say(&block);
    Ok(())
}

fn block(parts: &[Part]) -> String {
    let mut block = String::from("| first page, residents | KiB after Brotli |\n|---|--:|\n");
    for class in ["html", "css", "js", "wasm"] {
        let bytes: u64 = parts.iter().filter(|part| part.class == class).map(|part| part.brotli).sum();
        let _ = writeln!(block, "| {class} | {} |", kib(bytes));
    }
    let _ = writeln!(block, "| **together** | **{}** |", kib(total(parts)));
    block
}

fn replace_block(text: &str, block: &str) -> Option<String> {
    let (before, rest) = text.split_once(START)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{START}\n{block}{END}{after}"))
}

/// Whether the README's numbers are those of the build. Compilers differ by some bytes between machines, so one KiB is
/// rounding.
fn within_rounding(text: &str, parts: &[Part]) -> bool {
    let shown = text.split_once(START).and_then(|(_, rest)| rest.split_once(END)).map_or("", |(block, _)| block);
    let numbers = |block: &str| -> Vec<f64> {
        block.split(|c: char| !c.is_ascii_digit() && c != '.').filter_map(|word| word.parse().ok()).collect()
    };
    let (shown, now) = (numbers(shown), numbers(&block(parts)));
    shown.len() == now.len() && shown.iter().zip(&now).all(|(shown, now)| (shown - now).abs() <= 1.0)
}

/// Bytes as KiB with one decimal.
pub fn kib(bytes: u64) -> String {
    let tenths = (bytes * 10 + 512) / 1024;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(wasm: u64) -> Vec<Part> {
        let part = |class: &str, brotli| Part { class: class.to_owned(), file: String::new(), raw: brotli, brotli };
        vec![part("html", 2048), part("wasm", wasm)]
    }

    #[test]
    fn over_budget_names_class_and_numbers() {
        let budget = serde_json::json!({"total": 102_400, "wasm": 90_000});
        assert!(over(&parts(90_000), &budget).is_empty());
        assert_eq!(over(&parts(90_001), &budget), ["first page, wasm: 90001 bytes, budget 90000"]);
        assert_eq!(over(&parts(200_000), &budget).len(), 2);
        assert_eq!(over_whole(278_001, 278_000).as_deref(), Some("whole app: 278001 bytes, budget 278000"));
        assert!(over_whole(278_000, 278_000).is_none());
    }

    #[test]
    fn the_readme_block_is_replaced_and_recognised() {
        let old = format!("# Linli\n{START}\nold\n{END}\nrest");
        let new = replace_block(&old, &block(&parts(100_000))).unwrap();
        assert!(new.ends_with("\nrest") && !new.contains("old"));
        assert!(within_rounding(&new, &parts(100_100)));
        assert!(!within_rounding(&new, &parts(110_000)));
        assert!(replace_block("no block", "x").is_none());
    }

    #[test]
    fn kib_rounds() {
        assert_eq!(kib(1024), "1.0");
        assert_eq!(kib(204_800), "200.0");
        assert_eq!(kib(1587), "1.5");
    }
}
