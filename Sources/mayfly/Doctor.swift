import ArgumentParser
import Console
import Daemon
import Fleet
import Foundation

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try every source and permission, without changing anything, and say how to mend what fails.",
        discussion: """
            Asks the running daemon to try them, with its own clients, credentials and network; where none runs, or with --here, tries from this process, as \
            this user and with this environment. It says which of them tried: rule files, ledger, every Mesos master and each of its calls, every AWS call \
            with the action that it needs, target images, DC/OS, services, the probe, alert targets, clocks. It takes a minute and a half at most.

            A daemon goes by the configuration that it was started with: try a new one with --here, before the restart, as the daemon's user.

            EXAMPLES
              mayfly doctor
              mayfly doctor --json | jq '.checks[] | select(.verdict != "ok")'
              sudo -u mayfly mayfly doctor --here --config new.yaml

            EXIT CODES
              0  nothing fails; warnings are printed
              1  something fails
              2  wrong use, or wrong configuration
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var logging: LogOptions
    @OptionGroup var output: JSONOption
    @Flag(name: .long, help: "Try from this process, though a daemon runs.") var here = false

    func run() async throws {
        let configuration = try options.load()
        let listening = SocketFile(configuration.console.socket).listening()
        if !here, listening == .live {
            let reply = try await Inquiry.ask(.doctor, configuration: configuration, wantsText: !output.json)
            print(reply.text, terminator: "")
            if !reply.isGood { throw CommandFailure.found }
            return
        }
        let time = try Time.program()
        let checks = await examine(configuration, time: time) + [Self.socket(configuration.console.socket, listening)]
        let answer = try Examined(by: .command, checks: checks, now: time.now()).answer()
        print(output.json ? answer.json : answer.lines.joined(separator: "\n"))
        if !answer.isGood { throw CommandFailure.found }
    }

    private func examine(_ configuration: Configuration, time: Time) async -> [Checkup] {
        do {
            let clients = try Clients(configuration, environment: ProcessInfo.processInfo.environment, logger: logging.logger(unless: .error))
            let found = await Examination(configuration, clients: clients, time: time).run()
            await clients.shutdown()
            return found
        } catch {
            return Examination.files(configuration, isDaemon: false) + [.fail("clients", "\(error)", remedy: "mend what it names")]
        }
    }

    private static func socket(_ path: String, _ listening: SocketFile.Listening) -> Checkup {
        switch listening {
        case .live: .ok("socket", "a daemon answers on \(path)")
        case .absent, .stale: .warn("socket", "no daemon answers on \(path)", remedy: "start it: mayfly run")
        case .denied(let group):
            .fail("socket", "\(path): this user may not ask the daemon", remedy: "join the group \(group ?? "of the socket"), or use sudo")
        case .other(let why): .fail("socket", "\(path): \(why)", remedy: "check socket in the configuration")
        }
    }
}
