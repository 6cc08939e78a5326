//! One request and its answer, bounded in time and bytes: the only place that knows the driver's calls.

use std::time::{Duration, Instant};

use ureq::http::header::HeaderMap;
use ureq::http::{HeaderName, HeaderValue, Method, Request, Response};
use ureq::{Agent, Body};

use crate::address::Address;
use crate::error::HttpError;
use crate::tls::Tls;

/// Bytes of the head of an answer.
///
/// Source: what nginx and Apache send stays under 1 KiB; their own limit on the head of a request is 32 KiB.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// How long a client waits and how often it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    /// From the first attempt to the last byte of the answer, everything included.
    pub(crate) whole: Duration,
    pub(crate) repeats_max: u32,
}

/// What is asked.
pub(crate) struct Question<'a> {
    pub(crate) address: &'a Address,
    pub(crate) headers: &'a [(HeaderName, HeaderValue)],
    /// With a body it is a POST, without one a GET.
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) answer_bytes_max: u64,
    /// Another status than 200 whose body is part of the answer.
    pub(crate) also: Option<u16>,
}

/// An answer that is whole, with a status that was asked for.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Empty unless the status is 200, or the other one that was asked for.
    pub(crate) body: Vec<u8>,
}

/// A pool of connections to whoever is asked.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    patience: Patience,
}

impl Client {
    pub(crate) fn new(tls: &Tls, patience: Patience) -> Self {
        let agent = Agent::config_builder()
            .tls_config(tls.config())
            // Security: a proxy named by the environment would read along; a redirect would lead elsewhere.
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(HEAD_BYTES_MAX)
            .timeout_connect(Some(patience.connect))
            .timeout_global(Some(patience.whole))
            .user_agent(concat!("shinsei-http/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Self { agent, patience }
    }

    /// Asks, again if the failure is one that passes, while there is time.
    ///
    /// What is asked must be safe to ask twice.
    pub(crate) fn ask(&self, question: &Question<'_>) -> Result<Answer, HttpError> {
        let start = Instant::now();
        let mut repeats = 0;
        loop {
            let left = self.patience.whole.saturating_sub(start.elapsed());
            match self.ask_once(question, (repeats > 0).then_some(left)) {
                Err(error) if error.is_passing() && repeats < self.patience.repeats_max => repeats += 1,
                result => return result,
            }
        }
    }

    /// `left`: the time for a repeated attempt; the first one has the whole, as the agent knows.
    fn ask_once(&self, question: &Question<'_>, left: Option<Duration>) -> Result<Answer, HttpError> {
        let sort = |error| HttpError::from_driver(error, question.answer_bytes_max);
        let response = match question.body {
            Some(body) => self.run(question, Method::POST, body, left),
            None => self.run(question, Method::GET, (), left),
        };
        let (head, mut body) = response.map_err(sort)?.into_parts();
        let body = match head.status.as_u16() {
            200 => body.with_config().limit(question.answer_bytes_max).read_to_vec().map_err(sort)?,
            status if question.also == Some(status) => {
                body.with_config().limit(question.answer_bytes_max).read_to_vec().map_err(sort)?
            }
            304 if question.body.is_none() => Vec::new(),
            status @ 300..=399 => return Err(HttpError::Redirected { status }),
            status => return Err(HttpError::Status { status }),
        };
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    fn run(
        &self,
        question: &Question<'_>,
        method: Method,
        body: impl ureq::AsSendBody,
        left: Option<Duration>,
    ) -> Result<Response<Body>, ureq::Error> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = question.address.uri().clone();
        request.headers_mut().extend(question.headers.iter().cloned());
        match left {
            None => self.agent.run(request),
            Some(left) => {
                let request = self.agent.configure_request(request).timeout_global(Some(left)).build();
                self.agent.run(request)
            }
        }
    }
}
