/// One HTTP request: what to send, and how much of an answer to take.
package struct HTTPCall: Sendable {
    package enum Method: String, Sendable { case get = "GET", post = "POST", put = "PUT", delete = "DELETE", head = "HEAD" }

    package var method: Method
    /// Absolute, `http://`, `https://` or `http+unix://`, without user info. A query is sent but never shown in an error.
    package var url: String
    /// Sent as they are, `Accept-Encoding` apart: that follows `acceptsGzip`.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var limits: Limits
    /// Whether a compressed answer is asked for; it is unpacked before anybody sees it. True by default.
    package var acceptsGzip: Bool

    /// What a server may cost us before we hang up.
    package struct Limits: Hashable, Sendable {
        /// The longest body that is read, after unpacking, in bytes. 1 MiB by default.
        package var bodyBytesMax: Int
        /// Until the connection stands, TLS included. 5 s by default.
        package var connectTimeout: Duration
        /// The longest silence: no byte for so long. 15 s by default.
        package var idleTimeout: Duration
        /// For the whole call, redirects included. 60 s by default.
        package var totalTimeout: Duration
        /// How many 307 and 308 answers are followed. 0, the default, hands the first one back.
        package var redirectsMax: Int

        package init(
            bodyBytesMax: Int = 1 << 20, connectTimeout: Duration = .seconds(5), idleTimeout: Duration = .seconds(15), totalTimeout: Duration = .seconds(60),
            redirectsMax: Int = 0
        ) {
            self.bodyBytesMax = bodyBytesMax
            self.connectTimeout = connectTimeout
            self.idleTimeout = idleTimeout
            self.totalTimeout = totalTimeout
            self.redirectsMax = redirectsMax
        }
    }

    package init(
        method: Method = .get, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [], limits: Limits = Limits(),
        acceptsGzip: Bool = true
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.acceptsGzip = acceptsGzip
    }
}
