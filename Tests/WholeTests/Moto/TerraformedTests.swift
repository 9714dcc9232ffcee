import Demo
import Fleet
import Foundation
import Moto
import Running
import Simulation
import Testing

/// The built program, in mode act, with moto as its AWS and a real Terraform, in a cluster in which two of four agents are addresses of a `for_each`.
@Suite(
    .serialized, .timeLimit(.minutes(40)),
    .enabled(if: TerraformCheckout.isThere, "no terraform here: this test needs it and the AWS provider"))
struct `The daemon, with a real Terraform` {
    @Test func `applies each address by itself, and finds the run again that went on when it was killed in the middle`() async throws {
        try await withCloud { cloud in
            let checkout = try TerraformCheckout(endpoint: cloud.moto.url)
            let new = try await cloud.make(with: checkout)
            let before = try await cloud.seen()
            let old = before.living.filter { $0.tags["role"] == "mesos-agent" }
            let earlier = try await cloud.calls().count
            let stage = try await cloud.stage(
                """
                    select: {tags: {role: mesos-agent}}
                    provision: {terraform: {dir: "\(checkout.url.path)", address: aws_instance.agent, dependents: [terraform_data.note]}}
                """, more: "  others:\n    select: {tags: {role: other}}\n",
                // Its brokers stand on the others, and on one of the two that are to go.
                on: (before.living.filter { $0.tags["role"] == "other" } + old).compactMap(\.given), brokers: [3], environment: checkout.environment)
            let runs = Runs(folder: stage.terraformFolder)
            try await Bridge(cloud: cloud, cluster: stage.cluster).during {
                try await cloud.killTwice(stage, runs: runs, old: old.map(\.instance))
                let daemon = try stage.startDaemon()
                let replacements = try await stage.waitUntilReplaced(Set(old.map(\.instance)))
                daemon.signal(SIGTERM)
                #expect(try await daemon.end().code == 0)
                #expect(replacements.count == 2 && replacements.allSatisfy { $0["outcome"]?.string == "done" }, "\(replacements.map(Stage.shown))")
                cloud.expectBrokersWell(stage)
            }
            await stage.end()
            try await expectEnd(cloud, checkout, runs, old: old.map(\.instance), image: new, calls: Array(try await cloud.calls().dropFirst(earlier)))
        }
    }

    /// Two fresh instances, each address applied once, nobody else touched, and nothing left for Terraform to do, nor a lock.
    private func expectEnd(_ cloud: Cloud, _ checkout: TerraformCheckout, _ runs: Runs, old: [InstanceID], image: ImageID, calls: [String]) async throws {
        let living = try await cloud.seen().living
        let fresh = living.filter { $0.tags["role"] == "mesos-agent" }
        #expect(living.count == 4 && fresh.count == 2 && fresh.allSatisfy { $0.image == image.rawValue && !old.contains($0.instance) }, "\(living)")
        #expect(calls.count { $0 == "RunInstances" } == 2 && calls.count { $0 == "TerminateInstances" } == 2)
        #expect(runs.applied.count == 2 && runs.applied.allSatisfy { runs.code(of: $0) == "0" }, "\(runs.applied)")
        for (key, other) in [("a1", "a2"), ("a2", "a1")] {
            let shown = try await checkout.person("state", "show", "-no-color", "aws_instance.agent[\"\(key)\"]")
            let mine = fresh.filter { $0.tags["agent"] == key }
            #expect(mine.count == 1 && shown.contains(mine[0].id), "\(key) is not \(other): \(shown)")
        }
        let rest = try await checkout.person("plan", "-input=false", "-no-color", "-lock-timeout=0s", "-detailed-exitcode")
        #expect(rest.contains("No changes."), "\(rest)")
        #expect(!FileManager.default.fileExists(atPath: checkout.path(".terraform.tfstate.lock.info")))
    }
}

/// The folders in which the daemon has its plans applied, as anybody finds them.
private struct Runs {
    let folder: String

    /// Those of plans that were begun to be applied, in order.
    var applied: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
        return names.map { folder + "/" + $0 + "/apply" }.filter { FileManager.default.fileExists(atPath: $0 + "/process") }
    }

    /// With which Terraform has ended. Nil: it has not.
    func code(of run: String) -> String? {
        (try? String(contentsOfFile: run + "/code", encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension Cloud {
    /// Two agents that Terraform makes, and two that it has nothing to do with, all of the image of old; and another that the configuration asks for since. That one.
    fileprivate func make(with checkout: TerraformCheckout) async throws -> ImageID {
        try await setTime(Self.longAgo)
        let old = try await registerImage("dcos-agent-1")
        try checkout.write(image: old.rawValue, agents: ["a1", "a2"])
        try await checkout.person("init", "-input=false")
        try await checkout.person("apply", "-input=false", "-auto-approve")
        let subnet = try #require(try await seen().living.first?.subnet)
        let tags = #"[{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "other"}]}]"#
        try await boto(
            "ec2", "run_instances", #"{"ImageId": "\#(old)", "MinCount": 2, "MaxCount": 2, "SubnetId": "\#(subnet)", "TagSpecifications": \#(tags)}"#)
        try await setTime(Self.yesterday)
        let new = try await registerImage("dcos-agent-2")
        try await release(new)
        try checkout.write(image: new.rawValue, agents: ["a1", "a2"])
        return new
    }

    /// Runs the daemon and kills it in the middle of the first apply, and again in that of the second. After the first the next daemon is there while Terraform is
    /// still at it; after the second it comes when that is over.
    fileprivate func killTwice(_ stage: Stage, runs: Runs, old: [InstanceID]) async throws {
        var daemon = try stage.startDaemon()
        try await killInTheMiddle(of: 1, daemon, stage, runs: runs, old: old)
        daemon = try stage.startDaemon()
        // Of a run that it has not begun itself it knows by its folder, while that goes on and when it is over.
        try await daemon.waitFor("Terraform's run stands otherwise")
        try await start(within: 0.3)
        try await daemon.waitFor("applied: i-")
        #expect(runs.applied.count == 1)
        try await killInTheMiddle(of: 2, daemon, stage, runs: runs, old: old)
        try await start(within: 0.3)
        let end = ContinuousClock.now + .seconds(300)
        // Terraform tells nobody when it has ended but by its file.
        while runs.code(of: runs.applied[1]) == nil, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(200)) }
        #expect(runs.code(of: runs.applied[1]) == "0", "it goes on by itself")
    }

    /// Has instances run so many seconds after they were launched, also those that were launched already.
    private func start(within seconds: Double) async throws { try await moto.control("pace", #"{"pending": \#(seconds)}"#) }

    /// Once Terraform has ended as many instances of old: it waits for another in place of the last, which does not run before it is let.
    private func killInTheMiddle(of count: Int, _ daemon: Program, _ stage: Stage, runs: Runs, old: [InstanceID]) async throws {
        try await start(within: 3600)
        let end = stage.now() + .seconds(8 * 3600)
        while stage.now() < end {
            let living = try await seen().living.map(\.instance)
            if old.count(where: { !living.contains($0) }) == count, runs.applied.count == count { break }
            // Terraform and moto tell nobody what they do.
            try await Task.sleep(for: .milliseconds(200))
        }
        daemon.signal(SIGKILL)
        let ended = try await daemon.end()
        let log = changes(in: ended.errors).joined(separator: "\n")
        try #require(runs.applied.count == count, "\(log)")
        #expect(runs.code(of: runs.applied[count - 1]) == nil, "Terraform is still at it: \(log)")
    }
}
