@testable import AWS
import Testing

@Suite struct `A secret` {
    /// Whatever may be printed of a value; of the things behind it only the next few, which are our own.
    private func texts(of value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped, maxDepth: 5, maxItems: 1000)
        return [dumped, "\(value)", String(reflecting: value), String(describing: Mirror(reflecting: value).children.map { "\($0)" })]
    }

    @Test func `is in no description, dump or mirror of what holds it`() async throws {
        let keys = Credentials(accessKeyID: "AKIDEXAMPLE", secret: "top-secret-1", sessionToken: "top-secret-2")
        let settings = AWSSettings(environment: ["AWS_SECRET_ACCESS_KEY": "top-secret-3", "AWS_ACCESS_KEY_ID": "AKID"])
        let environment = Environment(settings.environment)
        let provider = try #require(try EnvironmentCredentials(environment))
        let signer = Signer(credentials: keys, region: "us-east-1", service: "ec2")
        let cache = CredentialsCache(provider)
        var form = FormBody(sts: "AssumeRoleWithWebIdentity")
        form.add("WebIdentityToken", "top-secret-4")
        let call = AWSCall.sts(form, secret: Secret("top-secret-5"))
        let document = try #require(CredentialsDocument(Array(#"{"AccessKeyId": "A", "SecretAccessKey": "top-secret-6", "Token": "top-secret-7"}"#.utf8)))
        let process = try ProcessCredentials(command: "/bin/keys --password", environment: environment, place: "p")
        try await withCaller { http in
            let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "top-secret-8"]
            let container = try #require(try ContainerCredentials(Environment(variables), http: http, clock: TestClock().clock, timeout: .seconds(2)))
            let values: [Any] = [
                keys, keys.secret, keys.sessionToken as Any, settings, environment, provider, signer, cache, Identity.holder(cache), call, document, process,
                container,
            ]
            for value in values {
                for text in texts(of: value) { #expect(!text.contains("top-secret"), "\(type(of: value)): \(text)") }
            }
        }
    }
}
