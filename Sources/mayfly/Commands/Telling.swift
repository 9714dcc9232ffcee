import ArgumentParser
import Console
import Daemon
import Fleet

/// How a command that acts tells the running daemon what a person wants, and prints what came of it.
struct Telling: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Option(name: .long, help: ArgumentHelp("Why: it stands in the ledger and in every explanation.", valueName: "text")) var reason: String

    /// Said in the help of every command that tells so.
    static let explanation = """
        Tells the running daemon over its socket, which takes membership of the socket's group; who tells it is known by the kernel, and is kept with the \
        reason. It answers what came of it, from the round that took it in.
        """

    static let exitCodes = """
        EXIT CODES
          0  taken
          1  not taken, or no daemon runs
          2  wrong use, or wrong configuration
        """

    /// - Throws: what is missing, as wrong use.
    func instruction(_ verb: Instruction.Verb, _ subject: String? = nil, lasting: Duration? = nil) throws -> Instruction {
        do throws(ConsoleError) {
            return try Instruction(verb, subject, reason: reason, lasting: lasting)
        } catch {
            throw CommandFailure.wrongUse("\(error)")
        }
    }

    /// Tells the daemon, which must run.
    func tell(_ verb: Instruction.Verb, _ subject: String? = nil, lasting: Duration? = nil) async throws {
        let configuration = try options.load()
        let instruction = try instruction(verb, subject, lasting: lasting)
        guard try Inquiry.isDaemonThere(configuration.console.socket) else {
            throw CommandFailure.failed("no daemon answers on \(configuration.console.socket), and \(verb.rawValue) needs it; start it, or check socket")
        }
        try await tell(instruction, configuration)
    }

    func tell(_ instruction: Instruction, _ configuration: Configuration) async throws {
        let reply = try await Inquiry.checked(configuration) { try await $0.tell(instruction, wantsText: !output.json) }
        print(reply.text, terminator: "")
        if !reply.isGood { throw CommandFailure.found }
    }

    /// A duration as it was typed.
    static func duration(_ text: String?) throws -> Duration? {
        guard let text else { return nil }
        let range = Instruction.lastingRange
        guard let duration = Duration(text: text), range.contains(duration) else {
            throw ValidationError("--for must be a duration such as 30m, 4h or 2d, from \(range.lowerBound.text) to \(range.upperBound.text), not '\(text)'")
        }
        return duration
    }
}
