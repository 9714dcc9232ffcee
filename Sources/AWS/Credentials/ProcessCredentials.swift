import Fleet
import Programs

/// What a program of the operator's own prints: `credential_process`.
struct ProcessCredentials: CredentialsProvider {
    let place: String
    let isRefreshable = true
    private let arguments: [String]
    private let environment: Environment
    private let timeout: Duration

    /// As long as AWS' SDK for Go gives it; one that waits for a person has none here.
    static let timeoutDefault = Duration.seconds(60)
    /// As much as AWS' SDK for Java reads.
    static let outputBytesMax = 64_000

    /// - Parameter place: `credential_process of profile x in /home/u/.aws/config`.
    init(command: String, environment: Environment, place: String, timeout: Duration = Self.timeoutDefault) throws(CredentialsError) {
        guard let arguments = CommandLine.split(command), !arguments.isEmpty else {
            throw CredentialsError("\(place) cannot be understood: it is empty, or a quotation mark has no partner")
        }
        self.arguments = arguments
        self.environment = environment
        self.place = place
        self.timeout = timeout
    }

    func credentials() async throws -> Credentials {
        let outcome: ChildProcess.Outcome
        do {
            outcome = try await ChildProcess.run(
                .init(
                    arguments, environment: environment.assignments, timeout: timeout, output: KeptOutput(first: Self.outputBytesMax, last: 0)))
        } catch let error as ChildProcess.CannotStart {
            throw CredentialsError("\(place): \(program) cannot be started: \(error)")
        }
        // What it says on standard error may be anything, and is not shown.
        let remedy = "run it by hand to see why"
        switch outcome.end {
        case .exited(status: 0): break
        case .exited(let status): throw CredentialsError("\(place): \(program) failed with exit status \(status): \(remedy)")
        case .killed(let signal): throw CredentialsError("\(place): \(program) was ended by signal \(signal): \(remedy)")
        case .timedOut: throw CredentialsError("\(place): \(program) did not end within \(timeout.text), and was ended: \(remedy)")
        case .tooMuch: throw CredentialsError("\(place): \(program) printed more than \(Self.outputBytesMax) bytes, and was ended: \(remedy)")
        case .saidAll: preconditionFailure("nobody asked for its end")
        }
        guard let document = CredentialsDocument(outcome.output.bytes) else {
            throw CredentialsError("\(place): \(program) did not print the JSON of credentials: \(remedy)")
        }
        guard document.version == 1 else {
            throw CredentialsError("\(place): \(program) printed Version \(document.version.map(String.init) ?? "none"), and only 1 is known")
        }
        return try document.credentials(from: "\(place): \(program)")
    }

    /// Without its arguments, which may hold secrets.
    private var program: String { arguments[0] }
}

/// A command as a profile writes it.
enum CommandLine {
    /// Its words by a POSIX shell's quoting, and nothing else of a shell's: no variables, no wildcards. Nil when a quotation mark has no partner.
    static func split(_ command: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in command {
            if isEscaped {
                // Between double quotes a backslash escapes only what would end them, and itself.
                if quote == "\"", character != "\"", character != "\\" { word = (word ?? "") + "\\" }
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                (quote, word) = (character, word ?? "")
            } else if quote == nil, character == " " || character == "\t" {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isEscaped else { return nil }
        return words + (word.map { [$0] } ?? [])
    }
}
