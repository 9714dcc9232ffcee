import Fleet
import Ledger
import Rounds

/// Stateful services for people.
struct ServicesText {
    let services: [ServiceStanding]
    /// Whether they are many, and only what is wrong is told at length.
    let isBrief: Bool

    init(_ services: [ServiceStanding], isBrief: Bool) {
        self.services = services
        self.isBrief = isBrief
    }

    func lines() -> [String] {
        guard !services.isEmpty else { return ["No services with state are known."] }
        if isBrief { return overview() + services.filter { !$0.problems.isEmpty }.flatMap { ["", "\($0.name)"] + problems($0) } }
        return services.flatMap { detail($0) }
    }

    private func overview() -> [String] {
        var table = Table("SERVICE", "PACKAGE", "POLICY", "MEMBERS", "OUT", "SLOTS", "TOPICS", "READ", "PROBLEMS")
        for service in services {
            let members = Set(service.members.map(\.member)).filter { $0.member != ServiceMember.unnamed }
            table.add(
                "\(service.name)", service.memory.service.package ?? "-", service.settings.policy.rawValue, "\(members.count)", "\(service.out.count)",
                "\(max(0, service.settings.maxInFlight - service.out.count)) of \(service.settings.maxInFlight) free",
                "\(service.memory.standing.topics)", age(service.source?.lastSuccess, service), service.problems.isEmpty ? "-" : "\(service.problems.count)")
        }
        return table.lines()
    }

    private func detail(_ service: ServiceStanding) -> [String] {
        let known = service.memory.service
        let what = [known.package, known.flavour.map { "scheduler \($0.rawValue)" }, known.framework.map { "framework \($0)" }].compactMap { $0 }
        var lines = ["\(service.name)" + (what.isEmpty ? "" : ": " + what.joined(separator: ", "))]
        lines.append(
            "  policy \(service.settings.policy.rawValue); scheduler read \(age(service.source?.lastSuccess, service)) ago, "
                + "topics \(age(service.memory.topicsReadAt, service)) ago")
        let out = service.out.map { "\($0.member) (\(service.reason(of: $0)))" }.joined(separator: ", ")
        lines.append("  slots: \(service.settings.maxInFlight), " + (out.isEmpty ? "all free" : "taken by \(out)"))
        lines += [""] + members(service)
        if let plans = known.plans, !plans.isEmpty {
            lines += ["", "  plans: " + plans.sorted { $0.name < $1.name }.map { "\($0.name) \($0.status)" }.joined(separator: ", ")]
        }
        if !service.stuck.isEmpty { lines += ["", "Cannot be moved: the only copy that is in sync is there"] + stuck(service) }
        lines += [""] + (service.problems.isEmpty ? ["Nothing is wrong."] : ["What is wrong"] + problems(service))
        return lines
    }

    private func members(_ service: ServiceStanding) -> [String] {
        var table = Table("  MEMBER", "NODE", "ADDRESS", "MESOS", "STATE", "FOR", "REGISTERED", "SYNC")
        for member in service.members {
            let known = member.known.member
            let isBroker = known.broker != nil
            let sync = member.behind.isEmpty ? word(member.isInSync, "in sync", "not in sync") : "behind in \(member.behind.count)"
            table.add(
                "  \(member.member.member)", known.node?.rawValue ?? "?", member.host ?? "?", member.mesosState ?? "?", known.state ?? "?",
                (service.at - member.known.since).text, isBroker ? word(member.isRegistered, "yes", "no") : "-", isBroker ? sync : "-")
        }
        return table.lines()
    }

    private func stuck(_ service: ServiceStanding) -> [String] {
        var table = Table("  MEMBER", "TOPIC", "PARTITIONS", "MAY BE LOST")
        for stuck in service.stuck.prefix(Self.stuckMax) {
            table.add("  \(stuck.member.member)", stuck.topic, "\(stuck.partitions)", stuck.isExpendable ? "yes" : "no")
        }
        let rest = service.stuck.count - Self.stuckMax
        return table.lines() + (rest > 0 ? ["  and \(rest) more; --json has all of them"] : [])
    }

    /// More than this is a page that nobody reads at night.
    private static let stuckMax = 30

    private func problems(_ service: ServiceStanding) -> [String] { service.problems.map { "  \($0)" } }

    private func word(_ value: Bool?, _ yes: String, _ no: String) -> String { value.map { $0 ? yes : no } ?? "?" }

    private func age(_ time: Timestamp?, _ service: ServiceStanding) -> String { time.map { max(.zero, service.at - $0).text } ?? "?" }
}
