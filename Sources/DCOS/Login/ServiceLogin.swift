import Fleet
import FoundationEssentials
import Wire

/// One login of a service account with DC/OS' IAM.
struct ServiceLogin: Sendable {
    let account: ServiceAccount
    let endpoint: String
    let http: HTTPCaller

    /// A token is below 2 KB. A login that takes longer than 15 s would make polls late that wait for it.
    private static let limits = HTTPCall.Limits(bodyBytesMax: 65_536, idleTimeout: .seconds(10), totalTimeout: .seconds(15))
    /// Below this a clock explains no refusal: the login is good for five minutes, and the header itself is up to a second old.
    private static let skewTolerated = Duration.seconds(60)

    /// - Parameter now: the real time, by which the login is signed.
    /// - Throws: `.noLogin` with the reason, or `.cancelled`.
    func token(now: Timestamp) async throws(HTTPFailure) -> Token {
        let body: [UInt8]
        do { body = try account.request(now: now) } catch { throw failed("the login of \(account) could not be signed: \(error)") }
        let headers = [(name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json")]
        let answer: HTTPAnswer
        do throws(HTTPFailure) {
            answer = try await http.send(HTTPCall(method: .post, url: endpoint, headers: headers, body: body, limits: Self.limits))
        } catch {
            if error.problem == .cancelled { throw error }
            throw failed("\(error.problem)\(error.detail.isEmpty ? "" : ": " + error.detail)")
        }
        guard answer.status == 200 else { throw failed(refusal(answer, now: now)) }
        guard let text = (try? JSONDecoder().decode(Granted.self, from: Data(answer.body)))?.token else {
            throw failed("200, but not with the JSON of a login: is this the address of DC/OS' IAM?")
        }
        do throws(SecretProblem) {
            return Token(try SecretFile.checked(text, called: "the token"), now: now)
        } catch {
            throw failed("200, but " + error.text)
        }
    }

    private func failed(_ detail: String) -> HTTPFailure {
        let place = account.loginEndpoint == nil ? "" : " (this address is the login_endpoint of \(account.file))"
        return HTTPFailure(.noLogin, url: endpoint, detail: detail + place)
    }

    private func refusal(_ answer: HTTPAnswer, now: Timestamp) -> String {
        let code = (try? JSONDecoder().decode(Refused.self, from: Data(answer.body)))?.shown.map { " \($0)" } ?? ""
        let said = "\(answer.status)\(code)"
        switch answer.status {
        case 400, 401, 403:
            return "\(said): the IAM does not accept \(account): does the account exist, and has it this key's public half?" + skew(answer, now: now)
        case 404: return "\(said): nobody can log in there; before DC/OS 1.13 only Enterprise has service accounts, so use token_file or dcos_toml"
        case 300..<400:
            let target = answer.header("location").map { HTTPAddress.shown($0) } ?? "nowhere"
            return "\(said), a redirect to \(target), which a login does not follow: name the address itself"
        default: return "\(said): the IAM, or what stands before it, is in trouble; the next poll tries again"
        }
    }

    /// Names a clock that is off, by the answer's own.
    private func skew(_ answer: HTTPAnswer, now: Timestamp) -> String {
        guard let theirs = answer.header("date").flatMap({ Timestamp(httpDate: $0) }) else { return "" }
        let ahead = now - theirs
        guard ahead > Self.skewTolerated || ahead < .zero - Self.skewTolerated else { return "" }
        let amount = (ahead < .zero ? .zero - ahead : ahead).text
        return " This machine's clock is \(amount) \(ahead < .zero ? "behind" : "ahead of") DC/OS', and a login is good for 5 minutes: set the clock right"
    }

    private struct Granted: Decodable { let token: String }

    private struct Refused: Decodable {
        let code: String?

        /// `ERR_INVALID_CREDENTIALS`, and nothing that could be anything else.
        var shown: String? {
            guard let code, code.hasPrefix("ERR_"), code.utf8.count <= 64, code.utf8.allSatisfy({ $0 == 0x5F || (0x41...0x5A).contains($0) }) else {
                return nil
            }
            return code
        }
    }
}
