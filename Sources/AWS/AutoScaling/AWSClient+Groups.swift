package import Fleet

extension AWSClient {
    /// As many groups as one page may have.
    private static let groupsPerPage = 100
    /// As many names as go into one call; what AWS takes at most it does not say.
    private static let namesPerCall = 50

    /// The Auto Scaling groups of these names, sorted by name. One that does not exist is not among them.
    package func groups(_ names: [String]) async throws(AWSError) -> [AutoScalingGroup] {
        let wanted = Set(names)
        let sorted = wanted.sorted()
        var found: [String: AutoScalingGroup] = [:]
        for start in stride(from: 0, to: sorted.count, by: Self.namesPerCall) {
            var form = FormBody(autoScaling: "DescribeAutoScalingGroups")
            form.add("AutoScalingGroupNames", members: Array(sorted[start..<min(start + Self.namesPerCall, sorted.count)]))
            form.add("MaxRecords", String(Self.groupsPerPage))
            let rows = try await list(read: { (body) throws(MalformedAnswer) in try Page(groups: body) }) { token in
                var paged = form
                if let token { paged.add("NextToken", token) }
                return AWSCall.autoScaling(paged)
            }
            for row in rows where wanted.contains(row.name) { found[row.name] = row }
        }
        return found.values.sorted { $0.name < $1.name }
    }
}
