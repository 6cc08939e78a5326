//! A server of HTTP/1.1 by hand, so that a test can send whatever bytes it wants and see who came.

use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What becomes of the connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It waits for the next request.
    Keep,
    /// It is closed.
    Close,
    /// It stays open, and nothing more is said, until the client goes away.
    Hold,
}

type Handler = dyn Fn(&Asked, &mut dyn Write) -> io::Result<Then> + Send + Sync;

/// A server on a port of its own, until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    scheme: &'static str,
    asked: Arc<Mutex<Vec<Asked>>>,
    callers: Receiver<SocketAddr>,
    is_over: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(
        handler: impl Fn(&Asked, &mut dyn Write) -> io::Result<Then> + Send + Sync + 'static,
    ) -> Self {
        Self::listen(None, Arc::new(handler))
    }

    pub(crate) fn start_tls(
        config: ServerConfig,
        handler: impl Fn(&Asked, &mut dyn Write) -> io::Result<Then> + Send + Sync + 'static,
    ) -> Self {
        Self::listen(Some(Arc::new(config)), Arc::new(handler))
    }

    /// Answers every request with the same bytes, and then does as told.
    pub(crate) fn saying(bytes: impl Into<Vec<u8>>, then: Then) -> Self {
        let bytes = bytes.into();
        Self::start(move |_, out| out.write_all(&bytes).map(|()| then))
    }

    fn listen(tls: Option<Arc<ServerConfig>>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let asked = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let (came, callers) = channel();
        let listening = std::thread::spawn({
            let (asked, is_over) = (Arc::clone(&asked), Arc::clone(&is_over));
            move || {
                while let Ok((stream, caller)) = listener.accept() {
                    if is_over.load(Ordering::SeqCst) {
                        return;
                    }
                    let _ = came.send(caller);
                    let (tls, handler, asked) = (tls.clone(), Arc::clone(&handler), Arc::clone(&asked));
                    std::thread::spawn(move || {
                        // A client that goes away is no failure of the server.
                        let _ = match tls {
                            None => talk(stream, &asked, &*handler),
                            Some(config) => ServerConnection::new(config)
                                .map_err(io::Error::other)
                                .and_then(|tls| talk(StreamOwned::new(tls, stream), &asked, &*handler)),
                        };
                    });
                }
            }
        });
        Self { address, scheme, asked, callers, is_over, listening: Some(listening) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// `host:port`, as a list of hosts names it.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// The requests that arrived whole.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How many connections were made since the last call. A caller of our own marks the end of them.
    pub(crate) fn connections(&self) -> usize {
        let mark = TcpStream::connect(self.address).unwrap();
        let own = mark.local_addr().unwrap();
        self.callers.iter().take_while(|caller| *caller != own).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

fn talk(stream: impl Read + Write, asked: &Mutex<Vec<Asked>>, handler: &Handler) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream)? {
        asked.lock().unwrap().push(request.clone());
        let then = handler(&request, stream.get_mut())?;
        stream.get_mut().flush()?;
        match then {
            Then::Keep => {}
            Then::Close => return Ok(()),
            Then::Hold => return io::copy(&mut stream, &mut io::sink()).map(drop),
        }
    }
    Ok(())
}

fn read(stream: &mut impl io::BufRead) -> io::Result<Option<Asked>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut words = lines[0].split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let header = |line: &String| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_ascii_lowercase(), value.to_owned())
    };
    let headers: Vec<_> = lines[1..].iter().map(header).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
    stream.read_exact(&mut body)?;
    Ok(Some(Asked { method, path, headers, body }))
}

/// An answer with its length and any more headers, each `name: value`.
pub(crate) fn answer(status: u16, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let more: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let head = format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n{more}\r\n", body.len());
    [head.as_bytes(), body].concat()
}
