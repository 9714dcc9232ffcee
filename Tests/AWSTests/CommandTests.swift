import Fleet
import Foundation
import Moto
import Testing
import Wire

@testable import AWS

@Suite struct `A command on a host` {
    @Test(arguments: [
        ("InProgress", "InProgress", CommandStanding.Phase.underWay), ("Pending", "Pending", .underWay), ("Delayed", "Delayed", .underWay),
        ("Success", "Success", .ended), ("TimedOut", "DeliveryTimedOut", .notDelivered), ("TimedOut", "Delivery Timed Out", .notDelivered),
        ("TimedOut", "ExecutionTimedOut", .ranTooLong), ("Failed", "Execution Timed Out", .ranTooLong), ("Failed", "Failed", .failed),
        ("Cancelled", "Cancelled", .failed), ("Failed", "Undeliverable", .undeliverable), ("Failed", "Terminated", .undeliverable),
        ("Failed", "SomethingNew", .failed),
        ("InProgress", "SomethingNew", .underWay),
    ]) func `stands as SSM's details say, with blanks or without`(status: String, details: String, phase: CommandStanding.Phase) {
        #expect(CommandStanding.phase(status: status, details: details) == phase)
    }

    @Test func `is refused only where nothing ran, and is no proof of anything where it did`() throws {
        func outcome(_ phase: CommandStanding.Phase) -> CallOutcome { CommandStanding(phase: phase, details: "D", output: "unit not found").outcome }
        #expect(outcome(.ended) == .accepted && outcome(.underWay) == .accepted)
        #expect(outcome(.undeliverable) == .refused("SSM: D: unit not found"))
        for phase in [CommandStanding.Phase.failed, .ranTooLong, .notDelivered] { #expect(outcome(phase) == .unanswered("SSM: D: unit not found")) }
        let running = try CommandAnswer.standing(try Fixture.bytes("aws/ssm.GetCommandInvocation.InProgress.200.json"))
        #expect(running.phase == .underWay && running.output.isEmpty)
        let silent = try CommandAnswer.standing(try Fixture.bytes("aws/ssm.GetCommandInvocation.TimedOut.200.json"))
        #expect(silent.phase == .notDelivered && silent.details == "DeliveryTimedOut")
        #expect(throws: MalformedAnswer.self) { try CommandAnswer.standing(Array("{}".utf8)) }
        #expect(throws: MalformedAnswer.self) { try CommandAnswer.id(Array(#"{"Command": {"CommandId": ""}}"#.utf8)) }
    }

    /// One test, for one moto.
    @Test func `is sent as it is written, and asked for on that host alone`() async throws {
        try await withCaller { http in
            let cloud = try await Cloud(http: http, actions: ["ssm:SendCommand", "ssm:GetCommandInvocation"])
            let image = try #require(texts("ImageId", in: try await cloud.boto("ec2", "register_image", #"{"Name": "agent-1"}"#)).first)
            let launched = try await cloud.boto("ec2", "run_instances", #"{"ImageId": "\#(image)", "MinCount": 1, "MaxCount": 1}"#)
            let instance = InstanceID(try #require(texts("InstanceId", in: launched).first))
            try await cloud.moto.control("verify")
            let client = try cloud.client()
            let lines = ["systemctl kill -s SIGUSR1 dcos-mesos-slave && systemctl stop dcos-mesos-slave", #"echo "it's $HOME""#]
            let id = try await client.send(lines, to: instance, comment: "replacement 7: leave", endsWithin: .seconds(600))
            #expect(id.count == 36)
            #expect(try await client.standing(of: id, on: instance)?.phase == .ended)
            #expect(try await client.standing(of: id, on: "i-0123456789abcdef0") == nil)
            try await cloud.moto.control("fault", #"{"action": "SendCommand", "status": 400, "code": "ThrottlingException", "shape": "json", "times": 9}"#)
            let error = await #expect(throws: AWSError.self) { try await client.send(lines, to: instance, comment: "", endsWithin: .seconds(600)) }
            guard case .refused? = error?.outcome else { return #expect(Bool(false), "\(String(describing: error))") }
        }
    }
}
