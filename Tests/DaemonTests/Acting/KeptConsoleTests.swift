import Fleet
import Foundation
import Ledger
import Moto
import Replacing
import Rounds
import Testing
import Wire

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `What an instance last wrote to its console` {
    @Test func `is kept as plain text, and the end of it`() {
        #expect(KeptConsole.text("") == nil && KeptConsole.text(" \r\n\r\n") == nil)
        #expect(KeptConsole.text("\u{1B}[0;32m  OK  \u{1B}[0m Started\tDocker\r\n\r\n\u{1B}[2J\u{1B}Mlogin: \u{7}") == "  OK   Started\tDocker\nlogin: ")
        #expect(KeptConsole.text("Gr\u{FC}\u{DF}e \u{9B}31m\u{FFFD}") == "Gr\u{FC}\u{DF}e 31m")
        let long = (1...4000).map { "line \($0)\n" }.joined()
        let kept = KeptConsole.text(long) ?? ""
        #expect(
            kept.utf8.count <= KeptConsole.bytesMax && kept.utf8.count > KeptConsole.bytesMax - 20 && kept.hasSuffix("line 4000\n") && kept.hasPrefix("line "))
    }

    /// One test, for one moto.
    @Test func `is in the ledger before the instance is ended, and read with its replacement`() async throws {
        let http = try HTTPCaller()
        let moto = try await MotoServer(http: http)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await tour(moto)) } catch { outcome = .failure(error) }
        await http.shutdown()
        try outcome.get()
    }

    private func tour(_ moto: MotoServer) async throws {
        let launched = String(
            decoding: try await moto.control(
                "boto", #"{"service": "ec2", "call": "run_instances", "arguments": {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1}}"#),
            as: UTF8.self)
        let id = String(try #require(launched.components(separatedBy: "\"InstanceId\": \"").dropFirst().first).prefix { $0 != "\"" })
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 10), Lines())
        let configuration = try Configuration.parse(
            "cluster: c\nmesos: {masters: ['http://127.0.0.1:1']}\naws: {region: us-east-1, endpoint_url: '\(moto.url)'}\npools: {p: {select: {tags: {a: b}}}}\n",
            path: folder.file("mayfly.yaml"))
        let clients = try Clients(configuration, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"], logger: lines.logger())
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger())
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        await keeper.take(.ec2(Samples.nothing))
        let node: NodeID = "agent:S-10.0.0.1"
        let loop = ErrandLoop(
            book: ErrandBook(), hands: Hands(configuration, clients: clients, time: clock.time),
            looks: ErrandLoop.Looks(mesos: MesosBell(), ec2: EC2Bell(), entrances: Bell(), services: ServiceWishes()), keeper: keeper, time: clock.time,
            logger: lines.logger())
        func keep(_ instance: InstanceID) async {
            let errand = Errand(replacement: ReplacementID(7), intent: 1, action: .keepConsole(instance), notAfter: clock.time.now() + .seconds(10))
            await loop.carryOut(
                ErrandBook.Entry(errand: errand, site: Hands.Site(replacement: ReplacementID(7), node: node, pool: "p", instance: instance, address: nil)))
        }
        await keep("i-0123456789abcdef0")
        #expect(lines.count("InvalidInstanceID.NotFound") == 1, "\(lines.all)")
        await keep(InstanceID(id))
        await clients.shutdown()
        let replacement = Replacement(
            id: ReplacementID(7), node: node, instance: InstanceID(id), agent: nil, slot: node, pool: nil, zone: nil, rule: nil, findingClass: .failing,
            askedBy: "eva", reason: "r", startedAt: TurningClock.start, targetImage: nil, order: .living)
        let kept = try ledger.console(of: replacement)
        // Moto answers with a boot of Linux that it has by heart.
        #expect(kept?.at == TurningClock.start && kept?.output.contains("Linux version 2.6.16-xenU") == true, "\(String(describing: kept))")
        let other = Replacement(
            id: ReplacementID(8), node: node, instance: nil, agent: nil, slot: node, pool: nil, zone: nil, rule: nil, findingClass: .failing, askedBy: "eva",
            reason: "r", startedAt: TurningClock.start, targetImage: nil, order: .living)
        #expect(try ledger.console(of: other) == nil, "of another replacement nothing was kept")
        try ledger.close()
    }
}
