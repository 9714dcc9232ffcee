@testable import AWS
import Fleet
import Wire

/// What the chain chooses and gives, and the text of the error where it does not.
func chosen(_ settings: AWSSettings, clock: TestClock = TestClock()) async throws -> Credentials {
    try await withCaller { http in
        let profiles = try Profiles.read(settings)
        let metadata = try InstanceMetadata(Environment(settings.environment), http: http)
        let region = RegionSource(configured: try Region.configured(settings, profiles: profiles), metadata: metadata)
        let caller = AWSCaller(http: http, endpoints: try Endpoints(settings, profiles: profiles), region: region, clock: clock.clock, notice: { _ in })
        let chain = CredentialsChain(settings: settings, profiles: profiles, metadata: metadata, caller: caller, http: http, clock: clock.clock)
        return try await chain.provider().credentials()
    }
}

/// The text of the error with which the chain fails.
func failure(of settings: AWSSettings, clock: TestClock = TestClock()) async -> String {
    do { return "it worked: \(try await chosen(settings, clock: clock))" } catch { return "\(error)" }
}

enum Answers {
    /// Ten years after the tests' clock.
    static let end = "2036-01-01T00:00:00Z"
    static let noInstances = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>"

    /// What STS answers to `AssumeRole` and its kin.
    static func role(_ id: String, action: String = "AssumeRole", end: String = end) -> String {
        """
        <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result><Credentials><AccessKeyId>\(id)</AccessKeyId>\
        <SecretAccessKey>hidden-secret</SecretAccessKey><SessionToken>hidden-token</SessionToken><Expiration>\(end)</Expiration></Credentials></\(action)Result>\
        <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></\(action)Response>
        """
    }

    /// What a container's server answers, and with another name for the token the metadata service.
    static func container(_ id: String, end: String = end) -> String {
        #"{"Code":"Success","AccessKeyId":"\#(id)","SecretAccessKey":"hidden-secret","Token":"hidden-token","Expiration":"\#(end)"}"#
    }

    static func refusal(_ code: String, _ message: String = "No.") -> String {
        "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
    }
}
