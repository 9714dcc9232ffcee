import Fleet
import Rounds

extension Event {
    /// What is seen by one who looks at tasks alone: no reservation, no volume, and of a scheduler's members those that run.
    var withoutReservations: Event {
        switch self {
        case .mesos(.success(let seen)):
            let agents = seen.agents.map { agent in
                Agent(
                    id: agent.id, hostname: agent.hostname, pid: agent.pid, isActive: agent.isActive, isDeactivated: agent.isDeactivated, drain: agent.drain,
                    version: agent.version, registeredTime: agent.registeredTime, reregisteredTime: agent.reregisteredTime, attributes: agent.attributes,
                    allocatedRoles: agent.allocatedRoles, reservesPublicRole: agent.reservesPublicRole, resources: agent.resources)
            }
            return .mesos(
                .success(
                    MesosSighting(
                        master: seen.master, timeouts: seen.timeouts, agents: agents, recovered: seen.recovered, tasks: seen.tasks,
                        maintenance: seen.maintenance,
                        counts: seen.counts)))
        case .services(let seen):
            let services = seen.services.map { service in
                ServiceSighting(
                    name: service.name, package: service.package, flavour: service.flavour, framework: service.framework,
                    members: service.members.map { $0.filter(\.isRunning) }, registered: service.registered, plans: service.plans, topics: service.topics)
            }
            return .services(ServicesSighting(services: services, marathon: seen.marathon))
        default: return self
        }
    }

    /// What is seen by one whom AWS tells nothing of Auto Scaling groups.
    var withoutGroups: Event { ofEC2 { ($0.targets, .failure(SourceFailure("DescribeAutoScalingGroups failed"))) } }

    /// What is seen by one whom AWS tells no pool's image.
    var withoutTargets: Event { ofEC2 { ($0.targets.mapValues { _ in .failure(SourceFailure("DescribeImages failed")) }, $0.groups) } }

    private func ofEC2(
        _ change: (EC2Sighting) -> ([PoolName: Result<EC2Sighting.TargetImage, SourceFailure>], Result<[AutoScalingGroup], SourceFailure>?)
    ) -> Event {
        guard case .ec2(let seen) = self else { return self }
        let (targets, groups) = change(seen)
        return .ec2(
            EC2Sighting(
                instances: seen.instances, statuses: seen.statuses, images: seen.images, targets: targets, pings: seen.pings, groups: groups,
                launchImages: seen.launchImages, terminations: seen.terminations))
    }
}
