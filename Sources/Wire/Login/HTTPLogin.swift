/// Where calls get their `Authorization` from, and who hears that a server did not take it.
///
/// A client is handed one and knows nothing of how it comes about: a token of DC/OS, a file, or nothing at all.
package struct HTTPLogin: Sendable {
    /// The header's value as it is sent, `token=eyJ…`; nil where nobody has to log in.
    ///
    /// Asked before every call, and cheap as long as what it has is good. Throws `.noLogin`, in words for the operator and without the secret.
    package let authorization: @Sendable () async throws(HTTPFailure) -> String?
    /// Tells that a server answered 401 to this value. True when asking again brings another one.
    package let refused: @Sendable (String) -> Bool

    package init(
        authorization: @escaping @Sendable () async throws(HTTPFailure) -> String?, refused: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        self.authorization = authorization
        self.refused = refused
    }

    /// Nobody asks who we are.
    package static let none = HTTPLogin { () throws(HTTPFailure) -> String? in nil }

    /// Always the same value.
    package static func fixed(_ value: String) -> HTTPLogin { HTTPLogin { () throws(HTTPFailure) -> String? in value } }
}
