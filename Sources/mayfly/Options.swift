import ArgumentParser
import Daemon
import Fleet
import Foundation
import Ledger
import Logging
import Rules

/// Which configuration a command goes by.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("The configuration file. Without it: $MAYFLY_CONFIG, else \(Configuration.defaultPath).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    var path: String { config ?? ProcessInfo.processInfo.environment["MAYFLY_CONFIG"] ?? Configuration.defaultPath }

    /// With its mode no higher than `MAYFLY_MODE_MAX` says: who starts the daemon may hold it back, and never drive it on.
    func load() throws -> Configuration {
        var configuration: Configuration
        do throws(ConfigurationErrors) {
            configuration = try Configuration.load(path: path)
        } catch {
            throw CommandFailure.wrongUse("the configuration is wrong:\n\(error)")
        }
        guard let text = ProcessInfo.processInfo.environment["MAYFLY_MODE_MAX"], !text.isEmpty else { return configuration }
        guard let most = Mode(rawValue: text) else {
            throw CommandFailure.wrongUse("MAYFLY_MODE_MAX must be alert, propose or act, not '\(text.prefix(40))'")
        }
        if most < configuration.mode {
            configuration.warnings.append("mode is \(most.rawValue), for MAYFLY_MODE_MAX says so, where the file says \(configuration.mode.rawValue)")
            configuration.mode = most
        }
        return configuration
    }

    func loadRules(_ configuration: Configuration) throws -> RuleSet {
        do throws(RuleFileErrors) {
            return try RuleSet.load(directory: configuration.rulesDirectory)
        } catch {
            throw CommandFailure.wrongUse("the rules are wrong:\n\(error)")
        }
    }

    /// The ledger for a command that only reads. Refused while a daemon holds it.
    func openForReading(_ configuration: Configuration, ledger: String?) throws -> LedgerStore {
        let now = try Time.program().now()
        do throws(LedgerError) {
            return try LedgerStore.open(path: ledger ?? configuration.ledger.path, purpose: .reading, now: now)
        } catch {
            throw CommandFailure.failed("\(error)")
        }
    }
}

/// How much is logged, and how it looks.
struct LogOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The least level that is logged: debug, info, notice, warning or error. Without it: $MAYFLY_LOG_LEVEL, else notice.", valueName: "level"))
    var logLevel: LogLevel?

    @Option(name: .long, help: ArgumentHelp("text or json. Without it: $MAYFLY_LOG_FORMAT, else text on a terminal and JSON elsewhere.", valueName: "format"))
    var logFormat: LogFormat?

    func validate() throws {
        let environment = ProcessInfo.processInfo.environment
        if let level = environment["MAYFLY_LOG_LEVEL"], !level.isEmpty, LogLevel(rawValue: level) == nil {
            throw ValidationError("MAYFLY_LOG_LEVEL must be one of \(LogLevel.allCases.map(\.rawValue).joined(separator: ", ")), not '\(level.prefix(40))'")
        }
        if let format = environment["MAYFLY_LOG_FORMAT"], !format.isEmpty, LogFormat(rawValue: format) == nil {
            throw ValidationError("MAYFLY_LOG_FORMAT must be text or json, not '\(format.prefix(40))'")
        }
    }

    /// - Parameter unless: the level where nobody asked for one.
    func logger(_ label: String = "mayfly", unless usual: LogLevel = .notice) -> Logger {
        let environment = ProcessInfo.processInfo.environment
        let level = logLevel ?? environment["MAYFLY_LOG_LEVEL"].flatMap { LogLevel(rawValue: $0) } ?? usual
        let format = logFormat ?? environment["MAYFLY_LOG_FORMAT"].flatMap { LogFormat(rawValue: $0) } ?? (isatty(2) == 1 ? .text : .json)
        return Logger(label: label) { _ in LogOutput(format: format.output, level: level.level) }
    }
}

struct JSONOption: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON document instead of text.") var json = false
}

enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case debug, info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}

enum LogFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json

    var output: LogOutput.Format {
        switch self {
        case .text: .text
        case .json: .json
        }
    }
}
