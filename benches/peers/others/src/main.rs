//! Event stores by others: `others LIBRARY PLACE`, asked over a pipe ([`shinsei_peers_work::pipe`]).
//!
//! LIBRARY is `cqrs-es-sqlite`, `evento-sqlite`, `cqrs-es-postgres`, `esrs` or `evento-postgres`; PLACE a new file, or an
//! empty database by its address.

mod cqrs_es;
mod esrs;
mod evento;
mod place;

use shinsei_peers_work::peer::Peer;
use shinsei_peers_work::pipe::serve;
use tokio::runtime::Builder;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [library, place] = arguments.as_slice() else { panic!("usage: others LIBRARY PLACE") };
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut peer: Box<dyn Peer> = match library.as_str() {
        "cqrs-es-sqlite" => Box::new(cqrs_es::on_sqlite(runtime, place)),
        "cqrs-es-postgres" => Box::new(cqrs_es::on_postgres(runtime, place)),
        "esrs" => Box::new(esrs::on_postgres(runtime, place)),
        "evento-sqlite" => Box::new(evento::on_sqlite(runtime, place)),
        "evento-postgres" => Box::new(evento::on_postgres(runtime, place)),
        other => panic!("no library {other}"),
    };
    serve(peer.as_mut());
}
