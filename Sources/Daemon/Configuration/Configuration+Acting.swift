import Fleet
import Hosts
import Planning
import Rules

/// What only a daemon needs that does something in the cluster.
extension ConfigurationReading {
    /// `claim: none`, or where it is kept. Nil after a problem, which is noted.
    func readClaim(_ value: YAMLValue) -> Configuration.ClaimSection? {
        if !value.isMapping {
            guard value.string() == "none" else {
                value.note("claim is none, said aloud, or {ssm_parameter: /mayfly/CLUSTER/claim}")
                return nil
            }
            return .unguarded
        }
        guard let section = value.mapping() else { return nil }
        section.allow(["ssm_parameter"])
        guard let written = section.required("ssm_parameter"), let path = written.string() else { return nil }
        // `aws` and `ssm` may not begin one, and 15 levels are the most (SSM's user guide, "Working with Parameter Store").
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isName = { (part: Substring) in !part.isEmpty && part.utf8.allSatisfy(Self.isOfParameter) }
        guard path.hasPrefix("/"), path.utf8.count <= 900, (1...14).contains(parts.count), parts.allSatisfy(isName) else {
            written.note("ssm_parameter is a path such as /mayfly/prod/claim, of letters, digits, '.', '_' and '-', not '\(path.prefix(60))'")
            return nil
        }
        return .parameter(path)
    }

    private static func isOfParameter(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || [45, 46, 95].contains(byte)
    }

    /// `commands` of every pool that has some.
    func readCommands(_ pools: YAMLMapping) -> [PoolName: PoolCommands] {
        var commands: [PoolName: PoolCommands] = [:]
        for entry in pools.all {
            guard let section = mapping(of: entry.value)?["commands"]?.mapping() else { continue }
            commands[PoolName(entry.name)] = readCommands(of: section)
        }
        return commands
    }

    /// `lifecycle_hook` of every pool that has one.
    func readLifecycleHooks(_ pools: YAMLMapping) -> [PoolName: String] {
        var hooks: [PoolName: String] = [:]
        for entry in pools.all {
            guard let pool = mapping(of: entry.value), let value = pool["lifecycle_hook"], let hook = value.string() else { continue }
            guard pool["provision"].flatMap(mapping)?["group"] != nil else {
                value.note("lifecycle_hook goes with provision: {group: …}: it is that group's hook on termination")
                continue
            }
            hooks[PoolName(entry.name)] = hook
        }
        return hooks
    }

    /// Quietly: what is no mapping has been noted by who read it first.
    private func mapping(of value: YAMLValue) -> YAMLMapping? { value.isMapping ? value.mapping() : nil }

    private func readCommands(of section: YAMLMapping) -> PoolCommands? {
        section.allow(["via", "ssh", "timeout"] + HostCommand.Purpose.allCases.map(\.rawValue))
        guard let way = readWay(section) else { return nil }
        var commands = PoolCommands(way: way)
        if let value = section["timeout"] {
            guard let timeout = value.duration(in: .seconds(10) ... .seconds(1800)) else { return nil }
            commands.timeout = timeout
        }
        for purpose in HostCommand.Purpose.allCases {
            guard let value = section[purpose.rawValue] else { continue }
            guard let lines = value.strings() else { return nil }
            if lines.isEmpty, !HostCommand.standardLines(purpose).isEmpty {
                value.note("\(purpose.rawValue) is empty, and an agent that is not told does nothing; leave it out for what is usual on DC/OS")
                return nil
            }
            if let fault = HostCommand(purpose, lines: lines).fault {
                value.note("\(purpose.rawValue) cannot be run anywhere: \(fault); put a script on the image")
                return nil
            }
            commands.written[purpose] = lines
        }
        return commands
    }

    private enum Way: String, CaseIterable { case ssm, ssh }

    private func readWay(_ section: YAMLMapping) -> PoolCommands.Way? {
        guard let via = section.required("via"), let way = via.choice(Way.self) else { return nil }
        switch (way, section["ssh"]) {
        case (.ssm, nil): return .ssm
        case (.ssm, let ssh?): ssh.note("ssh goes with via: ssh; remove it")
        case (.ssh, nil): via.note("via: ssh needs ssh beside it: {user: …, identity_file: …, known_hosts_file: …}")
        case (.ssh, let ssh?): return ssh.mapping().flatMap(readSSH).map { .ssh($0) }
        }
        return nil
    }

    private func readSSH(_ section: YAMLMapping) -> SSHSettings? {
        section.allow(["user", "port", "identity_file", "known_hosts_file", "connect_timeout"])
        let (user, identity, known) = (section.required("user"), section.required("identity_file"), section.required("known_hosts_file"))
        guard let user = user?.string(), let identity = identity?.string(), let known = known?.string() else { return nil }
        var settings = SSHSettings(user: user, identity: resolved(identity), knownHosts: resolved(known))
        if let port = section["port"] {
            guard let port = port.integer(in: 1...65_535) else { return nil }
            settings.port = port
        }
        if let timeout = section["connect_timeout"] {
            guard let timeout = timeout.duration(in: .seconds(1) ... .seconds(120)) else { return nil }
            settings.connectTimeout = timeout
        }
        if let fault = settings.fault {
            section.value.note("ssh cannot be used so: \(fault)")
            return nil
        }
        return settings
    }

    /// What is to be known of a mode that is allowed.
    static func actingWarnings(_ mode: Mode) -> [String] {
        mode == .alert
            ? [] : ["mode \(mode.rawValue) is new: from end to end it has replaced nodes of an invented cluster alone; try it first where nothing can be lost"]
    }

    /// What is missing for a mode in which something is done: better said at the start than by a gate at three in the morning.
    func checkActing(_ configuration: Configuration, in top: YAMLMapping) {
        let mode = configuration.mode.rawValue
        guard let value = top["mode"] else { return }
        if top["claim"] == nil {
            value.note(
                "mode \(mode) needs claim, so that one daemon acts on the cluster: {ssm_parameter: /mayfly/\(configuration.cluster)/claim}, or none, said aloud"
            )
        }
        if configuration.alerts.destinations.isEmpty { value.note("mode \(mode) needs alerts: nobody would be told what goes wrong") }
        if configuration.servicesSite == nil {
            value.note("mode \(mode) needs dcos.url or services.marathon: without the schedulers it cannot be seen which members live on a node")
        }
        for entry in top["pools"].flatMap(mapping)?.all ?? [] {
            guard let pool = configuration.pools.first(where: { $0.name.rawValue == entry.name }), pool.provision != nil else { continue }
            if configuration.commands[pool.name] == nil, mapping(of: entry.value)?["commands"] == nil {
                entry.key.note("pool '\(pool.name)' is provisioned and has no commands, so its agents cannot be asked to leave: add commands: {via: ssm}")
            }
        }
    }
}
