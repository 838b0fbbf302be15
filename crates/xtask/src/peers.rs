//! `cargo xtask bench peers`: Linli as it is built beside what other apps are built of, by the scripts in `benches/peers`.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::failure::{Failure, Result};
use crate::house::{self, command, load_text, root, run, save};
use crate::term::Progress;
use crate::tools::{self, Tool};

const NEEDS: [Tool; 3] = [Tool::Debian, Tool::Journeys, Tool::Peers];

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    /// Options that go to the scripts as they are.
    passed: Vec<String>,
    /// One of the two comparisons.
    only: Option<String>,
    json: Option<PathBuf>,
    /// Whether the counts go to `docs/measured`.
    keep: bool,
}

/// `cargo xtask bench peers [--rounds N] [--records N] [--seed N] [--only faults|speed] [--json FILE] [--keep]`.
pub fn compare(options: &[&str]) -> Result {
    let asked = read(options)?;
    if !house::server().exists() {
        return Err(Failure::new("there is no release server yet").hint("cargo xtask build"));
    }
    let mut progress = Progress::new(NEEDS.len());
    tools::ensure(&mut progress, &NEEDS)?;
    let folder = if asked.keep { root().join("docs").join("measured") } else { house::target().join("bench") };
    std::fs::create_dir_all(&folder).map_err(Failure::about(&folder))?;
    let mut found = Map::new();
    for what in ["faults", "speed"].into_iter().filter(|what| asked.only.as_deref().is_none_or(|only| only == *what)) {
        let file = folder.join(format!("{what}.json"));
        let mut script = command("node");
        script.arg(tools::peers().join("run.js")).arg(what).args(&asked.passed).arg("--json").arg(&file);
        run(script.env("LINLI_BIN", house::server()))?;
        let told = load_text(&file)?;
        let told: Value = serde_json::from_str(&told).map_err(|error| Failure::new(format!("{what}: {error}")))?;
        found.insert(what.to_owned(), told);
    }
    if let Some(file) = asked.json {
        save(&file, format!("{:#}\n", Value::Object(found)).as_bytes())?;
    }
    Ok(())
}

fn read(options: &[&str]) -> Result<Asked> {
    let mut asked = Asked::default();
    let mut options = options.iter();
    while let Some(option) = options.next() {
        if *option == "--keep" {
            asked.keep = true;
            continue;
        }
        match (*option, options.next()) {
            ("--rounds" | "--records" | "--seed", Some(number)) if number.parse::<u32>().is_ok() => {
                asked.passed.extend([(*option).to_owned(), (*number).to_owned()]);
            }
            ("--only", Some(what @ (&"faults" | &"speed"))) => asked.only = Some((*what).to_owned()),
            ("--json", Some(file)) => asked.json = Some(PathBuf::from(file)),
            _ => return Err(Failure::new(format!("unknown option or value: {option}"))),
        }
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_told_apart() {
        let asked = read(&["--rounds", "3", "--keep", "--only", "faults"]).unwrap();
        assert_eq!((asked.passed.join(" ").as_str(), asked.keep), ("--rounds 3", true));
        assert_eq!(asked.only.as_deref(), Some("faults"));
        assert!(read(&["--rounds", "many"]).is_err() && read(&["--only", "peace"]).is_err());
    }
}
