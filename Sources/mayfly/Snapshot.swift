import ArgumentParser
import Console
import Daemon
import Foundation

struct Snapshot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let the running daemon write a copy of its ledger.",
        discussion: """
            The copy is compact and complete, and of one moment. The daemon writes it as its own user, so that user must be able to write there; the file must \
            not exist. No round runs meanwhile: about as long as the disk takes to write the file.

            EXAMPLES
              mayfly snapshot /var/lib/mayfly/copy.db
              mayfly history --ledger /var/lib/mayfly/copy.db

            EXIT CODES
              0  the copy is there
              1  it could not be written, or no daemon runs: then copy the file, or name it with --ledger
              2  wrong use, or wrong configuration
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Argument(help: "Where to; no file may be there.", completion: .file()) var file: String

    func run() async throws {
        let configuration = try options.load()
        guard try Inquiry.isDaemonThere(configuration.console.socket) else {
            throw CommandFailure.failed(
                "no daemon answers on \(configuration.console.socket); a ledger at rest, \(configuration.ledger.path), can be copied as a file")
        }
        let path = file.hasPrefix("/") ? file : FileManager.default.currentDirectoryPath + "/" + file
        let view = try await Inquiry.withClient(configuration) { try await $0.snapshot(to: path) }
        if output.json {
            try printJSON(view)
        } else {
            print("\(view.path): \(view.bytes / 1024) KiB, in \((view.seconds * 1000).rounded() / 1000) s")
        }
    }
}
