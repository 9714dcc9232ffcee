import ArgumentParser
import Console
import Daemon
import Fleet
import Foundation
import Rules

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try every source and permission, without changing anything, and say how to mend what fails.",
        discussion: """
            Tries from this process, as this user and with this environment, whether a daemon runs or not: rule files, ledger, socket, every Mesos master and \
            each of its calls, every AWS call with the action that it needs, target images, DC/OS, services, the probe, alert targets, clocks. Run it as the \
            daemon's user.

            EXAMPLES
              sudo -u mayfly mayfly doctor
              mayfly doctor --json | jq '.[] | select(.verdict != "ok")'

            EXIT CODES
              0  nothing fails; warnings are printed
              1  something fails
              2  wrong use, or wrong configuration
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var logging: LogOptions
    @OptionGroup var output: JSONOption

    func run() async throws {
        let configuration = try options.load()
        var found = [Checkup.ok("configuration", configuration.path)]
        found.append(Self.rules(configuration))
        found.append(Self.socket(configuration))
        do {
            let clients = try Clients(configuration, environment: ProcessInfo.processInfo.environment, logger: logging.logger(unless: .error))
            found += await Examination(configuration, clients: clients, time: try Time.program()).run()
            await clients.shutdown()
        } catch {
            found.append(.fail("clients", "\(error)", remedy: "mend what it names"))
        }
        if output.json { try printJSON(found) } else { Self.lines(found).forEach { print($0) } }
        if found.contains(where: { $0.verdict == .fail }) { throw CommandFailure.found }
    }

    private static func rules(_ configuration: Configuration) -> Checkup {
        do throws(RuleFileErrors) {
            let rules = try RuleSet.load(directory: configuration.rulesDirectory)
            return .ok("rules", "\(rules.rules.count) in \(configuration.rulesDirectory)")
        } catch {
            return .fail("rules", "\(error)".replacing("\n", with: "; "), remedy: "mend the files; mayfly rules check shows them one by one")
        }
    }

    private static func socket(_ configuration: Configuration) -> Checkup {
        let path = configuration.console.socket
        switch SocketFile(path).listening() {
        case .live: return .ok("socket", "a daemon answers on \(path)")
        case .absent, .stale: return .warn("socket", "no daemon answers on \(path)", remedy: "start it: mayfly run")
        case .denied(let group): return .fail("socket", "this user may not ask on \(path)", remedy: "join the group \(group ?? "of the socket")")
        case .other(let why): return .fail("socket", "\(path): \(why)", remedy: "check socket in the configuration")
        }
    }

    private static func lines(_ found: [Checkup]) -> [String] {
        found.flatMap { checkup in
            ["\(checkup.verdict.rawValue.padding(toLength: 5, withPad: " ", startingAt: 0))\(checkup.name): \(checkup.message)"]
                + (checkup.verdict == .ok ? [] : checkup.remedy.map { ["       → " + $0] } ?? [])
        }
    }
}
