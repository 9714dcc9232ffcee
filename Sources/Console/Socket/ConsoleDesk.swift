package import Daemon
import Fleet
import Foundation
import HTTPTypes
internal import Hummingbird
import Ledger
import Logging
internal import NIOCore
import Rounds
import ServiceLifecycle

/// Answers requests, from the last round's bulletin where that is enough, else from the ledger between two rounds.
package struct ConsoleDesk: Sendable {
    package let cluster: String
    package let version: String
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    private let mode: Mode
    private let examination: Examination
    private let examining = Turnstile()

    /// All that is sent to it is short.
    static let bodyBytesMax = 16_384
    static let versionHeader = "Mayfly-Version", ledgerHeader = "Mayfly-Ledger", goodHeader = "Mayfly-Good"

    package init(_ watchdog: Watchdog, version: String) {
        cluster = watchdog.configuration.cluster
        mode = watchdog.configuration.mode
        keeper = watchdog.keeper
        time = watchdog.time
        logger = watchdog.logger
        examination = Examination(watchdog.configuration, clients: watchdog.clients, time: watchdog.time, bulletin: watchdog.keeper.bulletin)
        self.version = version
    }

    func respond(to request: Request, context: ConsoleContext) async -> Response {
        let peer = await Peer.of(context.channel)
        let reply: Reply
        do {
            reply = try await answer(request, peer: peer)
        } catch {
            reply = Reply(ConsoleError(error))
        }
        if logger.logLevel <= .debug {
            logger.debug(
                "Answered",
                metadata: [
                    LogKey.user: "\(peer.map(\.description) ?? "-")", LogKey.url: "\(request.uri.path.prefix(200))", LogKey.count: "\(reply.status)",
                ])
        }
        return reply.response(version: version, ledger: keeper.ledger.path)
    }

    private func answer(_ request: Request, peer: Peer?) async throws -> Reply {
        let path = request.uri.path
        if path == ConsolePath.snapshot.rawValue { return try await snapshot(request, peer: peer) }
        let parameters = Dictionary(request.uri.queryParameters.map { (String($0.key), String($0.value)) }, uniquingKeysWith: { $1 })
        let wantsText = request.headers[.accept]?.hasPrefix("text/plain") ?? false
        if request.method == .post, let instruction = try Instruction(path: path, parameters: parameters) {
            return Reply(try await answer(instruction, peer: peer), wantsText: wantsText)
        }
        guard request.method == .get || request.method == .head else {
            throw ConsoleError(
                .methodNotAllowed, "\(request.method.rawValue) \(path.prefix(200)) is not allowed", hint: "questions are asked with GET, and commands with POST"
            )
        }
        if path == ConsolePath.metrics.rawValue { return Reply(text: metrics(), type: MetricsText.contentType) }
        if path == ConsolePath.healthz.rawValue { return healthz() }
        guard let question = try Question(path: path, parameters: parameters) else {
            throw ConsoleError(
                .unknownRoute, "there is nothing at \(path.prefix(200)) in Mayfly \(version)",
                hint: "this daemon and whoever asks are of different versions; ask for one of \(ConsolePath.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return Reply(try await answer(question), wantsText: wantsText)
    }

    package func answer(_ question: Question) async throws -> ConsoleAnswer {
        let (cluster, version, now) = (cluster, version, time.now())
        let content = keeper.bulletin.read()
        switch question {
        case .status: return try await status(content, now: now).answer()
        case .nodes: if let report = content.report { return try Archive.nodes(report.picture, cluster: cluster) }
        case .services(let name): if let report = content.report { return try Archive.services(report.picture, named: name) }
        case .rules: if let report = content.report { return try Archive.rules(report.picture) }
        case .doctor: return try await examine()
        case .explain, .history, .replacements: break
        }
        return try await keeper.consult { try question.answer(from: Archive($0, cluster: cluster, now: now), version: version) }
    }

    private func status(_ content: Bulletin.Content, now: Timestamp) async throws -> Status {
        var picture = content.report?.picture
        if picture == nil {
            let cluster = cluster
            picture = try? await keeper.consult { try Archive($0, cluster: cluster, now: now).picture() }
        }
        return Status(
            Status.Standing(
                cluster: cluster, version: version, mode: mode, ledger: keeper.ledger.path, ledgerBytes: keeper.ledger.sizeBytes, now: now,
                picture: picture, alerts: content.alerts, pauseFile: content.pauseFile, bulletin: content))
    }

    /// With the daemon's own clients, and nothing of its rounds: they go on meanwhile. One at a time, for each asks every source.
    private func examine() async throws -> ConsoleAnswer {
        let (examination, time) = (examination, time)
        let checks = await examining.pass { await cancelWhenGracefulShutdown { await examination.run() } }
        guard let checks else {
            throw ConsoleError(.busy, "the daemon is being examined already, for somebody else", hint: "wait until that ends, a minute and a half at most")
        }
        return try Examined(by: .daemon, checks: checks, now: time.now()).answer()
    }

    package func metrics() -> String { MetricsText(keeper.bulletin.read(), version: version, ledgerBytes: keeper.ledger.sizeBytes).text }

    /// Whether the program runs; whether it sees is what `/v1/status` and the metrics say.
    func healthz() -> Reply { Reply(text: "ok\n", type: "text/plain; charset=utf-8") }

    private func snapshot(_ request: Request, peer: Peer?) async throws -> Reply {
        guard request.method == .post else { throw ConsoleError(.methodNotAllowed, "a copy is asked for with POST", hint: "use mayfly snapshot FILE") }
        guard let path = request.uri.queryParameters["path"].map({ String($0) }), path.hasPrefix("/"), path.utf8.count <= 4096 else {
            throw ConsoleError(.badRequest, "path must be an absolute path", hint: "name the file with ?path=/…")
        }
        if let free = LedgerStore.freeBytes(beside: path), free < keeper.ledger.sizeBytes {
            throw ConsoleError(
                .snapshotRefused, "\(path): \(free / 1024) KiB are free, the ledger has \(keeper.ledger.sizeBytes / 1024)", hint: "name another disk")
        }
        let start = ContinuousClock.now
        do {
            try await keeper.backup(to: path)
        } catch {
            throw ConsoleError(.snapshotRefused, "\(error)", hint: "the daemon's own user must be able to write there, and the file must not exist")
        }
        let took = ContinuousClock.now - start
        logger.notice(
            "Copy of the ledger was written",
            metadata: [
                LogKey.path: "\(path)", LogKey.user: "\(peer?.name ?? "-")", LogKey.duration: "\(Int64((took / .milliseconds(1)).rounded()))",
            ])
        let view = SnapshotView(path: path, bytes: LedgerStore.sizeBytes(path: path), seconds: took / .seconds(1))
        return Reply(text: try ConsoleAnswer.encode(view) + "\n", type: "application/json")
    }
}

/// What became of a copy.
package struct SnapshotView: Codable, Sendable {
    package let path: String
    package let bytes: Int64
    /// For so long no round could run.
    package let seconds: Double
}

/// A response before Hummingbird has it.
struct Reply: Sendable {
    var status = 200
    let text: String
    let type: String
    var isGood = true

    init(text: String, type: String, isGood: Bool = true) {
        self.text = text
        self.type = type
        self.isGood = isGood
    }

    init(_ answer: ConsoleAnswer, wantsText: Bool) {
        self =
            wantsText
            ? Reply(text: answer.lines.joined(separator: "\n") + "\n", type: "text/plain; charset=utf-8", isGood: answer.isGood)
            : Reply(text: answer.json + "\n", type: "application/json", isGood: answer.isGood)
    }

    init(_ error: ConsoleError) {
        text = ((try? ConsoleAnswer.encode(error)) ?? "{}") + "\n"
        type = "application/json"
        status = error.code.status
        isGood = false
    }

    func response(version: String, ledger: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        let values = [
            ConsoleDesk.versionHeader: version, ConsoleDesk.ledgerHeader: ledger.filter { $0.isASCII }, ConsoleDesk.goodHeader: isGood ? "true" : "false",
        ]
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { if let field = HTTPField.Name(name) { headers[field] = value } }
        return Response(status: HTTPResponse.Status(code: status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
