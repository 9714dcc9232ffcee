import Fleet
import FoundationEssentials
import NIOHTTP1
import Simulation
import Testing

@testable import Demo

@Suite struct `The demo's system health` {
    @Test func `answers each path with the fields of the recordings`() async throws {
        try await Stage.with { stage in
            stage.set(600)
            let ip = stage.cluster.look { $0.machines[3].privateIP }
            let kinds: [(path: String, captures: [String])] = [
                ("nodes", ["constructed.nodes.real-key"]), ("nodes/\(ip)/units", ["node.units", "units"]),
                ("nodes/\(ip)/units/dcos-net.service", ["node.unit", "units"]), ("units", ["units", "node.units"]), ("report", ["constructed.report"]),
            ]
            for kind in kinds {
                let reply = try await stage.dcos("/system/health/v1/" + kind.path)
                #expect(reply.status == 200 && reply.headers["Last-Modified-3DT"].count == 1, "\(kind.path)")
                // The names of units and addresses are members there, and no two clusters have the same.
                if kind.path == "report" {
                    #expect(reply.text.contains("\"UnitName\":\"dcos-net.service\"") && reply.text.contains("\"MesosID\""))
                } else {
                    try expectSame(reply.body, as: kind.captures.map { "dcos/system-health/\($0).json" })
                }
            }
            #expect(try await stage.dcos("/system/health/v1/nodes/10.9.9.9").status == 404)
            #expect(try await stage.dcos("/system/health/v2/nodes").status == 404)
        }
    }

    @Test func `says 1 with the failing unit, and 3 of a node that does not answer, up to a minute late`() async throws {
        try await Stage.with { stage in
            let (failing, hung) = stage.cluster.look { ($0.machines[3].privateIP, $0.machines[0].privateIP) }
            stage.set(239)
            #expect(try await health(of: failing, stage) == 0)
            #expect(try await health(of: hung, stage) == 0)
            stage.set(301)
            #expect(try await health(of: failing, stage) == 1)
            #expect(try await health(of: hung, stage) == 3)
            let unit = try await stage.dcos("/system/health/v1/units/dcos-net.service/nodes/" + failing)
            #expect(unit.text.contains("Current state is [ failed ]"))
            let nodes = try await stage.dcos("/system/health/v1/units/dcos-net.service/nodes")
            #expect(nodes.text.contains("{\"host_ip\":\"\(failing)\",\"health\":1,\"role\":\"agent\"}"))
        }
    }

    private func health(of ip: String, _ stage: Stage) async throws -> Int {
        struct Node: Decodable {
            let health: Int
        }
        return try JSONDecoder().decode(Node.self, from: Data(try await stage.dcos("/system/health/v1/nodes/" + ip).body)).health
    }
}
