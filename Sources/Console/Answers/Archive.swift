import Daemon
package import Fleet
package import Ledger
package import Rounds
package import Rules

/// What questions are answered from: a running daemon's ledger and last round, or a ledger at rest. The same code answers from both.
package struct Archive {
    package let cluster: String
    package let ledger: LedgerStore
    package let rules: RuleSet
    package let settings: Settings
    /// Of a running daemon's last round. Nil: the ledger has to remember it.
    package let report: RoundReport?
    package let now: Timestamp
    /// What the pause file says. Nil: it is not there, or nobody looked.
    package var pauseFile: String?

    /// A ledger at rest.
    package init(cluster: String, ledger: LedgerStore, rules: RuleSet, settings: Settings, now: Timestamp) {
        self.cluster = cluster
        self.ledger = ledger
        self.rules = rules
        self.settings = settings
        self.now = now
        report = nil
    }

    init(_ consultation: Consultation, cluster: String, now: Timestamp) {
        self.cluster = cluster
        self.now = now
        ledger = consultation.ledger
        rules = consultation.rules
        settings = consultation.settings
        report = consultation.report
    }

    /// The fleet as the last round saw it.
    package func picture() throws -> Picture {
        if let report { return report.picture }
        guard let picture = try Picture.remembered(in: ledger, rules: rules, settings: settings, now: now) else {
            throw ConsoleError(
                .noRoundYet, "the ledger \(ledger.path) has seen no round yet", hint: "start the daemon, or look once with: mayfly run --once")
        }
        return picture
    }

    package func nodes() throws -> ConsoleAnswer { try Self.nodes(try picture(), cluster: cluster) }

    package static func nodes(_ picture: Picture, cluster: String) throws -> ConsoleAnswer {
        try ConsoleAnswer(picture.nodeViews(), lines: ["As of the last round, at \(picture.at.shown)"] + PictureText(picture, cluster: cluster).nodes())
    }

    package func services(_ name: String?) throws -> ConsoleAnswer { try Self.services(try picture(), named: name) }

    package static func services(_ picture: Picture, named name: String?) throws -> ConsoleAnswer {
        guard picture.settings.servicesInterval != nil else {
            throw ConsoleError(
                .servicesNotConfigured, "no services are configured, so nobody asks for them", hint: "name dcos, or services, in the configuration")
        }
        let services = picture.services(named: name)
        if let name, services.isEmpty {
            throw ConsoleError(.serviceUnknown, "no service '\(name.prefix(100))' is known", hint: "those that are: mayfly services")
        }
        let lines = ["As of the last round, at \(picture.at.shown)"] + ServicesText(services, isBrief: name == nil).lines()
        return try ConsoleAnswer(services.map { ServiceView($0) }, lines: lines, isGood: services.allSatisfy { $0.problems.isEmpty })
    }

    package func explain(_ name: String) throws -> ConsoleAnswer {
        let found = try ledger.nodes(named: name)
        guard let chosen = found.first else {
            throw ConsoleError(
                .nodeUnknown, "the ledger knows no node '\(name.prefix(100))', by id, agent id, private IP or hostname",
                hint: "the nodes that it knows: mayfly nodes")
        }
        let picture =
            chosen.departedAt == nil ? try picture() : try Picture.departed(chosen, in: ledger, rules: rules, settings: settings)
        let past = try ledger.findings(FindingFilter(node: chosen.id, states: [.resolved]), limit: Self.pastMax).map(\.finding)
        guard
            let explanation = picture.explain(
                chosen.id, past: past, replacements: try ledger.replacements(of: chosen.id, limit: Self.pastMax),
                lastAssessment: try ledger.assessments(of: chosen.id, limit: 1).first)
        else {
            throw ConsoleError(.nodeUnknown, "node \(chosen.id) came after the last round", hint: "look again")
        }
        var lines = ExplanationText(explanation).lines()
        let others = found.dropFirst().map { "\($0.id)" + ($0.departedAt.map { ", gone since \($0.shown)" } ?? "") }
        if !others.isEmpty { lines += ["", "Also known by '\(name)': \(others.joined(separator: "; "))"] }
        return try ConsoleAnswer(explanation, lines: lines)
    }

    /// Findings that are over, and replacements: the last of one node.
    private static let pastMax = 20

    package func history(node name: String?, since: Duration, limit: Int) throws -> ConsoleAnswer {
        let chosen = try name.map { name in
            guard let node = try ledger.nodes(named: name).first else {
                throw ConsoleError(.nodeUnknown, "the ledger knows no node '\(name.prefix(100))'", hint: "the nodes that it knows: mayfly nodes")
            }
            return node.id
        }
        let from = now - since
        let views = try ledger.history(node: chosen, since: from, limit: limit).reversed().map { HistoryView($0) }
        return try ConsoleAnswer(views, lines: views.isEmpty ? ["Nothing happened since \(from.shown)"] : views.map(\.line))
    }

    package func rulesAnswer() throws -> ConsoleAnswer { try Self.rules(try picture()) }

    package static func rules(_ picture: Picture) throws -> ConsoleAnswer {
        let view = RulesView(picture)
        return try ConsoleAnswer(view, lines: view.lines())
    }

    /// Of a ledger at rest, whose daemon does not run.
    package func status(version: String) throws -> ConsoleAnswer {
        let picture = try Picture.remembered(in: ledger, rules: rules, settings: settings, now: now)
        let standing = Status.Standing(
            cluster: cluster, version: version, mode: settings.mode, ledger: ledger.path, ledgerBytes: ledger.sizeBytes, now: now, picture: picture,
            alerts: try ledger.alertStandings(), pauseFile: pauseFile, bulletin: nil)
        return try Status(standing).answer()
    }
}
