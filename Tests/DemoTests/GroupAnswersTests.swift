import Fleet
import Simulation
import Testing

@testable import Demo

/// Auto Scaling's answers as its API reference of 2011-01-01 has them.
@Suite struct `A demo group` {
    private static let hook = World.LifecycleHook(name: "mayfly-drain", timeout: .seconds(300))

    private func with(_ body: (Stage, InstanceID) async throws -> Void) async throws {
        try await Stage.with(World.refreshing(at: World.storyStart, failing: [])) { stage in
            try await body(stage, stage.cluster.look { $0.machines[12].instance })
        }
    }

    private func tell(_ stage: Stage, _ action: String, _ instance: InstanceID, hook: String = hook.name) async throws -> Stage.Reply {
        let result = action == "CompleteLifecycleAction" ? "&LifecycleActionResult=CONTINUE" : ""
        return try await stage.ec2(
            "\(action)&LifecycleHookName=\(hook)&AutoScalingGroupName=\(World.group)&InstanceId=\(instance)\(result)", version: "2011-01-01")
    }

    private func lifecycle(_ stage: Stage, _ instance: InstanceID) async throws -> String? {
        texts("LifecycleState", in: try await stage.ec2("DescribeAutoScalingInstances&InstanceIds.member.1=\(instance)", version: "2011-01-01").text).first
    }

    private func end(_ stage: Stage, _ instance: InstanceID) async throws {
        let reply = try await stage.ec2(
            "TerminateInstanceInAutoScalingGroup&InstanceId=\(instance)&ShouldDecrementDesiredCapacity=false", version: "2011-01-01")
        #expect(reply.status == 200)
    }

    @Test func `with a hook holds what it ends until the hook is completed`() async throws {
        try await with { stage, instance in
            stage.cluster.put(Self.hook)
            #expect(try await lifecycle(stage, instance) == "InService")
            let early = try await tell(stage, "CompleteLifecycleAction", instance)
            #expect(early.status == 400 && texts("Message", in: early.text) == ["No active Lifecycle Action found with instance ID \(instance)"])
            try await end(stage, instance)
            #expect(try await lifecycle(stage, instance) == "Terminating:Wait")
            stage.set(250)
            #expect(stage.cluster.look { $0.machines[12].ec2State == .running && $0.machines[12].isConnected })
            #expect(try await tell(stage, "CompleteLifecycleAction", instance, hook: "another").status == 400)
            #expect(try await tell(stage, "CompleteLifecycleAction", instance).status == 200)
            stage.set(300)
            #expect(stage.cluster.look { $0.machines[12].ec2State == .terminated && $0.machines.count == 21 })
        }
    }

    @Test func `waits for its hook as long as that has, and longer with each heartbeat, but not for ever`() async throws {
        try await with { stage, instance in
            stage.cluster.put(World.LifecycleHook(name: Self.hook.name, timeout: .seconds(30)))
            try await end(stage, instance)
            // A hundred times its time-out is the most.
            for second in stride(from: 20, to: 2990, by: 20) {
                stage.set(second)
                #expect(try await tell(stage, "RecordLifecycleActionHeartbeat", instance).status == 200)
            }
            #expect(stage.cluster.look { $0.machines[12].ec2State == .running })
            stage.set(3001)
            #expect(stage.cluster.look { $0.machines[12].ec2State != .running })
            #expect(try await tell(stage, "RecordLifecycleActionHeartbeat", instance).status == 400)
        }
        try await with { stage, instance in
            stage.cluster.put(Self.hook)
            stage.cluster.apply(.endedByGroup(12))
            stage.set(299)
            #expect(stage.cluster.look { $0.machines[12].ec2State == .running })
            stage.set(360)
            #expect(stage.cluster.look { $0.machines[12].ec2State == .terminated })
        }
    }

    @Test func `takes a running instance of its template on top, once, and has room for no more than its maximum`() async throws {
        try await with { stage, _ in
            func launch(_ token: String) async throws -> String {
                let reply = try await stage.ec2(
                    "RunInstances&MinCount=1&MaxCount=1&LaunchTemplate.LaunchTemplateName=\(World.group)&SubnetId=subnet-0000000000000000b&ClientToken=\(token)"
                )
                return try #require(texts("instanceId", in: reply.text).first, "\(reply.text)")
            }
            func attach(_ instance: String) async throws -> Stage.Reply {
                try await stage.ec2("AttachInstances&InstanceIds.member.1=\(instance)&AutoScalingGroupName=\(World.group)", version: "2011-01-01")
            }
            let size = stage.cluster.look { $0.autoScalingGroup.desired }
            let fresh = try await launch("a")
            #expect(stage.cluster.look { $0.machines[20].zone == "us-east-1b" && $0.autoScalingGroup.desired == size })
            #expect(try await lifecycle(stage, InstanceID(fresh)) == nil)
            let early = try await attach(fresh)
            #expect(early.status == 400 && early.text.contains("is not in the running state"), "\(early.text)")
            stage.set(60)
            #expect(try await attach(fresh).status == 200)
            #expect(stage.cluster.look { $0.autoScalingGroup.desired == size + 1 })
            #expect(try await lifecycle(stage, InstanceID(fresh)) == "InService")
            let again = try await attach(fresh)
            #expect(again.status == 400 && again.text.contains("already part of"), "\(again.text)")
            let (second, third) = (try await launch("b"), try await launch("c"))
            stage.set(120)
            #expect(try await attach(second).status == 200)
            let full = try await attach(third)
            #expect(full.status == 400 && full.text.contains("above max value \(size + 2)"), "\(full.text)")
        }
    }
}
