extension HTTPCaller {
    /// Sends a call as the one whom `login` says that we are.
    ///
    /// A 401 is told to the login, and when that has another value the call is sent once more: a token can be revoked, and can end between two calls.
    /// A redirect to the same path with a slash behind it, which is how Admin Router answers for a folder, is followed once and at our own host, so that
    /// the login goes nowhere else. All of this together takes no longer than the call may.
    package func send(_ call: HTTPCall, login: HTTPLogin, receive: HTTPReceiver? = nil) async throws(HTTPFailure) -> HTTPAnswer {
        let deadline = ContinuousClock.now + call.limits.totalTimeout
        let first = try await login.authorization()
        let answer = try await sendAddingSlash(call, authorization: first, deadline: deadline, receive)
        guard answer.status == 401, let first, login.refused(first) else { return answer }
        return try await sendAddingSlash(call, authorization: try await login.authorization(), deadline: deadline, receive)
    }

    private func sendAddingSlash(
        _ call: HTTPCall, authorization: String?, deadline: ContinuousClock.Instant, _ receive: HTTPReceiver?
    ) async throws(HTTPFailure) -> HTTPAnswer {
        var call = call
        if let authorization { call.headers.append((name: "Authorization", value: authorization)) }
        call.limits.totalTimeout = Self.left(until: deadline)
        let answer = try await send(call, receive: receive)
        guard let url = answer.urlWithSlash(of: call) else { return answer }
        call.url = url
        call.limits.totalTimeout = Self.left(until: deadline)
        return try await send(call, receive: receive)
    }

    /// At least a millisecond: a call without any time would fail as if nobody had answered.
    private static func left(until deadline: ContinuousClock.Instant) -> Duration { max(.milliseconds(1), deadline - .now) }
}

extension HTTPAnswer {
    /// Where the call meant to go when this redirects it to its own path with a slash; nil for every other answer.
    ///
    /// Host and scheme stay the call's: behind a load balancer that ends TLS, Admin Router does not know its own.
    fileprivate func urlWithSlash(of call: HTTPCall) -> String? {
        guard [301, 302, 307, 308].contains(status), let address = HTTPAddress(call.url), !address.path.hasSuffix("/") else { return nil }
        guard let location = header("location").flatMap({ address.resolving($0) }), location.path == address.path + "/" else { return nil }
        return address.scheme.rawValue + "://" + address.authority + location.path + address.query
    }
}
