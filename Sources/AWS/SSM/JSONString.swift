/// Text as JSON, as Python's `json.dumps` writes it: what is not ASCII is escaped.
enum JSONString {
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: quoted += "\\\""
            case 0x5C: quoted += "\\\\"
            case 0x0A: quoted += "\\n"
            case 0x0D: quoted += "\\r"
            case 0x09: quoted += "\\t"
            case 0x20..<0x7F: quoted.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default: quoted += "\\u" + Percent.hex([UInt8(unit >> 8), UInt8(unit & 0xFF)])
            }
        }
        return quoted + "\""
    }
}
