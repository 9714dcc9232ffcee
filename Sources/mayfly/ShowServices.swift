import ArgumentParser
import Console
import Daemon
import Rounds

struct ShowServices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "services",
        abstract: "The stateful services: their members, who is down or behind, and what cannot be moved.",
        discussion: """
            Shows every service with state, or one of them: where each member lives, whether its broker is registered and in sync, which members occupy a \
            slot, and which member has the only copy of which topic.

            \(Inquiry.explanation)

            A - stands for what there is not, and ? for what is not known. The exit code is 1 when something is wrong with a service that is shown.

            EXAMPLES
              mayfly services
              mayfly services prod/kafka
              mayfly services --json | jq -r '.[] | select(.problems != []) | .name'
            """)

    @OptionGroup var inquiry: Inquiry
    @Argument(help: "A service's name: prod/kafka.") var name: String?

    func run() async throws {
        let configuration = try inquiry.options.load()
        guard configuration.settings.servicesInterval != nil else {
            throw CommandFailure.wrongUse("no services are configured, so nobody asks for them; name dcos, or services, in \(configuration.path)")
        }
        try await inquiry.answer(.services(name))
    }
}
