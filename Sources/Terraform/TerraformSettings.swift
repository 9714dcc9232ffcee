/// How Terraform is driven for the instances of one pool.
package struct TerraformSettings: Hashable, Sendable {
    /// The program, looked for in `PATH`. `terraform` by default.
    package var program = "terraform"
    /// The root module: a checkout of its own, in which nobody else works. An absolute path.
    package var folder: String
    /// The resource whose instances are the pool's nodes, without a key: `aws_instance.agent`, `module.agents.aws_instance.this`.
    package var address: String
    /// Resources that are made anew with an instance and may change with it; without a key the one under the instance's own key is meant.
    package var dependents: [String]
    /// Variables handed to every plan, by `-var`. What only they say is undone by the next plan without them.
    package var variables: [String: String]
    /// The workspace; nil: the checkout's own.
    package var workspace: String?
    /// Where a state's lock is held here, so that two runs of this daemon never meet. An absolute path; one file for each state.
    package var lockFile: String
    /// How long Terraform waits for its own lock. 60 s by default.
    package var lockTimeout: Duration = .seconds(60)

    package init(folder: String, address: String, dependents: [String] = [], variables: [String: String] = [:], lockFile: String) {
        self.folder = folder
        self.address = address
        self.dependents = dependents
        self.variables = variables
        self.lockFile = lockFile
    }

    /// Why nothing can be done with them, in words; nil where all is well.
    package var fault: String? {
        for path in [folder, lockFile] where !path.hasPrefix("/") { return "\(path.debugDescription) is no absolute path" }
        if Self.resourceType(of: address) != "aws_instance" {
            return "\(address.debugDescription) is no address of an aws_instance, such as aws_instance.agent"
        }
        if !Self.isResource(address) { return "\(address.debugDescription) is no address of a resource without a key, such as aws_instance.agent" }
        for dependent in dependents where !Self.isResource(ResourceAddress(dependent).resource) || dependent.hasPrefix("-") {
            return "\(dependent.debugDescription) is no address of a resource"
        }
        for name in variables.keys.sorted() where !Self.isName(name) { return "\(name.debugDescription) is no name of a variable" }
        return nil
    }

    /// `aws_instance.agent` of `aws_instance.agent["a3"]`.
    package static func withoutKey(_ address: String) -> String { ResourceAddress(address).resource }

    private static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_-".utf8.contains(byte)
        }
    }

    /// `aws_instance` of `module.agents["a.b"].aws_instance.this`.
    private static func resourceType(of address: String) -> Substring {
        let rest = address[..<(address.lastIndex(of: ".") ?? address.startIndex)]
        return rest[(rest.lastIndex(of: ".").map { rest.index(after: $0) } ?? rest.startIndex)...]
    }

    /// Names with dots between them; a module on the way may have a key.
    private static func isResource(_ text: String) -> Bool {
        var rest = text[...]
        var names = 0
        while true {
            let name = rest.prefix { $0 != "." && $0 != "[" }
            guard isName(name) else { return false }
            names += 1
            rest = rest.dropFirst(name.count)
            if rest.hasPrefix("[") {
                guard let end = rest.firstIndex(of: "]") else { return false }
                rest = rest[rest.index(after: end)...]
                guard rest.hasPrefix(".") else { return false }
            }
            if rest.isEmpty { return names >= 2 }
            guard rest.hasPrefix(".") else { return false }
            rest = rest.dropFirst()
        }
    }
}

/// The address of one resource instance: `module.m["x"].aws_instance.agent["a3"]`. A value.
struct ResourceAddress: Hashable, Sendable {
    /// `aws_instance.agent`, with the modules it stands in.
    let resource: String
    /// `["a3"]` or `[0]`; empty where there is none.
    let key: String

    init(_ address: String) {
        // The last bracket that ends the address; a key may hold dots and brackets itself.
        guard address.hasSuffix("]"), let open = Self.lastKey(of: address) else {
            (resource, key) = (address, "")
            return
        }
        resource = String(address[..<open])
        key = String(address[open...])
    }

    private static func lastKey(of address: String) -> String.Index? {
        var start: String.Index?
        var isQuoted = false
        var isEscaped = false
        for index in address.indices {
            let character = address[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted {
                if character == "\\" { isEscaped = true } else if character == "\"" { isQuoted = false }
            } else if character == "\"" {
                isQuoted = true
            } else if character == "[" {
                start = index
            }
        }
        return start
    }

    /// The address that a declared dependent has beside this one: under the same key, unless it names its own.
    func beside(_ dependent: String) -> String { ResourceAddress(dependent).key.isEmpty ? dependent + key : dependent }
}
