package import Fleet

extension AWSClient {
    /// Takes an instance out of target groups and classic load balancers. Elastic IPs stay with it. Safe to repeat: what does not stand there is let go of again.
    ///
    /// Every one is asked, and the first that did not go through is what is told.
    ///
    /// - Parameter address: its private one, by which some target groups know it. Nil: not known.
    package func detach(_ instance: InstanceID, at address: String?, from entrances: [Entrance]) async -> CallOutcome {
        await each(entrances) { entrance in
            switch entrance {
            case .targetGroup(let arn, let port, let isByAddress):
                await self.change("DeregisterTargets", arn, target: isByAddress ? address : instance.rawValue, port: port)
            case .classic(let name): await self.change("DeregisterInstancesFromLoadBalancer", classic: name, instance)
            case .address: .accepted
            }
        }
    }

    /// Puts an instance where another one stood, and gives it that one's Elastic IPs; but none that a third has by now.
    package func attach(_ instance: InstanceID, at address: String?, to entrances: [Entrance], from old: InstanceID) async -> CallOutcome {
        await each(entrances) { entrance in
            switch entrance {
            case .targetGroup(let arn, let port, let isByAddress):
                await self.change("RegisterTargets", arn, target: isByAddress ? address : instance.rawValue, port: port)
            case .classic(let name): await self.change("RegisterInstancesWithLoadBalancer", classic: name, instance)
            case .address(let allocation): await self.give(allocation, to: instance, from: old)
            }
        }
    }

    private func each(_ entrances: [Entrance], _ call: (Entrance) async -> CallOutcome) async -> CallOutcome {
        var first = CallOutcome.accepted
        for entrance in entrances {
            let outcome = await call(entrance)
            if first == .accepted { first = outcome }
        }
        return first
    }

    /// A group that is not there any more is left by everybody, and nobody can be put into it: it is passed over.
    private func change(_ action: String, _ arn: String, target: String?, port: Int) async -> CallOutcome {
        guard let target else { return .refused("nothing was asked: the address of a target in \(arn) is not known") }
        var form = FormBody(balancing: action)
        form.add("TargetGroupArn", arn)
        form.add("Targets.member.1.Id", target)
        form.add("Targets.member.1.Port", String(port))
        let shape = XMLShape(action + "Response", [])
        // The API reference lets a target that does not stand there go; moto calls it invalid.
        let isLeaving = action.hasPrefix("Deregister")
        return await outcome(AWSCall.balancing(form), passingOver: ["TargetGroupNotFound"] + (isLeaving ? ["InvalidTarget"] : []), shape)
    }

    private func change(_ action: String, classic name: String, _ instance: InstanceID) async -> CallOutcome {
        var form = FormBody(classic: action)
        form.add("LoadBalancerName", name)
        form.add("Instances.member.1.InstanceId", instance.rawValue)
        let shape = XMLShape(action + "Response", [])
        // The older API calls an instance that does not stand there invalid.
        let isLeaving = action.hasPrefix("Deregister")
        return await outcome(AWSCall.balancing(form), passingOver: ["LoadBalancerNotFound"] + (isLeaving ? ["InvalidInstance", "InvalidEndPoint"] : []), shape)
    }

    /// Looked at first: `AllowReassociation` takes an address from whoever has it.
    private func give(_ allocation: String, to instance: InstanceID, from old: InstanceID) async -> CallOutcome {
        do throws(AWSError) {
            guard let seen = try await addresses().first(where: { $0.allocation == allocation }) else { return .accepted }
            guard seen.instance != instance, seen.instance == nil || seen.instance == old else { return .accepted }
            var form = FormBody(ec2: "AssociateAddress")
            form.add("AllocationId", allocation)
            form.add("InstanceId", instance.rawValue)
            form.add("AllowReassociation", seen.instance == nil ? "false" : "true")
            return await outcome(AWSCall.ec2(form), passingOver: [], XMLShape("AssociateAddressResponse", []))
        } catch {
            return error.outcome
        }
    }

    /// - Parameter passingOver: what is refused for these reasons has nothing left to be done.
    func outcome(_ call: AWSCall, passingOver codes: [String], _ shape: XMLShape) async -> CallOutcome {
        do throws(AWSError) {
            _ = try await ask(call) { (body) throws(MalformedAnswer) in _ = try XMLReading.read(body, as: shape) { (_, _) throws(MalformedAnswer) in } }
            return .accepted
        } catch {
            if case .refused(_, let code, _) = error.problem, codes.contains(code) { return .accepted }
            return error.outcome
        }
    }
}
