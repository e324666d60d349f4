import Agent
import ArgumentParser
import Engines
import Faults
import Foundation
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Policy

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "What this host can and cannot do, and what to do about it.",
        discussion:
            "Changes nothing that outlives it. Ends with 0 when a lab experiment can run here, with 6 when not."
    )

    @Flag(help: "JSON.") var json = false

    func run() throws {
        let report = HostReport()
        if json { try Console.json(report) } else { Console.print(report.text) }
        if !report.blocking.isEmpty {
            throw ArgumentParser.ExitCode(Measures.ExitCode.agentFailed.rawValue)
        }
    }
}

/// What doctor says.
struct HostReport: Encodable {
    let kernel = HostKernel.release
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let checks = HostChecks.all()
    let faults = FaultSupport.onThisHost() + FaultSupport.containers(of: Policy.standard.allowedEngines)

    var blocking: [HostCheck] { checks.filter { $0.isNeeded && $0.answer != "yes" } }

    var text: String {
        var lines = ["kernel \(kernel), \(processors) processors", ""]
        lines += checks.map(\.line)
        lines += ["", "faults:"]
        lines += faults.map { fault in
            let head = "\(fault.isHere ? "✓" : "✗") \(fault.kind.padding(to: 34))"
            return head + (fault.missing.map { "not here: \($0)" } ?? "by \(fault.by)")
        }
        lines += [
            "",
            blocking.isEmpty
                ? "Experiments in a lab can run here."
                : "Not yet: \(blocking.map(\.name).joined(separator: ", ")).",
        ]
        return lines.joined(separator: "\n")
    }
}

/// One thing that a host can do or not.
struct HostCheck: Encodable {
    let name: String
    /// "yes", "no" or "unknown".
    let answer: String
    let detail: String
    /// Without it no lab experiment can run.
    let isNeeded: Bool

    init(_ feature: Feature, isNeeded: Bool) {
        let found = feature.answer()
        name = feature.name
        self.isNeeded = isNeeded
        switch found {
        case .yes: (answer, detail) = ("yes", "")
        case .no(let reason): (answer, detail) = ("no", "\(reason); needs \(feature.needs)")
        case .unknown(let reason): (answer, detail) = ("unknown", "\(reason); needs \(feature.needs)")
        }
    }

    init(name: String, answer: String, detail: String, isNeeded: Bool) {
        self.name = name
        self.answer = answer
        self.detail = detail
        self.isNeeded = isNeeded
    }

    var line: String {
        let mark = answer == "yes" ? "✓" : answer == "no" ? "✗" : "?"
        let note = answer == "yes" || isNeeded ? "" : " (experiments run without it)"
        return
            "\(mark) \(name.padding(to: 22))\(detail.isEmpty ? answer : detail)\(answer == "yes" ? "" : note)"
    }
}

enum HostChecks {
    static func all() -> [HostCheck] {
        var checks = [
            HostCheck(.root, isNeeded: true),
            HostCheck(.networkNamespaces, isNeeded: true),
            HostCheck(.realtimeScheduling, isNeeded: false),
            HostCheck(.delayTree, isNeeded: false),
            HostCheck(.packetDetours, isNeeded: false),
        ]
        checks.append(ownerTables())
        checks.append(delays())
        for (program, package) in [("nginx", "nginx-light"), ("haproxy", "haproxy")] {
            checks.append(self.program(program, package))
        }
        return checks
    }

    private static func ownerTables() -> HostCheck {
        do {
            let socket = try FilterSocket()
            try socket.check(FilterTable(name: "faultline-doctor", family: .ip, chains: []))
            return HostCheck(name: "nftables with owner", answer: "yes", detail: "", isNeeded: true)
        } catch {
            return HostCheck(
                name: "nftables with owner",
                answer: "no",
                detail: "\(error); needs Linux 5.12 with nf_tables (modprobe nf_tables)",
                isNeeded: true
            )
        }
    }

    private static func delays() -> HostCheck {
        guard let socket = try? FilterSocket() else {
            return HostCheck(
                name: "delay backend",
                answer: "unknown",
                detail: "needs nf_tables",
                isNeeded: true
            )
        }
        let (backend, reason) = DelayBackend.probe(socket)
        return HostCheck(
            name: "delay backend",
            answer: backend == .none ? "no" : "yes",
            detail: "\(backend.name): \(reason)",
            isNeeded: true
        )
    }

    private static func program(_ name: String, _ package: String) -> HostCheck {
        let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        let found = folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        return HostCheck(
            name: name,
            answer: found == nil ? "no" : "yes",
            detail: found ?? "not installed; for the web-failover experiment: apt-get install \(package)",
            isNeeded: false
        )
    }
}
