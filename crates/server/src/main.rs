//! Config → store → serve.

use std::process::ExitCode;

use clap::Parser as _;
use linli_server::config::{Admin, Command, Config};
use linli_server::serve;

fn main() -> ExitCode {
    serve::log();
    let ended = match Config::parse().command {
        Command::Serve(options) => serve::run(options),
        Command::Admin(Admin::Create { name, at, .. }) => serve::create_admin(&name, &at.database),
        Command::Admin(Admin::Keep { kind, days, at }) => serve::keep(&kind, days, &at.database),
        Command::Admin(Admin::NewSealKey { at }) => serve::new_seal_key(&at.database),
        Command::Admin(Admin::Restored { at }) => serve::restored(&at.database),
        Command::Backup(copy) => serve::backup(&copy.file, &copy.at.database),
        Command::Check(at) => serve::check(&at.database),
        Command::Restore(copy) => serve::restore(&copy.file, &copy.at.database),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("linli: {error}");
            ExitCode::FAILURE
        }
    }
}
