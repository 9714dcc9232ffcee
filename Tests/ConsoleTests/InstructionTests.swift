import Fleet
import Foundation
import Testing

@testable import Console

@Suite struct `An instruction` {
    private static func path(_ target: String) -> (path: String, parameters: [String: String]) {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let pairs = parts[1].split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" } }
        return (parts[0], Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) }))
    }

    @Test(arguments: Instruction.Verb.allCases) func `is the same on the other side of the socket`(verb: Instruction.Verb) throws {
        let subject = verb.subject == .nothing ? nil : "breaker/zone & more"
        let told = try Instruction(verb, subject, reason: "why? & 100 %", lasting: verb.lasting == nil ? nil : .seconds(7200))
        let (path, parameters) = Self.path(told.target)
        #expect(try Instruction(path: path, parameters: parameters) == told)
        #expect(ConsolePath(rawValue: "/v1/" + verb.rawValue) == verb.path)
    }

    @Test func `needs a reason, and what it is about, and an end where it has one`() {
        let wrong: [(verb: Instruction.Verb, subject: String?, reason: String?, lasting: Duration?, words: String)] = [
            (.pause, nil, nil, nil, "needs a reason"), (.pause, nil, " \n", nil, "needs a reason"),
            (.pause, nil, String(repeating: "x", count: 501), nil, "at most 500"), (.pause, "i-1", "r", nil, "stands alone"),
            (.hold, nil, "r", .seconds(60), "what it is about"), (.hold, "i-1", "r", nil, "needs an end"), (.release, "i-1", "r", .seconds(60), "has no end"),
            (.hold, "i-1", "r", .seconds(59), "lasts from 1m to 90d"), (.approve, "i-1", "r", .seconds(91 * 86_400), "lasts from"),
        ]
        for wrong in wrong {
            do throws(ConsoleError) {
                _ = try Instruction(wrong.verb, wrong.subject, reason: wrong.reason, lasting: wrong.lasting)
                Issue.record("\(wrong) was taken")
            } catch {
                #expect(error.code == .badRequest && error.message.contains(wrong.words), "\(error)")
            }
        }
    }

    @Test func `is nothing else's path`() throws {
        for path in ["/v1/status", "/v1/pauses", "/v1/replacements/7", "/"] { #expect(try Instruction(path: path, parameters: ["reason": "r"]) == nil) }
        #expect(throws: ConsoleError.self) { try Instruction(path: "/v1/pause", parameters: ["reason": "r", "for_seconds": "x"]) }
    }
}
