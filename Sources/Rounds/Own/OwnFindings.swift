package import Fleet

/// Something that is so now, and that Mayfly would find about itself if it stays so.
struct OwnCondition: Hashable {
    let key: OwnFinding.Key
    /// Since when, where something tells; nil: since it was first looked at and so.
    let since: Timestamp?
    /// How long it must be so before it counts.
    let holdFor: Duration
    let summary: String

    init(_ kind: OwnFinding.Kind, _ subject: String, since: Timestamp? = nil, holdFor: Duration? = nil, _ summary: String) {
        key = OwnFinding.Key(kind: kind, subject: subject)
        self.since = since
        self.holdFor = holdFor ?? kind.holdFor
        self.summary = String(summary.prefix(Self.summaryCharactersMax))
    }

    /// A failure's text has up to 1,000 characters, and names stand beside it.
    private static let summaryCharactersMax = 1500
}

/// Mayfly's own findings and their clocks: what is so long enough begins, what is over long enough ends.
///
/// What is open is stored. How long something has been so without being a finding yet is counted again after a restart, where nothing else tells.
package struct OwnFindings: Sendable {
    package private(set) var open: [OwnFinding.Key: OwnFinding] = [:]
    /// Since when each condition of the last look has been so.
    private var heldSince: [OwnFinding.Key: Timestamp] = [:]
    /// Since when what is open is no longer so.
    private var overSince: [OwnFinding.Key: Timestamp] = [:]

    init(open: [OwnFinding] = []) {
        self.open = Dictionary(open.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    }

    /// Takes in all that is so now, and returns what began or ended; ends first, each by kind and subject.
    mutating func take(_ conditions: [OwnCondition], now: Timestamp) -> [OwnFinding] {
        var held: [OwnFinding.Key: Timestamp] = [:]
        var began: [OwnFinding] = []
        for condition in conditions where held[condition.key] == nil {
            let key = condition.key
            let since = min(condition.since ?? heldSince[key] ?? now, now)
            held[key] = since
            overSince[key] = nil
            if open[key] != nil {
                // In words of now, for whoever looks; what was told and stored stays as it was when it began.
                open[key]?.summary = condition.summary
            } else if now - since >= condition.holdFor {
                let finding = OwnFinding(kind: key.kind, subject: key.subject, since: since, firingSince: now, summary: condition.summary)
                open[key] = finding
                began.append(finding)
            }
        }
        heldSince = held
        return ended(now: now) + began.sorted { $0.key < $1.key }
    }

    private mutating func ended(now: Timestamp) -> [OwnFinding] {
        var ended: [OwnFinding] = []
        for key in open.keys.sorted() where heldSince[key] == nil {
            let since = overSince[key] ?? now
            overSince[key] = since
            guard now - since >= key.kind.keepFor, var finding = open.removeValue(forKey: key) else { continue }
            overSince[key] = nil
            finding.resolvedAt = now
            ended.append(finding)
        }
        return ended
    }
}
