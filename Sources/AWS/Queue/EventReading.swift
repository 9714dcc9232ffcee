package import Fleet
import FoundationEssentials

/// What a message of a queue of AWS' events says.
///
/// Three envelopes come: an event as EventBridge sends it; what a lifecycle hook of Auto Scaling sends by itself, without `detail-type`; and SNS', in which
/// either of both is a text. Their shapes are those of the EC2 User Guide ("Monitor events"), Auto Scaling's event reference, AWS Health's EventBridge schema
/// and the SNS Developer Guide ("HTTP/HTTPS notification JSON format").
package enum EventReading: Hashable, Sendable {
    /// An event about instances: one hint for each.
    case hints([Hint])
    /// It was understood, and is about nothing that a look would show: why.
    case nothing(String)
    /// Nobody knows what it says: why, in words.
    case unreadable(String)

    /// SQS' own limit, 1 MiB since 2025.
    static let bytesMax = 1 << 20
    /// AWS' ids have 36 bytes; they are kept.
    static let idBytesMax = 256
    /// Instances of one event; AWS Health splits those with more into pages.
    static let instancesMax = 1000

    /// Reads a message's body. Pure.
    package init(body: String) { self = Self.read(body, isInner: false) }

    private static func read(_ body: String, isInner: Bool) -> EventReading {
        guard body.utf8.count <= bytesMax else { return .unreadable("it is longer than \(bytesMax) bytes") }
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(body.utf8)) else { return .unreadable("it is not the JSON of an event") }
        if let type = envelope.snsType, let message = envelope.message {
            if type != "Notification" { return .unreadable("SNS sends a \(shown(type)): confirm the subscription of the queue, or end it") }
            return isInner ? .unreadable("SNS' envelope lies within SNS' envelope") : read(message, isInner: true)
        }
        if let event = envelope.event {
            return event == "autoscaling:TEST_NOTIFICATION" ? .nothing("Auto Scaling tries its hook") : .nothing("Auto Scaling's \(shown(event))")
        }
        if let transition = envelope.hook.transition {
            return hook(transition, instance: envelope.hook.instance, of: envelope.hook, id: envelope.hook.token ?? envelope.requestID, at: envelope.hookTime)
        }
        guard let type = envelope.detailType, let source = envelope.source else {
            return .unreadable("it has neither detail-type and source nor LifecycleTransition")
        }
        guard source.hasPrefix("aws.") else { return .nothing("it is not from AWS: source \(shown(source))") }
        guard let id = known(envelope.id) else { return .unreadable("the event has no id, or a longer one than AWS makes") }
        guard let at = envelope.time.flatMap({ Timestamp(iso8601: $0) }) else { return .unreadable("the event's time is missing, or no time") }
        guard let detail = envelope.detail else { return .unreadable("the event has no detail") }
        return read(type, detail, id: id, at: at)
    }

    private static func read(_ type: String, _ detail: Envelope.Detail, id: String, at: Timestamp) -> EventReading {
        func hint(_ kind: Hint.Kind, _ text: String?) -> EventReading {
            guard let instance = instance(detail.instance) else { return .unreadable("detail.instance-id of \(shown(type)) is no instance's") }
            return .hints([Hint(event: id, instance: instance, kind: kind, at: at, detail: shown(text ?? ""))])
        }
        switch type {
        case "EC2 Instance State-change Notification": return hint(.state, detail.state)
        case "EC2 Spot Instance Interruption Warning": return hint(.spotInterruption, detail.action)
        case "EC2 Instance Rebalance Recommendation": return hint(.rebalance, nil)
        case "EC2 Instance-terminate Lifecycle Action":
            return hook(detail.hook.transition ?? "", instance: detail.hook.instance, of: detail.hook, id: id, at: at)
        case "AWS Health Event": return health(detail, id: id, at: at)
        default: return .nothing("nobody asked for \(shown(type))")
        }
    }

    private static func hook(_ transition: String, instance text: String?, of hook: Envelope.Hook, id: String?, at: Timestamp?) -> EventReading {
        guard transition == "autoscaling:EC2_INSTANCE_TERMINATING" else { return .nothing("the hook is on \(shown(transition))") }
        guard let id = known(id), let at else { return .unreadable("the lifecycle action has no token, or no time") }
        guard let instance = instance(text) else { return .unreadable("EC2InstanceId of the lifecycle action is no instance's") }
        let place = [hook.group, hook.name].compactMap { $0 }.joined(separator: "/")
        return .hints([Hint(event: id, instance: instance, kind: .terminating, at: at, detail: shown(place))])
    }

    private static func health(_ detail: Envelope.Detail, id: String, at: Timestamp) -> EventReading {
        guard let service = detail.service, let category = detail.category else { return .unreadable("the Health event has no service, or no category") }
        guard service == "EC2", category == "scheduledChange" else { return .nothing("Health's \(shown(category)) of \(shown(service))") }
        guard let code = detail.code, let entities = detail.entities else { return .unreadable("the Health event has no code, or names nobody") }
        guard entities.count <= instancesMax else { return .unreadable("the Health event names more than \(instancesMax)") }
        let instances = Set(entities.compactMap { instance($0.value) }).sorted()
        if instances.isEmpty { return .nothing("Health's \(shown(code)) names no instance") }
        let words = [code, detail.status].compactMap { $0 }.joined(separator: " ")
        return .hints(instances.map { Hint(event: id, instance: $0, kind: .scheduledChange, at: at, detail: shown(words)) })
    }

    private static func known(_ id: String?) -> String? { id.flatMap { (1...idBytesMax).contains($0.utf8.count) ? $0 : nil } }

    /// `i-` and hexadecimal digits: what is kept goes into a ledger and onto pages.
    private static func instance(_ text: String?) -> InstanceID? {
        guard let text, text.hasPrefix("i-"), (10...19).contains(text.utf8.count), text.utf8.allSatisfy({ $0 < 128 }),
            text.dropFirst(2).allSatisfy(\.isHexDigit)
        else { return nil }
        return InstanceID(text)
    }

    /// Foreign words, for a line of a page.
    private static func shown(_ text: String) -> String {
        String(text.prefix(120)).split { $0.isWhitespace || $0.isNewline }.joined(separator: " ").filter { !$0.unicodeScalars.contains { $0.value < 32 } }
    }
}

