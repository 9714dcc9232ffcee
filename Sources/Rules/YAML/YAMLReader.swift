internal import Yams

/// Reads one YAML file strictly and collects everything that is wrong with it, each with its place.
///
/// Used for rule files, their tests and the configuration alike. Not Sendable: made, used and dropped in one function.
package final class YAMLReader {
    package let file: String
    /// In the order in which they were found; `sortedProblems` has them by place.
    package private(set) var problems: [FileProblem] = []

    /// No file that a person writes comes near; a larger one is not the file that was meant.
    package static let bytesMax = 1 << 20
    /// Few enough that aliases of aliases cannot grow beyond some ten thousand values, whatever they repeat.
    package static let aliasesMax = 16
    /// More of them help nobody.
    package static let problemsMax = 100

    package init(file: String) { self.file = file }

    package var sortedProblems: [FileProblem] { problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) } }

    /// The document's top mapping; nil, with a problem noted, when there is none.
    package func mapping(of text: String) -> YAMLMapping? {
        guard text.utf8.count <= Self.bytesMax else {
            return note("the file is larger than 1 MiB; split it")
        }
        guard Self.aliases(in: text) <= Self.aliasesMax else {
            return note("the file has more than \(Self.aliasesMax) aliases (*name); write the values out")
        }
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else { return note("the file is empty; write a mapping") }
            return YAMLValue(node: root, reader: self, key: "").mapping()
        } catch let error as YamlError {
            note(error)
        } catch {
            note("the file cannot be read as YAML: \(error)")
        }
        return nil
    }

    /// Notes a problem with the whole file. Nil, so that a reading function can return it.
    @discardableResult
    package func note<Value>(_ message: String) -> Value? {
        note(message, line: 0, column: 0)
        return nil
    }

    package func note(_ message: String) { note(message, line: 0, column: 0) }

    func note(_ message: String, line: Int, column: Int) {
        guard problems.count < Self.problemsMax else { return }
        problems.append(FileProblem(file: file, line: line, column: column, message: message))
    }

    private func note(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            note("this is no YAML: \(problem); mind the indentation, and quote text that holds ': ' or ' #'", line: mark.line, column: mark.column)
        case .composer(_, let problem, let mark, _):
            let message =
                problem.contains("document")
                ? "a second document starts here, and a file holds one; remove the '---'" : "\(problem); define it with &name before"
            note(message, line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let duplicates, let context):
            note("the key '\(duplicates.first ?? "")' stands twice in one mapping; remove one", line: context.mark.line, column: context.mark.column)
        case .reader(let problem, _, _, _):
            note("this is no text: \(problem); save the file as UTF-8")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            note("the file cannot be read as YAML; save it as UTF-8 text")
        }
    }

    /// At least as many as YAML will see: a star before a name, wherever it stands.
    private static func aliases(in text: String) -> Int {
        var count = 0
        var last = UInt8(ascii: "\n")
        var beforeLast = last
        for byte in text.utf8 {
            let startsName = byte > 32 && !",[]{})".utf8.contains(byte)
            if last == UInt8(ascii: "*"), startsName, beforeLast <= 32 || ",[]{}:".utf8.contains(beforeLast) { count += 1 }
            (beforeLast, last) = (last, byte)
        }
        return count
    }
}
