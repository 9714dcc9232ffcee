import ArgumentParser
import Console
import Demo
import Fleet
import Foundation

/// The one program. Its subcommands stand in a file each.
@main struct Mayfly: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mayfly",
        abstract: "Watches the agents of a Mesos cluster on EC2, says which are to be replaced, which are not, and why, and replaces them where it may.",
        discussion: """
            Mayfly polls Mesos and EC2, records what it sees in one SQLite file, judges it by rule files, and asks every gate whether a node may be replaced. \
            With mode: alert, the default, it changes nothing in the cluster and says what it would do; with propose or act it replaces nodes.

            EXAMPLES
              mayfly demo                         see it at work on an invented cluster
              mayfly check --config mayfly.yaml   what a configuration comes to
              mayfly run --once                   one look, and what would follow from it
              mayfly run                          the daemon
              mayfly status                       whether all is well with it
              mayfly explain 10.0.1.11            why a node is, or is not, to be replaced

            EXIT CODES
              0  done
              1  failed, or found something
              2  wrong use, or wrong configuration
            """,
        version: version,
        subcommands: [
            Run.self, Check.self, StatusCommand.self, Nodes.self, Explain.self, ShowServices.self, ReplacementsCommand.self, History.self, PauseCommand.self,
            ResumeCommand.self, RefreshCommand.self, EndRefreshCommand.self, HoldCommand.self, ReleaseCommand.self, ApproveCommand.self, ReplaceCommand.self,
            CancelCommand.self, RetryCommand.self,
            AcceptCommand.self, TakeOverCommand.self, Doctor.self, Snapshot.self, RulesCommand.self,
            Demonstrate.self,
        ])

    static let version = "0.1.0"

    /// Ends with the exit codes that are promised, whatever ArgumentParser would choose.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { printError("mayfly: \(failure.message)") }
            Foundation.exit(failure.code)
        } catch let problem as DemoSite.FileProblem {
            printError("mayfly: \(problem)")
            Foundation.exit(1)
        } catch {
            let code = exitCode(for: error)
            guard code != .success else {
                print(fullMessage(for: error))
                Foundation.exit(0)
            }
            if let failure = error as? ExitCode { Foundation.exit(failure.rawValue) }
            printError(fullMessage(for: error))
            Foundation.exit(2)
        }
    }
}

/// Why a command ends otherwise than well.
struct CommandFailure: Error {
    /// 1: failed, or found something; 2: wrong use or wrong configuration.
    let code: Int32
    /// For standard error; empty when everything has been said.
    let message: String

    /// Whether the daemon would not take a command as things are.
    var isRefusal = false

    static func failed(_ message: String) -> CommandFailure { CommandFailure(code: 1, message: message) }
    static func wrongUse(_ message: String) -> CommandFailure { CommandFailure(code: 2, message: message) }
    /// Found something that has been printed.
    static let found = CommandFailure(code: 1, message: "")
}

func printError(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }

/// One JSON document on standard output, keys sorted, slashes left alone.
func printJSON(_ value: some Encodable) throws {
    print(try ConsoleAnswer.encode(value))
}
