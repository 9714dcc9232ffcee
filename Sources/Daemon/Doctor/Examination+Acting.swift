import AWS
import Fleet

extension Examination {
    /// What would be asked of AWS to replace a node of each pool, as far as that can be tried without changing anything. Nothing in mode alert.
    func acting() async -> [Checkup] {
        guard configuration.mode != .alert else { return [] }
        let provisioned = configuration.pools.filter { $0.provision != nil }
        let instances = (try? await clients.aws.instances(filters: SweepFilter.filters(for: provisioned))) ?? []
        let groups = (try? await clients.aws.groups(provisioned.groups)) ?? []
        var found: [Checkup] = []
        for pool in provisioned {
            let running = instances.first { $0.state == .running && pool.selector.allows($0) }
            switch pool.provision {
            case .launchTemplate(let template)?: found += await byTemplate(pool, template, running)
            case .group(let name)?: found += byGroup(pool, name, groups.first { $0.name == name })
            // Has a check of its own.
            case .terraform?, nil: break
            }
        }
        if configuration.commands.values.contains(where: { $0.way == .ssm }) { found.append(await commands()) }
        return found + (await hosts())
    }

    // MARK: - By a launch template

    private func byTemplate(_ pool: Pool, _ template: LaunchTemplate, _ running: Instance?) async -> [Checkup] {
        let launch = Self.checkup(
            "pool \(pool.name): ec2:RunInstances", await clients.aws.tryLaunching(template), "a dry run from \(template) would be taken",
            remedy:
                "allow ec2:RunInstances from it, ec2:CreateTags at launch, and iam:PassRole of the role that it names; see that the template can be launched from"
        )
        let name = "pool \(pool.name): ec2:TerminateInstances"
        guard let running else { return [launch, .warn(name, "not tried: no running instance of the pool is seen", remedy: "try again when there is one")] }
        let terminate = Self.checkup(
            name, await clients.aws.tryTerminating(running.id), "a dry run on \(running.id) would be taken",
            remedy: "allow ec2:TerminateInstances on the pool's instances; the policy's tags must be those that they have")
        return [launch, terminate]
    }

    private static func checkup(_ name: String, _ dry: AWSClient.DryRun, _ good: String, remedy: String) -> Checkup {
        switch dry {
        case .wouldDo: .ok(name, good)
        case .refused(let words): .fail(name, words, remedy: remedy)
        case .unanswered(let words): .warn(name, "not known: \(words)", remedy: "try again")
        }
    }

    // MARK: - By a group

    /// What its replacements would be refused for by the gate `successor`, and what cannot be tried.
    private func byGroup(_ pool: Pool, _ name: String, _ group: AutoScalingGroup?) -> [Checkup] {
        let title = "pool \(pool.name): group \(name)"
        guard let group else { return [.fail(title, "it is not there, or could not be read", remedy: "check pools.\(pool.name).provision.group")] }
        let suspended = ["Launch", "Terminate"].filter(group.suspended.contains)
        if !suspended.isEmpty {
            return [
                .fail(
                    title, "\(suspended.joined(separator: " and ")) suspended: nobody in it is replaced",
                    remedy: "aws autoscaling resume-processes --auto-scaling-group-name \(name) --scaling-processes \(suspended.joined(separator: " "))")
            ]
        }
        let protected = group.instances.filter(\.isProtected).map(\.id.rawValue)
        if !protected.isEmpty {
            return [
                .warn(
                    title,
                    "\(protected.count) of \(group.instances.count) instances are protected from scale-in, and not replaced: \(protected.prefix(5).joined(separator: ", "))",
                    remedy: "aws autoscaling set-instance-protection --no-protected-from-scale-in, where they may go")
            ]
        }
        return [
            .warn(
                title,
                "\(group.desired) desired, nothing suspended, nobody protected; its own call to end an instance was not tried: Auto Scaling has no dry run",
                remedy: "see that autoscaling:TerminateInstanceInAutoScalingGroup is allowed on it")
        ]
    }

    // MARK: - Commands

    private func commands() async -> Checkup {
        let name = "ssm:SendCommand"
        return switch await clients.aws.trySending() {
        case .wouldDo: .ok(name, "SSM would take a command, as far as that is told without an instance")
        // A policy by tags cannot allow what has none.
        case .refused(let words):
            .warn(
                name, words,
                remedy: "allow ssm:SendCommand on document AWS-RunShellScript and on the agents' instances; where that goes by tags, all may be well")
        case .unanswered(let words): .warn(name, "not known: \(words)", remedy: "try again")
        }
    }
}
