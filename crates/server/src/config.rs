//! The command line; every flag of `serve` also comes from the environment.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};

/// The server of Linli 邻里.
#[derive(Debug, Parser)]
#[command(name = "linli", version, about)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the app and its API
    Serve(Serve),
    /// Staff accounts and keys
    #[command(subcommand)]
    Admin(Admin),
    /// Write a consistent copy of the database to a new file, while it is served
    Backup(Copy),
    /// Put a backup in the place of the database, while it is not served
    Restore(Copy),
    /// Check that the database is whole and that its audit log is what was written
    Check(Where),
}

/// Which database.
#[derive(Debug, Args)]
pub struct Where {
    /// `sqlite:PATH` or `postgres://USER@HOST/NAME`
    #[arg(long, env = "LINLI_DATABASE", default_value = "sqlite:linli.db", hide_env_values = true, value_name = "URL")]
    pub database: String,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "LINLI_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: String,
    /// The database
    #[command(flatten)]
    pub at: Where,
    /// Show a community of invented people; refused on a database that holds real data
    #[arg(long, env = "LINLI_DEMO", value_parser = FalseyValueParser::new())]
    pub demo: bool,
    /// Serve the app from this folder instead of the one built in
    #[arg(long, env = "LINLI_APP", value_name = "DIR")]
    pub app: Option<PathBuf>,
    /// The name of the community that a new database starts with
    #[arg(long, env = "LINLI_COMMUNITY_NAME", value_name = "NAME")]
    pub community_name: Option<String>,
    /// An origin besides the server's own that may write, such as <https://linli.example> behind a proxy
    #[arg(long, env = "LINLI_ORIGIN", value_delimiter = ',', value_name = "ORIGIN")]
    pub origin: Vec<String>,
    /// Writes a minute taken from one source address, 0 for as many as come; without it 6000, and from this machine
    /// itself (a proxy, say) as many as come
    #[arg(long, env = "LINLI_WRITES_PER_MINUTE", value_name = "COUNT")]
    pub writes_per_minute: Option<u32>,
    /// Whoever comes from this machine itself is a proxy that says for whom: the last address of X-Forwarded-For is whose
    /// writes and wrong passwords are counted
    #[arg(long, env = "LINLI_TRUST_PROXY", value_parser = FalseyValueParser::new())]
    pub trust_proxy: bool,
}

/// What to do with accounts and keys.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// How many days a kind of thing is kept: report, `check_in`, `sign_up` or `household_code`
    Keep {
        /// The kind
        kind: String,
        /// Days from its arrival on, 30 to 10000
        days: u16,
        /// The database
        #[command(flatten)]
        at: Where,
    },
    /// Create the first staff account
    Create {
        /// The name to sign in with
        #[arg(long)]
        name: String,
        /// Read the password from the first line of standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The database
        #[command(flatten)]
        at: Where,
    },
    /// Make a new key for shared tablets to seal to; what was sealed to the earlier ones can still be opened. Take a backup
    /// afterwards: what is sealed to a key that is lost stays sealed
    NewSealKey {
        /// The database
        #[command(flatten)]
        at: Where,
    },
    /// After a restore with other tools (`pg_restore`): has every device send again what the backup may not have
    Restored {
        /// The database
        #[command(flatten)]
        at: Where,
    },
}

/// From where to where.
#[derive(Debug, Args)]
pub struct Copy {
    /// The backup
    pub file: PathBuf,
    /// The database
    #[command(flatten)]
    pub at: Where,
}
