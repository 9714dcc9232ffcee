internal import Fleet
internal import Wire

/// `v1/plans/<plan>`, and `v1/plan` of the oldest: a plan with its phases and steps.
struct PlanAnswer: Sendable {
    let plan: PlanSighting
    /// Of all phases, in their order: `kafka-0:[broker]`, or `broker-0` before the SDK.
    let steps: [String]

    private static let keys: JSONKeys = ["phases", "steps", "blocks", "name", "status", "errors"]

    /// - Parameter name: the plan's; it does not say it itself.
    init(_ bytes: UnsafeBufferPointer<UInt8>, name: String) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        let node = try reader.node(keeping: Self.keys)
        try reader.end()
        var statuses = [Self.normal(try node["status"].name)]
        var steps: [String] = []
        for phase in try node["phases"].elements {
            statuses.append(Self.normal(try phase["status"].name))
            // Kafka until 1.1.17 calls them blocks.
            guard let list = try phase.optional("steps", or: "blocks") else { throw phase.wrong("has no steps") }
            for step in try list.elements {
                statuses.append(Self.normal(try step["status"].name))
                steps.append(try step["name"].name)
            }
        }
        var errors: [String] = []
        for error in try node["errors"].elements { errors.append(String(try error.string.prefix(Self.errorLengthMax))) }
        // A plan is complete when all of it is: one that says so over a step that is not has been read while it changed.
        let status = statuses[0] == "COMPLETE" ? statuses.first { $0 != "COMPLETE" } ?? "COMPLETE" : statuses[0]
        plan = PlanSighting(name: name, status: status, errors: Array(errors.prefix(Self.errorsMax)))
        self.steps = steps
    }

    /// Errors are whole stack traces at times.
    private static let errorLengthMax = 500
    private static let errorsMax = 20

    /// `InProgress` and `In_Progress` of older versions as `IN_PROGRESS`.
    static func normal(_ status: String) -> String {
        var text = ""
        var last: Character?
        for character in status {
            if character.isUppercase, let last, last.isLowercase { text += "_" }
            text += character.uppercased()
            last = character
        }
        return text
    }
}
