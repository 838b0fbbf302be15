//! The commands of the README. Each sees to the tools it needs, says what it does, and ends with a non-zero code and one
//! clear line when it cannot.

mod api;
mod artefacts;
mod bench;
mod budget;
mod checks;
mod failure;
mod fuzz;
mod house;
mod load;
mod page;
mod peers;
mod promise;
mod serve;
mod shake;
mod term;
mod tools;

use std::process::ExitCode;

use failure::{Failure, Result};

const HELP: &str = "cargo xtask COMMAND

  start            build everything and serve it with demo data at http://127.0.0.1:8080
  test [STEP …]    every check and test, or only the steps named
  build            the release artefacts: dist/ and one linli binary with it inside
  bench            sizes and the server under load (--rounds N, --json FILE)
  bench peers      Linli beside other stacks: the same faults, the same forms (--rounds N, --records N, --only faults|speed,
                   --json FILE, --keep for docs/measured)
  promise          docs/promise.md from the runs in docs/measured; with --measure the long runs first
  fuzz [TARGET] [SECONDS]  what reads bytes from outside, under made-up ones; every target for a minute, or one
  gallery          every building block in every state at http://127.0.0.1:8081/gallery
  pictures         the pictures of the documents, taken anew from what is built
  sizes [--write]  the app's sizes; with --write into README.md";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result {
    match arguments {
        ["start"] => serve::start(),
        ["open-when-ready", url] => {
            serve::open_when_ready(url);
            Ok(())
        }
        ["build"] => artefacts::build(),
        ["test", steps @ ..] => checks::test(steps),
        ["bench", "peers", options @ ..] => peers::compare(options),
        ["promise"] => promise::write(),
        ["promise", "--measure"] => promise::measure(),
        ["bench", options @ ..] => bench::bench(options),
        ["gallery"] => serve::gallery(),
        ["pictures"] => checks::pictures(),
        ["fuzz", options @ ..] => fuzz::fuzz(options),
        ["sizes"] => budget::print(),
        ["sizes", "--write"] => budget::write(),
        [] | ["help" | "--help" | "-h"] => {
            term::say(HELP);
            Ok(())
        }
        _ => Err(Failure::new(format!("unknown command: {}\n\n{HELP}", arguments.join(" ")))),
    }
}
