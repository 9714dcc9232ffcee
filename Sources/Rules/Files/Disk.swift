#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The few readings of the disk that rule files need.
enum Disk {
    static func isDirectory(_ path: String) throws(FileProblem) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw problem(path, "cannot be found") }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a directory, in no order.
    static func names(in path: String) throws(FileProblem) -> [String] {
        guard let directory = opendir(path) else { throw problem(path, "cannot be listed") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
        }
        return names.filter { $0 != "." && $0 != ".." }
    }

    /// A file's text; at most 1 MiB, in UTF-8.
    static func text(of path: String) throws(FileProblem) -> String {
        guard let file = fopen(path, "rb") else { throw problem(path, "cannot be opened") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            bytes += chunk[..<count]
            guard bytes.count <= YAMLReader.bytesMax else { throw FileProblem(file: path, message: "the file is larger than 1 MiB; split it") }
            if count == 0 { break }
        }
        guard ferror(file) == 0 else { throw problem(path, "cannot be read") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw FileProblem(file: path, message: "the file is no UTF-8 text; save it as UTF-8") }
        return text
    }

    private static func problem(_ path: String, _ what: String) -> FileProblem {
        FileProblem(file: path, message: "\(what): \(String(cString: strerror(errno))); check the path and its permissions")
    }
}
