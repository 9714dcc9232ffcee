import Crypto
package import Fleet

/// AWS signature version 4, in headers.
///
/// Pure: what it signs, with what and for when is handed in.
package struct Signer: Sendable {
    package let credentials: Credentials
    /// `us-east-1`
    package let region: String
    /// The signing name of the service: `ec2`, `ssm`.
    package let service: String

    package init(credentials: Credentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// What a signature was computed from and is; the parts are there for tests and for finding out why a server disagrees.
    package struct Signature: Sendable {
        package let canonicalRequest: String
        package let stringToSign: String
        /// 64 hexadecimal digits.
        package let signature: String
        /// The value of the `Authorization` header.
        package let authorization: String
        /// The request's headers with `X-Amz-Date`, `X-Amz-Security-Token` where there is one, and `Authorization`.
        package let headers: [(name: String, value: String)]
    }

    /// Signs the request for one moment. A server accepts it within five minutes of that, some within fifteen.
    package func sign(_ request: SignableRequest, at time: Timestamp) -> Signature {
        var request = request
        let stamp = Self.stamp(time)
        let added = ["x-amz-date", "x-amz-security-token", "authorization"]
        request.headers.removeAll { added.contains($0.name.lowercased()) }
        request.headers.append((name: "X-Amz-Date", value: stamp))
        if let token = credentials.sessionToken { request.headers.append((name: "X-Amz-Security-Token", value: token.revealed)) }

        let headers = request.canonicalHeaders()
        let names = headers.map(\.name).joined(separator: ";")
        let canonical = [
            request.method, request.canonicalPath(), request.canonicalQuery(),
            headers.map { $0.name + ":" + $0.value + "\n" }.joined(), names, Self.digest(request.body),
        ].joined(separator: "\n")
        let scope = [String(stamp.prefix(8)), region, service, "aws4_request"].joined(separator: "/")
        let toSign = ["AWS4-HMAC-SHA256", stamp, scope, Self.digest(Array(canonical.utf8))].joined(separator: "\n")
        let signature = Percent.hex(Self.authenticate(toSign, key: key(day: String(stamp.prefix(8)))))
        let authorization = "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
        request.headers.append((name: "Authorization", value: authorization))
        return Signature(
            canonicalRequest: canonical, stringToSign: toSign, signature: signature, authorization: authorization, headers: request.headers)
    }

    /// `20150830T123600Z`
    static func stamp(_ time: Timestamp) -> String {
        String(time.description.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }

    private func key(day: String) -> SymmetricKey {
        var key = SymmetricKey(data: Array(("AWS4" + credentials.secret.revealed).utf8))
        for part in [day, region, service, "aws4_request"] {
            key = SymmetricKey(data: Self.authenticate(part, key: key))
        }
        return key
    }

    private static func authenticate(_ text: String, key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    private static func digest(_ bytes: [UInt8]) -> String { Percent.hex(SHA256.hash(data: bytes)) }
}
