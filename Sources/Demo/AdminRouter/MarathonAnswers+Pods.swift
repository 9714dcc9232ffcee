internal import Fleet
internal import Simulation

extension MarathonAnswers {
    /// One of `v2/pods/::status`: the pod as it was declared, and its instances.
    func podStatus(_ pod: SimulatedApp) -> JSON {
        let instances = world.marathonTasks(of: pod.id).map { instance($0, of: pod) }
        let isWhole = instances.count >= pod.instances
        let since = JSON(pod.version.description)
        return [
            "id": JSON(pod.id), "spec": spec(pod), "status": isWhole ? "STABLE" : "DEGRADED", "statusSince": since, "instances": .list(instances),
            "terminationHistory": [], "lastUpdated": since, "lastChanged": since,
        ]
    }

    private func spec(_ pod: SimulatedApp) -> JSON {
        let mounts: JSON = pod.tie == .hostPath ? [["name": "spool", "mountPath": "/spool"]] : []
        let container: JSON = [
            "name": JSON(pod.containerName), "exec": ["command": ["shell": "exec /opt/app/run"]], "resources": resources(pod), "endpoints": [],
            "volumeMounts": mounts, "artifacts": [],
        ]
        let scheduling: JSON = [
            "backoff": ["backoff": JSON(1), "backoffFactor": .real(1.15), "maxLaunchDelay": JSON(300)],
            "upgrade": ["minimumHealthCapacity": .real(pod.minimumHealthCapacity), "maximumOverCapacity": JSON(1)],
            "placement": ["constraints": [], "acceptedResourceRoles": []], "killSelection": "YOUNGEST_FIRST",
            "unreachableStrategy": ["inactiveAfterSeconds": JSON(0), "expungeAfterSeconds": JSON(0)],
        ]
        return [
            "id": JSON(pod.id), "version": JSON(pod.version.description), "containers": [container],
            "volumes": pod.tie == .hostPath ? [["name": "spool", "host": "/var/spool/collector"]] : [], "networks": [["mode": "host"]],
            "scaling": ["kind": "fixed", "instances": JSON(pod.instances)], "scheduling": scheduling,
            "executorResources": ["cpus": .real(0.1), "mem": JSON(32), "disk": JSON(10)],
        ]
    }

    private func resources(_ pod: SimulatedApp) -> JSON {
        ["cpus": .real(pod.cpus), "mem": JSON(Int(pod.mem)), "disk": JSON(0), "gpus": JSON(0)]
    }

    private func instance(_ task: SimulatedTask, of pod: SimulatedApp) -> JSON {
        let since = JSON((task.statuses.first?.at ?? world.now).description)
        let container: JSON = [
            "name": JSON(pod.containerName), "status": JSON(task.state), "statusSince": since, "containerId": JSON(task.id.rawValue), "endpoints": [],
            "conditions": [], "lastUpdated": since, "lastChanged": since,
        ]
        return [
            "id": JSON(task.podInstance.rawValue), "status": JSON(Self.podState(task.state)), "statusSince": since, "agentId": JSON(task.agent.rawValue),
            "agentHostname": JSON(task.agentIP), "resources": resources(pod), "agentRegion": "aws/us-east-1",
            "agentZone": JSON("aws/" + (world.machines.first { $0.privateIP == task.agentIP }?.zone ?? "")), "containers": [container], "networks": [],
            "specReference": JSON("/v2/pods\(pod.id)::versions/\(pod.version)"), "localVolumes": [], "lastUpdated": since, "lastChanged": since,
        ]
    }

    /// What Marathon makes of the state of an instance's only container.
    private static func podState(_ task: String) -> String {
        switch task {
        case "TASK_STAGING", "TASK_STARTING": "STAGING"
        case "TASK_RUNNING": "STABLE"
        case "TASK_UNREACHABLE", "TASK_LOST": "DEGRADED"
        default: "TERMINAL"
        }
    }
}