/// All that any of the envelopes may have at its top.
private struct Envelope: Decodable {
    let id, detailType, source, time: String?
    let detail: Detail?
    /// SNS' own.
    let snsType, message: String?
    /// Auto Scaling's own.
    let event, requestID: String?
    let hookTime: Timestamp?
    let hook: Hook

    private enum Key: String, CodingKey {
        case id, source, time, detail
        case detailType = "detail-type"
        case snsType = "Type"
        case message = "Message"
        case event = "Event"
        case requestID = "RequestId"
        case hookTime = "Time"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String? { try container.decodeIfPresent(String.self, forKey: key) }
        (id, source, time, detailType) = (try text(.id), try text(.source), try text(.time), try text(.detailType))
        detail = try container.decodeIfPresent(Detail.self, forKey: .detail)
        (snsType, message, event, requestID) = (try text(.snsType), try text(.message), try text(.event), try text(.requestID))
        hookTime = try text(.hookTime).flatMap { Timestamp(iso8601: $0) }
        hook = try Hook(from: decoder)
    }

    /// A lifecycle action, at the top of what a hook sends and in the `detail` of an event.
    struct Hook: Decodable {
        let transition, instance, token, group, name: String?

        enum CodingKeys: String, CodingKey {
            case transition = "LifecycleTransition"
            case instance = "EC2InstanceId"
            case token = "LifecycleActionToken"
            case group = "AutoScalingGroupName"
            case name = "LifecycleHookName"
        }
    }

    struct Detail: Decodable {
        let instance, state, action: String?
        let service, category, code, status: String?
        let entities: [Entity]?
        let hook: Hook

        struct Entity: Decodable {
            let value: String?
            enum CodingKeys: String, CodingKey { case value = "entityValue" }
        }

        private enum Key: String, CodingKey {
            case instance = "instance-id"
            case action = "instance-action"
            case category = "eventTypeCategory"
            case code = "eventTypeCode"
            case status = "statusCode"
            case entities = "affectedEntities"
            case state, service
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            // Of an event that nobody asked for, any of these may be something else.
            func text(_ key: Key) -> String? { try? container.decodeIfPresent(String.self, forKey: key) }
            (instance, state, action) = (text(.instance), text(.state), text(.action))
            (service, category, code, status) = (text(.service), text(.category), text(.code), text(.status))
            entities = try? container.decodeIfPresent([Entity].self, forKey: .entities)
            hook = try Hook(from: decoder)
        }
    }
}
