import Rules

/// Where this repository's own files are.
enum Repository {
    static let root = String(#filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 })
    static let rules = root + "/rules"
}
