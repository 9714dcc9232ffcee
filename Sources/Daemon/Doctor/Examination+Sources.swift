import AWS
import DCOS
import Fleet
import Services
import Wire

extension Examination {
    /// Every call that a poll makes, with the IAM action that it needs.
    func aws() async -> [Checkup] {
        func remedy(_ action: String) -> String { "allow \(action), and see that the credentials are those that are meant: \(clients.aws.credentialsPlace)" }
        let sighting = await clients.aws.sight(pools: configuration.pools)
        var found: [Checkup] = [
            .of("ec2:DescribeInstances", sighting.instances, remedy: remedy("ec2:DescribeInstances")) { "\($0.count) instances" },
            .of("ec2:DescribeInstanceStatus", sighting.statuses, remedy: remedy("ec2:DescribeInstanceStatus")) { "\($0.count) instances" },
            .of("ec2:DescribeImages", sighting.images, remedy: remedy("ec2:DescribeImages")) { "\($0.count) images" },
        ]
        if let groups = sighting.groups {
            found.append(
                .of("autoscaling:DescribeAutoScalingGroups", groups, remedy: remedy("autoscaling:DescribeAutoScalingGroups")) { "\($0.count) groups" })
        }
        if let pings = sighting.pings {
            found.append(.of("ssm:DescribeInstanceInformation", pings, remedy: remedy("ssm:DescribeInstanceInformation")) { "\($0.count) SSM agents" })
        }
        if configuration.pools.contains(where: \.looksAfterEntrances) {
            let actions = configuration.watchingActions.filter { $0.hasPrefix("elasticloadbalancing:") } + ["ec2:DescribeAddresses"]
            let entrances = await clients.aws.result { () throws(AWSError) in try await clients.aws.entrances() }
            found.append(
                .of("load balancers", entrances, remedy: "allow " + actions.joined(separator: ", ")) {
                    "\($0.balancers.count) target groups and classic load balancers, \($0.addresses.count) Elastic IPs"
                })
        }
        for (pool, target) in sighting.targets.sorted(by: { $0.key < $1.key }) {
            let action = "check pools.\(pool).image, and that its actions are allowed: \(configuration.awsActions.joined(separator: ", "))"
            found.append(.of("target image of pool \(pool)", target, remedy: action) { "\($0.image.id)" })
        }
        found += await eventQueue()
        let skew = clients.aws.skew
        let size = skew.offset < .zero ? .zero - skew.offset : skew.offset
        found.append(size < .seconds(60) ? .ok("clock against AWS", "within a minute") : .warn("clock against AWS", "\(skew)", remedy: "keep time by NTP"))
        return found
    }

    /// The login and system health.
    func dcos() async -> [Checkup] {
        guard let client = clients.health, let dcos = configuration.dcos else { return [] }
        let name = "DC/OS \(dcos.url)"
        do throws(SourceFailure) {
            let sighting = try await client.sight()
            return [.ok(name, "logged in by \(dcos.credentials); system health of \(sighting.nodes.count) nodes")]
        } catch {
            return [.fail(name, "\(error)", remedy: "check dcos.credentials; the account needs dcos:adminrouter:ops:system-health")]
        }
    }

    /// Marathon, and every scheduler that it leads to.
    func services() async -> [Checkup] {
        guard let client = clients.servicesAsNew else { return [] }
        let sighting = await client.sight(knownAt: time.now())
        var found: [Checkup] = [
            .of("Marathon", sighting.marathon, remedy: "check services.marathon or dcos, and the account's permission dcos:adminrouter:service:marathon") {
                "\($0.apps.count) apps and pods"
            }
        ]
        for service in sighting.services {
            let remedy = "see that its scheduler runs and is reached; services.\(service.name).url names another way"
            let name = "service \(service.name)"
            found.append(.of(name, service.members, remedy: remedy) { "\($0.count) members" })
            // What is told of it as a whole is told once.
            guard case .success = service.members else { continue }
            for (part, failure) in service.failedParts {
                found.append(.fail("\(name) \(part)", "\(failure)", remedy: "without it no member can be judged safe to move; " + remedy))
            }
        }
        return found
    }

    /// An Alertmanager is asked how it is. A webhook cannot be tried without telling it something, so only its token is read.
    func alerts() async -> [Checkup] {
        var found: [Checkup] = []
        for (destination, http) in zip(configuration.alerts.destinations, clients.alerts) {
            let name = "alerts to \(destination.name)"
            let problem = await AlertPost(destination: destination, http: http).check()
            let checkup: Checkup =
                switch (problem, destination.kind) {
                case (let problem?, _): .fail(name, problem, remedy: "check its URL, its token_file and its certificates, and the way there")
                case (nil, .alertmanager): .ok(name, "it answers")
                case (nil, .webhook):
                    .warn(name, "not tried: a webhook cannot be asked without being told something", remedy: "mayfly status says how deliveries went")
                }
            found.append(checkup)
        }
        return found
    }
}
