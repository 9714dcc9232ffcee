import Fleet
import Wire

/// The metadata service of an EC2 instance, version 2: a token first, then what is asked for.
struct InstanceMetadata: CredentialsProvider {
    let place: String
    let isRefreshable = true
    private let endpoint: String
    private let http: HTTPCaller

    /// Until the connection stands. The service is on the same host: what does not accept one within a second, the default, is not there.
    private let connectTimeout: Duration
    /// Counted from the start of the call, so that silence after a connection is told apart from no connection.
    private var answerTimeout: Duration { connectTimeout * 2 }
    /// Six hours, the longest that the service grants.
    private static let tokenSeconds = 21_600

    /// Nil where `AWS_EC2_METADATA_DISABLED` says so.
    init?(_ environment: Environment, http: HTTPCaller) throws(AWSSettingsError) {
        guard !environment.isOn("AWS_EC2_METADATA_DISABLED") else { return nil }
        let isV6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        var url = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? (isV6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        while url.hasSuffix("/") { url.removeLast() }
        guard HTTPAddress(url) != nil else {
            throw AWSSettingsError("AWS_EC2_METADATA_SERVICE_ENDPOINT: '\(HTTPAddress.shown(url))' is not a URL: write it as http://host[:port]")
        }
        connectTimeout = try Self.timeout(environment)
        endpoint = url
        self.http = http
        place = "the EC2 instance's metadata service at \(HTTPAddress.shown(url))"
    }

    /// `AWS_METADATA_SERVICE_TIMEOUT`, whole seconds, as botocore has it.
    private static func timeout(_ environment: Environment) throws(AWSSettingsError) -> Duration {
        guard let text = environment["AWS_METADATA_SERVICE_TIMEOUT"] else { return .seconds(1) }
        guard let seconds = Int(text), (1...60).contains(seconds) else {
            throw AWSSettingsError("AWS_METADATA_SERVICE_TIMEOUT: '\(text.prefix(16))' is not a whole number of seconds, 1 to 60")
        }
        return .seconds(seconds)
    }

    /// Those of the role that the instance runs with.
    func credentials() async throws -> Credentials {
        let token = try await token()
        let folder = "/latest/meta-data/iam/security-credentials/"
        let roles = try await read(folder, token: token)
        guard let role = roles?.split(whereSeparator: \.isNewline).first.map(String.init), !role.isEmpty else {
            throw CredentialsError("\(place) knows no IAM role: attach an instance profile to this instance, or give keys")
        }
        guard role.utf8.count <= 128, role.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }) else {
            throw CredentialsError("\(place) gave a role name that cannot be one")
        }
        guard let text = try await read(folder + role, token: token), let document = CredentialsDocument(Array(text.utf8)) else {
            throw CredentialsError("\(place) gave no credentials that can be read for the role \(role)")
        }
        if let code = document.code, code != "Success" {
            throw CredentialsError("\(place) gave no credentials for the role \(role): code \(code.prefix(64))")
        }
        let credentials = try document.credentials(from: "\(place), asked for the role \(role),")
        guard credentials.expiration != nil, credentials.sessionToken != nil else {
            throw CredentialsError("\(place) gave credentials without Token or Expiration for the role \(role)")
        }
        return credentials
    }

    /// The region that the instance is in.
    func region() async throws -> String {
        let text = try await read("/latest/meta-data/placement/region", token: try await token())
        guard let text, Region.isName(text) else { throw CredentialsError("\(place) does not tell the region") }
        return text
    }

    private func token() async throws -> Secret {
        let headers = [(name: "x-aws-ec2-metadata-token-ttl-seconds", value: String(Self.tokenSeconds))]
        let answer: HTTPAnswer
        do { answer = try await send(.put, "/latest/api/token", headers: headers) } catch {
            if case .cancelled = error.problem { throw CancellationError() }
            throw CredentialsError(text(error))
        }
        let text = String(decoding: answer.body, as: UTF8.self)
        guard answer.status == 200, !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw CredentialsError("\(place) gave no session token: HTTP status \(answer.status). Only version 2 of the service is supported")
        }
        return Secret(text)
    }

    /// A connection that stands while the answer never comes is how a hop limit of 1 looks from inside a container.
    private func text(_ failure: HTTPFailure) -> String {
        if case .timedOut = failure.problem, !failure.detail.contains("no connection") {
            return "\(place) accepted the connection but did not answer the PUT for a session token within \(answerTimeout.text). In a container the "
                + "default hop limit drops that answer: set HttpPutResponseHopLimit=2 in the instance's metadata options"
        }
        return "\(place) cannot be reached (\(failure.problem)): this is no EC2 instance, or its metadata service is switched off or blocked"
    }

    /// Nil for 404: there is no such thing.
    private func read(_ path: String, token: Secret) async throws -> String? {
        let answer: HTTPAnswer
        do { answer = try await send(.get, path, headers: [(name: "x-aws-ec2-metadata-token", value: token.revealed)]) } catch {
            if case .cancelled = error.problem { throw CancellationError() }
            throw CredentialsError("\(place) failed: \(error)")
        }
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw CredentialsError("\(place) answered \(path) with HTTP status \(answer.status)") }
        return String(decoding: answer.body, as: UTF8.self)
    }

    private func send(_ method: HTTPCall.Method, _ path: String, headers: [(name: String, value: String)]) async throws(HTTPFailure) -> HTTPAnswer {
        let limits = HTTPCall.Limits(bodyBytesMax: 65_536, connectTimeout: connectTimeout, idleTimeout: answerTimeout, totalTimeout: connectTimeout * 3)
        return try await http.send(HTTPCall(method: method, url: endpoint + path, headers: headers, limits: limits, acceptsGzip: false))
    }
}
