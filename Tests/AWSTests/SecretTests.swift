import AWS
import Testing

@Suite struct `A secret` {
    @Test func `is in no description, dump or mirror of what holds it`() throws {
        let keys = Credentials(accessKeyID: "AKIDEXAMPLE", secret: "top-secret-1", sessionToken: "top-secret-2")
        let settings = AWSSettings(environment: ["AWS_SECRET_ACCESS_KEY": "top-secret-3", "AWS_ACCESS_KEY_ID": "AKID"])
        let environment = Environment(settings.environment)
        let provider = try #require(try EnvironmentCredentials(environment))
        let signer = Signer(credentials: keys, region: "us-east-1", service: "ec2")
        let cache = CredentialsCache(provider)
        for value in [keys, keys.secret, keys.sessionToken as Any, settings, environment, provider, signer, cache] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in [dumped, "\(value)", String(reflecting: value), String(describing: Mirror(reflecting: value).children.map { "\($0)" })] {
                #expect(!text.contains("top-secret"), "\(type(of: value)): \(text)")
            }
        }
    }
}
