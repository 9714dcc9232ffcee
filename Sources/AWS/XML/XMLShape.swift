/// Which elements of an XML answer are read. All others are passed over without a look inside.
///
/// Elements are named without a prefix: AWS' namespaces differ between services and servers.
struct XMLShape: Sendable {
    struct Element: Sendable {
        let name: String
        let nameBytes: [UInt8]
        /// -1 for the root.
        let parent: Int
        /// Whether it is an item of a list. Others may stand in their parent once.
        let repeats: Bool
        var children: [Int] = []
        /// Its descendants are the elements after it, up to and without this index.
        var end: Int

        fileprivate init(name: String, parent: Int, repeats: Bool, end: Int) {
            self.name = name
            nameBytes = Array(name.utf8)
            self.parent = parent
            self.repeats = repeats
            self.end = end
        }
    }

    /// In document order; 0 is the root.
    let elements: [Element]
    private let indices: [String: Int]

    /// Paths below the root, each after its parent; `*` after a name marks the items of a list. Elements without children are read as text.
    init(_ root: String, _ paths: [String]) {
        var elements = [Element(name: root, parent: -1, repeats: false, end: 1)]
        var indices = ["": 0]
        for path in paths {
            let plain = path.replacing("*", with: "")
            let names = plain.split(separator: "/").map(String.init)
            let parentPath = names.dropLast().joined(separator: "/")
            guard let name = names.last, let parent = indices[parentPath] else { preconditionFailure("\(path) stands before its parent") }
            let index = elements.count
            elements.append(Element(name: name, parent: parent, repeats: path.hasSuffix("*"), end: index + 1))
            elements[parent].children.append(index)
            indices[plain] = index
            var ancestor = parent
            while ancestor >= 0 {
                precondition(elements[ancestor].end == index, "\(path) stands apart from its siblings")
                elements[ancestor].end = index + 1
                ancestor = elements[ancestor].parent
            }
        }
        self.elements = elements
        self.indices = indices
    }

    /// The index of a path, written without `*`. Only a mistake in this program names one that is not there.
    func index(_ path: String) -> Int {
        guard let index = indices[path] else { preconditionFailure("no element \(path) below \(elements[0].name)") }
        return index
    }

    func path(of index: Int) -> String {
        let element = elements[index]
        return element.parent < 0 ? element.name : path(of: element.parent) + "/" + element.name
    }

    func child(of index: Int, named name: ArraySlice<UInt8>) -> Int? {
        for child in elements[index].children where elements[child].nameBytes.count == name.count {
            if elements[child].nameBytes.elementsEqual(name) { return child }
        }
        return nil
    }
}

/// What is wrong with an answer that came whole: which element is missing, doubled or senseless.
struct MalformedAnswer: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
