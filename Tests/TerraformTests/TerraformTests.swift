import Fleet
import Foundation
import Glibc
import Moto
import Programs
import Testing

@testable import Terraform

/// One at a time: each run of the provider takes 600 MB.
@Suite(.serialized, .enabled(if: Agents.isThere, "no terraform here: these tests need it and the AWS provider")) struct `A real Terraform` {
    /// Keeps a plan as it was shown, for the tests that need no Terraform: `MAYFLY_RECORD_PLANS=folder`.
    private func record(_ plan: TerraformPlan, _ agents: Agents, as name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["MAYFLY_RECORD_PLANS"] else { return }
        let shown = folder + "/" + name + ".json"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", #"terraform -chdir="$0" show -json "$1" >"$2""#, agents.url.path, plan.folder + "/tfplan", shown]
        try process.run()
        process.waitUntilExit()
    }

    @Test func `raises the image one address at a time, and says no to everything else`() async throws {
        try await withAgents { agents in
            let old = try await agents.instance("a1")
            #expect(try await agents.client.state().tracked.count == 5)
            // The configuration does not ask for it yet.
            let early = try await agents.client.plan(agents.order("a1", old: old), in: agents.path("early"))
            #expect(early.judgement == .refused([.unchanged(agents.address("a1"), image: Agents.old.rawValue, wanted: Agents.new)]))
            try await record(early, agents, as: "unchanged")
            let refused = await #expect(throws: TerraformError.self) { try await agents.client.apply(early) }
            #expect(refused?.description.contains("judged and refused") == true)
            try agents.write(image: Agents.new)
            let wrong = try await agents.client.plan(agents.order("a9", old: old), in: agents.path("wrong"))
            #expect(wrong.judgement == .refused([.noSuchAddress(agents.address("a9"))]))
            try await record(wrong, agents, as: "no-such-address")
            let plan = try await agents.client.plan(agents.order("a1", old: old), in: agents.path("a1"))
            #expect(plan.judgement == .replaces)
            try await record(plan, agents, as: "replaces-with-dependent")
            // The same plan, held against other orders.
            let again = try await agents.client.plan(agents.order("a1", old: "i-other"), in: agents.path("a1"))
            #expect(again.judgement == .refused([.otherInstance(old, expected: "i-other")]))
            try await agents.client.apply(plan)
            try await agents.client.apply(plan)
            // A run is under way: no other begins, and whoever comes next finds it by its folder.
            let busy = await #expect(throws: TerraformError.self) {
                try await agents.client.plan(agents.order("a2", old: old), in: agents.path("busy"))
            }
            guard case .underWay? = busy?.problem else { return #expect(Bool(false), "\(String(describing: busy))") }
            let next = Agents.client(agents.checkout) { _ in }
            guard case .running = try next.application(in: plan.folder, at: plan.order.address) else { return #expect(Bool(false), "it does not run") }
            let applied = try await next.application(in: plan.folder, at: plan.order.address, waitingFor: .seconds(300))
            guard case .applied(let fresh) = applied else { return #expect(Bool(false), "\(applied)") }
            #expect(applied.outcome == .launched(fresh))
            let living = try await agents.living()
            #expect(living.count == 5 && living[old] == nil && living[fresh] == Agents.new.rawValue)
            #expect(living.values.filter { $0 == Agents.old.rawValue }.count == 4)
            #expect(try await agents.instance("a1") == fresh)
            // A plan that was made before the state moved on is stale.
            let second = try await agents.instance("a2")
            let stale = try await agents.client.plan(agents.order("a2", old: second), in: agents.path("stale"))
            #expect(stale.judgement == .replaces)
            try await agents.checkout.person("apply", "-input=false", "-auto-approve", "-target=" + agents.address("a3"))
            try await agents.client.apply(stale)
            let notApplied = try await agents.client.application(in: stale.folder, at: stale.order.address, waitingFor: .seconds(300))
            guard case .notApplied(let error) = notApplied, error.problem == .stale else { return #expect(Bool(false), "\(notApplied)") }
            #expect(try await agents.living()[second] != nil)
        }
    }

    @Test func `finds an instance gone outside, and makes one only when EC2 says so too and nothing is left over`() async throws {
        try await withAgents { agents in
            let old = try await agents.instance("a5")
            // A failing node: the configuration asks for nothing new.
            let forced = try await agents.client.plan(agents.order("a5", old: old, image: Agents.old, isForced: true), in: agents.path("forced"))
            #expect(forced.judgement == .replaces)
            try await record(forced, agents, as: "replaces-by-request")
            try await agents.boto("terminate_instances", #"{"InstanceIds": ["\#(old)"]}"#)
            let doubted = try await agents.client.plan(agents.order("a5", old: old, image: Agents.old), in: agents.path("gone"))
            #expect(doubted.judgement == .refused([.wouldDouble(old)]))
            try await record(doubted, agents, as: "creates-after-it-was-gone")
            let left = agents.order("a5", old: old, isGone: true, image: Agents.old, untracked: ["i-left"])
            #expect(try await agents.client.plan(left, in: agents.path("gone")).judgement == .refused([.orphans(["i-left"])]))
            let plan = try await agents.client.plan(agents.order("a5", old: old, isGone: true, image: Agents.old), in: agents.path("gone"))
            #expect(plan.judgement == .creates)
            try await agents.client.apply(plan)
            let applied = try await agents.client.application(in: plan.folder, at: plan.order.address, waitingFor: .seconds(300))
            guard case .applied(let fresh) = applied else { return #expect(Bool(false), "\(applied)") }
            #expect(try await agents.living().count == 5)
            #expect(try await agents.instance("a5") == fresh)
        }
    }

    @Test func `waits for a lock that another holds, and names the holder`() async throws {
        try await withAgents { agents in
            let old = try await agents.instance("a1")
            let other = Agents.client(agents.checkout) { $0.lockFile = agents.path("another.lock") }
            let plan = try await other.plan(agents.order("a1", old: old, image: Agents.old, isForced: true), in: agents.path("other"))
            try await other.apply(plan)
            // It holds Terraform's lock from its beginning to its end.
            while case .running(_, hasBegun: false) = try other.application(in: plan.folder, at: plan.order.address) { await Task.yield() }
            let error = await #expect(throws: TerraformError.self) {
                try await agents.client.plan(agents.order("a2", old: "i-2"), in: agents.path("locked"))
            }
            guard case .locked(let lock)? = error?.problem else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(lock.holder?.contains("@") == true && lock.operation == "OperationTypeApply" && lock.id?.isEmpty == false)
            #expect(error?.description.contains("state is locked while planning") == true)
            _ = try await other.application(in: plan.folder, at: plan.order.address, waitingFor: .seconds(300))
        }
    }

    @Test func `that cannot launch a fresh one has failed, and says why in EC2's words`() async throws {
        try await withAgents { agents in
            let old = try await agents.instance("a4")
            let plan = try await agents.client.plan(agents.order("a4", old: old, image: Agents.old, isForced: true), in: agents.path("full"))
            try await agents.moto.control(
                "fault", #"{"action": "RunInstances", "status": 500, "code": "InsufficientInstanceCapacity", "times": 99}"#)
            try await agents.client.apply(plan)
            let standing = try await agents.client.application(in: plan.folder, at: plan.order.address, waitingFor: .seconds(300))
            guard case .failed(let error) = standing else { return #expect(Bool(false), "\(standing)") }
            #expect(error.description.contains("InsufficientInstanceCapacity"), "\(error)")
            guard case .unanswered? = standing.outcome else { return #expect(Bool(false), "\(standing)") }
            #expect(try await agents.living().count == 4)
        }
    }

    @Test func `that is killed while it creates is seen to have died, and what it left stops the next plan`() async throws {
        try await withAgents { agents in
            let old = try await agents.instance("a2")
            let plan = try await agents.client.plan(agents.order("a2", old: old, image: Agents.old, isForced: true), in: agents.path("killed"))
            try await agents.client.apply(plan)
            // Until the fresh one is launched, which Terraform goes on waiting for.
            var fresh: [InstanceID] = []
            let before = Set(try await agents.living().keys)
            while fresh.isEmpty { fresh = Set(try await agents.living().keys).subtracting(before).sorted() }
            guard case .running(let shell?, hasBegun: true) = try agents.client.application(in: plan.folder, at: plan.order.address) else {
                return #expect(Bool(false), "it does not run")
            }
            // As a machine that goes down would: the shell, and all of its session.
            try endSession(of: shell)
            let standing = try await agents.client.application(in: plan.folder, at: plan.order.address, waitingFor: .seconds(60))
            #expect(standing == .died(hasDestroyed: true))
            guard case .unanswered? = standing.outcome else { return #expect(Bool(false), "\(standing)") }
            let untracked = try await agents.client.state().untracked(among: try await agents.living().keys)
            #expect(untracked == fresh)
            let next = try await agents.client.plan(
                agents.order("a2", old: old, isGone: true, image: Agents.old, untracked: untracked), in: agents.path("next"))
            #expect(next.judgement == .refused([.orphans(fresh)]))
            try await record(next, agents, as: "creates-after-a-killed-apply")
            try await agents.checkout.person("import", "-input=false", agents.address("a2"), fresh[0].rawValue)
            #expect(try await agents.client.state().untracked(among: try await agents.living().keys).isEmpty)
        }
    }

    /// Ends every process of the session that a shell belongs to.
    private func endSession(of shell: Int32) throws {
        let session = getsid(shell)
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let process = Int32(name), getsid(process) == session else { continue }
            kill(process, SIGKILL)
        }
    }
}
