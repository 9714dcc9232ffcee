import Fleet
import Hosts
import Mesos
import Wire

extension Examination {
    /// Every master by itself, each call that a poll makes; then the hosts, whom the masters name.
    func masters() async -> [Checkup] {
        var found: [Checkup] = []
        var hosts: [Address] = []
        for url in configuration.mesos.masters {
            let name = "master \(url)"
            do throws(SourceFailure) {
                let sighting = try await clients.mesos(at: url).sight()
                found.append(.ok(name, "Mesos \(sighting.master.version), \(sighting.agents.count) agents, led by \(sighting.master.url)"))
                found.append(
                    .of("\(name) tasks", sighting.tasks, remedy: Self.permission("view_frameworks, view_tasks, view_roles")) { "\($0.running.count) running" })
                found.append(.of("\(name) maintenance", sighting.maintenance, remedy: Self.permission("get_maintenance_statuses")) { _ in "can be read" })
                found.append(.of("\(name) metrics", sighting.counts, remedy: Self.permission("view_metrics, where it is asked for")) { _ in "can be read" })
                hosts = sighting.agents.compactMap { Address($0.hostname) }
            } catch {
                found.append(
                    .fail(name, "\(error)", remedy: "check mesos.masters, the credentials, and the way there; " + Self.permission("view_flags and view_agents"))
                )
            }
            found.append(await clock(of: url))
        }
        return found + (await probe(hosts))
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

    private func probe(_ hosts: [Address]) async -> [Checkup] {
        guard let probe = clients.probe else { return [] }
        guard !hosts.isEmpty, let sighting = await probe.sight(hosts.sorted().prefix(Self.hostsMax)) else {
            return [.warn("probe", "not tried: no master named a host by its address", remedy: "see the masters' checks")]
        }
        let answering = sighting.hosts.values.count { $0 == .answers }
        return [
            answering > 0
                ? .ok("probe", "\(answering) of \(sighting.hosts.count) hosts answer \(probe.settings.question)")
                : .fail(
                    "probe", "none of \(sighting.hosts.count) hosts answers \(probe.settings.question)",
                    remedy: "open the port to this machine, or change probe")
        ]
    }
}
