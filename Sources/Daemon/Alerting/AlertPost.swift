import Fleet
import Wire

/// Sends JSON to one target, and says what that came to.
struct AlertPost: Sendable {
    let destination: AlertDestination
    let http: HTTPCaller

    enum Result: Equatable {
        case taken
        /// A no for good: about what was sent, not about the target's state.
        case refused(String)
        /// To be tried again. Whether the target answered at all: one that did may still take something else.
        case failed(String, answered: Bool)
        /// The program is ending; nothing was said about the target.
        case cancelled
    }

    /// An Alertmanager takes hundreds of alerts at once, and a webhook may do some work before it answers.
    private static let limits = HTTPCall.Limits(bodyBytesMax: 65_536, connectTimeout: .seconds(5), idleTimeout: .seconds(15), totalTimeout: .seconds(30))

    /// What is retried though it is a 4xx: a token that is being rotated, a proxy that wants to be asked again, too much at once.
    private static let retriedStatuses: Set<Int> = [401, 403, 407, 408, 425, 429]
    /// What an Alertmanager says of alerts that it cannot take; any other 4xx is about the URL.
    private static let alertmanagerRefusals: Set<Int> = [400, 413, 422]

    func send(_ body: [UInt8]) async -> Result {
        var headers = [(name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "mayfly")]
        var token: String?
        if let file = destination.tokenFile {
            do throws(SecretProblem) {
                let read = try SecretFile.read(file, called: "the token file")
                headers.append((name: "Authorization", value: "Bearer " + read))
                token = read
            } catch {
                return .failed(error.text, answered: false)
            }
        }
        let url = destination.kind == .alertmanager ? destination.url + "/api/v2/alerts" : destination.url
        do throws(HTTPFailure) {
            let answer = try await http.send(HTTPCall(method: .post, url: url, headers: headers, body: body, limits: Self.limits))
            return result(of: answer, token: token)
        } catch {
            if error.problem == .cancelled { return .cancelled }
            let text = error.detail.isEmpty ? "\(error.problem)" : "\(error.problem): \(error.detail)"
            return .failed(redacted(text, token: token), answered: false)
        }
    }

    /// Whether the target can be reached, without telling it anything: nil when it can, else what is wrong and what to do. A webhook has nothing to ask, so
    /// only the token for it is read.
    func check() async -> String? {
        let headers: [(name: String, value: String)]
        var token: String?
        do throws(SecretProblem) {
            token = try destination.tokenFile.map { (path) throws(SecretProblem) in try SecretFile.read(path, called: "the token file") }
            headers = token.map { [(name: "Authorization", value: "Bearer " + $0)] } ?? []
        } catch {
            return "\(destination.name): \(error.text)"
        }
        guard destination.kind == .alertmanager else { return nil }
        do throws(HTTPFailure) {
            let answer = try await http.send(HTTPCall(url: destination.url + "/api/v2/status", headers: headers, limits: Self.limits))
            return answer.isSuccess
                ? nil : "\(destination.name) answered \(answer.status) to /api/v2/status; is alerts.alertmanager the URL of an Alertmanager, up to its prefix?"
        } catch {
            return redacted("\(destination.name): \(error.problem)\(error.detail.isEmpty ? "" : ": " + error.detail)", token: token)
        }
    }

    private func result(of answer: HTTPAnswer, token: String?) -> Result {
        if answer.isSuccess { return .taken }
        let said = String(decoding: answer.body.prefix(Self.saidBytesMax), as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let text = redacted("it answered \(answer.status)" + (said.isEmpty ? "" : ": \(said)"), token: token)
        let isRefusal =
            switch destination.kind {
            case .alertmanager: Self.alertmanagerRefusals.contains(answer.status)
            case .webhook: (400..<500).contains(answer.status) && !Self.retriedStatuses.contains(answer.status)
            }
        return isRefusal ? .refused(text) : .failed(text, answered: true)
    }

    /// What a server says may repeat what it was sent: neither the token nor the URL's path, which may be one, is to be told on.
    private func redacted(_ text: String, token: String?) -> String {
        let path = HTTPAddress(destination.url)?.path ?? ""
        var text = text
        for secret in [token ?? "", path] where secret.count > 1 { text = text.replacing(secret, with: "…") }
        return text
    }

    /// Enough for a sentence.
    private static let saidBytesMax = 200
}
