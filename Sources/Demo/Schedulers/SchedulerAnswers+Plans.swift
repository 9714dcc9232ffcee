internal import Fleet
internal import Simulation

extension SchedulerAnswers {
    /// `v1/plans`, `v1/plans/<plan>`: the status is in the body and, once more, in the code.
    func plans(_ path: [String]) -> Answer {
        switch path {
        case []: return .json(["deploy", "recovery"])
        case ["deploy"]: return .json(deployPlan)
        case ["recovery"]: return .json(recoveryPlan, status: service.recoveryStatus == "COMPLETE" ? 200 : 202)
        default: return .text(404, "Element not found")
        }
    }

    private var deployPlan: JSON {
        let steps = service.brokers.map { broker in
            step(
                "kafka-\(broker.number):[broker]", id: broker.deployStep, status: "COMPLETE", class: "com.mesosphere.sdk.scheduler.plan.DeploymentStep",
                more: "")
        }
        let phase = plan(
            ["id": JSON(service.deployment), "name": "Deployment", "steps": .list(steps)], strategy: "serial", status: "COMPLETE", errors: false)
        return plan(["phases": [phase]], strategy: "serial", status: "COMPLETE", errors: true)
    }

    /// A broker that waits for its agent is only ever pending, for as long as that takes.
    private var recoveryPlan: JSON {
        let phases = service.recoveries.map { recovery -> JSON in
            let status = recovery.isComplete ? "COMPLETE" : recovery.isPermanent ? "STARTED" : "PENDING"
            let name = "kafka-\(recovery.broker):[broker]"
            let step = step(
                name, id: recovery.step, status: status, class: "com.mesosphere.sdk.scheduler.recovery.RecoveryStep",
                more: " RecoveryType: \(recovery.isPermanent ? "PERMANENT" : "TRANSIENT")")
            return plan(["id": JSON(recovery.phase), "name": JSON(name), "steps": [step]], strategy: "serial", status: status, errors: false)
        }
        return plan(["phases": .list(phases)], strategy: "parallel", status: service.recoveryStatus, errors: true)
    }

    private func step(_ name: String, id: String, status: String, class type: String, more: String) -> JSON {
        [
            "id": JSON(id), "status": JSON(status), "name": JSON(name),
            "message": JSON("\(type): '\(name) [\(id)]' has status: '\(status)'.\(more)"),
        ]
    }

    /// The SDK told the strategy from 0.31 on.
    private func plan(_ content: JSON, strategy: String, status: String, errors: Bool) -> JSON {
        content.with([
            "errors": errors ? [] : nil, "strategy": service.sdk >= 31 ? JSON(strategy) : nil, "status": JSON(status),
        ])
    }

    /// `v1/plan` before the SDK: blocks instead of steps, statuses in small letters.
    var oldPlan: JSON {
        let blocks = service.brokers.map { broker -> JSON in
            [
                "hasDecisionPoint": false, "id": JSON(broker.deployStep), "message": JSON("Broker-\(broker.number) is Complete"),
                "name": JSON("broker-\(broker.number)"), "status": "Complete",
            ]
        }
        let reconciliation: JSON = [
            "hasDecisionPoint": false, "id": JSON(service.deployment), "message": "Reconciliation complete", "name": "Reconciliation", "status": "Complete",
        ]
        return [
            "errors": [],
            "phases": [
                ["blocks": [reconciliation], "id": JSON(service.deployment), "name": "Reconciliation", "status": "Complete"],
                ["blocks": .list(blocks), "id": JSON(service.configuration), "name": JSON("Update to: " + service.configuration), "status": "Complete"],
            ],
            "status": "Complete",
        ]
    }
}
