import ArgumentParser
import Console
import Daemon
import Fleet
import Ledger

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "End the pause.",
        discussion: """
            Removes the pause file, where it is there and this user may, and tells the daemon. Where no daemon runs, a pause that stands in the ledger is named: \
            the daemon has to run for it to end.

            \(Telling.explanation)

            EXAMPLES
              mayfly resume --reason "storage is moved"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling

    func run() async throws {
        let configuration = try telling.options.load()
        let instruction = try telling.instruction(.resume)
        let wasThere: Bool
        do throws(PauseFile.Problem) {
            wasThere = try configuration.pauseFile.remove()
        } catch {
            throw CommandFailure.failed("still paused: \(error)")
        }
        if try Inquiry.isDaemonThere(configuration.console.socket) {
            do {
                return try await telling.tell(instruction, configuration)
            } catch let failure as CommandFailure where wasThere && failure.isRefusal {
                return try say("Resumed: \(configuration.pauseFile.path) is removed, and the ledger holds no pause")
            }
        }
        let ledger = try telling.options.openForReading(configuration, ledger: nil)
        let pause = try ledger.remembered(now: try Time.program().now()).work.pause
        try ledger.close()
        if let pause {
            throw CommandFailure.failed(
                "the ledger holds a pause by \(pause.who) since \(pause.since.shown): \(pause.reason); start the daemon, then resume: it finds itself paused")
        }
        guard wasThere else { throw CommandFailure.failed("nothing is paused: \(configuration.pauseFile.path) is not there, and the ledger holds no pause") }
        try say("Resumed: \(configuration.pauseFile.path) is removed; no daemon runs")
    }

    private func say(_ outcome: String) throws {
        if telling.output.json { try printJSON(["command": "resume", "outcome": outcome]) } else { print(outcome) }
    }
}
