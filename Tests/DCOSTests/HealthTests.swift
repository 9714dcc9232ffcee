import Captures
import Fleet
import Foundation
import Testing
import Wire

@testable import DCOS

private let base = "/system/health/v1"

private func fixture(_ name: String) throws -> [RawServer.Step] {
    [.json(try Data(contentsOf: Capture.fixtures.appending(path: "dcos/system-health").appending(path: name)))]
}

/// `{"nodes":[…]}` of these addresses, all with one health.
private func nodes(_ ips: some Sequence<String>, health: Int) -> String {
    #"{"nodes":["# + ips.map { #"{"host_ip":"\#($0)","health":\#(health),"role":"agent"}"# }.joined(separator: ",") + "]}"
}

@Suite(.timeLimit(.minutes(2))) struct `System health` {
    @Test func `is one call while all is well, and one more for each unhealthy node`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.set(base + "/nodes", try fixture("constructed.nodes.real-key.json"))
            cluster.set(base + "/nodes/10.0.2.202/units", try fixture("node.units.json"))
            let sighting = try await HealthClient(session: session).look()
            #expect(
                sighting.nodes == [
                    NodeHealth(ip: "10.0.2.202", role: "agent", health: .unhealthy, failingUnits: ["dcos-signal.service"]),
                    NodeHealth(ip: "10.0.3.129", role: "agent", health: .healthy),
                    NodeHealth(ip: "10.0.5.5", role: "master", health: .healthy),
                    NodeHealth(ip: "10.0.7.10", role: "agent_public", health: .unknown, failingUnits: nil),
                ])
        }
    }

    @Test func `is read as it was published`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.set(base + "/nodes", try fixture("nodes.json"))
            cluster.set(base + "/nodes/167.114.218.156/units", try fixture("node.units.json"))
            let sighting = try await HealthClient(session: session).look()
            #expect(sighting.nodes.map(\.health) == [.healthy, .unhealthy, .healthy, .healthy])
            #expect(sighting.nodes[1].failingUnits == ["dcos-signal.service"])
        }
    }

    @Test func `of many unhealthy nodes is asked by unit, and never in more than 34 calls`() async throws {
        let sick = (1...200).map { "10.1.0.\($0)" }
        try await withCluster { cluster, session, _ in
            cluster.set(base + "/nodes", nodes(sick + ["10.9.9.9"], health: 1))
            cluster.set(base + "/units", try fixture("units.json"))
            cluster.set(base + "/units/dcos-mesos-dns.service/nodes", nodes(sick, health: 1))
            let sighting = try await HealthClient(session: session).look()
            #expect(sighting.nodes.count == 201)
            #expect(sighting.nodes.filter { $0.ip != "10.9.9.9" }.allSatisfy { $0.failingUnits == ["dcos-mesos-dns.service"] })
            #expect(sighting.nodes.last?.failingUnits == nil, "no unit says why this one is unhealthy: another master has answered")
            let units = (0..<40).map { #"{"id":"u\#($0).service","health":1}"# }.joined(separator: ",")
            cluster.set(base + "/units", #"{"units":[\#(units)]}"#)
            let seen = try await HealthClient(session: session).look()
            #expect(seen.nodes.allSatisfy { $0.health == .unhealthy && $0.failingUnits == nil })
        }
    }

    @Test func `whose units cannot be read, or say otherwise, leaves them unknown`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.set(base + "/nodes", nodes(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"], health: 1))
            cluster.set(base + "/nodes/10.0.0.1/units", #"{"units":[{"id":"b","health":1},{"id":"c","health":3},{"id":"a","health":1},{"id":"d","health":0}]}"#)
            cluster.set(base + "/nodes/10.0.0.2/units", #"{"units":[{"id":"b","health":0}]}"#)
            cluster.set(base + "/nodes/10.0.0.3/units", #"{"units":null}"#)
            let sighting = try await HealthClient(session: session).look()
            #expect(sighting.nodes.map(\.failingUnits) == [["a", "b"], nil, nil, nil])
        }
    }

    @Test func `of many nodes with a unit that cannot be read leaves all of them unknown`() async throws {
        try await withCluster { cluster, session, _ in
            let sick = (1...20).map { "10.1.0.\($0)" }
            cluster.set(base + "/nodes", nodes(sick, health: 1))
            cluster.set(base + "/units", #"{"units":[{"id":"a.service","health":1},{"id":"b.service","health":1}]}"#)
            cluster.set(base + "/units/a.service/nodes", nodes(sick, health: 1))
            let seen = try await HealthClient(session: session).look()
            #expect(seen.nodes.allSatisfy { $0.failingUnits == nil })
            for name in ["../nodes", "a b", "a%2f", ""] {
                cluster.set(base + "/units", #"{"units":[{"id":"\#(name)","health":1}]}"#)
                let seen = try await HealthClient(session: session).look()
                #expect(seen.nodes.allSatisfy { $0.failingUnits == nil })
            }
        }
    }

    @Test(arguments: [0, 1, 2, 3, 7, -1]) func `takes every number but 0 and 1 for unknown`(number: Int) async throws {
        try await withCluster { cluster, session, _ in
            cluster.set(base + "/nodes", nodes(["10.0.0.1"], health: number))
            let seen = try await HealthClient(session: session).look()
            #expect(seen.nodes.map(\.health) == [number == 0 ? .healthy : number == 1 ? .unhealthy : .unknown])
        }
    }

    @Test(arguments: [
        (#"{"nodes":[]}"#, "lists no nodes at all"), (#"{"nodes":null}"#, "lists no nodes at all"), ("{}", "nodes is missing"), ("[]", "it is of another kind"),
        (#"{"nodes":[{"host_ip":"10.0.0.1"}]}"#, "nodes[0].health is missing"),
        (#"{"nodes":[{"host_ip":7,"health":0}]}"#, "nodes[0].host_ip is of another kind"),
        (#"{"nodes":[{"host_ip":"10.0.0.1","health":"0"}]}"#, "nodes[0].health is of another kind"),
        (#"{"nodes":[{"host_ip":"10.0.0.1","health":0}"#, "it is not valid JSON; its 43 bytes begin with"), ("", "not valid JSON; its 0 bytes"),
        ("<html>login</html>", "an HTML page"),
    ])
    func `that is malformed is a failure that names the URL`(body: String, expected: String) async throws {
        try await withCluster { cluster, session, _ in
            cluster.set(base + "/nodes", body)
            let text = await HealthClient(session: session).failure()
            #expect(text.hasPrefix(session.url + base + "/nodes") && text.contains(expected), "\(text)")
        }
    }

    @Test func `cut anywhere is never a sighting`() async throws {
        let whole = Array(nodes(["10.0.0.1", "10.0.0.2"], health: 0).utf8)
        try await withCluster { cluster, session, _ in
            for end in stride(from: 0, to: whole.count, by: 3) {
                cluster.set(base + "/nodes", [.answer(200, body: whole[..<end])])
                #expect(await HealthClient(session: session).failure().hasPrefix(session.url + base + "/nodes"))
                cluster.set(base + "/nodes", [.send(RawServer.Step.head(200, [("Content-Length", "\(whole.count)")]) + whole[..<end]), .close])
                #expect(await HealthClient(session: session).failure().contains(base + "/nodes: the answer was cut short"))
            }
        }
    }

    @Test(arguments: [
        ([RawServer.Step.answer(403)], "403: the account lacks the permission dcos:adminrouter:ops:system-health, action full"),
        ([.answer(404)], "404: there is no such path; dcos.url must be DC/OS' Admin Router on a master"),
        ([.answer(502)], "502: Admin Router does not reach"), ([.answer(500, body: "oh\u{1B} no".utf8)], "500 \"oh"),
        ([.answer(302, [("Location", "https://sso.example.com/?token=geheim")])], "302, a redirect to https://sso.example.com/: name that address"),
        ([.send(RawServer.Step.head(200, [("Content-Length", "99999999")]))], "larger than the 8388608 bytes"),
    ])
    func `that is refused says what is missing`(steps: [RawServer.Step], expected: String) async throws {
        try await withCluster { cluster, session, _ in
            cluster.set(base + "/nodes", steps)
            let text = await HealthClient(session: session).failure()
            #expect(text.hasPrefix(session.url + base + "/nodes: ") && text.contains(expected) && !text.contains("geheim"), "\(text)")
        }
    }

    @Test func `without a login says which kinds there are`() async throws {
        try await withCluster { cluster, session, _ in
            let nobody = DCOSSession(url: session.url, credentials: .none, http: session.http)
            let text = await HealthClient(session: nobody).failure()
            #expect(text.contains("401, DC/OS asks for a login (acsjwt): none is configured; name service_account"), "\(text)")
        }
    }

    @Test func `survives a token that ends between two of its calls`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.set(base + "/nodes", nodes(["10.0.0.1"], health: 1))
            cluster.set(base + "/nodes/10.0.0.1/units", #"{"units":[{"id":"a","health":1}]}"#)
            for _ in 0..<3 {
                let sighting = try await HealthClient(session: session).look()
                #expect(sighting.nodes.first?.failingUnits == ["a"])
                cluster.revoke()
            }
            #expect(cluster.logins == 3)
        }
    }

    @Test func `knows the cluster's version without a login`() async throws {
        let body = try Data(contentsOf: Capture.fixtures.appending(path: "dcos/auth/dcos-version.json"))
        try await RawServer.with {
            $0.target == "/dcos-metadata/dcos-version.json" && $0.header("Authorization") == nil ? [.json(body)] : [.answer(404)]
        } _: {
            server in
            try await withHTTP { http in
                let session = DCOSSession(url: server.url, credentials: .tokenFile("/does/not/exist"), http: http)
                let version = try await session.version()
                #expect(version == "2.2.0")
            }
        }
    }
}
