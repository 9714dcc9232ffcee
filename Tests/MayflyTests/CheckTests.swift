import Foundation
import Running
import Testing

@Suite struct `A check without asking anybody` {
    private static let zoned = """
        version: 1
        time_intervals:
          - name: nights
            time_intervals:
              - {location: Europe/Berlin, weekdays: [friday], times: [{start_time: "22:00", end_time: "24:00"}]}
              - {location: Europe/Berlin, weekdays: [saturday], times: [{start_time: "00:00", end_time: "02:00"}]}
        rules:
          - name: old
            when: image_outdated
            verdict: replace
            class: outdated
            during: nights
            limit: 10%
            summary: "{{hostname}} is old"
        """

    @Test func `shows limits that are shares as whole numbers, rounded down but never below one`() async throws {
        let site = try Site(more: "limits: {in_flight: {fleet: 15%, pool: 1%, zone: 3}, breaker: {share: 20%, at_least: 2}}")
        let text = try String(contentsOfFile: site.configuration, encoding: .utf8).replacing("select:", with: "size: 30\n    select:")
        _ = try site.folder.write(text, "mayfly.yaml")
        let ended = try await site.run("check", "--offline")
        #expect(ended.code == 0, "\(ended.all)")
        for line in [
            "in flight: 4 (15% of 30) of the fleet", "in flight: 1 (1% of 30) of pool private", "in flight: 3 of a zone",
            "breaker: trips at 6 of 30 unhealthy of the fleet", "starts: at most 2 in 10m, 10 in 1h, 30 in 1d",
        ] {
            #expect(ended.output.contains("  " + line), "\(line)\nis not in\n\(ended.output)")
        }
        let json = try JSON(try await site.run("check", "--offline", "--json").output)
        #expect(json["limits"]?.items.contains { $0.string == "in flight: 4 (15% of 30) of the fleet" } == true)
    }

    @Test func `shows the windows of two weeks, merged where one ends as the other begins, in their own time and in UTC`() async throws {
        let site = try Site()
        _ = try site.folder.write(Self.zoned, "rules/nights.yaml")
        let ended = try await site.run("check", "--offline")
        #expect(ended.code == 0, "\(ended.all)")
        let lines = ended.output.split(separator: "\n").drop { !$0.hasPrefix("Windows of nights") }.dropFirst()
        // Which days these are depends on today; that there are two or three of four hours each does not.
        let windows = lines.prefix { $0.hasPrefix("  Fri ") || $0.hasPrefix("  Sat ") }
        #expect(windows.count == 2 || windows.count == 3, "\(ended.output)")
        #expect(windows.contains { $0.contains(" 22:00 to Sat ") && $0.contains(" 02:00 Europe/Berlin, Fri ") && $0.hasSuffix("UTC (4h)") }, "\(windows)")
        let json = try JSON(try await site.run("check", "--offline", "--json").output)
        #expect(json["windows"]?.items.first?["windows"]?.items.count == windows.count)
    }
}
