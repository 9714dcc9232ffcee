import FoundationEssentials

/// What a saved plan would do, as `terraform show -json` tells it: only what a judgement needs. A value.
package struct PlannedChanges: Hashable, Sendable {
    /// The version of the format: `1.2`. All of 1 is understood.
    let format: String
    let hasErred: Bool
    let changes: [Change]
    /// What was found changed since the last run.
    let drift: [Change]

    /// What is planned for one resource instance, or what was found.
    struct Change: Hashable, Sendable, Decodable {
        let address: String
        let isManaged: Bool
        let type: String
        /// Why, in Terraform's words: `replace_because_tainted`.
        let reason: String?
        /// It stood at another address before.
        let previousAddress: String?
        /// What is left of an instance that was replaced and not yet destroyed.
        let deposed: String?
        let isImported: Bool
        let actions: [String]
        let before: Instance?
        let after: Instance?

        /// Nothing is done to it.
        var isNothing: Bool { actions == ["no-op"] || actions == ["read"] }
        var isReplacement: Bool { actions == ["delete", "create"] || actions == ["create", "delete"] }
        var isCreation: Bool { actions == ["create"] }

        private enum CodingKeys: String, CodingKey {
            case address, mode, type, deposed, change
            case reason = "action_reason"
            case previousAddress = "previous_address"
        }
        private enum ChangeKeys: String, CodingKey { case actions, before, after, importing }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            address = try container.decode(String.self, forKey: .address)
            isManaged = try container.decode(String.self, forKey: .mode) == "managed"
            type = try container.decode(String.self, forKey: .type)
            reason = try container.decodeIfPresent(String.self, forKey: .reason)
            previousAddress = try container.decodeIfPresent(String.self, forKey: .previousAddress)
            deposed = try container.decodeIfPresent(String.self, forKey: .deposed)
            let change = try container.nestedContainer(keyedBy: ChangeKeys.self, forKey: .change)
            actions = try change.decode([String].self, forKey: .actions)
            isImported = change.contains(.importing)
            // Those of other types have other shapes.
            before = type == "aws_instance" ? try change.decodeIfPresent(Instance.self, forKey: .before) : nil
            after = type == "aws_instance" ? try change.decodeIfPresent(Instance.self, forKey: .after) : nil
        }
    }

    /// What is known of an EC2 instance before or after. What is decided only by the apply is nil.
    struct Instance: Hashable, Sendable, Decodable {
        let id: String?
        let ami: String?
        let isProtected: Bool
        let tags: [String: String]

        private enum CodingKeys: String, CodingKey {
            case id, ami, tags
            case tagsAll = "tags_all"
            case protection = "disable_api_termination"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decodeIfPresent(String.self, forKey: .id)
            ami = try container.decodeIfPresent(String.self, forKey: .ami)
            isProtected = try container.decodeIfPresent(Bool.self, forKey: .protection) ?? false
            var tags: [String: String] = [:]
            for key in [CodingKeys.tags, .tagsAll] {
                for (name, value) in try container.decodeIfPresent([String: String?].self, forKey: key) ?? [:] { tags[name] = value ?? "" }
            }
            self.tags = tags
        }
    }

    /// Reads what `show -json` prints.
    package init(json bytes: [UInt8]) throws(TerraformError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw TerraformError(.malformed(MalformedTerraform("the plan is not the JSON that is known: \(error)").description), while: "reading a plan")
        }
    }
}

extension PlannedChanges: Decodable {
    private enum CodingKeys: String, CodingKey {
        case errored
        case format = "format_version"
        case changes = "resource_changes"
        case drift = "resource_drift"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        format = try container.decode(String.self, forKey: .format)
        hasErred = try container.decodeIfPresent(Bool.self, forKey: .errored) ?? false
        changes = try container.decodeIfPresent([Change].self, forKey: .changes) ?? []
        drift = try container.decodeIfPresent([Change].self, forKey: .drift) ?? []
    }
}
