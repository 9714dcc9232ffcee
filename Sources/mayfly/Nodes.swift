import ArgumentParser
import Daemon
import Fleet
import Rounds

struct Nodes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The fleet, as the last round saw it.",
        discussion: """
            Reads the ledger and asks nobody. In this version a running daemon keeps its ledger for itself, and this command then says so and ends; its log \
            tells meanwhile.

            A fact shows as - when there is no such thing, and as ? when it is not known.

            EXAMPLES
              mayfly nodes
              mayfly nodes --json | jq -r '.[].facts | [.id, .mesos_state] | @tsv'
              mayfly nodes --ledger backup.db
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Option(name: .long, help: ArgumentHelp("Another ledger than the configuration's: a backup.", valueName: "file"), completion: .file()) var ledger: String?

    func run() throws {
        let archive = try Archive(options, ledger: ledger)
        let picture = try archive.picture()
        if output.json {
            try printJSON(picture.nodeViews())
        } else {
            print("As of the last round, at \(picture.at.shown)")
            PictureText(picture, cluster: archive.configuration.cluster).nodes().forEach { print($0) }
        }
    }
}
