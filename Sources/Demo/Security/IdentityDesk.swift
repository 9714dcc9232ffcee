internal import CryptoExtras
internal import Fleet
internal import FoundationEssentials
internal import Synchronization

/// The invented cluster's identity and access management: one service account, which logs in with its key and gets tokens that end.
package final class IdentityDesk: Sendable {
    /// The service account's, and the IAM's own; for the whole process, since making them takes a while.
    private static let keys = Result { (account: try _RSA.Signing.PrivateKey(keySize: .bits2048), own: try _RSA.Signing.PrivateKey(keySize: .bits2048)) }

    private let account: _RSA.Signing.PrivateKey
    private let own: _RSA.Signing.PrivateKey
    /// Logging in is a matter of real time, also where the cluster's own clock runs faster: whoever signs goes by the system's.
    private let now: @Sendable () -> Timestamp
    private let issued = Mutex<[String: Int64]>([:])

    package static let user = "mayfly"
    /// DC/OS' own tokens last five days; these end often enough for the demonstration to see one renewed.
    static let tokenLifetime = Duration.seconds(120)
    /// The IAM takes no login token that is good for longer.
    private static let loginLifetimeMax: Int64 = 600
    /// For clocks that are not quite right.
    private static let skewMax: Int64 = 30
    /// At most so many tokens are good at a time; the oldest go first.
    private static let tokensMax = 1000

    init(now: @escaping @Sendable () -> Timestamp) throws {
        self.now = now
        (account, own) = try Self.keys.get()
    }

    /// The account's secret as `dcos security org service-accounts create-sa-secret` writes it.
    ///
    /// - Parameter url: Admin Router's address.
    func secret(url: String) -> String {
        let secret: JSON = [
            "scheme": "RS256", "uid": JSON(Self.user), "private_key": JSON(account.pemRepresentation), "login_endpoint": JSON(url + "/acs/api/v1/auth/login"),
        ]
        return String(decoding: secret.bytes, as: UTF8.self)
    }

    private struct Login: Decodable {
        let uid: String
        let token: String?
    }

    /// `POST /acs/api/v1/auth/login`.
    ///
    /// The account's token must end within the next ten minutes.
    func logIn(_ question: Question) -> Answer {
        guard question.method == "POST" else { return .text(405, "405 Method Not Allowed", headers: [("Allow", "POST")]) }
        guard let login = try? JSONDecoder().decode(Login.self, from: Data(question.body)), let text = login.token else {
            return Self.refusal(400, "Bad Request", "malformed login request", "ERR_MALFORMED_LOGIN")
        }
        let now = now()
        guard login.uid == Self.user, let token = WebToken(text, signedFor: account.publicKey), token.user == login.uid,
            (-Self.skewMax...Self.loginLifetimeMax + Self.skewMax).contains(token.expires - now.milliseconds / 1000)
        else { return Self.refusal(401, "Unauthorized", "Invalid login credentials.", "ERR_INVALID_CREDENTIALS") }
        do {
            return .json(["token": JSON(try issue(at: now))])
        } catch {
            return .text(500, "500 Internal Server Error")
        }
    }

    private func issue(at now: Timestamp) throws -> String {
        let expires = (now + Self.tokenLifetime).milliseconds / 1000
        let token = try WebToken(user: Self.user, expires: expires).signed(with: own)
        issued.withLock { issued in
            if issued.count >= Self.tokensMax { issued = issued.filter { $0.value * 1000 > now.milliseconds } }
            if issued.count >= Self.tokensMax, let oldest = issued.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }) { issued[oldest.key] = nil }
            issued[token] = expires
        }
        return token
    }

    /// Whether a request carries a token that was given out here and has not ended.
    func knows(_ authorization: String?) -> Bool {
        guard let authorization, authorization.hasPrefix("token=") else { return false }
        let (token, now) = (String(authorization.dropFirst("token=".count)), now())
        return issued.withLock { $0[token].map { $0 * 1000 > now.milliseconds } ?? false }
    }

    /// Lets every token end, as a restart of the IAM with a new key does.
    package func revokeAll() { issued.withLock { $0 = [:] } }

    private static func refusal(_ status: Int, _ title: String, _ description: String, _ code: String) -> Answer {
        .json(["title": JSON(title), "description": JSON(description), "code": JSON(code)], status: status)
    }
}
