//! What is asked of a signature beside the profile of its signer: the settings that a verdict was reached under.

use serde_json::Value;

use crate::json::{Json, ToJson};
use crate::policy::{PolicyOid, PolicyRules};
use crate::revocation::RevocationPolicy;
use crate::timestamp::TimestampPolicy;
use crate::verify::SignersRule;

/// The settings of a verifier that change verdicts; the report of each verdict tells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// How many signers must hold.
    pub signers: SignersRule,
    /// How much must be known of revocation.
    pub revocation: RevocationPolicy,
    /// What is asked of time-stamps.
    pub timestamps: TimestampPolicy,
    /// What is asked of certificate policies.
    pub policies: PolicyRules,
}

impl Rules {
    /// The rules as the member `rules` of a report.
    pub fn to_json(&self) -> Value {
        self.to_json_tree()
    }

    /// Reads what [`Rules::to_json`] wrote; `None` when it says anything that is not known here.
    pub fn from_json(value: &Value) -> Option<Self> {
        let policies = &value["policies"];
        let oids = |member: &str| -> Option<Vec<PolicyOid>> {
            policies[member].as_array()?.iter().map(|oid| oid.as_str()?.parse().ok()).collect()
        };
        let read = Self {
            signers: SignersRule::of_code(value["signers"].as_str()?)?,
            revocation: RevocationPolicy::of_code(value["revocation"].as_str()?)?,
            timestamps: TimestampPolicy::of_code(value["timestamps"].as_str()?)?,
            policies: PolicyRules {
                initial: oids("initial")?,
                require_explicit: policies["require_explicit"].as_bool()?,
                inhibit_any: policies["inhibit_any"].as_bool()?,
                inhibit_mapping: policies["inhibit_mapping"].as_bool()?,
                required: oids("required")?,
            },
        };
        // A rule of a later version that is not known here would be passed over: then these are other rules.
        (read.to_json() == *value).then_some(read)
    }
}

impl ToJson for Rules {
    fn write(&self, json: &mut Json) {
        let dotted = |json: &mut Json, oids: &[PolicyOid]| json.texts(oids.iter().map(ToString::to_string));
        json.object(|json| {
            json.member("signers").text(self.signers.code());
            json.member("revocation").text(self.revocation.code());
            json.member("timestamps").text(self.timestamps.code());
            json.member("policies").object(|json| {
                let policies = &self.policies;
                dotted(json.member("initial"), &policies.initial);
                json.member("require_explicit").boolean(policies.require_explicit);
                json.member("inhibit_any").boolean(policies.inhibit_any);
                json.member("inhibit_mapping").boolean(policies.inhibit_mapping);
                dotted(json.member("required"), &policies.required);
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_they_were_written_or_not_at_all() {
        let mut all = Vec::new();
        for signers in [SignersRule::All, SignersRule::Any] {
            for revocation in
                [RevocationPolicy::Off, RevocationPolicy::IfAvailable, RevocationPolicy::Require]
            {
                for timestamps in [TimestampPolicy::Off, TimestampPolicy::IfPresent, TimestampPolicy::Require]
                {
                    let policies = PolicyRules {
                        initial: vec!["1.2.3".parse().unwrap()],
                        require_explicit: true,
                        inhibit_any: true,
                        inhibit_mapping: true,
                        required: vec!["1.2.392.200149.8.5.1.1.20".parse().unwrap()],
                    };
                    all.push(Rules { signers, revocation, timestamps, policies });
                }
            }
        }
        all.push(Rules::default());
        for rules in all {
            assert_eq!(Rules::from_json(&rules.to_json()), Some(rules));
        }
        let mut later = Rules::default().to_json();
        later["archive"] = Value::from("required");
        assert_eq!(Rules::from_json(&later), None);
        let mut other = Rules::default().to_json();
        other["revocation"] = Value::from("sometimes");
        assert_eq!(Rules::from_json(&other), None);
        assert_eq!(Rules::from_json(&Value::Null), None);
    }
}
