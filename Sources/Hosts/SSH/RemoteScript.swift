/// What is sent to a remote shell to have a command run there, bounded in time, and its end written down. A value.
struct RemoteScript: Hashable, Sendable {
    let command: HostCommand
    /// How long it may run, in whole seconds; then it is ended with SIGTERM.
    let seconds: Int
    /// What its marks begin with: nobody who has not read it can print one.
    let mark: String

    /// How long after SIGTERM comes SIGKILL.
    static let graceSeconds = 10

    /// The script for `/bin/sh`'s standard input.
    ///
    /// One function, called in its last line: a script that arrives in part does nothing. `timeout` ends its whole group; the shell that it ends first
    /// stays to say so. Standard error goes where output goes, so that what SSH itself says stands alone.
    var text: String {
        let values = command.values.map { "export \($0.name)=\(Self.quoted($0.text))\n" }.joined()
        return """
            mayfly() {
            exec 2>&1
            \(values)lines=\(Self.quoted(command.lines.joined(separator: "\n")))
            printf '\\n%s begun\\n' \(mark)
            timeout -k \(Self.graceSeconds) \(seconds) /bin/sh -c '
            late=
            trap "late=1" TERM
            /bin/sh -c "$2" </dev/null
            code=$?
            if [ "$late" ]; then printf "\\n%s late\\n" "$1"; else printf "\\n%s ended %s\\n" "$1" "$code"; fi
            ' mayfly \(mark) "$lines" </dev/null
            printf '\\n%s closed %s\\n' \(mark) "$?"
            }
            mayfly
            exit
            """ + "\n"
    }

    /// A word of POSIX shell that means exactly this text, whatever it holds.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }
}

/// What a remote shell has printed, between the marks of its script. A value.
struct RemoteReading: Hashable, Sendable {
    /// How the remote side said that it ended.
    enum End: Hashable, Sendable {
        /// The lines ran to their end, with this exit code.
        case ended(code: Int)
        /// The lines ran for longer than they may and were ended.
        case late
        /// They were ended by something else, or could not be begun; `timeout` itself ended with this code.
        case broken(code: Int)
    }

    /// Whether the remote shell said that it begins.
    let hasBegun: Bool
    let end: End?
    /// What the lines printed, without the marks.
    let output: String

    init(_ bytes: [UInt8], mark: String) {
        var (hasBegun, said, closed): (Bool, End?, Int?) = (false, nil, nil)
        var printed: [Substring] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix(mark + " ") else {
                printed.append(line)
                continue
            }
            let words = line.dropFirst(mark.count + 1).split(separator: " ")
            switch (words.first, words.dropFirst().first.flatMap { Int($0) }) {
            case ("begun", _):
                hasBegun = true
                // What a login prints before is nobody's.
                printed = []
            case ("ended", let code?): said = .ended(code: code)
            case ("late", _): said = .late
            case ("closed", let code?): closed = code
            default: break
            }
        }
        self.hasBegun = hasBegun || said != nil || closed != nil
        // Killed with all of its group after the grace: nobody was left to say that it was late.
        end = said ?? closed.map { $0 == 137 ? .late : .broken(code: $0) }
        output = printed.joined(separator: "\n").trimmed
    }
}

extension String {
    /// Without blank lines and blanks at its ends.
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[first...last])
    }
}
