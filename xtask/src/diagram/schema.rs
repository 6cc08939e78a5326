//! The shapes of events as JSON Schema (2020-12), and a list of them to read.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};
use syn::{Attribute, Expr, Fields, GenericArgument, Item, Lit, Meta, PathArguments, Type};

use super::source::{Made, Source};

/// The two documents: the schema of every record, and the list.
///
/// # Errors
/// A sentence, when a type has a shape that this program does not know.
pub(super) fn documents(root: &Path) -> Result<Vec<(&'static str, String)>, String> {
    let source = Source::read(&root.join("crates/shinsei-core/src"))?;
    let mut writer = Writer { source: &source, definitions: BTreeMap::new() };
    let schema = writer.schema()?;
    let text = serde_json::to_string_pretty(&schema).map_err(|error| error.to_string())?;
    Ok(vec![("events.schema.json", text + "\n"), ("events.md", list(&source, &schema))])
}

struct Writer<'a> {
    source: &'a Source,
    definitions: BTreeMap<String, Value>,
}

impl Writer<'_> {
    /// A record is one of the events: its type, the version of its shape, its payload.
    fn schema(&mut self) -> Result<Value, String> {
        let mut records = vec![];
        for event in self.source.streams.iter().flat_map(|stream| &stream.events) {
            let payload = if event.is_numbered {
                json!({ "type": "object", "additionalProperties": false })
            } else {
                self.reference(&event.name)?
            };
            records.push(json!({
                "title": event.name,
                "description": event.doc,
                "type": "object",
                "required": ["type", "schema_version", "payload"],
                "properties": {
                    "type": { "const": event.name },
                    "schema_version": { "const": event.version },
                    "payload": payload,
                },
            }));
        }
        Ok(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "The events of shinsei, as the log keeps them",
            "description": "Made from the types by cargo xtask diagram; docs/event-format.md says how a shape changes.",
            "oneOf": records,
            "$defs": self.definitions,
        }))
    }

    /// A reference to a named type, which is defined once.
    fn reference(&mut self, name: &str) -> Result<Value, String> {
        if !self.definitions.contains_key(name) {
            // Before its fields are looked at: a type may hold itself.
            self.definitions.insert(name.to_owned(), Value::Null);
            let definition = self.definition(name)?;
            self.definitions.insert(name.to_owned(), definition);
        }
        Ok(json!({ "$ref": format!("#/$defs/{name}") }))
    }

    fn definition(&mut self, name: &str) -> Result<Value, String> {
        if let Some(Made { by, doc }) = self.source.made.get(name) {
            let mut shape = match by.as_str() {
                "uuid_id" => json!({ "type": "string", "format": "uuid" }),
                "count" => json!({ "type": "integer", "minimum": 0 }),
                _ => json!({ "type": "string", "pattern": "^[A-Za-z0-9_./-]{1,64}$" }),
            };
            describe(&mut shape, doc);
            return Ok(shape);
        }
        let item = self.source.types.get(name).ok_or_else(|| {
            format!(
                "the type {name} stands in an event and is not known here: teach xtask/src/diagram/schema.rs"
            )
        })?;
        let (attributes, mut shape) = match item {
            Item::Struct(one) => (&one.attrs, self.of_struct(name, &one.attrs, &one.fields)?),
            Item::Enum(one) => (&one.attrs, self.of_enum(one)?),
            _ => return Err(format!("{name} is neither a struct nor an enum")),
        };
        describe(&mut shape, &doc_of(attributes));
        Ok(shape)
    }

    fn of_struct(&mut self, name: &str, attributes: &[Attribute], fields: &Fields) -> Result<Value, String> {
        let serde = serde_of(attributes);
        if serde.contains(&"try_from = \"String\"".to_owned()) {
            return Ok(json!({ "type": "string" }));
        }
        match fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => match fields.unnamed.first() {
                Some(only) if name == "NonEmpty" => Err(format!("{:?} has a parameter", only.ident)),
                Some(only) => self.of_type(&only.ty),
                None => Err(format!("{name} has no field")),
            },
            Fields::Named(_) => self.of_fields(fields),
            Fields::Unnamed(_) | Fields::Unit => {
                Err(format!("{name} is written in a way that is not known here"))
            }
        }
    }

    /// An object: what may be absent is not required. A reader passes over fields that it does not know.
    fn of_fields(&mut self, fields: &Fields) -> Result<Value, String> {
        let (mut properties, mut required) = (Map::new(), vec![]);
        for field in fields {
            let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            let mut shape = self.of_type(&field.ty)?;
            describe(&mut shape, &doc_of(&field.attrs));
            if !serde_of(&field.attrs).iter().any(|one| one.starts_with("default")) {
                required.push(json!(name));
            }
            properties.insert(name, shape);
        }
        Ok(json!({ "type": "object", "properties": properties, "required": required }))
    }

    /// A choice: its name, or an object with one field.
    fn of_enum(&mut self, item: &syn::ItemEnum) -> Result<Value, String> {
        let mut choices = vec![];
        for variant in &item.variants {
            let name = variant.ident.to_string();
            let mut choice = match &variant.fields {
                Fields::Unit => json!({ "const": name }),
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    let inner = match fields.unnamed.first() {
                        Some(only) => self.of_type(&only.ty)?,
                        None => Value::Null,
                    };
                    one_field(&name, inner)
                }
                Fields::Named(_) => one_field(&name, self.of_fields(&variant.fields)?),
                Fields::Unnamed(_) => {
                    return Err(format!("{name} of {} has several fields without names", item.ident));
                }
            };
            describe(&mut choice, &doc_of(&variant.attrs));
            choices.push(choice);
        }
        Ok(json!({ "oneOf": choices }))
    }

    fn of_type(&mut self, of: &Type) -> Result<Value, String> {
        let Type::Path(path) = of else { return Err("a type that is no path".to_owned()) };
        let Some(last) = path.path.segments.last() else { return Err("a type without a name".to_owned()) };
        let name = last.ident.to_string();
        let inner = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::Type(inner) => Some(inner),
                    _ => None,
                })
            }
            PathArguments::None | PathArguments::Parenthesized(_) => None,
        };
        match (name.as_str(), inner) {
            ("Box", Some(inner)) => self.of_type(inner),
            ("Option", Some(inner)) => Ok(json!({ "anyOf": [self.of_type(inner)?, { "type": "null" }] })),
            ("Vec", Some(inner)) => Ok(json!({ "type": "array", "items": self.of_type(inner)? })),
            ("NonEmpty", Some(inner)) => {
                Ok(json!({ "type": "array", "items": self.of_type(inner)?, "minItems": 1 }))
            }
            ("DateTime", _) => Ok(json!({ "type": "string", "format": "date-time" })),
            ("NaiveDate", None) => Ok(json!({ "type": "string", "format": "date" })),
            ("Weekday", None) => Ok(json!({ "enum": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] })),
            ("String", None) => Ok(json!({ "type": "string" })),
            ("bool", None) => Ok(json!({ "type": "boolean" })),
            ("u8", None) => Ok(json!({ "type": "integer", "minimum": 0, "maximum": u8::MAX })),
            ("u16", None) => Ok(json!({ "type": "integer", "minimum": 0, "maximum": u16::MAX })),
            ("u32", None) => Ok(json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })),
            ("u64", None) => Ok(json!({ "type": "integer", "minimum": 0 })),
            ("i32" | "i64", None) => Ok(json!({ "type": "integer" })),
            // What a form asks for is written as its schema.
            ("Fields", None) => self.reference("FormSchema"),
            (_, None) => self.reference(&name),
            (_, Some(_)) => Err(format!("{name} has a parameter and is not known here")),
        }
    }
}

