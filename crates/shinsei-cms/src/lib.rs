//! The signature verifier: CMS SignedData and X.509.
