package import Fleet
package import Wire

/// Reads EC2, Auto Scaling and SSM as far as watching needs them. One for the whole program: it paces its calls and keeps its credentials.
package final class AWSClient: Sendable {
    let caller: AWSCaller
    let clock: AWSClock
    let readsPings: Bool
    private let credentials: CredentialsCache
    private let pageSize: Int

    /// Pages of one list; 200 pages of 500 instances are ten times the largest fleet that is meant, and 200 of SSM's 50 hosts as large a one.
    private static let pagesMax = 200

    /// Reads the profile files and settles where credentials come from; calls nothing yet.
    ///
    /// - Parameters:
    ///   - http: made with the CA file of `settings.caBundle()`, if there is one.
    ///   - notice: what a person should know though the call goes on: a machine's clock that is wrong.
    /// - Throws: `AWSSettingsError` or `CredentialsError`, for settings that cannot be used.
    package init(settings: AWSSettings, http: HTTPCaller, clock: AWSClock = .real, notice: @escaping @Sendable (String) -> Void = { _ in }) throws {
        let profiles = try Profiles.read(settings)
        let metadata = try InstanceMetadata(Environment(settings.environment), http: http)
        let region = RegionSource(configured: try Region.configured(settings, profiles: profiles), metadata: metadata)
        caller = AWSCaller(http: http, endpoints: try Endpoints(settings, profiles: profiles), region: region, clock: clock, notice: notice)
        let chain = CredentialsChain(settings: settings, profiles: profiles, metadata: metadata, caller: caller, http: http, clock: clock)
        credentials = CredentialsCache(try chain.provider())
        self.clock = clock
        pageSize = settings.pageSize
        readsPings = settings.readsPings
    }

    /// By how much the machine's clock was found to be off; zero while AWS accepts its time.
    package var skew: ClockSkew { caller.skew }

    /// Where the credentials come from, as people read it: `environment variables`, `role arn:… of profile prod in …`.
    package var credentialsPlace: String { credentials.place }

    /// One sweep over all instances that pass the filters, sorted by id.
    package func instances(filters: [Filter]) async throws(AWSError) -> [Instance] {
        var form = FormBody(ec2: "DescribeInstances")
        form.add(filters: filters)
        form.add("MaxResults", String(pageSize))
        let rows = try await list(form, pace: filters.isEmpty ? .unfiltered : .filtered) { (body) throws(MalformedAnswer) in try Page(instances: body) }
        // A list that changes between two pages can name an instance twice; the later page is the newer word.
        let byID = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return byID.values.sorted { $0.id < $1.id }
    }

    /// The status checks and scheduled events of all running instances, sorted by id.
    package func statuses() async throws(AWSError) -> [InstanceStatus] {
        var form = FormBody(ec2: "DescribeInstanceStatus")
        form.add("MaxResults", String(pageSize))
        let rows = try await list(form, pace: .unfiltered) { (body) throws(MalformedAnswer) in try Page(statuses: body) }
        let byID = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return byID.values.sorted { $0.id < $1.id }
    }

    /// The images of these ids that are still listed, deprecated and disabled ones included, sorted by id.
    ///
    /// They are asked for by filter, not by id: one id that is gone would make the whole call fail.
    package func images(_ ids: [ImageID]) async throws(AWSError) -> [Image] {
        let wanted = Set(ids)
        let sorted = wanted.sorted().map(\.rawValue)
        var found: [ImageID: Image] = [:]
        for start in stride(from: 0, to: sorted.count, by: Filter.valuesMax) {
            var form = FormBody(ec2: "DescribeImages")
            form.add(filters: [Filter("image-id", Array(sorted[start..<min(start + Filter.valuesMax, sorted.count)]))])
            form.add("IncludeDeprecated", "true")
            form.add("IncludeDisabled", "true")
            let rows = try await list(form) { (body) throws(MalformedAnswer) in try Page(images: body) }
            for row in rows where wanted.contains(row.image.id) { found[row.image.id] = row.image }
        }
        return found.values.sorted { $0.id < $1.id }
    }

    /// All images that a search for the newest one has to choose from.
    func candidates(_ search: NewestImage) async throws(AWSError) -> [ListedImage] {
        var form = FormBody(ec2: "DescribeImages")
        form.add("Owner", list: search.owners)
        form.add(filters: search.filters)
        form.add("MaxResults", String(pageSize))
        return try await list(form) { (body) throws(MalformedAnswer) in try Page(images: body) }
    }

    /// All pages of a list of EC2.
    func list<Row: Sendable>(
        _ form: FormBody, pace: Pace = .filtered, read: @escaping @Sendable ([UInt8]) throws(MalformedAnswer) -> Page<Row>
    ) async throws(AWSError) -> [Row] {
        try await list(read: read) { token in
            var paged = form
            if let token { paged.add("NextToken", token) }
            return AWSCall.ec2(paged, pace: pace)
        }
    }

    /// All pages of a list. A token that comes twice, or too many pages, is an error: half a list must not pass for a whole one.
    ///
    /// - Parameter call: the call for the page that a token stands for; nil for the first.
    func list<Row: Sendable>(
        read: @escaping @Sendable ([UInt8]) throws(MalformedAnswer) -> Page<Row>, call: (String?) -> AWSCall
    ) async throws(AWSError) -> [Row] {
        var rows: [Row] = []
        var seen: Set<String> = []
        var token: String?
        for count in 1...Self.pagesMax {
            let call = call(token)
            let (page, answer) = try await ask(call, read: read)
            rows += page.rows
            guard let next = page.nextToken else { return rows }
            guard seen.insert(next).inserted else { throw AWSError(endless: "the token of the next page came twice", call, answer) }
            if count == Self.pagesMax { throw AWSError(endless: "more than \(Self.pagesMax) pages", call, answer) }
            token = next
        }
        return rows
    }

    /// One call and what its answer says.
    func ask<Value: Sendable>(
        _ call: AWSCall, read: @escaping @Sendable ([UInt8]) throws(MalformedAnswer) -> Value
    ) async throws(AWSError) -> (Value, HTTPAnswer) {
        let answer = try await caller.send(call, as: .holder(credentials))
        do { return (try await Self.parse(answer.body, read), answer) } catch { throw AWSError(malformed: error, call, answer) }
    }

    /// Off the caller's executor: a large page takes a tenth of a second.
    @concurrent private static func parse<Value: Sendable>(
        _ body: [UInt8], _ read: @Sendable ([UInt8]) throws(MalformedAnswer) -> Value
    ) async throws(MalformedAnswer) -> Value {
        try read(body)
    }
}

extension AWSError {
    /// An answer that came whole and is not what was asked for.
    init(malformed problem: MalformedAnswer, _ call: AWSCall, _ answer: HTTPAnswer) {
        self.init(
            service: call.service, action: call.action, url: HTTPAddress.shown(answer.url), problem: .malformed(problem.description),
            requestID: answer.header("x-amzn-requestid").map { String($0.prefix(64)) })
    }

    fileprivate init(endless problem: String, _ call: AWSCall, _ answer: HTTPAnswer) {
        self.init(service: call.service, action: call.action, url: HTTPAddress.shown(answer.url), problem: .endless(problem), requestID: nil)
    }
}
