internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOSSL

extension HTTPFailure {
    /// What an error of the libraries below means.
    ///
    /// - Parameter hasHead: whether the answer's status had arrived; a connection that breaks after that has cut the answer short.
    init(_ error: any Error, hasHead: Bool, limits: HTTPCall.Limits, url: String) {
        let (problem, detail) = Self.meaning(of: error, hasHead: hasHead, limits: limits)
        self.init(problem, url: url, detail: detail)
    }

    private static func meaning(of error: any Error, hasHead: Bool, limits: HTTPCall.Limits) -> (Problem, String) {
        let broken: Problem = hasHead ? .cutShort : .unreachable
        switch error {
        case is CancellationError: return (.cancelled, "")
        case let error as HTTPClientError: return meaning(of: error, broken: broken, limits: limits)
        case let error as NIOSSLError: return meaning(of: error, broken: broken)
        case let error as BoringSSLError: return (.tls, "\(error)")
        case let error as NIOSSLExtraError: return (error == .failedToValidateHostname ? .certificate : .tls, error.description)
        case let error as HTTPParserError: return (error == .invalidEOFState ? broken : .notHTTP, "\(error)")
        case let error as ChannelError:
            if case .connectTimeout = error { return (.timedOut(after: limits.connectTimeout), "no connection for so long") }
            return (broken, "\(error)")
        case let error as IOError: return (broken, String(cString: strerror(error.errnoCode)))
        case let error as NIOHTTPDecompression.DecompressionError:
            return error == .limit ? (.tooLarge(bytesMax: limits.bodyBytesMax), "") : (.notHTTP, "the compressed body is broken: \(error)")
        case let error as NIOHTTPDecompression.ExtraDecompressionError:
            return error == .truncatedData ? (.cutShort, "the compressed body ends too early") : (.notHTTP, "the compressed body is broken: \(error)")
        default: return (broken, String(describing: error))
        }
    }

    private static func meaning(of error: HTTPClientError, broken: Problem, limits: HTTPCall.Limits) -> (Problem, String) {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout: (.timedOut(after: limits.connectTimeout), "no connection for so long")
        case .getConnectionFromPoolTimeout: (.timedOut(after: limits.connectTimeout), "all connections to the host are in use")
        case .invalidURL, .emptyHost, .emptyScheme: (.badURL, error.description)
        case .cancelled: (.cancelled, "")
        case .alreadyShutdown: (.cancelled, "the HTTP client was shut down")
        case .remoteConnectionClosed: (broken, "the server closed the connection")
        default: (broken, error.description)
        }
    }

    private static func meaning(of error: NIOSSLError, broken: Problem) -> (Problem, String) {
        switch error {
        case .uncleanShutdown: (broken, "the server closed the TLS connection without saying so")
        case .handshakeFailed(let cause):
            ("\(cause)".contains("CERTIFICATE_VERIFY_FAILED") ? .certificate : .tls, "\(cause)")
        case .unableToValidateCertificate, .noCertificateToValidate: (.certificate, "\(error)")
        default: (.tls, "\(error)")
        }
    }
}
