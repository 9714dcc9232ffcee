import Fleet

extension Page<InstanceStatus> {
    private static let shape = XMLShape(
        "DescribeInstanceStatusResponse",
        [
            "nextToken", "instanceStatusSet", "instanceStatusSet/item*",
        ]
            + [
                "instanceId", "instanceState", "instanceState/name", "systemStatus", "systemStatus/status", "instanceStatus", "instanceStatus/status",
                "eventsSet", "eventsSet/item*", "eventsSet/item/code", "eventsSet/item/description", "eventsSet/item/notBefore",
            ].map { "instanceStatusSet/item/" + $0 })

    private struct Indices {
        let set = shape.index("instanceStatusSet"), item = shape.index("instanceStatusSet/item")
        let id = index("instanceId"), state = index("instanceState/name"), system = index("systemStatus/status"), instance = index("instanceStatus/status")
        let event = index("eventsSet/item"), code = index("eventsSet/item/code"), summary = index("eventsSet/item/description")
        let notBefore = index("eventsSet/item/notBefore")

        private static func index(_ name: String) -> Int { shape.index("instanceStatusSet/item/" + name) }
    }
    private static let indices = Indices()

    /// Reads a page of `DescribeInstanceStatus`: the running instances among those listed.
    ///
    /// An event that is over keeps its code; only its description says so.
    init(statuses body: [UInt8]) throws(MalformedAnswer) {
        let at = Self.indices
        var statuses: [InstanceStatus] = []
        var events: [InstanceStatus.ScheduledEvent] = []
        let fields = try XMLReading.read(body, as: Self.shape) { (element, fields) throws(MalformedAnswer) in
            if element == at.event {
                if let event = try Self.event(fields) { events.append(event) }
            } else if element == at.item {
                if let status = try Self.status(fields, events: events) { statuses.append(status) }
                events.removeAll(keepingCapacity: true)
            }
        }
        try fields.require(at.set)
        self.init(rows: statuses, nextToken: fields.optional(Self.shape.index("nextToken")))
    }

    /// Nil for an instance that is not running.
    private static func status(_ fields: XMLFields, events: [InstanceStatus.ScheduledEvent]) throws(MalformedAnswer) -> InstanceStatus? {
        let at = indices
        let id = try fields.required(at.id)
        let stateName = try fields.required(at.state)
        guard let state = Instance.State(rawValue: stateName) else {
            throw MalformedAnswer("instance \(id.prefix(64)) has the unknown state '\(stateName.prefix(64))'")
        }
        let system = try check(fields, at.system)
        let instance = try check(fields, at.instance)
        guard state == .running else { return nil }
        let sorted = events.sorted { ($0.notBefore?.milliseconds ?? .max, $0.code, $0.summary) < ($1.notBefore?.milliseconds ?? .max, $1.code, $1.summary) }
        return InstanceStatus(id: InstanceID(id), system: system, instance: instance, events: sorted)
    }

    private static func check(_ fields: XMLFields, _ index: Int) throws(MalformedAnswer) -> InstanceStatus.Check {
        let text = try fields.required(index)
        guard let check = InstanceStatus.Check(rawValue: text) else {
            throw MalformedAnswer("\(fields.shape.path(of: index)) is the unknown '\(text.prefix(64))'")
        }
        return check
    }

    /// Nil for an event that is over.
    private static func event(_ fields: XMLFields) throws(MalformedAnswer) -> InstanceStatus.ScheduledEvent? {
        let at = indices
        let code = try fields.required(at.code)
        let summary = fields.optional(at.summary) ?? ""
        for mark in ["[Completed]", "[Canceled]", "[Cancelled]"] where summary.hasPrefix(mark) { return nil }
        var notBefore: Timestamp?
        if let text = fields.optional(at.notBefore) {
            guard let time = Timestamp(iso8601: text) else { throw MalformedAnswer("notBefore '\(text.prefix(64))' of a scheduled event is no time") }
            notBefore = time
        }
        return InstanceStatus.ScheduledEvent(code: code, notBefore: notBefore, summary: summary)
    }
}