fn one_field(name: &str, shape: Value) -> Value {
    json!({ "type": "object", "properties": { name: shape }, "required": [name], "additionalProperties": false })
}

fn describe(shape: &mut Value, doc: &str) {
    if let (Some(shape), false) = (shape.as_object_mut(), doc.is_empty()) {
        shape.insert("description".to_owned(), json!(doc));
    }
}

/// The first paragraph of a doc comment.
fn doc_of(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(text) => match &text.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What serde is told of a type or a field, one word or pair each.
fn serde_of(attributes: &[Attribute]) -> Vec<String> {
    let mut told = vec![];
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // OK because what cannot be read here does not compile either.
        let _ = attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            told.push(match meta.value() {
                Ok(value) => format!("{name} = {:?}", value.parse::<syn::LitStr>()?.value()),
                Err(_) => name,
            });
            Ok(())
        });
    }
    told
}

/// Every event with its fields, to read.
fn list(source: &Source, schema: &Value) -> String {
    let mut out = String::from(
        "# The events, one by one\n\nMade from the types by `cargo xtask diagram`; the shapes are in\n\
         [events.schema.json](events.schema.json). What a shape means and how it may change is in\n\
         [the format of events](../event-format.md). Fields in *italics* may be absent.\n",
    );
    for stream in &source.streams {
        out += &format!("\n## {}\n\n{}\n\n", stream.name, stream.doc);
        out += "| event | version | what | fields |\n|---|---|---|---|\n";
        for event in &stream.events {
            let fields = fields(&schema["$defs"][&event.name]);
            let fields =
                if event.is_numbered { "none: the number stands in the envelope".to_owned() } else { fields };
            out += &format!("| `{}` | {} | {} | {fields} |\n", event.name, event.version, event.doc);
        }
    }
    out
}

