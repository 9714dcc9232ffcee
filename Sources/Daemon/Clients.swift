package import AWS
package import DCOS
package import Fleet
package import Hosts
package import Logging
package import Mesos
package import Services
package import Terraform
import Wire

/// The clients that watching needs, made from the configuration and the environment that the program was started in.
package struct Clients: Sendable {
    package let mesos: MesosClient
    package let aws: AWSClient
    /// One for each of the configuration's alert targets, in their order: each may trust other certificates.
    let alerts: [HTTPCaller]
    /// Admin Router and our login there. Nil where no DC/OS is configured.
    package let dcos: DCOSSession?
    package let health: HealthClient?
    package let probe: HostProbe?
    /// Nil where nothing says where to ask.
    package let services: ServicesClient?
    /// Of the pools that Terraform makes.
    package let terraform: [PoolName: TerraformClient]
    private let makeServices: @Sendable () -> ServicesClient?
    private let callers: [HTTPCaller]
    private let mesosCaller: HTTPCaller
    private let mesosCredentials: MesosCredentials

    /// - Parameter environment: `AWS_…` variables and `HOME`; others are looked at by Terraform alone.
    /// - Throws: what is wrong with a certificate file, a profile or the region, in words for the operator. Nothing is called yet.
    package init(_ configuration: Configuration, environment: [String: String], logger: Logger) throws {
        let settings = AWSSettings(
            profile: configuration.aws.profile, region: configuration.aws.region, endpointURL: configuration.aws.endpointURL, environment: environment,
            readsPings: configuration.aws.readsPings)
        let dcosCaller = try configuration.dcos.map { try HTTPCaller(tls: $0.caFile.map { .authorities(file: $0) } ?? .system) }
        let session = configuration.dcos.flatMap { dcos in dcosCaller.map { DCOSSession(url: dcos.url, credentials: dcos.credentials, http: $0) } }
        let viaDCOS = configuration.reachesMesosThroughDCOS ? session : nil
        let mesosCA = configuration.mesos.caFile ?? (viaDCOS == nil ? nil : configuration.dcos?.caFile)
        let mesosCaller = try HTTPCaller(tls: mesosCA.map { .authorities(file: $0) } ?? .system)
        let awsCaller = try HTTPCaller(tls: try settings.caBundle().map { .authorities(file: $0) } ?? .system)
        // Connections of its own: schedulers that hang must not keep system health waiting for one.
        let servicesCaller = try HTTPCaller(tls: configuration.dcos?.caFile.map { .authorities(file: $0) } ?? .system)
        alerts = try configuration.alerts.destinations.map { try HTTPCaller(tls: $0.caFile.map { .authorities(file: $0) } ?? .system) }
        callers = [mesosCaller, awsCaller, servicesCaller] + alerts + (dcosCaller.map { [$0] } ?? [])
        dcos = session
        health = session.map { HealthClient(session: $0) }
        probe = configuration.probe.map { HostProbe($0) }
        terraform = configuration.terraform.mapValues { TerraformClient($0, environment: environment) }
        let site = configuration.servicesSite
        makeServices = { site.map { ServicesClient(site: $0, http: servicesCaller, login: session?.login ?? .none) } }
        services = makeServices()
        self.mesosCaller = mesosCaller
        mesosCredentials = configuration.mesosCredentials(of: session)
        mesos = MesosClient(masters: configuration.mesos.masters, credentials: mesosCredentials, http: mesosCaller)
        aws = try AWSClient(settings: settings, http: awsCaller) { notice in
            logger.warning("Something about AWS is odd", metadata: [LogKey.reason: "\(notice)"])
        }
    }

    /// Another client that has seen nothing yet: a look of its own must not take its turn from the one that polls.
    var servicesAsNew: ServicesClient? { makeServices() }

    /// A client that begins at this master and no other.
    func mesos(at url: String) -> MesosClient { MesosClient(masters: [url], credentials: mesosCredentials, http: mesosCaller) }

    /// A call with what is trusted of the masters, and without credentials.
    func callMesos(_ call: HTTPCall) async throws(HTTPFailure) -> HTTPAnswer { try await mesosCaller.send(call) }

    /// Polls both once, side by side.
    package func look(pools: [Pool]) async -> (mesos: Result<MesosSighting, SourceFailure>, ec2: EC2Sighting) {
        async let ec2 = aws.sight(pools: pools)
        async let mesos = sightMesos()
        return await (mesos, ec2)
    }

    private func sightMesos() async -> Result<MesosSighting, SourceFailure> {
        do throws(SourceFailure) {
            return .success(try await mesos.sight())
        } catch {
            return .failure(error)
        }
    }

    /// Lets go of all connections.
    package func shutdown() async {
        for caller in callers { await caller.shutdown() }
    }
}
