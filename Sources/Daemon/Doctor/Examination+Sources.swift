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
        for (pool, target) in sighting.targets.sorted(by: { $0.key < $1.key }) {
            let action = "check pools.\(pool).image, and that its actions are allowed: \(configuration.awsActions.joined(separator: ", "))"
            found.append(.of("target image of pool \(pool)", target, remedy: action) { "\($0.image.id)" })
        }
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
        guard let client = clients.services else { return [] }
        let sighting = await client.sight(knownAt: time.now())
        var found: [Checkup] = [
            .of("Marathon", sighting.marathon, remedy: "check services.marathon or dcos, and the account's permission dcos:adminrouter:service:marathon") {
                "\($0.apps.count) apps"
            }
        ]
        for service in sighting.services {
            let remedy = "see that its scheduler runs and is reached; services.\(service.name).url names another way"
            found.append(.of("service \(service.name)", service.members, remedy: remedy) { "\($0.count) members" })
        }
        return found
    }

    /// An Alertmanager is asked how it is. A webhook cannot be tried without telling it something, so it is not.
    func alerts() async -> [Checkup] {
        var found: [Checkup] = []
        for (destination, http) in zip(configuration.alerts.destinations, clients.alerts) {
            let name = "alerts to \(destination.name)"
            guard destination.kind == .alertmanager else {
                found.append(.warn(name, "not tried: a webhook cannot be asked without being told something", remedy: "mayfly status says how deliveries went"))
                continue
            }
            do {
                var headers: [(name: String, value: String)] = []
                if let file = destination.tokenFile { headers.append(("Authorization", "Bearer " + (try SecretFile.read(file, called: "the token file")))) }
                let limits = HTTPCall.Limits(totalTimeout: .seconds(10))
                let answer = try await http.send(HTTPCall(url: destination.url + "/api/v2/status", headers: headers, limits: limits))
                found.append(
                    answer.status == 200
                        ? .ok(name, "it answers")
                        : .fail(name, "it answers \(answer.status)", remedy: "check its URL and its token_file; it must be an Alertmanager with API v2"))
            } catch let failure as HTTPFailure {
                // The URL's path may be a secret.
                found.append(.fail(name, "\(failure.problem) \(failure.detail)", remedy: "check its URL, and the way there"))
            } catch {
                found.append(.fail(name, "\(error)", remedy: "mend its token_file"))
            }
        }
        return found
    }
}
