import Fleet
import Foundation
import Testing

@testable import Terraform

/// Plans as a real Terraform 1.11 showed them, of agents in moto: `Tests/Fixtures/terraform`, one file for what each proves.
@Suite struct `A plan` {
    private static let (old, new): (ImageID, ImageID) = ("ami-0000000000000001a", "ami-0000000000000002b")
    private static let dependents: Set<String> = [#"terraform_data.note["a1"]"#, #"terraform_data.note["a2"]"#, #"terraform_data.note["a5"]"#]

    private func text(_ name: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/terraform").standardizedFileURL
        return try String(contentsOf: folder.appending(path: name + ".json"), encoding: .utf8)
    }

    /// A recorded plan, with something in it changed.
    private func plan(_ name: String, _ changes: (String, String)...) throws -> PlannedChanges {
        var text = try text(name)
        for (old, new) in changes {
            try #require(text.contains(old), "\(name) does not hold \(old)")
            text = text.replacing(old, with: new)
        }
        return try PlannedChanges(json: Array(text.utf8))
    }

    /// The instance that stands at an address before.
    private func instance(_ plan: PlannedChanges, _ address: String) throws -> InstanceID {
        let change = (plan.changes + plan.drift).first { $0.address == address && $0.before?.id != nil }
        return InstanceID(try #require(change?.before?.id))
    }

    private func address(_ key: String) -> String { "aws_instance.agent[\"\(key)\"]" }

    private func order(
        _ key: String, _ old: InstanceID, image: ImageID = Self.new, isGone: Bool = false, group: String? = nil, untracked: [InstanceID] = []
    ) -> PlanOrder {
        PlanOrder(address: address(key), old: old, isGone: isGone, image: image, isForced: false, group: group, untracked: untracked)
    }

    @Test func `that replaces exactly the instance by the wanted image, with its declared dependents, may be applied`() throws {
        let plan = try plan("replaces-with-dependent")
        let old = try instance(plan, address("a1"))
        #expect(plan.judged(against: order("a1", old), dependents: Self.dependents) == .replaces)
        let forced = try self.plan("replaces-by-request")
        #expect(forced.judged(against: order("a5", try instance(forced, address("a5")), image: Self.old), dependents: Self.dependents) == .replaces)
        let createsFirst = try self.plan("replaces-with-dependent", (#"["delete","create"]"#, #"["create","delete"]"#))
        #expect(createsFirst.judged(against: order("a1", old), dependents: Self.dependents) == .replaces)
    }

    @Test func `that changes anything else is refused, and says what`() throws {
        let plan = try plan("replaces-with-dependent")
        let old = try instance(plan, address("a1"))
        #expect(
            plan.judged(against: order("a1", old), dependents: []) == .refused([.otherChange(#"terraform_data.note["a1"]"#, ["update"])]))
        let taken = try self.plan("replaces-with-dependent", (#""actions":["update"]"#, #""actions":["delete"]"#))
        guard case .refused(let objections) = taken.judged(against: order("a1", old), dependents: Self.dependents) else { return #expect(Bool(false)) }
        #expect(objections.contains(.otherChange(#"terraform_data.note["a1"]"#, ["delete"])))
    }

    @Test func `for another instance, another image, a group's or a protected one is refused`() throws {
        let plan = try plan("replaces-with-dependent")
        let old = try instance(plan, address("a1"))
        func judged(_ order: PlanOrder) -> PlanJudgement { plan.judged(against: order, dependents: Self.dependents) }
        #expect(judged(order("a1", "i-other")) == .refused([.otherInstance(old, expected: "i-other")]))
        #expect(judged(order("a1", old, image: "ami-9")) == .refused([.otherImage(Self.new.rawValue, wanted: "ami-9")]))
        #expect(judged(order("a1", old, group: "agents")) == .refused([.inGroup("agents")]))
        #expect(
            judged(order("a1", "i-other", image: "ami-9", group: "agents"))
                == .refused([.otherInstance(old, expected: "i-other"), .otherImage(Self.new.rawValue, wanted: "ami-9"), .inGroup("agents")].sorted()))
        let protected = try self.plan("replaces-with-dependent", (#""disable_api_termination":false"#, #""disable_api_termination":true"#))
        #expect(protected.judged(against: order("a1", old), dependents: Self.dependents) == .refused([.protected(old)]))
        let tagged = try self.plan("replaces-with-dependent", (#""role":"mesos-agent""#, #""aws:autoscaling:groupName":"agents""#))
        #expect(tagged.judged(against: order("a1", old), dependents: Self.dependents) == .refused([.inGroup("agents")]))
        let tainted = try self.plan("replaces-with-dependent", ("replace_because_cannot_update", "replace_because_tainted"))
        #expect(tainted.judged(against: order("a1", "i-other"), dependents: Self.dependents) == .refused([.tainted(old, expected: "i-other")]))
    }

    @Test func `that does nothing says whether the address is wrong, or the configuration does not ask`() throws {
        #expect(
            try plan("no-such-address").judged(against: order("a9", "i-1"), dependents: []) == .refused([.noSuchAddress(address("a9"))]))
        let unchanged = try plan("unchanged")
        let old = try instance(unchanged, address("a1"))
        #expect(
            unchanged.judged(against: order("a1", old), dependents: [])
                == .refused([.unchanged(address("a1"), image: Self.old.rawValue, wanted: Self.new)]))
        guard case .refused(let has) = unchanged.judged(against: order("a1", old, image: Self.old), dependents: []) else { return #expect(Bool(false)) }
        #expect(has.map(\.description) == [#"nothing is planned at aws_instance.agent["a1"]: it has ami-0000000000000001a already"#])
    }

    @Test func `that only creates needs EC2's word that the old one is gone, and nothing left over`() throws {
        let gone = try plan("creates-after-it-was-gone")
        let old = try instance(gone, address("a5"))
        func judged(_ order: PlanOrder) -> PlanJudgement { gone.judged(against: order, dependents: Self.dependents) }
        #expect(judged(order("a5", old, image: Self.old, isGone: true)) == .creates)
        #expect(judged(order("a5", old, image: Self.old)) == .refused([.wouldDouble(old)]))
        #expect(judged(order("a5", "i-other", image: Self.old, isGone: true)) == .refused([.otherInstance(old, expected: "i-other")]))
        #expect(judged(order("a5", old, image: Self.old, isGone: true, untracked: ["i-2", "i-1"])) == .refused([.orphans(["i-1", "i-2"])]))
        let killed = try plan("creates-after-a-killed-apply")
        #expect(killed.judged(against: order("a2", "i-old", image: Self.old, isGone: true), dependents: Self.dependents) == .creates)
        #expect(
            killed.judged(against: order("a2", "i-old", image: Self.old, isGone: true, untracked: ["i-left"]), dependents: Self.dependents)
                == .refused([.orphans(["i-left"])]))
    }

    @Test func `of another format, unfinished or without sense is not applied`() throws {
        let format = try plan("replaces-with-dependent", (#""format_version":"1.2""#, #""format_version":"2.0""#))
        let old = try instance(format, address("a1"))
        #expect(format.judged(against: order("a1", old), dependents: Self.dependents) == .refused([.unknownFormat("2.0")]))
        let erred = try plan("replaces-with-dependent", (#""errored":false"#, #""errored":true"#))
        #expect(erred.judged(against: order("a1", old), dependents: Self.dependents) == .refused([.erred]))
        #expect(throws: TerraformError.self) { try PlannedChanges(json: Array("{}".utf8)) }
    }
}

@Suite struct `What a run of Terraform says` {
    @Test func `names the holder of a lock`() {
        let line = #"""
            {"type":"diagnostic","diagnostic":{"severity":"error","summary":"Error acquiring the state lock","detail":"Error message: resource temporarily unavailable\nLock Info:\n  ID:        36c6-1\n  Path:      terraform.tfstate\n  Operation: OperationTypeApply\n  Who:       ops@bastion\n  Version:   1.11.4\n  Created:   2026-11-23 10:02:03 +0000 UTC\n  Info:      \n\nTerraform acquires a state lock"}}
            """#
        let problem = TerraformLog(Array(line.utf8)).problem(code: 1, error: "")
        guard case .locked(let lock) = problem else { return #expect(Bool(false), "\(problem)") }
        #expect(
            "\(lock)" == "by ops@bastion for OperationTypeApply since 2026-11-23 10:02:03 +0000 UTC; it is tried again later"
                + "; if that run is surely gone: terraform force-unlock 36c6-1")
    }

    @Test func `tells what was begun and done, through lines that are none of its own`() {
        let lines = """
            panic in a plugin
            {"type":"version","terraform":"1.11.4"}
            {"type":"apply_start","hook":{"resource":{"addr":"aws_instance.agent[0]","resource_type":"aws_instance"},"action":"delete","id_value":"i-1"}}
            {"type":"apply_complete","hook":{"resource":{"addr":"aws_instance.agent[0]","resource_type":"aws_instance"},"action":"delete"}}
            {"type":"apply_complete","hook":{"resource":{"addr":"aws_instance.agent[0]","resource_type":"aws_instance"},"action":"create","id_value":"i-2"}}
            {"type":"diagnostic","diagnostic":{"severity":"warning","summary":"Resource targeting is in effect"}}
            {"type":"diagnostic","diagnostic":{"severity":"error","summary":"creating EC2 Instance","detail":"InsufficientInstanceCapacity","address":"a.b"}}
            {"type":"apply_st
            """
        let log = TerraformLog(Array(lines.utf8))
        #expect(log.hasBegun && log.created == ["aws_instance.agent[0]": "i-2"] && log.destroyed == ["aws_instance.agent[0]"])
        #expect(log.problem(code: 1, error: "x") == .failed(code: 1, words: "a.b: creating EC2 Instance: InsufficientInstanceCapacity"))
        #expect(!TerraformLog([]).hasBegun && TerraformLog([], isCut: true).hasBegun)
        #expect(TerraformLog([]).problem(code: 127, error: "sh: terraform:\n not found\n") == .failed(code: 127, words: "sh: terraform: not found"))
    }

    @Test func `names each instance's address in the state, tainted ones and none that waits for its end`() throws {
        let text = #"""
            {"version": 4, "serial": 3, "resources": [
              {"module": "module.m[\"x\"]", "mode": "managed", "type": "aws_instance", "name": "agent", "instances": [
                {"index_key": "a\"1", "attributes": {"id": "i-1"}}, {"index_key": 7, "status": "tainted", "attributes": {"id": "i-2"}},
                {"index_key": 7, "deposed": "0a", "attributes": {"id": "i-3"}}]},
              {"mode": "managed", "type": "aws_vpc", "name": "v", "instances": [{"attributes": {"id": 5}}]},
              {"mode": "data", "type": "aws_instance", "name": "d", "instances": [{"attributes": {"id": "i-4"}}]}]}
            """#
        let state = try TerraformState(Array(text.utf8))
        #expect(
            state.tracked == [
                .init(address: #"module.m["x"].aws_instance.agent["a\"1"]"#, instance: "i-1", isTainted: false),
                .init(address: #"module.m["x"].aws_instance.agent[7]"#, instance: "i-2", isTainted: true),
            ])
        #expect(state.address(of: "i-2") == #"module.m["x"].aws_instance.agent[7]"# && state.address(of: "i-3") == nil)
        #expect(state.untracked(among: ["i-9", "i-1", "i-3"]) == ["i-3", "i-9"])
        #expect(try TerraformState(Array("\n".utf8)).tracked.isEmpty)
        #expect(throws: MalformedTerraform.self) { try TerraformState(Array(#"{"version": 5, "resources": []}"#.utf8)) }
    }
}

@Suite struct `Terraform's settings` {
    private func fault(_ change: (inout TerraformSettings) -> Void) -> String? {
        var settings = TerraformSettings(folder: "/srv/agents", address: "module.m[\"a.b\"].aws_instance.agent", lockFile: "/run/mayfly/agents.lock")
        change(&settings)
        return settings.fault
    }

    @Test func `take addresses without a key, and nothing that could be an option`() {
        #expect(fault { $0.dependents = ["aws_eip.agent", "aws_eip.agent[\"a1\"]"] } == nil)
        for address in ["", "agent", "-replace=x.y", "aws_instance.agent[0]", "aws_instance..agent", "aws_instance.agent "] {
            #expect(fault { $0.address = address } != nil, "\(address)")
        }
        #expect(fault { $0.folder = "agents" } == "\"agents\" is no absolute path")
        #expect(fault { $0.variables = ["a=b": ""] } != nil && fault { $0.dependents = ["-destroy.x"] } != nil)
    }

    @Test func `mean a dependent under the instance's own key`() {
        let address = ResourceAddress("module.m[\"a.b\"].aws_instance.agent[\"x]y\"]")
        #expect(address.resource == "module.m[\"a.b\"].aws_instance.agent" && address.key == "[\"x]y\"]")
        #expect(address.beside("aws_eip.agent") == "aws_eip.agent[\"x]y\"]" && address.beside("aws_eip.agent[0]") == "aws_eip.agent[0]")
    }

    @Test func `let no variable of Terraform's through that changes a run unseen`() {
        let environment = TerraformEnvironment(
            ["PATH": "/bin", "TF_CLI_ARGS_plan": "-destroy", "TF_VAR_x": "1", "TF_LOG": "trace", "TF_CLI_CONFIG_FILE": "/f", "AWS_REGION": "r"],
            workspace: "w")
        #expect(
            environment.assignments(with: ["AWS_REGION": "s"])
                == [
                    "AWS_REGION=s", "CHECKPOINT_DISABLE=1", "PATH=/bin", "TF_CLI_CONFIG_FILE=/f", "TF_INPUT=0", "TF_IN_AUTOMATION=1", "TF_WORKSPACE=w",
                ].sorted())
    }
}
