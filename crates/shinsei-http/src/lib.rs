//! The HTTP client: a signature verifier that stands elsewhere, and revocation lists, OCSP answers and time-stamps by URL.
//!
//! [`remote::RemoteVerifier`] is for a city that is no 署名検証者 itself and asks one. [`protocol`] is what the two
//! say to each other, and the service's half of it. [`fetch::Fetcher`] brings the bytes that a verifier judges
//! with; nothing is ever fetched inside `verify`. [`witness::HttpWitness`] has heads witnessed by others.
//!
//! TLS is rustls on aws-lc-rs, and trusts the roots that the operator names and no others. Redirects are never
//! followed, proxies of the environment never used, and every answer is bounded in bytes and time.

mod address;
mod cache;
mod client;
pub mod defect;
pub mod error;
pub mod fetch;
pub mod protocol;
pub mod remote;
pub mod tls;
pub mod witness;
