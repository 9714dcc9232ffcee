import Glibc
import Programs

/// Drives Terraform for the instances of one pool: which address holds which instance, a plan for one of them, its judgement, and its application.
///
/// Whatever takes Terraform's lock (`plan`, `apply`) runs as a `LastingRun`: nobody here ends it, for a Terraform that is killed leaves instances that its
/// state does not know, or a lock that stops everybody. What only reads (`show`, `state pull`) is ended when it takes too long.
package struct TerraformClient: Sendable {
    package let settings: TerraformSettings
    let environment: TerraformEnvironment

    /// - Parameter environment: what Terraform finds in its own: where its credentials come from. Of Terraform's variables only those that say where it
    ///   finds its providers and its data are handed on.
    package init(_ settings: TerraformSettings, environment: [String: String]) {
        self.settings = settings
        self.environment = TerraformEnvironment(environment, workspace: settings.workspace)
    }

    /// How much of a plan or a state is read. 64 MiB: some thousand instances.
    static let answerBytesMax = 64 << 20
    /// How much of a run's log is read, from its end. 16 MiB.
    static let logBytesMax = 16 << 20
    /// How long what only reads may take. Loading the provider takes seconds, on a busy machine many.
    static let readTimeout = Duration.seconds(300)
    /// How often a run that is waited for is looked at.
    private static let lookPause = Duration.milliseconds(200)

    // MARK: - The state

    /// Makes the checkout ready: backend, modules and providers as its lock file says. Safe to repeat.
    ///
    /// - Parameter credentials: added to the environment.
    package func initialise(credentials: [String: String] = [:]) async throws(TerraformError) {
        _ = try await read(["init", "-input=false", "-no-color", "-lockfile=readonly"], credentials: credentials, while: "making \(settings.folder) ready")
    }

    /// Which instances the state holds. Takes no lock.
    package func state(credentials: [String: String] = [:]) async throws(TerraformError) -> TerraformState {
        let attempting = "reading the state of \(settings.folder)"
        let bytes = try await read(["state", "pull"], credentials: credentials, while: attempting)
        do throws(MalformedTerraform) {
            return try TerraformState(bytes)
        } catch {
            throw TerraformError(.malformed(error.description), while: attempting)
        }
    }

    // MARK: - Plan

    /// Makes a plan for one order, and judges it. Changes nothing but Terraform's knowledge of what is there.
    ///
    /// Asked again for the same folder, also by another process, it goes on where that is: a run that is under way is waited for, one that has ended is
    /// judged. One that died or failed stays so: the next attempt takes a folder of its own.
    ///
    /// - Parameters:
    ///   - folder: of this attempt alone; made where it is not there. What is planned lies in it, secrets of the configuration too.
    ///   - waitingFor: how long the run is waited for; then `notFinished`, and it goes on.
    package func plan(
        _ order: PlanOrder, in folder: String, waitingFor patience: Duration = .seconds(600), credentials: [String: String] = [:]
    ) async throws(TerraformError) -> TerraformPlan {
        let attempting = "planning \(order.address)"
        if let fault = settings.fault ?? fault(of: order) { throw TerraformError(.badSettings(fault), while: attempting) }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw TerraformError(.cannotStart("\(folder): \(String(cString: strerror(errno)))"), while: attempting)
        }
        let run = LastingRun(folder: folder + "/plan")
        if try standing(of: run, while: attempting) == .notStarted {
            try await start(run, planArguments(order, file: folder + "/tfplan"), credentials: credentials, while: attempting)
        }
        let code = try await end(of: run, within: patience, while: attempting)
        // 0: nothing to do; 2: something to do.
        guard code == 0 || code == 2 else { throw TerraformError(log(of: run).problem(code: code, error: said(by: run)), while: attempting) }
        let shown = try await read(["show", "-json", folder + "/tfplan"], credentials: credentials, while: "reading the plan for \(order.address)")
        let judgement = try PlannedChanges(json: shown).judged(against: order, dependents: dependents(of: order))
        return TerraformPlan(order: order, folder: folder, judgement: judgement)
    }

    private func planArguments(_ order: PlanOrder, file: String) -> [String] {
        ["plan", "-input=false", "-json", "-detailed-exitcode", "-lock-timeout=\(settings.lockTimeout.components.seconds)s", "-out=" + file]
            + ([order.address] + dependents(of: order).sorted()).map { "-target=" + $0 } + (order.isForced ? ["-replace=" + order.address] : [])
            + settings.variables.sorted { $0.key < $1.key }.flatMap { ["-var", $0.key + "=" + $0.value] }
    }

    private func dependents(of order: PlanOrder) -> Set<String> {
        let address = ResourceAddress(order.address)
        return Set(settings.dependents.map { address.beside($0) })
    }

    private func fault(of order: PlanOrder) -> String? {
        let address = ResourceAddress(order.address)
        return address.resource == settings.address ? nil : "\(order.address) is none of \(settings.address)"
    }

    // MARK: - Apply

    /// Starts to apply the very plan that was judged, and comes back as soon as Terraform runs; what becomes of it `application(in:)` tells.
    ///
    /// Asked again it starts nothing: a plan is applied once.
    package func apply(_ plan: TerraformPlan, credentials: [String: String] = [:]) async throws(TerraformError) {
        let attempting = "applying the plan for \(plan.order.address)"
        guard plan.mayBeApplied else { throw TerraformError(.badSettings("it was judged and refused"), while: attempting) }
        let run = LastingRun(folder: plan.folder + "/apply")
        guard try standing(of: run, while: attempting) == .notStarted else { return }
        let arguments = [
            "apply", "-input=false", "-json", "-lock-timeout=\(settings.lockTimeout.components.seconds)s", plan.folder + "/tfplan",
        ]
        try await start(run, arguments, credentials: credentials, while: attempting)
    }

    /// How the application of a plan stands, whoever started it.
    ///
    /// - Parameter address: what the plan was made for.
    package func application(in folder: String, at address: String) throws(TerraformError) -> Application {
        let attempting = "applying the plan for \(address)"
        let run = LastingRun(folder: folder + "/apply")
        let standing = try standing(of: run, while: attempting)
        let log = log(of: run)
        switch standing {
        case .notStarted: return .notStarted
        case .running(let process): return .running(process: process, hasBegun: log.hasBegun)
        case .died: return .died(hasDestroyed: log.destroyed.contains(address))
        case .ended(code: 0):
            guard let created = log.created[address] else {
                return .failed(TerraformError(.malformed("it ended well and says of no fresh instance"), while: attempting))
            }
            return .applied(created)
        case .ended(let code):
            let error = TerraformError(log.problem(code: code, error: said(by: run)), while: attempting)
            return log.hasBegun ? .failed(error) : .notApplied(error)
        }
    }

    /// Waits until an application is no longer under way, or the time is over: then it is still `running`, and goes on.
    package func application(in folder: String, at address: String, waitingFor patience: Duration) async throws(TerraformError) -> Application {
        let end = ContinuousClock.now + patience
        while true {
            let standing = try application(in: folder, at: address)
            guard case .running = standing, ContinuousClock.now < end else { return standing }
            do { try await Task.sleep(for: Self.lookPause) } catch { return standing }
        }
    }

    /// Whether a plan is being made or applied in a folder. One that cannot be looked at counts as well.
    package static func isUnderWay(in folder: String) -> Bool {
        [folder + "/plan", folder + "/apply"].contains { path in
            do throws(LastingRun.NotStarted) {
                if case .running = try LastingRun(folder: path).standing { return true }
                return false
            } catch {
                return true
            }
        }
    }

    // MARK: - Running it

    private func command(_ words: [String]) -> [String] { [settings.program, "-chdir=" + settings.folder] + words }

    private func start(_ run: LastingRun, _ words: [String], credentials: [String: String], while attempting: String) async throws(TerraformError) {
        do throws(LastingRun.NotStarted) {
            try await run.start(command(words), environment: environment.assignments(with: credentials), holding: settings.lockFile)
        } catch {
            switch error {
            case .usedBefore, .held: throw TerraformError(.underWay(error.description), while: attempting)
            case .failed(let why): throw TerraformError(.cannotStart(why), while: attempting)
            }
        }
    }

    private func standing(of run: LastingRun, while attempting: String) throws(TerraformError) -> LastingRun.Standing {
        do throws(LastingRun.NotStarted) { return try run.standing } catch { throw TerraformError(.cannotStart(error.description), while: attempting) }
    }

    private func end(of run: LastingRun, within patience: Duration, while attempting: String) async throws(TerraformError) -> Int32 {
        let end = ContinuousClock.now + patience
        while true {
            switch try standing(of: run, while: attempting) {
            case .ended(let code): return code
            case .died: throw TerraformError(.died, while: attempting)
            case .notStarted: throw TerraformError(.cannotStart("the shell that runs it could not write into \(run.folder)"), while: attempting)
            case .running: break
            }
            guard ContinuousClock.now < end else { throw TerraformError(.notFinished, while: attempting) }
            do { try await Task.sleep(for: Self.lookPause) } catch { throw TerraformError(.notFinished, while: attempting) }
        }
    }

    private func log(of run: LastingRun) -> TerraformLog {
        let output = run.output(bytesMax: Self.logBytesMax)
        return TerraformLog(output.bytes, isCut: output.isCut)
    }

    private func said(by run: LastingRun) -> String { String(decoding: run.error(bytesMax: 4096).bytes, as: UTF8.self) }

    private func read(_ words: [String], credentials: [String: String], while attempting: String) async throws(TerraformError) -> [UInt8] {
        if let fault = settings.fault { throw TerraformError(.badSettings(fault), while: attempting) }
        var order = ChildProcess.Order(
            command(words), environment: environment.assignments(with: credentials), timeout: Self.readTimeout,
            output: KeptOutput(first: Self.answerBytesMax, last: 0))
        order.error = KeptOutput(first: 0, last: 4096)
        do {
            let outcome = try await ChildProcess.run(order)
            let said = String(decoding: outcome.error.bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            switch outcome.end {
            case .exited(status: 0): return outcome.output.bytes
            case .exited(let status): throw TerraformError(.failed(code: status, words: String(said.suffix(TerraformError.wordsMax))), while: attempting)
            case .killed(let signal): throw TerraformError(.failed(code: 128 + signal, words: ""), while: attempting)
            case .tooMuch: throw TerraformError(.tooLarge(bytesMax: Self.answerBytesMax), while: attempting)
            case .timedOut, .saidAll: throw TerraformError(.notFinished, while: attempting)
            }
        } catch let error as TerraformError {
            throw error
        } catch let error as ChildProcess.CannotStart {
            throw TerraformError(.cannotStart("\(settings.program): \(error)"), while: attempting)
        } catch {
            throw TerraformError(.notFinished, while: attempting)
        }
    }
}
