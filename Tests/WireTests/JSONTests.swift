import Testing
import Wire

@Suite struct `JSON` {
    private func read(_ text: String) throws -> JSONNode {
        try Array(text.utf8).withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes)
            let node = try reader.node(keeping: ["a", "b"])
            try reader.end()
            return node
        }
    }

    @Test func `is read with its escapes and numbers`() throws {
        let node = try read(#" {"a" : "\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00é", "x":[1,{"y":null}], "b":[-0, 1.5e3, 9223372036854775807, true, null]} "#)
        #expect(try node["a"].string == "\"\\/\u{8}\u{c}\n\r\tAé😀é")
        let numbers = try node["b"].elements
        #expect(try numbers[0].integer == 0)
        #expect(try numbers[1].integer == 1500)
        #expect(try numbers[2].integer == .max)
        #expect(try numbers[3].bool)
        #expect(try node.optional("x") == nil)
        #expect(numbers[4].path == "b[4]")
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{\"a\":1,\"a\":2}", "01", "1.", ".5", "+1", "-", "1e", "nul", "tru", "NaN",
        "'a'", "\"a", "\"\n\"", "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "1 1", "[]]", "\u{feff}1",
    ])
    func `is not`(text: String) {
        #expect(throws: JSONProblem.self) { try read(text) }
    }

    @Test(arguments: [
        (#"{"a":[0,{"b":1,}]}"#, "a[1]"), (#"{"a":[0,{"b" 1}]}"#, "a[1]"), (#"{"a":{"x":[1,tru]}}"#, "a.x[1]"), (#"{"x":{"y":"\q"}}"#, "x.y"),
        (#"{"a":[1,2"#, "a"), (#"{"a":{"\u0061":1,"a":2}}"#, "a"), ("[[", "[0][0]"),
    ])
    func `that is broken says where`(text: String, path: String) {
        let problem = #expect(throws: JSONProblem.self) { try read(text) }
        #expect(problem?.path == path && problem?.offset != nil, "\(String(describing: problem))")
    }

    @Test func `is known by its keys however they are escaped`() throws {
        #expect(try read(#"{"\u0061":"\ud83d\ude00\u0000"}"#)["a"].string == "😀\0")
    }

    @Test func `must be UTF-8 and not too deep`() {
        #expect(throws: JSONProblem.self) {
            try ([0x22, 0xC3, 0x22] as [UInt8]).withUnsafeBufferPointer { bytes in
                var reader = JSONReader(bytes)
                try reader.skip()
            }
        }
        #expect(throws: JSONProblem.self) { try read(String(repeating: "[", count: 100_000)) }
    }

    @Test func `is bounded in keys and in values that are kept, not in those that are skipped`() throws {
        let keys = (0...1024).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(throws: JSONProblem.self) { try read("{" + keys + "}") }
        let list = "[" + String(repeating: "0,", count: 100_000) + "0]"
        #expect(throws: JSONProblem.self) { try read("{\"a\":" + list + "}") }
        let skipped = try read("{\"x\":" + list + "}")
        #expect(try skipped.optional("x") == nil)
    }
}
