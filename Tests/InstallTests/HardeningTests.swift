import Foundation
import Testing

/// What a unit may do in spite of its sandbox is said beside it. Read from the files alone.
@Suite struct `The sandbox of a unit` {
    private static let services = ["mayfly.service", "mayfly-refresh.service"]

    /// As tight as systemd makes it. Where a unit has it otherwise, or not at all, the unit says why.
    private static let tight = [
        "NoNewPrivileges=yes", "CapabilityBoundingSet=", "AmbientCapabilities=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
        "PrivateMounts=yes", "PrivateDevices=yes", "DevicePolicy=closed", "PrivateNetwork=yes", "PrivateUsers=yes", "IPAddressDeny=any",
        "ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectClock=yes",
        "ProtectHostname=yes", "ProtectProc=invisible", "ProcSubset=pid", "RestrictAddressFamilies=none", "RestrictNamespaces=yes",
        "RestrictRealtime=yes", "RestrictSUIDSGID=yes", "LockPersonality=yes", "MemoryDenyWriteExecute=yes", "RemoveIPC=yes", "KeyringMode=private",
        "SystemCallArchitectures=native", "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources", "UMask=0077",
    ]

    /// Settings each of which lets the unit do more, or leaves more of it behind, than if they were not there.
    private static let opening: Set<String> = [
        "ReadWritePaths", "BindPaths", "BindReadOnlyPaths", "ExecPaths", "DeviceAllow", "IPAddressAllow", "SupplementaryGroups", "StateDirectory",
        "RuntimeDirectory", "CacheDirectory", "LogsDirectory", "ConfigurationDirectory", "LoadCredential", "KillMode", "OOMPolicy", "SendSIGKILL",
        "PassEnvironment", "EnvironmentFile", "ExecStartPre", "ExecStartPost", "ExecStopPost", "StartLimitIntervalSec", "WatchdogSec", "TimeoutStopSec",
        "RestartPreventExitStatus", "Delegate",
    ]

    @Test(arguments: services) func `is as tight as it can be, or says right there why not`(name: String) throws {
        let unit = try UnitFile.shipped(name)
        for line in Self.tight {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let found = unit.settings.filter { $0.name == parts[0] }
            if found.contains(where: { $0.value == parts[1] }) { continue }
            let isSaid = found.isEmpty ? unit.comments.contains { $0.contains("\(parts[0])=") } : found.allSatisfy { !$0.comment.isEmpty }
            #expect(isSaid, "systemd/\(name): not \(line), and no word of \(parts[0])=")
        }
    }

    @Test(arguments: services) func `has a comment above each setting that opens it`(name: String) throws {
        for setting in try UnitFile.shipped(name).settings where Self.opening.contains(setting.name) {
            #expect(!setting.comment.isEmpty, "systemd/\(name): \(setting.name)=\(setting.value)")
        }
    }

    @Test(arguments: services) func `names each family of addresses that it lets through`(name: String) throws {
        let setting = try #require(try UnitFile.shipped(name).settings.first { $0.name == "RestrictAddressFamilies" })
        let named = setting.comment.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
        for family in setting.value.split(separator: " ") { #expect(named.contains(String(family)), "systemd/\(name): \(family)") }
    }

    @Test(arguments: ["alert", "propose", "act"]) func `is opened by no drop-in, but for a line that is commented out, with its reason`(mode: String) throws {
        let text = try String(contentsOfFile: Installation.package + "systemd/mode/\(mode).conf", encoding: .utf8)
        #expect(UnitFile(text).settings.map(\.name) == ["Environment"])
        // As it is once somebody has taken the mark away.
        let opened = UnitFile(text.replacing("#ReadWritePaths=", with: "ReadWritePaths=")).settings.filter { $0.name != "Environment" }
        #expect(opened.map(\.name) == (mode == "alert" ? [] : ["ReadWritePaths"]) && opened.allSatisfy { !$0.comment.isEmpty })
    }
}
