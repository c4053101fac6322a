//! `multitude`: the process around [`multitude_server::run`], with the allocator that all of it uses.

use std::process::ExitCode;

/// Rendering a page makes and drops thousands of small things.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    multitude_server::run().await
}
