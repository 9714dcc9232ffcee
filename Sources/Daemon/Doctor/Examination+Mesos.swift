import Fleet
import Hosts
import Mesos
import Wire

extension Examination {
    /// Every master by itself, side by side, each call that a poll makes; then the hosts, whom the masters name.
    func masters() async -> [Checkup] {
        let masters = await withTaskGroup(of: (Int, [Checkup], [Address]).self) { group in
            for (index, url) in configuration.mesos.masters.enumerated() {
                group.addTask {
                    let (found, hosts) = await master(url)
                    return (index, found + [await clock(of: url)], hosts)
                }
            }
            var masters: [(Int, [Checkup], [Address])] = []
            for await one in group { masters.append(one) }
            return masters.sorted { $0.0 < $1.0 }
        }
        // Where no master answers as it should, it has been said why.
        let answers = masters.contains { _, found, _ in found.allSatisfy { $0.verdict != .fail } }
        return masters.flatMap(\.1) + (answers ? await events() : []) + (await probe(Set(masters.flatMap(\.2))))
    }

    /// Whether the event stream lives, by the daemon's word, or else by trying.
    private func events() async -> [Checkup] {
        guard configuration.mesos.hearsEvents else { return [] }
        let name = "event stream"
        let remedy = "failures are seen at the next poll instead; let SUBSCRIBE pass through what is between, or set mesos.events: false"
        if let standing = bulletin?.read().events {
            if standing.isUp { return [.ok(name, "lives since \(standing.since), \(standing.events) events")] }
            return [.warn(name, standing.problem ?? "has not begun yet", remedy: remedy)]
        }
        guard let problem = await clients.mesos.trySubscribing(within: .seconds(10)) else { return [.ok(name, "can be had")] }
        return [.warn(name, "\(problem)", remedy: remedy)]
    }

    private func master(_ url: String) async -> ([Checkup], [Address]) {
        let name = "master \(url)"
        do throws(SourceFailure) {
            let sighting = try await clients.mesos(at: url).sight()
            var found: [Checkup] = [
                .ok(name, "Mesos \(sighting.master.version), \(sighting.agents.count) agents, led by \(sighting.master.url)"),
                .of("\(name) tasks", sighting.tasks, remedy: Self.permission("view_frameworks, view_tasks, view_roles")) { "\($0.running.count) running" },
                .of("\(name) maintenance", sighting.maintenance, remedy: Self.permission("get_maintenance_statuses")) { _ in "can be read" },
                .of("\(name) metrics", sighting.counts, remedy: Self.permission("view_metrics, where it is asked for")) { _ in "can be read" },
            ]
            if let hidden = hidden(in: sighting, of: name) { found.append(hidden) }
            return (found, sighting.agents.compactMap(\.address))
        } catch {
            let remedy = "check mesos.masters, the credentials, and the way there; " + Self.permission("view_flags and view_agents")
            return ([.fail(name, "\(error)", remedy: remedy)], [])
        }
    }

    /// A master leaves out what the principal may not see, and says nothing of it: what is in use and no task explains tells.
    private func hidden(in sighting: MesosSighting, of name: String) -> Checkup? {
        guard case .success(let tasks) = sighting.tasks else { return nil }
        let tallies = tasks.tallies(now: time.now())
        let agents = sighting.agents.filter { (tallies[$0.id] ?? TaskTally()).reading(of: $0).isUnknown }
        guard !agents.isEmpty else { return nil }
        return .warn(
            "\(name) hidden tasks", TaskTally.unexplained(on: agents.map(\.hostname)),
            remedy: "let the principal see all (view_frameworks, view_tasks, view_executors); members on such agents stay unknown")
    }

    private static func permission(_ names: String) -> String { "where it is 401 the credentials are wrong; where it is 403 the principal needs \(names)" }

    /// A clock that is off by more than this makes ages wrong that rules go by.
    private static let skewMax = Duration.seconds(5)

    private func clock(of url: String) async -> Checkup {
        let name = "clock against \(url)"
        let limits = HTTPCall.Limits(bodyBytesMax: 1 << 20, idleTimeout: .seconds(5), totalTimeout: .seconds(10))
        do throws(HTTPFailure) {
            let answer = try await clients.callMesos(HTTPCall(url: url + "/version", limits: limits))
            guard let date = answer.header("date").flatMap({ Timestamp(httpDate: $0) }) else {
                return .warn(name, "the master sends no Date", remedy: "compare the clocks by hand")
            }
            let skew = date - time.now()
            let text = "\(skew < .zero ? "ahead by" : "behind by") \((skew < .zero ? .zero - skew : skew).text)"
            return skew < Self.skewMax && .zero - skew < Self.skewMax
                ? .ok(name, "within \(Self.skewMax.text)") : .warn(name, "this machine is \(text)", remedy: "let both keep time by NTP")
        } catch {
            return .warn(name, "not compared: \(error)", remedy: "see the master's own check")
        }
    }

    /// So many hosts are asked: enough to see whether the port is open from here.
    private static let hostsMax = 10

    /// Some may be down; where none answers, it is the way there or the question that is wrong.
    private func probe(_ hosts: Set<Address>) async -> [Checkup] {
        guard let probe = clients.probe else { return [] }
        let asked = hosts.sorted().prefix(Self.hostsMax)
        guard !asked.isEmpty, let sighting = await probe.sight(asked) else {
            return [.warn("probe", "not tried: no master named a host by its address", remedy: "see the masters' checks")]
        }
        let answering = sighting.hosts.values.count { $0 == .answers }
        let silent = sighting.hosts.values.count { $0 == .silent }
        let others = asked.count - answering - silent
        let text =
            "\(answering) of \(asked.count) hosts answer \(probe.settings.question)" + (silent > 0 ? ", \(silent) are silent" : "")
            + (others > 0 ? ", \(others) refuse or say something else" : "")
        if answering > 0 { return [.ok("probe", text)] }
        let remedy =
            silent > 0
            ? "open the port from this machine to the agents, in their security group"
            : "nothing that is asked for listens on that port: change probe.http or probe.ssh"
        return [.fail("probe", text, remedy: remedy)]
    }
}
