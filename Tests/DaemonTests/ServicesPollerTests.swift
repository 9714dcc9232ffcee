import Fleet
import Rounds
import Services
import Testing
import Wire

@testable import Daemon

@Suite struct `The poller of services` {
    @Test func `says what could not be read, and hands the rest to the round`() async throws {
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 2), Lines())
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger())
        let http = try HTTPCaller()
        let site = ServicesSite(router: "http://127.0.0.1:1", named: [ServicesSite.Named(name: "prod/kafka")])
        let client = ServicesClient(site: site, http: http)
        await keeper.take(.ec2(Samples.nothing))
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        try await ServicesPoller(client: client, interval: .seconds(60), keeper: keeper, time: clock.time, logger: lines.logger()).run()
        await http.shutdown()
        #expect(lines.count("WARNING A service could not be read, will retry") == 4, "\(lines.all)")
        #expect(lines.count("service.name=prod/kafka") == 2 && lines.count("http://127.0.0.1:1/service/prod/kafka/") == 2)
        #expect(clock.sleeps == [.seconds(60), .seconds(60)])
        _ = ledger
    }

    @Test func `says each failure of a service once, and no more lines than anybody reads`() {
        let (one, other) = (SourceFailure("one"), SourceFailure("other"))
        func service(_ name: String) -> ServiceSighting {
            ServiceSighting(
                name: ServiceName(name), package: nil, flavour: nil, framework: nil, members: .failure(one), registered: .failure(one), plans: .failure(other),
                topics: .failure(one))
        }
        let sighting = ServicesSighting(services: (0..<9).map { service("s\($0)") }, marathon: .failure(other))
        #expect(sighting.failures.count == 19 && sighting.failures.prefix(3).map(\.failure) == [other, one, other])
        let lines = Lines()
        sighting.log(to: lines.logger())
        #expect(lines.count("A service could not be read") == 10 && lines.count("count=9") == 1)
    }
}
