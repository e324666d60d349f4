import Decomposition
import Foundation
import Packets
import Plan
import Recording
import Schedule

/// Where the time of a run's requests went: the captures in its folder, and what events say of them.
extension Judge {
    /// Longer files are none that an agent writes.
    private static let longestCapture = 256 << 20

    /// Waits for the exchanges; nil when the plan captures nobody, or nothing was captured.
    func splitting(_ events: [RunEvent], _ remarks: inout [String]) throws -> Splitting? {
        var hosts: [CapturedHost] = []
        for name in plan.captures {
            let files = folder.captures(name)
            guard !files.isEmpty else {
                remarks.append("there are no packets of \(name), which was to be captured")
                continue
            }
            var host = CapturedHost(name: name)
            for event in events where event.host == name {
                if case .clock(let reading) = event.body { host.add(reading) }
            }
            for file in files { try add(file, to: &host, &remarks) }
            hosts.append(host)
        }
        guard !hosts.isEmpty else { return nil }
        var splitting = Splitting(loads: plan.loads, hosts: hosts, phases: schedule.phases)
        for event in events {
            if case .origin(let load, let local) = event.body {
                splitting.add(origin: local, load: load, host: event.host)
            }
        }
        return splitting
    }

    private func add(_ file: URL, to host: inout CapturedHost, _ remarks: inout [String]) throws {
        let size = (try? file.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
        let name = file.lastPathComponent
        guard size <= Self.longestCapture else {
            return remarks.append("\(name): left out, with \(size >> 20) MiB it is none that an agent wrote")
        }
        guard let capture = CaptureFile([UInt8](try folder.read(file))) else {
            return remarks.append("\(name): is no pcap file")
        }
        if let damage = host.add(capture) { remarks.append("\(name): \(damage)") }
    }
}
