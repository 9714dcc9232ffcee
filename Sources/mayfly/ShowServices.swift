import ArgumentParser
import Daemon
import Fleet
import Rounds

struct ShowServices: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "services",
        abstract: "The stateful services: their members, who is down or behind, and what cannot be moved.",
        discussion: """
            Shows every service with state, or one of them: where each member lives, whether its broker is registered and in sync, which members occupy a \
            slot, and which member has the only copy of which topic.

            Reads the ledger and asks nobody. In this version a running daemon keeps its ledger for itself, and this command then says so and ends.

            A - stands for what there is not, and ? for what is not known. The exit code is 1 when something is wrong with a service that is shown.

            EXAMPLES
              mayfly services
              mayfly services prod/kafka
              mayfly services --json | jq -r '.[] | select(.problems != []) | .name'
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Option(name: .long, help: ArgumentHelp("Another ledger than the configuration's: a backup.", valueName: "file"), completion: .file()) var ledger: String?
    @Argument(help: "A service's name: prod/kafka.") var name: String?

    func run() throws {
        let configuration = try options.load()
        guard configuration.settings.servicesInterval != nil else {
            throw CommandFailure.wrongUse("no services are configured, so nobody asks for them; name dcos, or services, in \(configuration.path)")
        }
        let archive = try Archive(options, ledger: ledger)
        let picture = try archive.picture()
        let services = picture.services(named: name)
        if let name, services.isEmpty {
            throw CommandFailure.failed("the ledger knows no service '\(name)'; those that it knows: mayfly services")
        }
        if output.json {
            try printJSON(services.map { ServiceView($0) })
        } else {
            print("As of the last round, at \(picture.at.shown)")
            ServicesText(services, isBrief: name == nil).lines().forEach { print($0) }
        }
        if services.contains(where: { !$0.problems.isEmpty }) { throw CommandFailure.found }
    }
}
