/// A call of Terraform that did not give what was asked for.
package struct TerraformError: Error, Hashable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        case badSettings(String)
        case cannotStart(String)
        /// A run of our own has this state, or this folder, and has not ended.
        case underWay(String)
        /// Somebody else holds the state's lock.
        case locked(StateLock)
        /// The saved plan no longer fits the state.
        case stale
        /// It ended with this code, and said this.
        case failed(code: Int32, words: String)
        /// It was not finished in the time that there was to wait; it goes on.
        case notFinished
        /// It is gone without a word: killed, or the machine went down.
        case died
        case malformed(String)
        case tooLarge(bytesMax: Int)
    }

    package let problem: Problem
    /// What was being attempted, as a phrase that follows "while".
    package let attempting: String

    package init(_ problem: Problem, while attempting: String) {
        self.problem = problem
        self.attempting = attempting
    }

    /// How long what Terraform says may be in an error, in characters.
    static let wordsMax = 600

    package var description: String {
        switch problem {
        case .badSettings(let why): "Terraform's settings will not do while \(attempting): \(why)"
        case .cannotStart(let why): "Terraform could not be started while \(attempting): \(why)"
        case .underWay(let why): "a run of Terraform is under way already while \(attempting): \(why)"
        case .locked(let lock): "Terraform's state is locked while \(attempting): \(lock)"
        case .stale: "the saved plan is stale while \(attempting): the state has changed since; make a new plan"
        case .failed(let code, let words): "Terraform ended with \(code) while \(attempting)\(words.isEmpty ? "" : ": \(words)")"
        case .notFinished: "Terraform has not finished while \(attempting): it goes on"
        case .died: "Terraform is gone while \(attempting), and nobody wrote how it ended: it was killed, or the machine went down"
        case .malformed(let what): "Terraform's answer makes no sense while \(attempting): \(what)"
        case .tooLarge(let bytesMax): "Terraform's answer is larger than \(bytesMax) bytes while \(attempting)"
        }
    }
}

/// Who holds a state's lock, as Terraform tells it.
package struct StateLock: Hashable, Sendable, CustomStringConvertible {
    /// What `terraform force-unlock` wants; that is for a person, when the holder is surely gone.
    package let id: String?
    /// `user@host`.
    package let holder: String?
    /// `OperationTypeApply`.
    package let operation: String?
    /// As Terraform writes it: `2026-11-23 10:02:03.1234 +0000 UTC`.
    package let created: String?

    package var description: String {
        guard let holder else { return "by whom Terraform does not say; it is tried again later" }
        let what = operation.map { " for \($0)" } ?? ""
        let since = created.map { " since \($0)" } ?? ""
        let remedy = id.map { "; if that run is surely gone: terraform force-unlock \($0)" } ?? ""
        return "by \(holder)\(what)\(since); it is tried again later\(remedy)"
    }

    /// From the detail of a diagnostic, whose lines say `Who:       user@host`. Nil where it is about something else.
    init?(_ diagnostic: TerraformLog.Diagnostic) {
        guard diagnostic.summary.contains("acquiring the state lock") else { return nil }
        var fields: [String: String] = [:]
        for line in diagnostic.detail.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].filter { !$0.isWhitespace }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            if fields[name] == nil, !value.isEmpty { fields[name] = String(value.prefix(120)) }
        }
        (id, holder, operation, created) = (fields["ID"], fields["Who"], fields["Operation"], fields["Created"])
    }
}
