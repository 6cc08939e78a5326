//! The project's own commands: `cargo xtask <command>`. One file a command; each is a row of [`COMMANDS`].

mod debian;
mod diagram;
mod fuzz;
mod peers;
mod pkits;
mod replay;
mod soak;
mod test;
mod tidy;
mod witness;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// What a command returns: nothing, or one sentence about what went wrong and what to do.
type Outcome = Result<(), String>;

struct Command {
    name: &'static str,
    what: &'static str,
    run: fn(&[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command { name: "test", what: "set up what the tests need and run all of them", run: test::run },
    Command { name: "pkits", what: "fetch the path validation suite of NIST and run it", run: pkits::run },
    Command { name: "fuzz", what: "fuzz every target, or those named, for --seconds each", run: fuzz::run },
    Command { name: "peers", what: "measure others beside us, all or one with its options", run: peers::run },
    Command { name: "soak", what: "kill under load, --kills times on each store, and look", run: soak::run },
    Command { name: "diagram", what: "write docs/generated from the code, or --check it", run: diagram::run },
    Command { name: "replay", what: "fold exported bundles and show any difference", run: replay::run },
    Command { name: "witness", what: "have heads cosigned by an existing C2SP witness", run: witness::run },
    Command { name: "tidy", what: "check the rules that compiler and clippy cannot", run: tidy::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = arguments.first().map(String::as_str);
    if matches!(asked, Some("--help" | "-h" | "help")) {
        return match writeln!(std::io::stdout(), "{}", usage()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        };
    }
    let Some(command) = COMMANDS.iter().find(|command| Some(command.name) == asked) else {
        eprintln!("{}", usage());
        if let Some(unknown) = asked {
            eprintln!("xtask: there is no command {unknown}");
        }
        return ExitCode::from(2);
    };
    match (command.run)(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("xtask {}: {sentence}", command.name);
            ExitCode::FAILURE
        }
    }
}

/// The commands, one a line.
fn usage() -> String {
    let lines = COMMANDS.iter().map(|command| format!("\n  {:<8} {}", command.name, command.what));
    format!("usage: cargo xtask <command>{}", lines.collect::<String>())
}

/// The folder of the workspace.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The cargo that runs us.
fn cargo() -> std::process::Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(cargo);
    command.current_dir(root());
    command
}
