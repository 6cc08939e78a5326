//! The types of `shinsei-core` that are written into the log, as they stand in its source.

use std::collections::BTreeMap;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, Item};

/// The types by name, and the events of each kind of stream.
#[derive(Default)]
pub(super) struct Source {
    pub(super) types: BTreeMap<String, Item>,
    /// The macros of `ids.rs` by the names of the types that they make.
    pub(super) made: BTreeMap<String, Made>,
    pub(super) streams: Vec<Stream>,
}

/// A type that a macro makes.
pub(super) struct Made {
    pub(super) by: String,
    pub(super) doc: String,
}

/// The events of a kind of stream.
pub(super) struct Stream {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) events: Vec<Event>,
}

/// An event: its type, the version of its shape, whether a number stands for its payload.
pub(super) struct Event {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) version: u16,
    pub(super) is_numbered: bool,
}

impl Source {
    /// Reads all files below a folder.
    ///
    /// # Errors
    /// A sentence, when one cannot be read or two types have one name.
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        let mut source = Self::default();
        source.read_folder(folder)?;
        Ok(source)
    }

    fn read_folder(&mut self, folder: &Path) -> Result<(), String> {
        let unreadable = |error| format!("cannot read {}: {error}", folder.display());
        let mut entries: Vec<_> =
            std::fs::read_dir(folder).map_err(unreadable)?.collect::<Result<_, _>>().map_err(unreadable)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if path.is_dir() {
                self.read_folder(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.read_file(&path)?;
            }
        }
        Ok(())
    }

    fn read_file(&mut self, path: &Path) -> Result<(), String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let file = syn::parse_file(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        for item in file.items {
            let (name, attributes) = match &item {
                Item::Struct(one) => (one.ident.to_string(), &one.attrs),
                Item::Enum(one) => (one.ident.to_string(), &one.attrs),
                Item::Macro(one) => {
                    let by = one.mac.path.segments.last().map(|segment| segment.ident.to_string());
                    self.read_macro(&by.unwrap_or_default(), one.mac.tokens.clone())?;
                    continue;
                }
                _ => continue,
            };
            if derives(attributes, "Serialize") && derives(attributes, "Deserialize") {
                let twice = self.types.insert(name.clone(), item.clone());
                if twice.is_some() {
                    return Err(format!("two types that are written are called {name}: rename one"));
                }
            }
        }
        Ok(())
    }

    fn read_macro(&mut self, by: &str, tokens: TokenStream) -> Result<(), String> {
        match by {
            "events" => self.streams.push(stream(tokens)?),
            "uuid_id" | "count" | "code" => {
                let (doc, rest) = docs(&mut tokens.into_iter());
                if let Some(TokenTree::Ident(name)) = rest {
                    self.made.insert(name.to_string(), Made { by: by.to_owned(), doc });
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads `pub enum Name { Variant = 1, .. } numbered Other = 1`.
fn stream(tokens: TokenStream) -> Result<Stream, String> {
    let mut tokens = tokens.into_iter();
    let (doc, _pub) = docs(&mut tokens);
    let _enum = tokens.next();
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return Err("events! begins with an enum".to_owned());
    };
    let Some(TokenTree::Group(body)) = tokens.next().filter(is_body) else {
        return Err(format!("{name} has no body"));
    };
    let mut events = listed(body.stream().into_iter(), false);
    let mut rest = tokens.peekable();
    while rest.peek().is_some() {
        let (doc, word) = docs(&mut rest);
        let is_numbered = matches!(&word, Some(TokenTree::Ident(word)) if *word == "numbered");
        if !is_numbered {
            break;
        }
        let mut numbered: Vec<TokenTree> = rest.by_ref().take(3).collect();
        numbered.push(TokenTree::Punct(proc_macro2::Punct::new(',', proc_macro2::Spacing::Alone)));
        events.extend(
            listed(numbered.into_iter(), true).into_iter().map(|event| Event { doc: doc.clone(), ..event }),
        );
    }
    Ok(Stream { name: name.to_string(), doc, events })
}

fn is_body(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Reads `/// Doc. Variant = 1,` as often as it comes.
fn listed(mut tokens: impl Iterator<Item = TokenTree>, is_numbered: bool) -> Vec<Event> {
    let mut events = vec![];
    loop {
        let (doc, next) = docs(&mut tokens);
        let Some(TokenTree::Ident(name)) = next else { return events };
        let version = tokens.by_ref().find_map(|tree| match tree {
            TokenTree::Literal(version) => version.to_string().parse().ok(),
            _ => None,
        });
        let _comma = tokens.next();
        events.push(Event { name: name.to_string(), doc, version: version.unwrap_or(1), is_numbered });
    }
}

/// The doc comment that comes next, and the token after it.
fn docs(tokens: &mut impl Iterator<Item = TokenTree>) -> (String, Option<TokenTree>) {
    let mut lines = vec![];
    loop {
        match tokens.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '#' => {
                let Some(TokenTree::Group(group)) = tokens.next() else { continue };
                let text = group.stream().into_iter().find_map(|tree| match tree {
                    TokenTree::Literal(text) => syn::parse_str::<syn::LitStr>(&text.to_string()).ok(),
                    _ => None,
                });
                lines.extend(text.map(|text| text.value().trim().to_owned()));
            }
            other => return (lines.join(" "), other),
        }
    }
}

fn derives(attributes: &[Attribute], wanted: &str) -> bool {
    let mut derives = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // OK because an attribute that cannot be read derives nothing.
        let _ = attribute.parse_nested_meta(|meta| {
            derives |= meta.path.is_ident(wanted);
            Ok(())
        });
    }
    derives
}
