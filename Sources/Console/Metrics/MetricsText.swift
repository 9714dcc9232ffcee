import Daemon
import Fleet
import Planning
import Replacing
import Rounds
import Rules

/// The metrics in Prometheus' text format 0.0.4.
struct MetricsText {
    private(set) var text = ""

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    init(_ content: Bulletin.Content, version: String, ledgerBytes: Int64) {
        put(.buildInfo, [([version], 1)])
        put(.roundLastSuccess, content.report.map { [([], Self.seconds($0.at))] } ?? [])
        put(.rounds, [([], Double(content.rounds))])
        put(.roundFailures, [([], Double(content.failures))])
        put(.roundDuration, [([], content.took / .seconds(1))])
        if let picture = content.report?.picture {
            put(picture)
            putWork(picture, pauseFile: content.pauseFile)
        }
        if let events = content.events { put(events) }
        if let queue = content.queue { put(queue) }
        put(.replacementsStarted, [([], Double(content.begun))])
        put(.replacementsEnded, Replacement.Outcome.Kind.allCases.map { ([$0.rawValue], Double(content.ended[$0] ?? 0)) })
        put(.rulesRefused, [([], content.rulesRefused == nil ? 0 : 1)])
        let alerts = content.alerts.sorted { $0.target < $1.target }
        put(.alertsQueued, alerts.map { ([$0.target.rawValue], Double($0.queued)) })
        put(.alertsDelivered, alerts.map { ([$0.target.rawValue], Double($0.delivered)) })
        put(.alertsRefused, alerts.map { ([$0.target.rawValue], Double($0.refused)) })
        put(.alertsDropped, alerts.map { ([$0.target.rawValue], Double($0.dropped)) })
        put(.ledgerBytes, [([], Double(ledgerBytes))])
    }

    private mutating func put(_ standing: QueueStanding) {
        put(.queueUp, [([], standing.lastRead != nil && standing.failing == nil ? 1 : 0)])
        let understood = standing.messages - standing.nothings - standing.unreadable
        put(.queueMessages, [(["nothing"], Double(standing.nothings)), (["understood"], Double(understood)), (["unreadable"], Double(standing.unreadable))])
        put(.hints, [(["looked"], Double(standing.looked)), (["old"], Double(standing.old)), (["repeated"], Double(standing.repeated))])
        put(.hintsParked, [([], Double(standing.parked))])
        put(.quarantined, [([], Double(standing.quarantined))])
    }

    private mutating func put(_ standing: EventStanding) {
        put(.eventStreamUp, [([], standing.isUp ? 1 : 0)])
        put(.eventStreams, [([], Double(standing.streams))])
        put(.events, [([], Double(standing.events))])
        put(.eventsUnreadable, [([], Double(standing.unreadable))])
        put(.eventWakes, [(["look"], Double(standing.looks)), (["round"], Double(standing.rounds))])
    }

    private mutating func put(_ picture: Picture) {
        let sources = picture.settings.intervals.keys.sorted()
        put(.sourceFresh, sources.map { ([$0.description], picture.stale.contains($0) ? 0 : 1) })
        put(.sourceLastSuccess, sources.compactMap { source in picture.state.sources[source]?.lastSuccess.map { ([source.description], Self.seconds($0)) } })
        put(.rules, [([], Double(picture.rules.rules.count))])
        var findings: [[String]: Double] = [:]
        for rule in picture.rules.rules { for state in [Finding.State.firing, .pending] { findings[[rule.name.rawValue, state.rawValue]] = 0 } }
        for finding in picture.state.findings.values { findings[[finding.rule.name.rawValue, finding.state.rawValue], default: 0] += 1 }
        put(.findings, findings)
        var own = Dictionary(uniqueKeysWithValues: OwnFinding.Kind.allCases.map { ([$0.rawValue], 0.0) })
        for finding in picture.ownFindings { own[[finding.kind.rawValue], default: 0] += 1 }
        put(.ownFindings, own)
        put(.nodes, Self.nodes(picture))
    }

    private mutating func putWork(_ picture: Picture, pauseFile: String?) {
        let work = picture.state.work
        put(.paused, [([], work.pause != nil || pauseFile != nil ? 1 : 0)])
        var latches = Dictionary(uniqueKeysWithValues: Self.latchKinds.map { ([$0], 0.0) })
        for latch in work.latches.values where latch.isTripped { latches[[String(latch.name.rawValue.prefix { $0 != "/" })], default: 0] += 1 }
        put(.latches, latches)
        let outcomes: [Assessment.Outcome] = [.decided, .wouldStart, .refused]
        put(.candidates, outcomes.map { outcome in ([outcome.word], Double(picture.plan.assessments.count { $0.outcome == outcome })) })
        var refused = Dictionary(uniqueKeysWithValues: Gate.Name.allCases.map { ([$0.rawValue], 0.0) })
        for assessment in picture.plan.assessments { for answer in assessment.shut { refused[[answer.gate.rawValue], default: 0] += 1 } }
        put(.refused, refused)
        var open: [[String]: Double] = [:]
        for standing in ["running", "waiting", "parked"] { for step in Step.allCases { open[[standing, step.rawValue]] = 0 } }
        for replacement in work.open { open[[replacement.standing.word, replacement.step.rawValue], default: 0] += 1 }
        put(.replacements, open)
    }

    /// The words before the slash in the names of latches.
    private static let latchKinds = ["breaker", "burst", "parked", "quarantine", "shrunk", "unlisted"]

    private static func nodes(_ picture: Picture) -> [[String]: Double] {
        var counts: [[String]: Double] = [:]
        let pools = picture.settings.pools.map(\.name.rawValue) + ["none"]
        let states = MesosState.allCases.map(\.rawValue) + ["none", "unknown"]
        for pool in pools { for state in states { counts[[pool, state]] = 0 } }
        for node in picture.state.nodes.values {
            let facts = node.told.believed(stale: picture.stale)
            let pool: String = if case .text(let name) = facts[.pool] { name } else { "none" }
            let state =
                switch facts[.mesosState] {
                case .text(let text): text
                case .none: "none"
                case .unknown, .integer: "unknown"
                }
            counts[[pool, state], default: 0] += 1
        }
        return counts
    }

    private mutating func put(_ metric: Metric, _ samples: [[String]: Double]) {
        put(metric, samples.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) })
    }

    private mutating func put(_ metric: Metric, _ samples: [(labels: [String], value: Double)]) {
        if samples.isEmpty { return }
        text += "# HELP \(metric.rawValue) \(metric.help)\n# TYPE \(metric.rawValue) \(metric.type)\n"
        for sample in samples {
            let labels = zip(metric.labels, sample.labels).map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            let value = sample.value == sample.value.rounded() ? Int64(exactly: sample.value).map(String.init) ?? "\(sample.value)" : "\(sample.value)"
            text += metric.rawValue + (labels.isEmpty ? "" : "{\(labels)}") + " \(value)\n"
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func seconds(_ time: Timestamp) -> Double { Double(time.milliseconds) / 1000 }
}
