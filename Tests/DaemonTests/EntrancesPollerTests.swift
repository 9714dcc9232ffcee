import AWS
import Captures
import Fleet
import Ledger
import Rounds
import Synchronization
import Testing
import Wire

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `The poller of load balancers` {
    private static let pool = Pool(
        name: "private", selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "agent")]), looksAfterEntrances: true)

    /// An AWS without load balancers and addresses, which refuses everything while it is told to.
    private static func answer(_ request: RawServer.Request, refuses: Bool) -> [RawServer.Step] {
        let action = request.text.split(separator: "&").first { $0.hasPrefix("Action=") }.map { String($0.dropFirst(7)) } ?? ""
        let xml = [("Content-Type", "text/xml")]
        if refuses {
            let error = "<Errors><Error><Code>UnauthorizedOperation</Code><Message>not authorized</Message></Error></Errors>"
            return [
                .answer(
                    403, xml,
                    body: (action == "DescribeAddresses"
                        ? "<Response>\(error)</Response>"
                        : "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>").utf8)
            ]
        }
        let list = ["DescribeTargetGroups": "TargetGroups", "DescribeLoadBalancers": "LoadBalancerDescriptions"][action]
        guard let list else { return [.answer(200, xml, body: "<DescribeAddressesResponse><addressesSet/></DescribeAddressesResponse>".utf8)] }
        return [.answer(200, xml, body: "<\(action)Response><\(action)Result><\(list)/></\(action)Result></\(action)Response>".utf8)]
    }

    @Test func `tells the round who leads where, and that it could not be read with why`() async throws {
        let refuses = Mutex(false)
        try await RawServer.with {
            Self.answer($0, refuses: refuses.withLock { $0 })
        } _: { server in
            let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 10), Lines())
            let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger(), settings: Settings(pools: [Self.pool]))
            let http = try HTTPCaller()
            let environment = ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"]
            let client = try AWSClient(settings: AWSSettings(region: "us-east-1", endpointURL: server.url, environment: environment), http: http)
            let poller = EntrancesPoller(client: client, interval: .seconds(60), keeper: keeper, time: clock.time, logger: lines.logger())
            await keeper.take(.ec2(Samples.nothing))
            await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
            let good = try #require(await poller.poll())
            #expect(!good.picture.stale.contains(.entrances) && lines.count("WARNING") == 0, "\(lines.all)")
            refuses.withLock { $0 = true }
            clock.step(.seconds(60))
            _ = try #require(await poller.poll())
            #expect(lines.count("WARNING AWS could not be read, will retry") == 1 && lines.count("AccessDenied") == 1, "\(lines.all)")
            let source = try #require(try ledger.sources().first { $0.source == .entrances })
            #expect(source.lastSuccess == TurningClock.start && source.lastAttempt == TurningClock.start + .seconds(60))
            await http.shutdown()
        }
    }
}
