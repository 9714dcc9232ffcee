import Fleet
import Synchronization
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `An examination` {
    private static let names = [
        "configuration", "rules", "ledger space", "ledger", "master", "master tasks", "master maintenance", "master metrics", "clock against", "event stream",
        "probe",
        "ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeImages", "clock against AWS", "DC/OS", "Marathon", "alerts to",
    ]

    /// The check without the URL that it was tried on.
    private static func name(_ checkup: Checkup) -> String {
        checkup.name.split(separator: " ").filter { !$0.contains("://") && !$0.contains("127.0.0.1") }.joined(separator: " ")
    }

    private static func bad(_ found: [Checkup]) -> [Checkup] { found.filter { $0.verdict != .ok && $0.name != "ledger" } }

    @Test func `tries every source, and finds nothing where all is well`() async throws {
        try await DoctorStage.with { stage in
            let found = try await stage.examine()
            #expect(found.map { Self.name($0) } == Self.names)
            #expect(Self.bad(found).isEmpty, "\(Self.bad(found))")
            let ledger = try #require(found.first { $0.name == "ledger" })
            #expect(ledger.verdict == .warn && ledger.message.contains("not there yet"))
            #expect(found.first { $0.name == "probe" }?.message == "1 of 1 hosts answer HTTP on port \(stage.port)")
        }
    }

    @Test func `says of a master that leaves tasks out what the principal may not see`() async throws {
        try await DoctorStage.with { stage in
            stage.hidesTasks.withLock { $0 = true }
            let bad = Self.bad(try await stage.examine())
            #expect(bad.map { Self.name($0) } == ["master hidden tasks"] && bad.first?.verdict == .warn, "\(bad)")
            #expect(bad.first?.message.contains("agents have resources in use that no task we see explains: ") == true, "\(bad)")
            #expect(bad.first?.remedy?.contains("view_tasks") == true)
        }
    }

    @Test func `names the call of AWS that is not allowed, and the action to allow`() async throws {
        try await DoctorStage.with { stage in
            stage.refused.withLock { $0 = ["DescribeInstanceStatus"] }
            let bad = Self.bad(try await stage.examine())
            #expect(bad.map(\.name) == ["ec2:DescribeInstanceStatus"] && bad.first?.verdict == .fail, "\(bad)")
            #expect(bad.first?.message.contains("UnauthorizedOperation") == true && bad.first?.remedy?.hasPrefix("allow ec2:DescribeInstanceStatus") == true)
        }
    }

    @Test func `says of a wrong token that the credentials are wrong, and does not tell it`() async throws {
        try await DoctorStage.with { stage in
            let found = try await stage.examine(token: "wrong-and-secret")
            let bad = Self.bad(found)
            #expect(bad.map { Self.name($0) } == ["master", "probe", "DC/OS", "Marathon"], "\(bad)")
            let failing = bad.filter { $0.verdict == .fail }
            #expect(failing.count == 3 && failing.allSatisfy { $0.message.contains("401") }, "\(failing)")
            #expect(failing.first?.remedy?.contains("where it is 401 the credentials are wrong") == true)
            for checkup in found {
                let text = checkup.message + (checkup.remedy ?? "")
                #expect(!text.contains("wrong-and-secret") && !text.contains(DoctorStage.secretKey))
            }
        }
    }

    @Test func `says of each source without a route what to do`() async throws {
        try await DoctorStage.with { stage in
            // Nobody listens on port 1, and the system says so at once.
            let bad = Self.bad(try await stage.examine(dcos: "http://127.0.0.1:1", aws: "http://127.0.0.1:1"))
            let failing = bad.filter { $0.verdict == .fail }.map { Self.name($0) }
            #expect(failing == ["master", "ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeImages", "DC/OS", "Marathon", "alerts to"])
            #expect(bad.allSatisfy { $0.remedy?.isEmpty == false })
        }
    }

    @Test func `tells a port on which nothing listens from a way that is shut`() async throws {
        try await DoctorStage.with { stage in
            let bad = Self.bad(try await stage.examine(probePort: 1))
            #expect(bad.map(\.name) == ["probe"] && bad.first?.verdict == .fail, "\(bad)")
            #expect(bad.first?.message == "0 of 1 hosts answer HTTP on port 1, 1 refuse or say something else")
            #expect(bad.first?.remedy?.contains("probe.http") == true)
        }
    }

    @Test func `ends though a source hangs, and says which`() async throws {
        try await DoctorStage.with { stage in
            let hanging = Examination.Check("hanging") { _ in
                // Stands for a source that hangs; it is cancelled within a millisecond.
                do { try await Task.sleep(for: .seconds(3600)) } catch {}
                return [.ok("hanging", "too late")]
            }
            let found = try await stage.examine(checks: [hanging, Examination.Check("quick") { _ in [.ok("quick", "")] }], within: .milliseconds(1))
            #expect(found.map(\.name) == ["hanging", "quick"] && found.map(\.verdict) == [.fail, .ok], "\(found)")
            #expect(found.first?.message == "no end within 1ms")
        }
    }
}
