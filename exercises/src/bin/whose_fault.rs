//! Exercise 8's three pipelines as they came: what it is measured against.

#[path = "../../examples/exercise8-untouched.rs"]
mod untouched;

fn main() -> std::process::ExitCode {
    untouched::main()
}
