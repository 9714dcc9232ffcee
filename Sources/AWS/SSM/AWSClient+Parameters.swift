import FoundationEssentials
import Wire

extension AWSClient {
    /// One parameter with what it holds.
    package struct NamedParameter: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// The plain parameters right under a path, sorted by name. None where nothing is there.
    package func parameters(under path: String) async throws(AWSError) -> [NamedParameter] {
        let found = try await list(read: { (body) throws(MalformedAnswer) in try Page(parameters: body) }) { token in
            let next = token.map { ", \"NextToken\": " + JSONString.quoted($0) } ?? ""
            return AWSCall.ssm("GetParametersByPath", body: Array("{\"Path\": \(JSONString.quoted(path)), \"MaxResults\": 10\(next)}".utf8))
        }
        return found.sorted { $0.name < $1.name }
    }

    /// Creates a plain parameter, and never writes over one.
    ///
    /// - Returns: false where there is one of that name already, whatever it holds. After a call that was tried twice that may be our own.
    package func createParameter(_ name: String, value: String) async throws(AWSError) -> Bool {
        let body = "{\"Name\": \(JSONString.quoted(name)), \"Value\": \(JSONString.quoted(value)), \"Type\": \"String\", \"Overwrite\": false}"
        do throws(AWSError) {
            _ = try await ask(AWSCall.ssm("PutParameter", body: Array(body.utf8))) { (body) throws(MalformedAnswer) in try Self.isObject(body) }
            return true
        } catch {
            if case .refused(_, "ParameterAlreadyExists", _) = error.problem { return false }
            throw error
        }
    }

    /// Deletes parameters, at most ten; those that are not there are passed over.
    package func deleteParameters(_ names: [String]) async throws(AWSError) {
        let list = names.prefix(10).map { JSONString.quoted($0) }.joined(separator: ", ")
        _ = try await ask(AWSCall.ssm("DeleteParameters", body: Array("{\"Names\": [\(list)]}".utf8))) { (body) throws(MalformedAnswer) in
            try Self.isObject(body)
        }
    }

    /// Nothing of it is needed but that it is JSON's own object: a proxy's page is none.
    private static func isObject(_ body: [UInt8]) throws(MalformedAnswer) {
        guard (try? JSONDecoder().decode([String: Anything].self, from: Data(body))) != nil else { throw MalformedAnswer("the answer is not a JSON object") }
    }

    private struct Anything: Decodable { init(from decoder: any Decoder) throws {} }
}

extension Page<AWSClient.NamedParameter> {
    /// Reads a page of `GetParametersByPath`.
    init(parameters body: [UInt8]) throws(MalformedAnswer) {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            throw MalformedAnswer("the answer is not the JSON of a list of Parameters with Name and Value")
        }
        self.init(
            rows: answer.parameters.map { AWSClient.NamedParameter(name: $0.name, value: $0.value) }, nextToken: answer.token.flatMap { $0.isEmpty ? nil : $0 })
    }

    private struct Answer: Decodable {
        let parameters: [Entry]
        let token: String?

        enum CodingKeys: String, CodingKey {
            case parameters = "Parameters"
            case token = "NextToken"
        }

        struct Entry: Decodable {
            let name, value: String

            enum CodingKeys: String, CodingKey {
                case name = "Name"
                case value = "Value"
            }
        }
    }
}
