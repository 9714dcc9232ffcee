import Fleet
import FoundationEssentials
import Wire

/// The credentials that ECS, EKS Pod Identity and their like hand to the programs in a container, from an HTTP server beside it.
struct ContainerCredentials: CredentialsProvider {
    let place: String
    let isRefreshable = true
    /// Absolute. Its query is sent and never shown.
    let url: String
    private let tokenFile: TokenFile?
    private let token: Secret?
    private let http: HTTPCaller
    private let clock: AWSClock
    /// For one try.
    private let timeout: Duration

    /// Tries, and the time between them: botocore's numbers (`utils.py`, `ContainerMetadataFetcher`).
    static let attemptsMax = 3
    private static let pause = Duration.seconds(1)

    /// Nil where neither `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` nor `…_FULL_URI` is set; the first comes first.
    init?(_ environment: Environment, http: HTTPCaller, clock: AWSClock, timeout: Duration) throws(CredentialsError) {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            url = "http://169.254.170.2" + path
            guard path.hasPrefix("/"), HTTPAddress(url) != nil else {
                throw CredentialsError("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '\(HTTPAddress.shown(path))' is no path: it begins with /")
            }
        } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            url = full
            guard let address = HTTPAddress(full) else {
                throw CredentialsError("AWS_CONTAINER_CREDENTIALS_FULL_URI: '\(HTTPAddress.shown(full))' is not a URL: write it as http://host[:port]/path")
            }
            guard Self.isAllowed(address) else {
                throw CredentialsError(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI: '\(address.shown)' is not asked for credentials: it must be https, or on this machine "
                        + "(127.0.0.0/8, [::1], localhost), 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]")
            }
        } else {
            return nil
        }
        place = "the container's credentials at \(HTTPAddress.shown(url))"
        tokenFile = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].map { TokenFile(path: $0) }
        token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map { Secret($0) }
        self.http = http
        self.clock = clock
        self.timeout = timeout
    }

    /// Whether credentials may be asked for there: what is answered in clear by anybody else could be anybody's.
    static func isAllowed(_ address: HTTPAddress) -> Bool {
        if address.scheme == .https { return true }
        var host = Substring(address.authority.lowercased())
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            host = host[host.index(after: host.startIndex)..<end]
        } else {
            host = host.prefix { $0 != ":" }
        }
        if ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(host) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && !numbers.contains(nil) && numbers[0] == 127
    }

    func credentials() async throws -> Credentials {
        var attempt = 1
        while true {
            do { return try await ask() } catch let error as CredentialsError {
                guard attempt < Self.attemptsMax else { throw CredentialsError("\(error) (tried \(attempt) times)") }
            }
            attempt += 1
            try await clock.sleep(Self.pause)
        }
    }

    private func ask() async throws -> Credentials {
        var headers = [(name: "Accept", value: "application/json")]
        if let token = try authorization() { headers.append((name: "Authorization", value: token.revealed)) }
        let limits = HTTPCall.Limits(bodyBytesMax: 65_536, connectTimeout: timeout, idleTimeout: timeout, totalTimeout: timeout * 2)
        let answer: HTTPAnswer
        do { answer = try await http.send(HTTPCall(method: .get, url: url, headers: headers, limits: limits, acceptsGzip: false)) } catch {
            if case .cancelled = error.problem { throw CancellationError() }
            throw CredentialsError("\(place) cannot be had: \(error.problem)")
        }
        guard answer.status == 200 else {
            let remedy = (401...403).contains(answer.status) ? ": is the token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE the right one?" : ""
            throw CredentialsError("\(place) cannot be had: HTTP status \(answer.status)\(remedy)")
        }
        guard let document = CredentialsDocument(answer.body) else { throw CredentialsError("\(place) cannot be read: the answer is not JSON") }
        return try document.credentials(from: place)
    }

    /// The file comes before the variable, and is read at each asking.
    private func authorization() throws(CredentialsError) -> Secret? {
        if let tokenFile { return try tokenFile.read() }
        guard let token else { return nil }
        guard token.revealed.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw CredentialsError("AWS_CONTAINER_AUTHORIZATION_TOKEN holds a line's end or another character that no header may have: remove it")
        }
        return token
    }
}
