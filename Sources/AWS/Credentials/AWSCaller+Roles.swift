import Fleet
import Wire

extension AWSCaller {
    /// Asks STS for the credentials of a role.
    ///
    /// - Parameters:
    ///   - form: `AssumeRole` or one of its kin.
    ///   - secret: what the form holds that must not be seen.
    ///   - place: what is asked for, as the beginning of an error.
    func temporaryCredentials(_ form: FormBody, as identity: Identity, secret: Secret? = nil, for place: String) async throws -> Credentials {
        let call = AWSCall.sts(form, secret: secret)
        do {
            let answer = try await send(call, as: identity)
            do { return try Credentials(sts: answer.body, action: form.action) } catch { throw AWSError(malformed: error, call, answer) }
        } catch let error as AWSError {
            // Nobody's fault, and no word on the credentials: whoever waits for them asks again.
            if case .cancelled = error.problem { throw CancellationError() }
            throw CredentialsError("\(place): \(error)")
        }
    }
}

extension Credentials {
    /// Reads the answer of `AssumeRole` and its kin, all of which must be there.
    init(sts body: [UInt8], action: String) throws(MalformedAnswer) {
        let path = "\(action)Result/Credentials"
        let names = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]
        let shape = XMLShape("\(action)Response", ["\(action)Result", path] + names.map { "\(path)/\($0)" })
        let fields = try XMLReading.read(body, as: shape) { (_, _) throws(MalformedAnswer) in }
        let found = try names.map { (name) throws(MalformedAnswer) in try fields.required(shape.index("\(path)/\(name)")) }
        guard let end = Timestamp(iso8601: found[3]) else { throw MalformedAnswer("Expiration is no time") }
        self.init(accessKeyID: found[0], secret: found[1], sessionToken: found[2], expiration: end)
    }
}

/// The keys of a profile, or variables, that say how a role is taken.
struct RoleSession: Sendable {
    let role: String
    let name: String

    /// What CloudTrail shows of a session that nobody named.
    static let defaultName = "mayfly"

    /// - Parameter place: where it is written, for errors.
    init(role: String, name: String?, place: String) throws(CredentialsError) {
        guard role.hasPrefix("arn:"), (20...2048).contains(role.utf8.count), role.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw CredentialsError("\(place): '\(role.prefix(100))' is no role: write its ARN, arn:aws:iam::123456789012:role/name")
        }
        let name = name ?? Self.defaultName
        let isGood =
            (2...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                let scalar = Unicode.Scalar(byte)
                return scalar.properties.isAlphabetic && scalar.isASCII || (0x30...0x39).contains(byte) || "_+=,.@-".unicodeScalars.contains(scalar)
            }
        guard isGood else {
            throw CredentialsError("\(place): the session's name '\(name.prefix(80))' is not 2 to 64 letters, digits and _+=,.@-")
        }
        self.role = role
        self.name = name
    }

    func form(_ action: String) -> FormBody {
        var form = FormBody(sts: action)
        form.add("RoleArn", role)
        form.add("RoleSessionName", name)
        return form
    }
}
