package import Fleet

extension AWSClient {
    /// As many target groups and classic load balancers as are looked into at one poll; each is a call. More are a failure, and not a part of the truth.
    private static let balancersMax = 200
    /// The most that a page of either API may have, by the API references of 2015-12-01 and 2012-06-01.
    private static let perPage = "400"

    /// Who stands in which load balancer, and who has which Elastic IP: of the whole account in this region, for a node may stand in any.
    package func entrances() async throws(AWSError) -> EntrancesSighting {
        let groups = try await targetGroups()
        let classic = try await classicBalancers()
        var places: [EntrancesSighting.Place] = []
        for group in groups where group.hasMachines { places += try await targets(in: group) }
        for name in classic { places += try await instances(inClassic: name) }
        return EntrancesSighting(
            places: places, balancers: Set(groups.map(\.arn) + classic),
            addresses: Dictionary(try await addresses().map { ($0.allocation, $0.instance) }, uniquingKeysWith: { $1 }))
    }

    private func targetGroups() async throws(AWSError) -> [TargetGroup] {
        let call = { (token: String?) -> AWSCall in
            var form = FormBody(balancing: "DescribeTargetGroups")
            form.add("PageSize", Self.perPage)
            if let token { form.add("Marker", token) }
            return AWSCall.balancing(form)
        }
        let groups = try await list(read: { (body) throws(MalformedAnswer) in try Page(targetGroups: body) }, call: call)
        try checkNumber(of: "target groups", groups.count { $0.hasMachines }, asked: call(nil))
        return groups
    }

    private func classicBalancers() async throws(AWSError) -> [String] {
        let call = { (token: String?) -> AWSCall in
            var form = FormBody(classic: "DescribeLoadBalancers")
            form.add("PageSize", Self.perPage)
            if let token { form.add("Marker", token) }
            return AWSCall.balancing(form)
        }
        let names = try await list(read: { (body) throws(MalformedAnswer) in try Page(classicBalancers: body) }, call: call)
        try checkNumber(of: "classic load balancers", names.count, asked: call(nil))
        return names
    }

    private func checkNumber(of what: String, _ count: Int, asked call: AWSCall) throws(AWSError) {
        guard count > Self.balancersMax else { return }
        throw AWSError(
            service: call.service, action: call.action, url: "",
            problem: .endless("there are \(count) \(what), and at most \(Self.balancersMax) are looked into"), requestID: nil)
    }

    private func targets(in group: TargetGroup) async throws(AWSError) -> [EntrancesSighting.Place] {
        var form = FormBody(balancing: "DescribeTargetHealth")
        form.add("TargetGroupArn", group.arn)
        do throws(AWSError) {
            return try await ask(AWSCall.balancing(form)) { (body) throws(MalformedAnswer) in try TargetHealthAnswer.places(body, in: group) }.0
        } catch {
            // It was deleted between two calls.
            if case .refused(_, "TargetGroupNotFound", _) = error.problem { return [] }
            throw error
        }
    }

    private func instances(inClassic name: String) async throws(AWSError) -> [EntrancesSighting.Place] {
        var form = FormBody(classic: "DescribeInstanceHealth")
        form.add("LoadBalancerName", name)
        do throws(AWSError) {
            return try await ask(AWSCall.balancing(form)) { (body) throws(MalformedAnswer) in try InstanceHealthAnswer.places(body, in: name) }.0
        } catch {
            if case .refused(_, "LoadBalancerNotFound", _) = error.problem { return [] }
            throw error
        }
    }

    /// All Elastic IPs; `DescribeAddresses` has no pages.
    func addresses() async throws(AWSError) -> [ElasticAddress] {
        try await ask(AWSCall.ec2(FormBody(ec2: "DescribeAddresses"))) { (body) throws(MalformedAnswer) in try AddressesAnswer.addresses(body) }.0
    }
}

/// A target group, as far as it matters who may stand in it.
struct TargetGroup: Hashable, Sendable {
    let arn: String
    /// `instance`, `ip`, `lambda` or `alb`.
    let type: String

    var hasMachines: Bool { type == "instance" || type == "ip" }
    var isByAddress: Bool { type == "ip" }
}

/// An Elastic IP that an instance has, or nobody.
struct ElasticAddress: Hashable, Sendable {
    let allocation: String
    let instance: InstanceID?
}
