extension Timestamp {
    /// From the `Date` header of an HTTP answer: `Mon, 23 Nov 2026 09:25:24 GMT`. Nil for everything else.
    package init?(httpDate header: String) {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let words = header.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(where: { $0 == words[2] }) else { return nil }
        let day = words[1].count == 1 ? "0" + words[1] : String(words[1])
        self.init(iso8601: "\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(day)T\(words[4])Z")
    }
}
