import Testing
import Wire

@Suite struct `An address` {
    @Test func `keeps host, port, path and query`() throws {
        let address = try #require(HTTPAddress("HTTPS://Host.example:8443/a/b?c=d#e"))
        #expect(address.description == "https://Host.example:8443/a/b?c=d")
        #expect(address.shown == "https://Host.example:8443/a/b")
        #expect(HTTPAddress("http://[::1]:80")?.description == "http://[::1]:80/")
        #expect(HTTPAddress("http://h?q")?.description == "http://h/?q")
    }

    @Test(arguments: [
        "", "h", "http:/h", "http://", "http://:80", "http://h:", "http://h:x", "http://h:65536", "http://u@h", "http://h h", "http://h\n/", "http://[::1",
        "http://h/ü",
    ])
    func `is not made of`(text: String) { #expect(HTTPAddress(text) == nil) }

    @Test func `leads on`() throws {
        let address = try #require(HTTPAddress("https://a:1/b/c?d"))
        let expected = [
            "//x:2/y": "https://x:2/y", "/y": "https://a:1/y", "y": "https://a:1/b/y", "?y": "https://a:1/b/c?y", "http://x": "http://x/",
        ]
        for (location, result) in expected { #expect(address.resolving(location)?.description == result, "\(location)") }
        for location in ["", "//", "mailto:x", "ftp://x/"] { #expect(address.resolving(location) == nil, "\(location)") }
    }

    @Test func `shows no secret of any text`() {
        #expect(HTTPAddress.shown("https://u:p@h/x?s#f") == "https://h/x")
        #expect(HTTPAddress.shown("u:p@h?s") == "h")
        #expect(HTTPAddress.shown("http://a@b@c/d@e") == "http://c/d@e")
        #expect(HTTPAddress.shown("http://h/\u{1B}[31m\nx") == "http://h/?[31m?x")
    }
}

@Suite struct `A backoff` {
    @Test func `doubles up to its cap and waits a share of that`() {
        let backoff = Backoff(base: .milliseconds(500), cap: .seconds(20))
        #expect((1...8).map { backoff.bound(attempt: $0) } == [0.5, 1, 2, 4, 8, 16, 20, 20].map { .seconds($0) })
        #expect(backoff.delay(attempt: 3, random: 0) == .zero)
        #expect(backoff.delay(attempt: 3, random: 0.5) == .seconds(1))
        #expect(backoff.delay(attempt: 3, random: 1) == .seconds(2))
    }

    @Test func `stays within its bounds whatever it is given`() {
        let backoff = Backoff()
        for attempt in [Int.min, -1, 0, 1, 64, .max] {
            for random in [-1, 0, 0.3, 1, 2, .infinity, -.infinity, .nan] {
                #expect((.zero...backoff.cap).contains(backoff.delay(attempt: attempt, random: random)))
            }
        }
    }
}

@Suite struct `A token bucket` {
    @Test func `pays until it is empty and fills with time`() {
        var bucket = TokenBucket(capacity: 10, refillPerSecond: 2)
        let taken = [(5, 0), (5, 0), (1, 400), (1, 500)].map { bucket.take($0, at: .milliseconds($1)) }
        #expect(taken == [true, true, false, true])
        #expect(bucket.available(at: .seconds(3)) == 5)
        #expect(bucket.available(at: .seconds(3600)) == 10)
    }

    @Test func `gains nothing from a clock that goes back, and never more than it holds`() {
        var bucket = TokenBucket(capacity: 4, refillPerSecond: 1)
        let taken = [(4, 100), (1, 50), (1, 100), (1, 101)].map { bucket.take($0, at: .seconds($1)) }
        #expect(taken == [true, false, false, true])
        bucket.put(100)
        #expect(bucket.available(at: .seconds(101)) == 4)
        let takesTooMuch = bucket.take(5, at: .seconds(101))
        #expect(!takesTooMuch)
    }
}
