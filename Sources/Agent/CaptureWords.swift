import Capture
import Measures

extension CaptureSummary {
    /// "1200 packets captured, 96 kB kept; 3 dropped by the kernel"
    var words: String {
        var words = "\(packets) packets captured, \(bytes / 1000) kB kept"
        if dropped > 0 { words += "; \(dropped) dropped by the kernel" }
        if overwritten > 0 { words += "; the oldest \(overwritten) made room for later ones" }
        if let failure { words += "; it ended early: \(failure.message)" }
        return words
    }
}

/// What of an interface's packets a run records.
enum CaptureFilter {
    /// As for tcpdump. Ports that are none are left out: they come from a coordinator.
    static func text(ports: [UInt32]) -> String {
        let known = Set(ports.compactMap { UInt16(exactly: $0) }).sorted()
        guard !known.isEmpty else { return "tcp" }
        return "tcp and (" + known.map { "port \($0)" }.joined(separator: " or ") + ")"
    }
}
