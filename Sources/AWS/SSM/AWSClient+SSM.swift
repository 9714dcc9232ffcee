package import Fleet

extension AWSClient {
    /// The image that an SSM parameter names.
    package func parameter(_ name: String) async throws(AWSError) -> Parameter {
        let call = AWSCall.ssm("GetParameter", body: Parameter.request(name: name))
        return try await ask(call) { (body) throws(MalformedAnswer) in try Parameter(body, name: name) }.0
    }

    /// What SSM says of its agents on all instances of the account and region that it ever heard of.
    ///
    /// They are not asked for by id: an id that SSM does not manage, which is most of what one wants to know, would make the call fail.
    package func pings() async throws(AWSError) -> [InstanceID: SSMPing] {
        let hosts = try await list(read: { (body) throws(MalformedAnswer) in try Page(hosts: body) }) { token in
            AWSCall.ssm("DescribeInstanceInformation", body: Page<ReportedHost>.request(token: token))
        }
        return Dictionary(hosts.filter { $0.id.hasPrefix("i-") }.map { (InstanceID($0.id), $0.ping) }, uniquingKeysWith: { $1 })
    }
}
