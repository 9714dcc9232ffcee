import Fleet
import Testing

@Suite struct `The catalogue of facts` {
    @Test func `names each column once, in the case of SQL`() {
        #expect(Set(Fact.allCases.map(\.rawValue)).count == Fact.allCases.count && Fact.allCases.count <= 64)
        for fact in Fact.allCases {
            #expect(fact.rawValue.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 95 }, "\(fact)")
            #expect(!fact.meaning.isEmpty, "\(fact)")
            for source in fact.sources where source != Fact.targetOfOwnPool { #expect(Source(source.description) == source) }
        }
    }

    @Test func `counts every age from a time that is recorded and comes from the same source`() {
        for fact in Fact.allCases {
            switch fact.origin {
            case .age(of: let time):
                #expect(time.isRecorded && !time.isPublished && Set(fact.sources).isSuperset(of: time.sources) && fact.unit == "seconds", "\(fact)")
            case .ageOfValue(let other): #expect(other.isRecorded && fact.sources == other.sources && !fact.isRecorded, "\(fact)")
            case .derived: #expect(!fact.isRecorded, "\(fact)")
            case .observed: break
            }
        }
    }

    @Test func `has facts unknown until they are told, but for the id, and tells unknown from none`() {
        var facts = NodeFacts(id: "i-1")
        #expect(facts[.id] == .text("i-1") && facts[.mesosState] == .unknown && facts[.launchAge] == .none)
        let before = facts
        facts[.scheduledEvent] = .none
        facts[.tasks] = .integer(3)
        #expect(facts.changes(from: before) == [.tasks, .scheduledEvent] && facts.changes(from: facts).isEmpty)
        #expect(before.unknownMask ^ facts.unknownMask == 1 << UInt64(Fact.tasks.ordinal) | 1 << UInt64(Fact.scheduledEvent.ordinal))
    }

    @Test func `spells each source in one way`() {
        for word in ["agents", "tasks", "maintenance", "instances", "statuses", "images", "ssm", "probe", "health", "services", "ledger", "target/private"] {
            #expect(Source(word)?.description == word)
        }
        for word in ["", "target/", "target", "Agents", "agents "] { #expect(Source(word) == nil, "\(word)") }
    }

    @Test func `writes JSON that holds whatever a tag may hold`() {
        #expect(JSONText.object([]) == "{}")
        #expect(JSONText.object([("a", "1"), ("b\"\\", "\n\u{1}é😀")]) == #"{"a":"1","b\"\\":"\u000a\u0001é😀"}"#)
    }

    @Test func `tells of an instance's checks what EC2 tells`() {
        let start = Timestamp(milliseconds: 1_800_000_000_000)
        func instance(_ state: Instance.State) -> Instance {
            Instance(id: "i-1", image: "ami-1", state: state, privateIP: nil, zone: "z", type: "t", launchTime: start)
        }
        var facts = NodeFacts(id: "i-1")
        facts.tell(nil, of: instance(.running))
        #expect(facts[.systemStatus] == .unknown && facts[.scheduledEvent] == .unknown)
        facts.tell(nil, of: instance(.stopped))
        #expect(facts[.systemStatus] == .none && facts[.scheduledEventTime] == .none)
        let event = InstanceStatus.ScheduledEvent(code: "instance-stop", notBefore: nil, summary: "")
        facts.tell(InstanceStatus(id: "i-1", system: .insufficientData, instance: .impaired, events: [event]), of: instance(.running))
        #expect(
            facts[.systemStatus] == .text("insufficient-data") && facts[.scheduledEvent] == .text("instance-stop") && facts[.scheduledEventTime] == .unknown)
    }

    @Test func `compares images only when both are known`() {
        var facts = NodeFacts(id: "i-1")
        for (image, target, outdated): (Reading, Reading, Reading) in [
            (.text("a"), .text("a"), .boolean(false)), (.text("a"), .text("b"), .boolean(true)), (.unknown, .text("b"), .unknown),
            (.text("a"), .unknown, .unknown),
            (.text("a"), .none, .none), (.unknown, .none, .none),
        ] {
            (facts[.imageID], facts[.targetImageID]) = (image, target)
            facts.compareImages()
            #expect(facts[.imageOutdated] == outdated, "\(image) \(target)")
        }
    }
}