fn fields(definition: &Value) -> String {
    let required = definition["required"].as_array().cloned().unwrap_or_default();
    let properties = definition["properties"].as_object().cloned().unwrap_or_default();
    let shown = properties.keys().map(|name| {
        if required.contains(&json!(name)) { format!("`{name}`") } else { format!("*`{name}`*") }
    });
    let shown: Vec<String> = shown.collect();
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    fn schema() -> Value {
        let documents = documents(root()).unwrap();
        serde_json::from_str(&documents[0].1).unwrap()
    }

    /// The keywords that the schemas use, and no others.
    fn allows(schema: &Value, shape: &Value, value: &Value) -> bool {
        let keyword = |(name, rule): (&String, &Value)| match name.as_str() {
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                allows(schema, &schema["$defs"][name], value)
            }
            "oneOf" => rule.as_array().unwrap().iter().filter(|one| allows(schema, one, value)).count() == 1,
            "anyOf" => rule.as_array().unwrap().iter().any(|one| allows(schema, one, value)),
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_i64() || value.is_u64(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                other => panic!("{other}"),
            },
            "properties" => rule
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, shape)| value.get(name).is_none_or(|field| allows(schema, shape, field))),
            "required" => {
                rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "additionalProperties" => {
                let known = shape["properties"].as_object().cloned().unwrap_or_default();
                value.as_object().is_none_or(|value| value.keys().all(|name| known.contains_key(name)))
            }
            "items" => value.as_array().is_none_or(|all| all.iter().all(|item| allows(schema, rule, item))),
            "minItems" => value.as_array().is_none_or(|all| all.len() as u64 >= rule.as_u64().unwrap()),
            "minimum" => value.as_u64().is_some_and(|value| value >= rule.as_u64().unwrap()),
            "maximum" => value.as_u64().is_some_and(|value| value <= rule.as_u64().unwrap()),
            // Read by people, or checked by those who know the words of formats.
            "description" | "title" | "format" | "pattern" | "$schema" | "$defs" => true,
            other => panic!("a keyword that this test does not know: {other}"),
        };
        shape.as_object().unwrap().iter().all(keyword)
    }

    fn golden() -> Vec<(String, Value)> {
        let folder = root().join("crates/shinsei-core/tests/golden");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files
            .map(|path| {
                let golden: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                (path.display().to_string(), golden)
            })
            .collect()
    }

    #[test]
    fn every_golden_record_of_today_fits_its_schema_and_without_a_field_it_does_not() {
        let schema = schema();
        for (name, golden) in golden() {
            if golden.get("reads_as").is_some() {
                continue;
            }
            assert!(allows(&schema, &schema, &golden), "{name}");
            let required = schema["$defs"][golden["type"].as_str().unwrap()]["required"].as_array();
            for field in required.cloned().unwrap_or_default() {
                let mut less = golden.clone();
                less["payload"].as_object_mut().unwrap().remove(field.as_str().unwrap());
                assert!(!allows(&schema, &schema, &less), "{name} without {field}");
            }
        }
    }

    #[test]
    fn a_field_that_may_be_absent_is_not_required() {
        let paid = &schema()["$defs"]["FeePaid"];
        assert!(!paid["required"].as_array().unwrap().contains(&json!("by")));
        assert_eq!(paid["properties"]["yen"]["$ref"], "#/$defs/Yen");
    }
}
