import ArgumentParser
import Console
import Daemon
import Fleet
import Foundation
import Ledger
import Rules
import Wire

/// How a reading command gets its answer: from the running daemon by its socket, else from the ledger at rest.
struct Inquiry: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Option(
        name: .long, help: ArgumentHelp("Read this ledger, which no daemon has open: a copy. The daemon is not asked.", valueName: "file"), completion: .file())
    var ledger: String?

    /// Said in the help of every command that asks so.
    static let explanation = """
        Asks the running daemon over its socket, which takes membership of the socket's group. Where no daemon runs it reads the ledger, and says so on \
        standard error. It never opens a ledger that a daemon has open.
        """

    /// Prints the answer. Throws `found` when what was printed says that something is wrong.
    func answer(_ question: Question) async throws {
        let configuration = try options.load()
        if ledger == nil, try Self.isDaemonThere(configuration.console.socket) {
            let reply = try await Self.ask(question, configuration: configuration, wantsText: !output.json)
            print(shown(reply.text, of: question), terminator: "")
            if !reply.isGood { throw CommandFailure.found }
            return
        }
        let path = ledger ?? configuration.ledger.path
        let rules = try options.loadRules(configuration)
        var archive = Archive(
            cluster: configuration.cluster, ledger: try open(configuration), rules: rules, settings: configuration.settings, now: try Time.program().now())
        if ledger == nil { archive.pauseFile = configuration.pauseFile.read() }
        let answer: ConsoleAnswer
        do {
            answer = try question.answer(from: archive, version: Mayfly.version)
        } catch {
            throw CommandFailure.failed("\(ConsoleError(error))")
        }
        if ledger == nil, !output.json { printError("No daemon answers on \(configuration.console.socket); this is from the ledger at rest, \(path)") }
        print(output.json ? answer.json : shown(answer.lines.joined(separator: "\n"), of: question))
        if !answer.isGood { throw CommandFailure.found }
    }

    private func open(_ configuration: Configuration) throws -> LedgerStore {
        do {
            return try options.openForReading(configuration, ledger: ledger)
        } catch let failure as CommandFailure where ledger == nil {
            throw CommandFailure(code: failure.code, message: failure.message + "; and no daemon answers on \(configuration.console.socket)")
        }
    }

    /// Whether somebody listens; throws when somebody may, and this user may not ask.
    static func isDaemonThere(_ socket: String) throws -> Bool {
        switch SocketFile(socket).listening() {
        case .live: return true
        case .absent, .stale: return false
        case .denied(let group):
            let who = group.map { "the group \($0)" } ?? "its group"
            throw CommandFailure.failed("\(socket): this user may not ask the daemon; join \(who), or use sudo; a copy can be read with --ledger")
        case .other(let why): throw CommandFailure.failed("\(socket): the daemon cannot be asked: \(why); check socket in the configuration")
        }
    }

    /// Asks the daemon, if it is the one that this configuration is of.
    static func ask(_ question: Question, configuration: Configuration, wantsText: Bool) async throws -> ConsoleClient.Reply {
        try await checked(configuration) { try await $0.ask(question, wantsText: wantsText) }
    }

    /// What the daemon replies, if it is the one that this configuration is of.
    static func checked(_ configuration: Configuration, _ body: (ConsoleClient) async throws -> ConsoleClient.Reply) async throws -> ConsoleClient.Reply {
        try await withClient(configuration) { client in
            let reply = try await body(client)
            guard reply.ledger == configuration.ledger.path.filter(\.isASCII) else {
                throw CommandFailure.failed(
                    "\(client.socket): the daemon there works on the ledger \(reply.ledger), the configuration names \(configuration.ledger.path); name the daemon's own configuration with --config"
                )
            }
            return reply
        }
    }

    static func withClient<Result>(_ configuration: Configuration, _ body: (ConsoleClient) async throws -> Result) async throws -> Result {
        let http = try HTTPCaller()
        let result: Result
        do {
            result = try await body(ConsoleClient(socket: configuration.console.socket, http: http))
        } catch {
            await http.shutdown()
            if error is CommandFailure { throw error }
            var failure = CommandFailure.failed("\(error)")
            failure.isRefusal = (error as? ConsoleError)?.code == .commandRefused
            throw failure
        }
        await http.shutdown()
        return result
    }

    /// On a terminal the table of nodes is cut at its edge, for it wraps badly; all else is for reading, whole.
    private func shown(_ text: String, of question: Question) -> String {
        guard !output.json, question == .nodes, let columns = Terminal.columns else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).cut(to: columns) }.joined(separator: "\n")
    }
}
