//! The mails as their readers get them: whole texts, other people's parsers, the folder.

#[cfg(test)]
mod bounce;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod eml;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod notices;
mod other_words;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod smtp;
#[cfg(test)]
mod tone;
#[cfg(test)]
mod words;
