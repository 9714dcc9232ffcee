import Captures
import Foundation
import Moto
import Running
import Testing
import Wire

/// moto with eight machines at the addresses of the recorded agents.
private final class Cloud: Sendable {
    let moto: MotoServer

    init(http: HTTPCaller) async throws {
        moto = try await MotoServer(http: http)
        func boto(_ call: String, _ arguments: String) async throws -> JSON {
            try JSON(String(decoding: try await moto.control("boto", #"{"service": "ec2", "call": "\#(call)", "arguments": \#(arguments)}"#), as: UTF8.self))
        }
        let vpc = try #require(try await boto("create_vpc", #"{"CidrBlock": "10.0.0.0/16"}"#)["Vpc"]?["VpcId"]?.string)
        let subnet = try #require(try await boto("create_subnet", #"{"VpcId": "\#(vpc)", "CidrBlock": "10.0.1.0/24"}"#)["Subnet"]?["SubnetId"]?.string)
        let image = try #require(try await boto("register_image", #"{"Name": "agent-1"}"#)["ImageId"]?.string)
        let tags = #"[{"ResourceType": "instance", "Tags": [{"Key": "Role", "Value": "agent"}]}]"#
        for number in 11...18 {
            _ = try await boto(
                "run_instances",
                #"{"ImageId": "\#(image)", "MinCount": 1, "MaxCount": 1, "SubnetId": "\#(subnet)", "PrivateIpAddress": "10.0.1.\#(number)", "TagSpecifications": \#(tags)}"#
            )
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct `One look` {
    @Test func `names every agent's state, and the ledger answers after it`() async throws {
        let http = try HTTPCaller()
        let cloud = try await Cloud(http: http)
        let master = try await ReplayServer.start()
        let steady = try Site(masters: master.url, aws: cloud.moto.url, rules: Site.shippedRules)
        let text = try await steady.run("run", "--once")
        #expect(text.code == 0, "\(text.errors)")
        for number in 11...15 { #expect(line(of: "10.0.1.\(number)", in: text.output).contains(" active "), "\(text.output)") }
        for number in 16...18 { #expect(line(of: "10.0.1.\(number)", in: text.output).contains(" ? "), "no agent, and nobody watched since the launch") }
        try await explainAndHistory(steady)

        let recovered = try Site(masters: master.url, aws: cloud.moto.url, rules: Site.shippedRules)
        try master.replay(state: "07-master-restart/2-recovered.")
        let json = try await recovered.run("run", "--once", "--json")
        #expect(json.code == 0, "\(json.errors)")
        let picture = try JSON(json.output)
        #expect(picture["nodes"]?.items.count == 8 && picture["findings"]?.items.isEmpty ?? false)
        let states = (picture["nodes"]?.items ?? []).map { $0["facts"]?["mesos_state"]?.string }
        #expect(states == Array(repeating: "recovered", count: 8))
        #expect(picture["nodes"]?.items.first?["facts"]?["ec2_state"]?.string == "running")
        #expect(picture.keys.isSuperset(of: ["at", "cluster", "dispositions", "findings", "master", "mode", "nodes", "rules", "sources"]))
        try await checks(steady, master: master)
        try await explainGone(steady, cloud: cloud)
        await http.shutdown()
        try await master.stop()
    }

    private func line(of address: String, in text: String) -> String { text.split(separator: "\n").first { $0.contains(address + " ") }.map(String.init) ?? "" }

    private func explainAndHistory(_ site: Site) async throws {
        let nodes = try await site.run("nodes", "--json")
        let list = try JSON(nodes.output).items
        #expect(nodes.code == 0 && list.count == 8)
        let facts = list.compactMap { $0["facts"] }
        #expect(facts.filter { $0["mesos_state"]?.string == "active" }.count == 5)
        #expect(facts.allSatisfy { $0["id"]?.string?.hasPrefix("i-") ?? false && $0["pool"]?.string == "private" })
        let explained = try await site.run("explain", "10.0.1.11", "--json")
        let rules = try JSON(explained.output)["rules"]?.items ?? []
        #expect(explained.code == 0 && rules.count >= 8)
        #expect(rules.allSatisfy { $0["state"]?.string != "firing" && !($0["reads"]?.items.isEmpty ?? true) })
        let plain = try await site.run("explain", "10.0.1.11")
        #expect(plain.output.contains("agent-lost (replace, failing, ") && plain.output.contains("mesos_state is active since "), "\(plain.output)")
        let unknown = try await site.run("explain", "10.0.9.9")
        #expect(unknown.code == 1 && unknown.errors.contains("10.0.9.9"))
        let history = try await site.run("history")
        #expect(history.code == 0 && history.output.contains("came into the fleet") && history.output.contains("master changed"))
    }

    private func explainGone(_ site: Site, cloud: Cloud) async throws {
        let nodes = try JSON(try await site.run("nodes", "--json").output).items.compactMap { $0["facts"] }
        let gone = try #require(nodes.first { $0["private_ip"]?.string == "10.0.1.18" }?["id"]?.string)
        _ = try await cloud.moto.control(
            "boto", #"{"service": "ec2", "call": "terminate_instances", "arguments": {"InstanceIds": ["\#(gone)"]}}"#)
        #expect(try await site.run("run", "--once").code == 0)
        #expect(try JSON(try await site.run("nodes", "--json").output).items.count == 7)
        let text = try await site.run("explain", "10.0.1.18")
        #expect(text.code == 0 && text.output.contains(gone) && text.output.contains("Left the fleet") && text.output.contains("agent-lost"), "\(text.all)")
        let json = try JSON(try await site.run("explain", gone, "--json").output)
        #expect(json["node"]?["departed_at"] != nil && json["rules"]?.items.count ?? 0 >= 8)
    }

    private func checks(_ site: Site, master: ReplayServer) async throws {
        let before = FileManager.default.contents(atPath: site.ledger)
        let all = try await site.run("check")
        #expect(all.code == 0 && all.output.contains("private: 8 nodes"), "\(all.all)")
        // A pool that matches nothing is a warning.
        let text = try String(contentsOfFile: site.configuration, encoding: .utf8).replacing("Role: agent", with: "Role: nobody")
        let file = try site.folder.write(text, "other.yaml")
        let none = try await Program.run("check", "--config", file, environment: Site.keys)
        #expect(none.code == 0 && none.output.contains("pool private selects no node"), "\(none.all)")
        #expect(FileManager.default.contents(atPath: site.ledger) == before)
        // Overlapping in the fleet alone.
        let overlapping = try site.folder.write(
            text.replacing("Role: nobody", with: "Role: agent").replacing(
                "rules:", with: "  other:\n    select: {attributes: {public_ip: 'true'}}\nrules:"), "overlapping.yaml")
        try master.replay(state: "01-steady/v1_")
        let both = try await Program.run("check", "--config", overlapping, environment: Site.keys)
        #expect(both.code == 2 && both.errors.contains("pools must not overlap"), "\(both.all)")
    }

    @Test func `that cannot read everything says so and ends with 1`() async throws {
        let site = try Site()
        let ended = try await site.run("run", "--once")
        #expect(ended.code == 1 && ended.errors.contains("not everything could be read: agents"), "\(ended.all)")
        #expect(ended.output.contains("http://127.0.0.1:1"))
        let json = try await site.run("run", "--once", "--json")
        #expect(json.code == 1)
        let failing = try JSON(json.output)["sources"]?.items.filter { $0["failure"] != nil } ?? []
        #expect(failing.contains { $0["source"]?.string == "agents" && $0["fresh"] == .boolean(false) })
        #expect(try await site.run("nodes").code == 0)
        #expect(try await site.run("check").code == 1)
    }
}

@Suite(.timeLimit(.minutes(5))) struct `The demonstration` {
    @Test func `shows findings of the shipped rules at once, and keeps a ledger when asked`() async throws {
        let folder = try TemporaryFolder()
        let ledger = folder.file("demo.db")
        let ended = try await Program.run("demo", "--once", "--json", "--rules", Site.shippedRules, "--ledger", ledger)
        #expect(ended.code == 0, "\(ended.errors)")
        let picture = try JSON(ended.output)
        let findings = picture["findings"]?.items ?? []
        let firing = findings.filter { $0["state"]?.string == "firing" }
        #expect(!firing.isEmpty && firing.allSatisfy { !($0["summary"]?.string ?? "").isEmpty && !($0["evidence"]?.items.isEmpty ?? true) })
        #expect(picture["nodes"]?.items.count ?? 0 >= 20)
        // What the ledger says afterwards of a node that fires, and of one that does not.
        let site = try Site(rules: Site.shippedRules)
        let node = try #require(firing.first?["node"]?.string)
        let rule = try #require(firing.first?["rule"]?.string)
        let explained = try await site.run("explain", node, "--ledger", ledger, "--json")
        let rules = try JSON(explained.output)["rules"]?.items ?? []
        #expect(explained.code == 0 && rules.first { $0["rule"]?.string == rule }?["state"]?.string == "firing", "\(explained.all)")
        let sick = Set(findings.compactMap { $0["node"]?.string })
        let well = try #require((picture["nodes"]?.items ?? []).compactMap { $0["facts"]?["id"]?.string }.first { !sick.contains($0) })
        let other = try await site.run("explain", well, "--ledger", ledger)
        #expect(other.code == 0 && other.output.contains("ot ephemeral") || other.output.contains("othing"), "\(other.output)")
        let again = try await Program.run("demo", "--once", "--rules", Site.shippedRules, "--ledger", ledger)
        #expect(again.code == 2 && again.errors.contains("exists"))
    }

    @Test func `has DC/OS' word on a failing component found by a rule, and its alerts received`() async throws {
        let demo = try Program(["demo", "--watch", "--json", "--speed", "600", "--rules", Site.shippedRules, "--log-level", "notice"])
        let fired = await demo.waitForErrors { said in
            said.split(separator: "\n").contains { $0.contains("dcos-component-failing") && $0.contains("firing") }
        }
        demo.signal(SIGINT)
        let ended = try await demo.end()
        #expect(fired && ended.code == 0, "\(ended.errors.suffix(500))")
        let summary = try JSON(ended.output)
        let findings = (summary["fired"]?.items ?? []).filter { $0["rule"]?.string == "dcos-component-failing" }
        #expect(!findings.isEmpty && findings.allSatisfy { $0["verdict"]?.string == "notify" && $0["summary"]?.string?.contains(".service") == true })
        #expect(try #require(summary["alerts"]) != .number(0))
    }

    @Test func `ends cleanly on Ctrl-C`() async throws {
        let demo = try Program(["demo", "--rules", Site.shippedRules, "--log-level", "debug"])
        try await demo.waitFor("Round ended")
        let start = ContinuousClock.now
        demo.signal(SIGINT)
        let ended = try await demo.end()
        #expect(ended.code == 0 && ContinuousClock.now - start < .seconds(3), "\(ended.errors.suffix(500))")
        #expect(ended.output.contains("rounds, up to"))
    }
}
