import Fleet
import Testing

@Suite struct `A timestamp` {
    @Test func `reads and writes ISO 8601 alike, over ten thousand years`() {
        // Every 40 days and some, with odd milliseconds: each month, leap days and turns of centuries are among them.
        var milliseconds: Int64 = -62_167_219_200_000
        var count = 0
        while milliseconds <= 253_402_300_799_999 {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(iso8601: time.description) == time, "\(time)")
            milliseconds += 3_456_789_123 + Int64(count % 1000)
            count += 1
        }
        #expect(count > 90_000)
    }

    @Test func `knows days that are known`() {
        let known: [(String, Int64)] = [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1), ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2026-11-23T10:08:39.039Z", 1_795_428_519_039),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ]
        for (text, milliseconds) in known {
            #expect(Timestamp(iso8601: text)?.milliseconds == milliseconds, "\(text)")
            #expect(Timestamp(milliseconds: milliseconds).description == text)
        }
    }

    @Test func `reads fractions and zones as they are sent`() {
        let same = Timestamp(iso8601: "2026-11-23T10:08:39.039Z")
        for text in [
            "2026-11-23T10:08:39.0390", "2026-11-23T10:08:39.039121Z", "2026-11-23T10:08:39.039999999Z", "2026-11-23 10:08:39.039",
            "2026-11-23T12:08:39.039+02:00",
            "2026-11-23T12:08:39.039+0200", "2026-11-22T22:08:39.039-12:00",
        ] { #expect(Timestamp(iso8601: text) == same, "\(text)") }
        #expect(Timestamp(iso8601: "2026-11-23T10:08:39.5Z")?.milliseconds == Timestamp(iso8601: "2026-11-23T10:08:39Z").map { $0.milliseconds + 500 })
    }

    @Test func `is not made of anything else`() {
        for text in [
            "", "now", "2026-11-23", "2026-11-23T10:08", "2026-11-23T10:08:60Z", "2026-11-23T24:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-23T10:08:39.Z",
            "2026-11-23T10:08:39.1234567890Z",
            "2026-11-23T10:08:39ZZ", "2026-11-23T10:08:39+2", "2026-11-23T10:08:39+24:00", "2026-11-23T10:08:39 Z", "+026-11-23T10:08:39Z",
            "２０２６-11-23T10:08:39Z",
            "2026-11-23T10:08:39+02:", "2026-11-23T10:08:39é",
        ] { #expect(Timestamp(iso8601: text) == nil, "\(text)") }
    }

    @Test func `is made of nanoseconds above what a Double holds, and of seconds with a fraction`() {
        #expect(Timestamp(nanoseconds: 1_795_428_509_471_781_120).description == "2026-11-23T10:08:29.471Z")
        #expect(Timestamp(nanoseconds: -1).milliseconds == -1)
        #expect(Timestamp(nanoseconds: .max).milliseconds == 9_223_372_036_854 && Timestamp(nanoseconds: .min).milliseconds == -9_223_372_036_855)
        #expect(Timestamp(seconds: 1_795_428_508.605889)?.milliseconds == 1_795_428_508_606)
        for seconds in [Double.nan, .infinity, -.infinity, 1e300, 253_402_300_800, -62_167_219_201] {
            #expect(Timestamp(seconds: seconds) == nil, "\(seconds)")
        }
    }
}

@Suite struct `A duration` {
    @Test func `is read as Prometheus writes it`() {
        let known: [(String, Int64)] = [
            ("0", 0), ("0s", 0), ("90s", 90_000), ("10m", 600_000), ("1h30m", 5_400_000), ("2d", 172_800_000), ("1w", 604_800_000), ("500ms", 500),
            ("1w2d3h4m5s6ms", 788_645_006), ("520w", 314_496_000_000),
        ]
        for (text, milliseconds) in known { #expect(Duration(text: text) == .milliseconds(milliseconds), "\(text)") }
    }

    @Test func `is not made of anything else`() {
        for text in ["", "1", "s", "-1s", "1.5h", "1s1m", "1m1m", "1 m", "1y", "1M", "9999999999s", "999999999w", "521w10d", "１s", "1h ", "0x1s"] {
            #expect(Duration(text: text) == nil, "\(text)")
        }
    }

    @Test func `shows its two largest units`() {
        let known: [(Int64, String)] = [
            (0, "0s"), (1, "1ms"), (999, "999ms"), (45_000, "45s"), (600_000, "10m"), (5_400_000, "1h 30m"), (3_605_000, "1h"), (273_600_000, "3d 4h"),
            (86_400_000, "1d"),
            (-90_000, "-1m 30s"), (1_500, "1s"),
        ]
        for (milliseconds, text) in known { #expect(Duration.milliseconds(milliseconds).text == text) }
        #expect(Duration.milliseconds(Int64.min).text.hasPrefix("-") && Duration.seconds(Int64.max).inMilliseconds == .max)
    }
}
