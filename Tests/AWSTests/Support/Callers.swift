import Wire

/// Runs the body with an HTTP caller and shuts that down, whatever happens: a caller that is just dropped ends the process.
func withCaller<Value>(_ body: (HTTPCaller) async throws -> Value) async throws -> Value {
    let http = try HTTPCaller()
    do {
        let value = try await body(http)
        await http.shutdown()
        return value
    } catch {
        await http.shutdown()
        throw error
    }
}
