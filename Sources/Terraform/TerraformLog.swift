package import Fleet
import FoundationEssentials

/// What a run of `plan -json` or `apply -json` has said so far. A value.
package struct TerraformLog: Hashable, Sendable {
    /// Whether anything was done to a resource; true as well where the beginning of the log is gone.
    package private(set) var hasBegun = false
    /// Instances that were created, by their addresses.
    package private(set) var created: [String: InstanceID] = [:]
    /// Addresses of what was destroyed.
    package private(set) var destroyed: Set<String> = []
    /// Errors, in their order; not warnings.
    package private(set) var errors: [Diagnostic] = []

    package struct Diagnostic: Hashable, Sendable {
        package let summary: String
        package let detail: String
        /// What it is about, where it says.
        package let address: String?

        /// On one line: the summary, and the detail where there is one.
        package var words: String {
            let text = detail.isEmpty ? summary : "\(summary): \(detail)"
            return (address.map { "\($0): " } ?? "") + text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }

    /// Lines that are no JSON are passed over: a plugin may say anything.
    package init(_ bytes: [UInt8], isCut: Bool = false) {
        hasBegun = isCut
        let decoder = JSONDecoder()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let line = try? decoder.decode(Line.self, from: Data(line)) else { continue }
            switch line.type {
            case "apply_start", "apply_progress", "apply_complete", "apply_errored":
                hasBegun = true
                guard line.type == "apply_complete", let hook = line.hook, let address = hook.resource?.addr else { continue }
                if hook.action == "delete" { destroyed.insert(address) }
                if hook.action == "create", hook.resource?.type == "aws_instance", let id = hook.id { created[address] = InstanceID(id) }
            case "diagnostic":
                guard let diagnostic = line.diagnostic, diagnostic.severity == "error" else { continue }
                errors.append(Diagnostic(summary: diagnostic.summary, detail: diagnostic.detail ?? "", address: diagnostic.address))
            default: continue
            }
        }
    }

    /// What went wrong, for a run that ended with this code.
    func problem(code: Int32, error: String) -> TerraformError.Problem {
        for diagnostic in errors { if let lock = StateLock(diagnostic) { return .locked(lock) } }
        if errors.contains(where: { $0.summary.contains("Saved plan is stale") }) { return .stale }
        let words = errors.isEmpty ? error.split(whereSeparator: \.isWhitespace).joined(separator: " ") : errors.map(\.words).joined(separator: "; ")
        return .failed(code: code, words: String(words.prefix(TerraformError.wordsMax)))
    }

    // Terraform's own names.
    private struct Line: Decodable {
        let type: String
        let hook: Hook?
        let diagnostic: Said?

        struct Hook: Decodable {
            let resource: Resource?
            let action: String?
            let id: String?

            private enum CodingKeys: String, CodingKey {
                case resource, action
                case id = "id_value"
            }
        }

        struct Resource: Decodable {
            let addr: String
            let type: String?

            private enum CodingKeys: String, CodingKey {
                case addr
                case type = "resource_type"
            }
        }

        struct Said: Decodable {
            let severity: String
            let summary: String
            let detail: String?
            let address: String?
        }
    }
}
