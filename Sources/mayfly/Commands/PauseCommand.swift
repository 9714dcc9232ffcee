import ArgumentParser
import Console
import Daemon
import Fleet

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "The kill switch: start nothing, and do nothing harmful.",
        discussion: """
            What is in flight waits where it is; looking, launching and joining go on, so that nothing is left half alive. Where no daemon runs the pause is \
            written into the pause file, which the daemon finds when it starts; it has no end then.

            \(Telling.explanation)

            EXAMPLES
              mayfly pause --reason "storage is being moved"
              mayfly pause --for 2h --reason "incident 4711"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Option(name: .customLong("for"), help: ArgumentHelp("For how long: 30m, 4h, 2d. Without it: until somebody resumes.", valueName: "duration"))
    var lasting: String?

    func validate() throws { _ = try Telling.duration(lasting) }

    func run() async throws {
        let configuration = try telling.options.load()
        let instruction = try telling.instruction(.pause, lasting: Telling.duration(lasting))
        if try Inquiry.isDaemonThere(configuration.console.socket) { return try await telling.tell(instruction, configuration) }
        let now = try Time.program().now()
        do throws(PauseFile.Problem) {
            try configuration.pauseFile.write(who: Peer.own.name, reason: instruction.reason, at: now)
        } catch {
            throw CommandFailure.failed("no daemon answers on \(configuration.console.socket), and \(error)")
        }
        let end = lasting == nil ? "" : "; a file has no end, so --for is left out"
        let outcome = "Paused by \(configuration.pauseFile.path), for no daemon runs\(end): mayfly resume ends it"
        if telling.output.json { try printJSON(["command": "pause", "outcome": outcome]) } else { print(outcome) }
    }
}
